#include "learning/data/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "learning/data/byte_reader.hpp"
#include "learning/data/csv_line.hpp"
#include "sim/error.hpp"

namespace cajal::data {

namespace {

constexpr std::size_t block = 512;
constexpr std::uint64_t longest_name = 1 << 16;
using Block = std::array<std::uint8_t, block>;

/// The text of a field, up to its first zero.
std::string text_of(const Block& header, std::size_t at, std::size_t length) {
  const auto begin = header.begin() + static_cast<std::ptrdiff_t>(at);
  return {begin, std::find(begin, begin + static_cast<std::ptrdiff_t>(length), 0)};
}

/// An octal number, blanks before and behind it allowed.
std::optional<std::uint64_t> octal(const Block& header, std::size_t at, std::size_t length) {
  std::string text = text_of(header, at, length);
  text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  text.erase(text.find_last_not_of(' ') + 1);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 8);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

/// The sum of a header's bytes, its own field counted as blanks.
std::uint64_t checksum(const Block& header) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < block; ++i) sum += i >= 148 && i < 156 ? ' ' : header[i];
  return sum;
}

class TarReader {
 public:
  TarReader(const std::string& path, std::uint64_t most) : reader_(path), path_(path), most_(most) {}

  /// The next header; nothing at the end of the archive.
  std::optional<Block> header() {
    Block out{};
    const std::size_t got = reader_.read(out);
    if (got == 0 && headers_ > 0) return {};
    if (got < block) fail("is truncated: a header ends after " + std::to_string(got) + " of 512 bytes");
    if (std::all_of(out.begin(), out.end(), [](std::uint8_t byte) { return byte == 0; })) return {};
    if (octal(out, 148, 8) != checksum(out))
      fail(headers_ == 0 ? "is no tar archive: its first header has a wrong checksum"
                         : fmt::format("is broken: header {} has a wrong checksum", headers_));
    ++headers_;
    return out;
  }

  std::uint64_t size_of(const Block& header) const {
    const auto size = octal(header, 124, 12);
    if (!size) fail("is broken: the size of " + quoted(name_of(header)) + " is no octal number");
    return *size;
  }

  std::vector<std::uint8_t> content(std::uint64_t size, const std::string& name) {
    if (size > most_) fail(fmt::format("{} has {} bytes, allowed are {}", quoted(name), size, most_));
    std::vector<std::uint8_t> out;
    pass(size, name, [&](std::span<const std::uint8_t> piece) { out.insert(out.end(), piece.begin(), piece.end()); });
    return out;
  }

  void skip(std::uint64_t size, const std::string& name) {
    pass(size, name, [](std::span<const std::uint8_t>) {});
  }

  static std::string name_of(const Block& header) {
    const std::string name = text_of(header, 0, 100), magic = text_of(header, 257, 5);
    const std::string prefix = magic == "ustar" && header[262] == 0 ? text_of(header, 345, 155) : "";
    return prefix.empty() ? name : prefix + "/" + name;
  }

  [[noreturn]] void fail(const std::string& what) const { throw DataError(path_, what); }

 private:
  template <class Use>
  void pass(std::uint64_t size, const std::string& name, Use use) {
    std::array<std::uint8_t, 1 << 16> buffer;
    const std::uint64_t padding = (block - size % block) % block;
    for (std::uint64_t left = size; left > 0;) {
      const std::size_t asked = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
      const std::size_t got = reader_.read(std::span(buffer).first(asked));
      if (got == 0) fail("is truncated within " + quoted(name));
      use(std::span<const std::uint8_t>(buffer).first(got));
      left -= got;
    }
    if (reader_.read(std::span(buffer).first(padding)) < padding) fail("is truncated behind " + quoted(name));
  }

  ByteReader reader_;
  const std::string& path_;
  std::uint64_t most_;
  std::size_t headers_ = 0;
};

/// The path in a pax header, whose lines are `LENGTH KEY=VALUE`; empty if there is none.
std::string pax_path(std::string_view text) {
  while (!text.empty()) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || length <= digits + 1 || length > text.size()) return {};
    const std::string_view line = text.substr(digits + 1, length - digits - 2);
    if (line.starts_with("path=")) return std::string(line.substr(5));
    text.remove_prefix(length);
  }
  return {};
}

}  // namespace

void read_tar(const std::string& path, const std::function<bool(const std::string& name)>& wanted,
              const std::function<void(const std::string& name, std::vector<std::uint8_t> content)>& take,
              std::uint64_t most) {
  TarReader reader(path, most);
  std::string longer;  // a name too long for the header that follows
  while (const auto header = reader.header()) {
    const std::uint64_t size = reader.size_of(*header);
    const char type = static_cast<char>((*header)[156]);
    const std::string name = longer.empty() ? TarReader::name_of(*header) : longer;
    if (type == 'L' || type == 'x') {
      if (size > longest_name) reader.fail(fmt::format("is broken: a name of {} bytes", size));
      const std::vector<std::uint8_t> bytes = reader.content(size, name);
      const std::string text(bytes.begin(), bytes.end());
      longer = type == 'L' ? text.substr(0, text.find('\0')) : pax_path(text);
      continue;
    }
    longer.clear();
    const bool regular = type == '0' || type == '\0' || type == '7';
    if (regular && wanted(name))
      take(name, reader.content(size, name));
    else
      reader.skip(size, name);
  }
}

}  // namespace cajal::data
