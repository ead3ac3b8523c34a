#include "sim/record/bytes.hpp"

#include <zlib.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "sim/error.hpp"
#include "sim/memory.hpp"

namespace cajal::record {

namespace {

namespace fs = std::filesystem;

void require_memory(double bytes, const std::string& path) {
  if (bytes > usable_memory())
    throw DataError(path, "takes " + bytes_text(bytes) + "; " + bytes_text(usable_memory()) + " of memory are there");
}

std::string read_file(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) throw DataError(path, "is a folder");
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) throw DataError(path, "cannot be opened: " + error.message());
  require_memory(static_cast<double>(size), path);
  std::ifstream file(path, std::ios::binary);
  if (!file) throw DataError(path, std::string("cannot be opened: ") + std::strerror(errno));
  std::string bytes(size, '\0');
  if (!file.read(bytes.data(), static_cast<std::streamsize>(size))) throw DataError(path, "cannot be read");
  return bytes;
}

/// The archive and the member that a path names, if a part of it is an archive.
std::optional<std::pair<std::string, std::string>> split(const std::string& path) {
  constexpr std::string_view mark = ".zip/";
  for (std::size_t at = path.find(mark); at != std::string::npos; at = path.find(mark, at + 1)) {
    const std::size_t end = at + mark.size() - 1;
    std::error_code ignored;
    if (fs::is_directory(path.substr(0, end), ignored)) continue;
    return std::pair{path.substr(0, end), path.substr(end + 1)};
  }
  return {};
}

/// A member as the archive's directory lists it.
struct Member {
  std::string_view name;
  unsigned flags = 0, method = 0;
  std::uint32_t checksum = 0;
  std::size_t stored = 0, size = 0, header = 0;
};

class Archive {
 public:
  Archive(std::string_view bytes, const std::string& path) : bytes_(bytes), path_(path) {}

  std::string read(const std::string& name) const {
    const Member member = find(name);
    const std::string where = path_ + '/' + std::string(member.name);
    if (member.flags & 1) throw DataError(where, "is encrypted");
    if (member.size == largest || member.stored == largest) throw DataError(where, "is larger than 4 GB");
    // Deflate cannot do better than 258 bytes from two bits: a larger size is not worth the memory.
    constexpr std::size_t best_ratio = 1032;
    if (member.size / best_ratio > member.stored) throw DataError(where, "is damaged: its size cannot be true");
    require_memory(static_cast<double>(member.size), where);
    const std::string_view content = content_of(member);
    std::string out = member.method == 0 ? std::string(content) : inflated(member, content, where);
    const auto* data = reinterpret_cast<const Bytef*>(out.data());
    if (out.size() != member.size || crc32_z(0, data, out.size()) != member.checksum)
      throw DataError(where, "is damaged: its checksum does not fit");
    return out;
  }

 private:
  static constexpr std::size_t largest = 0xffffffff;

  [[noreturn]] void cut_off() const { throw DataError(path_, "is a ZIP archive that is cut off"); }

  std::string_view part(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at) cut_off();
    return bytes_.substr(at, size);
  }

  /// A little-endian number of `size` bytes.
  std::size_t number(std::size_t at, std::size_t size) const {
    const std::string_view field = part(at, size);
    std::size_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(field[i]);
    return value;
  }

  /// Where the record stands that ends the archive.
  std::size_t end_record() const {
    const std::size_t at = bytes_.rfind("PK\x05\x06");
    if (at == std::string_view::npos) throw DataError(path_, "is no ZIP archive, or one that is cut off");
    return at;
  }

  Member find(const std::string& name) const {
    const std::size_t end = end_record();
    const std::size_t count = number(end + 10, 2);
    std::size_t at = number(end + 16, 4);
    if (count == 0xffff || at == largest) throw DataError(path_, "is a ZIP64 archive, which is not read");
    std::optional<Member> ending;
    std::size_t endings = 0;
    std::string names;
    for (std::size_t i = 0; i < count; ++i) {
      if (part(at, 4) != "PK\x01\x02") cut_off();
      const std::size_t length = number(at + 28, 2);
      const Member member{part(at + 46, length),
                          static_cast<unsigned>(number(at + 8, 2)),
                          static_cast<unsigned>(number(at + 10, 2)),
                          static_cast<std::uint32_t>(number(at + 16, 4)),
                          number(at + 20, 4),
                          number(at + 24, 4),
                          number(at + 42, 4)};
      if (member.name == name) return member;
      if (member.name.ends_with('/' + name)) ending = member, ++endings;
      if (names.size() < 1000) names += (i > 0 ? ", " : "") + std::string(member.name);
      at += 46 + length + number(at + 30, 2) + number(at + 32, 2);
    }
    if (endings == 1) return *ending;
    throw DataError(path_, (endings > 1 ? "more than one file in it ends in \"" : "there is no file \"") + name +
                               "\"; it holds: " + names);
  }

  std::string_view content_of(const Member& member) const {
    if (part(member.header, 4) != "PK\x03\x04") cut_off();
    return part(member.header + 30 + number(member.header + 26, 2) + number(member.header + 28, 2), member.stored);
  }

  static std::string inflated(const Member& member, std::string_view content, const std::string& where) {
    if (member.method != 8)
      throw DataError(
          where, "is compressed by method " + std::to_string(member.method) + "; stored and deflated files are read");
    std::string out(member.size, '\0');
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw DataError(where, "zlib cannot start");
    // Both sizes are of 32 bits, as zlib's own counters are.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream, Z_FINISH);
    const bool whole = result == Z_STREAM_END && stream.avail_out == 0;
    inflateEnd(&stream);
    if (!whole) throw DataError(where, "is damaged: it cannot be decompressed");
    return out;
  }

  std::string_view bytes_;
  const std::string& path_;
};

}  // namespace

bool is_in_archive(const std::string& path) { return split(path).has_value(); }

bool is_there(const std::string& path) {
  const auto in_archive = split(path);
  std::error_code ignored;
  return fs::exists(in_archive ? in_archive->first : path, ignored);
}

std::string read_member(std::string_view archive, const std::string& name, const std::string& path) {
  return Archive(archive, path).read(name);
}

std::string read_bytes(const std::string& path) {
  const auto in_archive = split(path);
  if (!in_archive) return read_file(path);
  const std::string archive = read_file(in_archive->first);
  return read_member(archive, in_archive->second, in_archive->first);
}

}  // namespace cajal::record
