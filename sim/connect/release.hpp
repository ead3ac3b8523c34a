#pragma once

#include <cstdint>

#include "sim/random.hpp"

namespace cajal {

/// Stochastic release: a synapse passes on what arrives with a probability, independently of all others and of its own
/// past. The draw is keyed by the synapse's number in the order of generation, the step of the arrival and the trial:
/// shards, threads and windows do not change it, and the way back finds what the way there drew.
class Release {
 public:
  /// `stream`: of the edge. 0 <= probability <= 1.
  Release(double probability, const Stream& stream)
      : probability_(probability), threshold_(static_cast<std::uint64_t>(probability * 0x1p32)), stream_(stream) {}

  double probability() const { return probability_; }

  /// The draws of one step and trial: a block of the stream chooses where a sequence of SplitMix64 begins, and a
  /// synapse takes the number of its own place in it. Source: Steele, Lea & Flood 2014, OOPSLA, p. 453, figure 17.
  class Step {
   public:
    Step(const Release& release, std::int64_t step, std::uint64_t trial) : threshold_(release.threshold_) {
      const Stream::Block bits = release.stream_.bits(0, trial << 40 | static_cast<std::uint64_t>(step));
      begin_ = static_cast<std::uint64_t>(bits[0]) << 32 | bits[1];
    }

    bool passes(std::uint32_t synapse) const {
      std::uint64_t z = begin_ + synapse * 0x9e3779b97f4a7c15ULL;
      z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
      z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
      return (z ^ z >> 31) >> 32 < threshold_;
    }

   private:
    std::uint64_t begin_, threshold_;
  };

 private:
  double probability_;
  std::uint64_t threshold_;
  Stream stream_;
};

}  // namespace cajal
