#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace cajal::data {

/// The bytes of a file, plain or gzip (told by its first bytes, not by its name), from begin to end.
class ByteReader {
 public:
  /// Throws DataError if there is no such file or it cannot be read.
  explicit ByteReader(const std::string& path);
  ~ByteReader();
  ByteReader(const ByteReader&) = delete;
  ByteReader& operator=(const ByteReader&) = delete;

  const std::string& path() const;
  bool compressed() const;

  /// How many bytes the content can have: the size of a plain file; of a gzip file what deflate can make of its size.
  std::uint64_t most() const;

  /// Fills `out` as far as there is content, returns how much. Throws DataError on a truncated or broken gzip file.
  std::size_t read(std::span<std::uint8_t> out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The whole content as text. A gzip file may unpack to 258 times its size and a megabyte (DataError above), so that a
/// few bytes cannot fill the memory.
std::string read_text(const std::string& path);

}  // namespace cajal::data
