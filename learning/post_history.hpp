#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "learning/traces.hpp"

namespace cajal {

/// Steps counted from a step that is near: half the bytes, and many of them in a register.
using NearStep = std::int32_t;
inline constexpr NearStep long_ago = -(NearStep{1} << 30);

/// The last spikes of some target units, with their traces: what plastic synapses replay when their next presynaptic
/// spike arrives. Of every unit the last `depth` spikes are there, the oldest overwritten first.
template <class Post>
class PostHistory {
 public:
  /// The traces of a unit just after its last spike.
  struct Last {
    NearStep step = long_ago;
    Post after{};
  };
  /// How many of the last spikes of a unit are seen at a glance.
  static constexpr std::size_t glance = 4;

  void resize(std::size_t units) {
    units_ = units;
    clear();
  }
  void clear() {
    const std::array<NearStep, glance> none = {long_ago, long_ago, long_ago, long_ago};
    recent_.assign(units_, none);
    last_.assign(units_, {});
    step_.assign(units_ * depth_, long_ago);
    before_.assign(units_ * depth_, {});
    after_.assign(units_ * depth_, {});
    sent_.assign(units_, 0);
    fresh_.assign(units_, 0);
    newest_ = long_ago;
  }

  /// Step of the last spike of any unit.
  NearStep newest() const { return newest_; }
  const Last& last(std::size_t unit) const { return last_[unit]; }

  /// Whether a unit has spikes that one more would overwrite before all synapses replayed them.
  bool full(std::size_t unit) const { return fresh_[unit] + 1 >= depth_; }
  void add(std::size_t unit, NearStep step, const Post& before, const Post& after) {
    const std::size_t slot = unit * depth_ + (sent_[unit]++ & (depth_ - 1));
    step_[slot] = step;
    before_[slot] = before;
    after_[slot] = after;
    last_[unit] = {step, after};
    auto& r = recent_[unit];
    r = {step, r[0], r[1], r[2]};
    ++fresh_[unit];
    newest_ = step;
  }

  /// The number of spikes of a unit at or after `step`.
  std::uint32_t since(std::size_t unit, NearStep step) const {
    const auto& r = recent_[unit];
    const auto seen = static_cast<std::uint32_t>((r[0] >= step) + (r[1] >= step) + (r[2] >= step) + (r[3] >= step));
    return seen < glance ? seen : since_beyond(unit, step);
  }
  /// Place of the spike of a unit after which it sent `later` more.
  std::size_t slot(std::size_t unit, std::uint32_t later) const {
    return unit * depth_ + ((sent_[unit] - 1 - later) & (depth_ - 1));
  }
  NearStep step(std::size_t slot) const { return step_[slot]; }
  const Post& before(std::size_t slot) const { return before_[slot]; }
  const Post& after(std::size_t slot) const { return after_[slot]; }

  /// All synapses have replayed what came before `step`.
  void replayed(NearStep step) {
    for (std::size_t u = 0; u < units_; ++u) fresh_[u] = since(u, step);
  }
  /// Makes room for more spikes of a unit.
  void deepen() {
    const std::size_t old = depth_;
    depth_ *= 2;
    step_ = spread(step_, old, long_ago);
    before_ = spread(before_, old, Post{});
    after_ = spread(after_, old, Post{});
  }
  /// Counts steps from one that is `by` later.
  void shift(NearStep by) {
    const auto move = [by](NearStep& step) { step = step < long_ago + by ? long_ago : step - by; };
    for (auto& r : recent_)
      for (NearStep& step : r) move(step);
    for (Last& last : last_) move(last.step);
    for (NearStep& step : step_) move(step);
    move(newest_);
  }

 private:
  std::uint32_t since_beyond(std::size_t unit, NearStep step) const {
    auto count = static_cast<std::uint32_t>(glance);
    while (count < depth_ && step_[slot(unit, count)] >= step) ++count;
    return count;
  }
  template <class T>
  std::vector<T> spread(const std::vector<T>& from, std::size_t old, const T& none) const {
    std::vector<T> to(units_ * depth_, none);
    for (std::size_t u = 0; u < units_; ++u)
      for (std::uint32_t k = 1; k <= std::min<std::uint32_t>(sent_[u], static_cast<std::uint32_t>(old)); ++k)
        to[u * depth_ + ((sent_[u] - k) & (depth_ - 1))] = from[u * old + ((sent_[u] - k) & (old - 1))];
    return to;
  }

  std::size_t units_ = 0, depth_ = 32;                // depth: a power of two
  std::vector<std::array<NearStep, glance>> recent_;  // newest first
  std::vector<Last> last_;
  std::vector<NearStep> step_;        // [unit][slot]
  std::vector<Post> before_, after_;  // [unit][slot]
  std::vector<std::uint32_t> sent_;   // spikes, modulo 2^32
  std::vector<std::uint32_t> fresh_;  // spikes that some synapse has yet to replay
  NearStep newest_ = long_ago;
};

}  // namespace cajal
