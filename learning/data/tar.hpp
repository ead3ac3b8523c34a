#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace cajal::data {

/// Reads a tar archive, plain or gzip (POSIX ustar, with GNU's and pax's long names), and hands the content of each
/// regular file that is `wanted` by its name to `take`, in the order of the archive. Throws DataError: not a tar file,
/// truncated, a wrong checksum, a file of more than `most` bytes. Memory is taken as content comes, never for what a
/// header says. Source: POSIX.1-2001, pax interchange format.
void read_tar(const std::string& path, const std::function<bool(const std::string& name)>& wanted,
              const std::function<void(const std::string& name, std::vector<std::uint8_t> content)>& take,
              std::uint64_t most = std::uint64_t{1} << 28);

}  // namespace cajal::data
