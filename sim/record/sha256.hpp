#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cajal::record {

/// The hash SHA-256 of bytes that come piece by piece. Source: NIST FIPS 180-4 (2015), section 6.2.
class Sha256 {
 public:
  void add(std::span<const std::byte> bytes);
  void add(std::string_view text) { add(std::as_bytes(std::span(text))); }
  /// The hash of all that was added, as 64 lower-case hexadecimal digits. Nothing may be added after.
  std::string hex();

 private:
  void compress(const std::byte* block);

  std::array<std::uint32_t, 8> hash_ = initial();
  std::array<std::byte, 64> block_{};
  std::size_t filled_ = 0;
  std::uint64_t length_ = 0;

  static std::array<std::uint32_t, 8> initial();
};

}  // namespace cajal::record
