#include "sim/record/sha256.hpp"

#include <algorithm>
#include <bit>

namespace cajal::record {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr Wide power(Wide x, int exponent) { return exponent == 0 ? 1 : x * power(x, exponent - 1); }

/// The first 32 bits of the fraction of the n-th root of `prime`, n = 2 or 3 (FIPS 180-4, sections 4.2.2 and 5.3.3).
constexpr std::uint32_t root_fraction(unsigned prime, int n) {
  const Wide scaled = Wide(prime) << (32 * n);
  Wide root = 0;
  for (int bit = 36; bit >= 0; --bit)
    if (power(root | Wide(1) << bit, n) <= scaled) root |= Wide(1) << bit;
  return static_cast<std::uint32_t>(root);
}

template <std::size_t N>
constexpr std::array<std::uint32_t, N> root_fractions(int n) {
  std::array<std::uint32_t, N> fractions{};
  std::size_t found = 0;
  for (unsigned candidate = 2; found < N; ++candidate) {
    bool prime = true;
    for (unsigned divisor = 2; divisor * divisor <= candidate; ++divisor) prime = prime && candidate % divisor != 0;
    if (prime) fractions[found++] = root_fraction(candidate, n);
  }
  return fractions;
}

constexpr std::array<std::uint32_t, 64> round_constants = root_fractions<64>(3);

}  // namespace

std::array<std::uint32_t, 8> Sha256::initial() {
  constexpr std::array<std::uint32_t, 8> first = root_fractions<8>(2);
  return first;
}

void Sha256::compress(const std::byte* block) {
  std::array<std::uint32_t, 64> w{};
  for (std::size_t t = 0; t < 16; ++t)
    for (std::size_t i = 0; i < 4; ++i) w[t] = w[t] << 8 | std::to_integer<std::uint32_t>(block[4 * t + i]);
  for (std::size_t t = 16; t < 64; ++t) {
    const std::uint32_t s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ w[t - 15] >> 3;
    const std::uint32_t s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  auto [a, b, c, d, e, f, g, h] = hash_;
  for (std::size_t t = 0; t < 64; ++t) {
    const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const std::uint32_t one = h + s1 + ((e & f) ^ (~e & g)) + round_constants[t] + w[t];
    const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const std::uint32_t two = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + one;
    d = c, c = b, b = a, a = one + two;
  }
  const std::array<std::uint32_t, 8> mixed{a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < 8; ++i) hash_[i] += mixed[i];
}

void Sha256::add(std::span<const std::byte> bytes) {
  length_ += bytes.size();
  while (!bytes.empty()) {
    if (filled_ == 0 && bytes.size() >= 64) {
      compress(bytes.data());
      bytes = bytes.subspan(64);
      continue;
    }
    const std::size_t count = std::min(bytes.size(), 64 - filled_);
    std::copy_n(bytes.begin(), count, block_.begin() + static_cast<std::ptrdiff_t>(filled_));
    bytes = bytes.subspan(count);
    filled_ += count;
    if (filled_ == 64) {
      compress(block_.data());
      filled_ = 0;
    }
  }
}

std::string Sha256::hex() {
  const std::uint64_t bits = length_ * 8;
  std::array<std::byte, 72> padding{std::byte{0x80}};
  const std::size_t zeros = (filled_ < 56 ? 56 : 120) - filled_;
  for (std::size_t i = 0; i < 8; ++i) padding[zeros + i] = static_cast<std::byte>(bits >> (56 - 8 * i));
  add(std::span(padding).first(zeros + 8));
  std::string text;
  for (const std::uint32_t word : hash_)
    for (int shift = 28; shift >= 0; shift -= 4) text += "0123456789abcdef"[word >> shift & 15];
  return text;
}

}  // namespace cajal::record
