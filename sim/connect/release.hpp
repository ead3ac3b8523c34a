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

  /// The draws of one step and trial. Four synapses share a block of random bits: what is asked in the order of
  /// generation costs a quarter of a block.
  class Step {
   public:
    Step(const Release& release, std::int64_t step, std::uint64_t trial)
        : release_(&release), key_(trial << 40 | static_cast<std::uint64_t>(step)) {}

    bool passes(std::uint32_t synapse) {
      if (synapse / 4 != block_ || !drawn_) {
        block_ = synapse / 4;
        drawn_ = true;
        bits_ = release_->stream_.bits(block_, key_);
      }
      return bits_[synapse % 4] < release_->threshold_;
    }

   private:
    const Release* release_;
    std::uint64_t key_;
    std::uint32_t block_ = 0;
    bool drawn_ = false;
    Stream::Block bits_{};
  };

 private:
  double probability_;
  std::uint64_t threshold_;
  Stream stream_;
};

}  // namespace cajal
