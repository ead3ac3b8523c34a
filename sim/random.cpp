#include "sim/random.hpp"

#include <Random123/philox.h>

#include <cmath>

namespace cajal {

namespace {

/// FNV-1a, 64 bits: short, fixed for ever, and good enough to tell addresses apart.
std::uint64_t hash(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (unsigned char c : text) h = (h ^ c) * 0x100000001b3ULL;
  return h;
}

/// The finaliser of SplitMix64: mixes seed and address so that near seeds give unrelated keys.
std::uint64_t mix(std::uint64_t z) {
  z += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

double to_unit(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (std::uint64_t{high} << 32 | low) >> 11;
  return static_cast<double>(bits) * 0x1p-53;
}

}  // namespace

Stream::Stream(std::uint64_t seed, std::string_view address) {
  const std::uint64_t key = mix(mix(seed) ^ hash(address));
  key_ = {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
}

Stream::Block Stream::bits(std::uint64_t id, std::uint64_t step) const {
  const r123::Philox4x32::ctr_type counter = {{static_cast<std::uint32_t>(id), static_cast<std::uint32_t>(id >> 32),
                                               static_cast<std::uint32_t>(step),
                                               static_cast<std::uint32_t>(step >> 32)}};
  const r123::Philox4x32::key_type key = {{key_[0], key_[1]}};
  const auto out = r123::Philox4x32{}(counter, key);
  return {out[0], out[1], out[2], out[3]};
}

double Stream::uniform(std::uint64_t id, std::uint64_t step) const {
  const Block b = bits(id, step);
  return to_unit(b[0], b[1]);
}

std::uint32_t Draws::bits() {
  if (left_ == 0) {
    block_ = stream_.bits(id_, step_++);
    left_ = 4;
  }
  return block_[static_cast<std::size_t>(4 - left_--)];
}

double Draws::uniform() {
  const std::uint32_t high = bits();
  return to_unit(high, bits());
}

double Draws::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  const double angle = 6.283185307179586476925286766559 * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

std::uint64_t Draws::below(std::uint64_t n) {
  const auto draw = [this] {
    const std::uint64_t high = bits();
    return high << 32 | bits();
  };
  std::uint64_t x = draw();
  __extension__ using wide = unsigned __int128;
  wide product = static_cast<wide>(x) * n;
  if (auto low = static_cast<std::uint64_t>(product); low < n) {
    const std::uint64_t threshold = (0 - n) % n;
    while (low < threshold) {
      x = draw();
      product = static_cast<wide>(x) * n;
      low = static_cast<std::uint64_t>(product);
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

std::int64_t Draws::poisson(double mean) {
  if (!(mean > 0)) return 0;
  if (mean < 10) {
    double probability = std::exp(-mean);
    double sum = probability;
    const double u = uniform();
    std::int64_t k = 0;
    while (u >= sum && probability > 0) {
      ++k;
      probability *= mean / static_cast<double>(k);
      sum += probability;
    }
    return k;
  }
  const double root = std::sqrt(mean);
  const double b = 0.931 + 2.53 * root;
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double v_r = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = uniform() - 0.5;
    const double v = uniform();
    const double us = 0.5 - std::fabs(u);
    const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r) return static_cast<std::int64_t>(k);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (std::log(v) + std::log(inverse_alpha) - std::log(a / (us * us) + b) <=
        k * std::log(mean) - mean - std::lgamma(k + 1))
      return static_cast<std::int64_t>(k);
  }
}

std::int64_t Draws::geometric(double p) {
  if (p >= 1) return 0;
  return static_cast<std::int64_t>(std::floor(std::log1p(-uniform()) / std::log1p(-p)));
}

}  // namespace cajal
