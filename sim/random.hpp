#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cajal {

/// Counter-based random numbers: every draw is a pure function of (seed, address, id, step), so no draw depends on the
/// order of others, on threads, or on what else stands in a config.
///
/// The generator is Philox 4x32-10. Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", SC11.
class Stream {
 public:
  using Block = std::array<std::uint32_t, 4>;

  /// `address` names what draws: `node.drive`, `edge.rec.weight`, `learn.bp.order`.
  Stream(std::uint64_t seed, std::string_view address);

  /// 128 random bits for (id, step); id < 2^64, step < 2^64.
  Block bits(std::uint64_t id, std::uint64_t step) const;

  /// Uniform in [0, 1), 53 bits.
  double uniform(std::uint64_t id, std::uint64_t step) const;

  std::array<std::uint32_t, 2> key() const { return key_; }

 private:
  std::array<std::uint32_t, 2> key_;
};

/// A sequence of draws from one (stream, id): the distributions, in our own code so that no standard library changes
/// bits.
class Draws {
 public:
  Draws(const Stream& stream, std::uint64_t id) : stream_(stream), id_(id) {}

  std::uint32_t bits();
  /// Uniform in [0, 1), 53 bits.
  double uniform();
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Standard normal, Box-Muller.
  double normal();
  /// Uniform in 0 .. n-1 without bias (Lemire 2019); n > 0.
  std::uint64_t below(std::uint64_t n);
  /// Poisson with any mean >= 0: inversion below 10, transformed rejection (Hormann 1993, PTRS) above.
  std::int64_t poisson(double mean);
  /// Number of failures before the first success, by inversion; 0 < p <= 1.
  std::int64_t geometric(double p);
  /// Number of successes in n trials of probability p, 0 <= p <= 1: inversion where the mean of successes or failures
  /// is below 10, transformed rejection (Hormann 1993, BTRS) above.
  std::uint64_t binomial(std::uint64_t n, double p);
  /// Number of marked ones among `drawn` of `all` things of which `marked` are marked; drawn, marked <= all. Inversion
  /// from the mode outwards, in time of the order of the standard deviation.
  std::uint64_t hypergeometric(std::uint64_t all, std::uint64_t marked, std::uint64_t drawn);

  // Many numbers at once. What follows one draw does not depend on where a span is cut, nor on the processor: two spans
  // hold what one as long as both would.

  /// Uniform in [0, 1), 24 bits.
  void uniforms(std::span<float> out);
  /// Standard normal in single precision; no draw is beyond 6.77, where 1e-11 of the distribution lies.
  void normals(std::span<float> out);
  /// Uniform in 0 .. n-1 without bias (Lemire 2019); n > 0.
  void below(std::uint32_t n, std::span<std::uint32_t> out);

 private:
  /// Hands the next `count` words to `use`, span by span.
  template <class Use>
  void each_words(std::size_t count, Use use);

  Stream stream_;
  std::uint64_t id_;
  std::uint64_t step_ = 0;
  Stream::Block block_{};
  int left_ = 0;
  double spare_ = 0;
  float spare_single_ = 0;
  bool has_spare_ = false, has_spare_single_ = false;
};

}  // namespace cajal
