#include "learning/data/byte_reader.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "sim/error.hpp"

namespace cajal::data {

namespace {

/// Deflate cannot do better: 258 bytes from two bits. Source: zlib, technical details.
constexpr std::uint64_t best_ratio = 1032;

std::uint64_t size_of(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw DataError(path, "no such file");
  if (std::filesystem::is_directory(status)) throw DataError(path, "is a folder, not a file");
  if (!std::filesystem::is_regular_file(status)) throw DataError(path, "is not a regular file");
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) throw DataError(path, "cannot be read: " + error.message());
  return size;
}

}  // namespace

struct ByteReader::State {
  std::string path;
  std::uint64_t size;
  std::ifstream file;
  bool compressed = false;
  bool finished = false;  ///< the last gzip member has ended
  z_stream stream{};
  std::array<std::uint8_t, 1 << 16> buffer{};

  explicit State(const std::string& file_path) : path(file_path), size(size_of(path)), file(path, std::ios::binary) {
    if (!file) throw DataError(path, std::string("cannot be opened: ") + std::strerror(errno));
    std::array<std::uint8_t, 2> first{};
    compressed = load(first) == 2 && first[0] == 0x1f && first[1] == 0x8b;
    file.clear();
    file.seekg(0);
    if (compressed && inflateInit2(&stream, 15 + 16) != Z_OK) throw DataError(path, "zlib cannot start");
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (compressed) inflateEnd(&stream);
  }

  std::size_t load(std::span<std::uint8_t> out) {
    file.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
    if (file.bad()) throw DataError(path, "cannot be read");
    return static_cast<std::size_t>(file.gcount());
  }

  /// Makes sure that there is compressed input, false at the end of the file.
  bool refill() {
    if (stream.avail_in > 0) return true;
    stream.next_in = buffer.data();
    stream.avail_in = static_cast<uInt>(load(buffer));
    return stream.avail_in > 0;
  }

  void end_of_member() {
    if (!refill()) {
      finished = true;
    } else if (stream.next_in[0] != 0x1f || inflateReset(&stream) != Z_OK) {
      throw DataError(path, "holds something else after its gzip data");
    }
  }

  std::size_t inflate_into(std::span<std::uint8_t> out) {
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    while (stream.avail_out > 0 && !finished) {
      if (!refill()) throw DataError(path, "is truncated: its gzip data end too early");
      const int status = inflate(&stream, Z_NO_FLUSH);
      if (status == Z_STREAM_END)
        end_of_member();
      else if (status != Z_OK)
        throw DataError(path, std::string("its gzip data are broken: ") + (stream.msg ? stream.msg : "bad stream"));
    }
    return out.size() - stream.avail_out;
  }
};

ByteReader::ByteReader(const std::string& path) : state_(std::make_unique<State>(path)) {}
ByteReader::~ByteReader() = default;

const std::string& ByteReader::path() const { return state_->path; }
bool ByteReader::compressed() const { return state_->compressed; }

std::uint64_t ByteReader::most() const { return state_->compressed ? best_ratio * state_->size : state_->size; }

std::size_t ByteReader::read(std::span<std::uint8_t> out) {
  if (!state_->compressed) return state_->load(out);
  constexpr std::size_t piece = 1 << 30;  // zlib counts in 32 bits
  std::size_t done = 0;
  while (done < out.size()) {
    const std::size_t asked = std::min(piece, out.size() - done);
    const std::size_t got = state_->inflate_into(out.subspan(done, asked));
    done += got;
    if (got < asked) break;
  }
  return done;
}

std::string read_text(const std::string& path) {
  ByteReader reader(path);
  const std::uint64_t most = reader.compressed() ? (1 << 20) + reader.most() / 4 : reader.most();
  std::string text;
  std::array<std::uint8_t, 1 << 16> piece;
  for (;;) {
    const std::size_t got = reader.read(piece);
    if (got == 0) return text;
    text.append(reinterpret_cast<const char*>(piece.data()), got);
    if (text.size() > most)
      throw DataError(path, fmt::format("unpacks to more than the {} bytes that a text of its size may have", most));
  }
}

}  // namespace cajal::data
