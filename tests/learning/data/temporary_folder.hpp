#pragma once

#include <unistd.h>
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "sim/error.hpp"

namespace cajal::tests {

/// A folder of its own for each test, gone at its end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("cajal_data_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& file = "") const { return (file.empty() ? path_ : path_ / file).string(); }

  std::string write(const std::string& file, std::string_view bytes) const {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::filesystem::remove(path_ / file);  // a new file is written faster than one of the same name
    std::ofstream(path_ / file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path(file);
  }

 private:
  std::filesystem::path path_;
};

inline std::string gzip(std::string_view bytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()) + 32, '\0');
  std::string in(bytes);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// An IDX file of bytes.
inline std::string idx(char type, const std::vector<std::uint32_t>& shape, std::string_view data) {
  std::string out{'\0', '\0', type, static_cast<char>(shape.size())};
  for (std::uint32_t extent : shape)
    for (int shift : {24, 16, 8, 0}) out += static_cast<char>(extent >> shift & 255);
  return out.append(data);
}

/// The message of the DataError that `act` throws, empty if it throws none.
template <class Act>
std::string data_error(Act act) {
  try {
    act();
  } catch (const DataError& error) {
    return error.what();
  }
  return {};
}

}  // namespace cajal::tests
