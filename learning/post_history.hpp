#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "sim/field.hpp"

namespace cajal {

/// Steps counted from a step that is near: half the bytes, and many of them in a register.
using NearStep = std::int32_t;
inline constexpr NearStep long_ago = -(NearStep{1} << 30);

/// The last spikes of some target units, with their traces: what plastic synapses replay when their next presynaptic
/// spike arrives. Of every unit the last `depth` spikes are there, the oldest overwritten first; of the last `glance`
/// there is a copy in columns over the units, which can be gathered by packs.
template <class Post, class Real>
class PostHistory {
 public:
  static constexpr std::size_t glance = 4;
  static constexpr std::size_t traces = std::max<std::size_t>(1, member_count<Post>);

  void resize(std::size_t units) {
    units_ = units;
    clear();
  }
  void clear() {
    for (auto& column : recent_) column.assign(units_, long_ago);
    for (auto* all : {&before_recent_, &after_recent_})
      for (auto& columns : *all)
        for (auto& column : columns) column.assign(units_, 0);
    step_.assign(units_ * depth_, long_ago);
    before_.assign(units_ * depth_, {});
    after_.assign(units_ * depth_, {});
    sent_.assign(units_, 0);
    fresh_.assign(units_, 0);
    newest_ = long_ago;
  }

  /// Step of the last spike of any unit.
  NearStep newest() const { return newest_; }
  /// By unit: the step of the spike after which it sent `later` more, and a trace just before and after it.
  const NearStep* recent(std::size_t later) const { return recent_[later].data(); }
  const Real* before_recent(std::size_t later, std::size_t trace) const { return before_recent_[later][trace].data(); }
  const Real* after_recent(std::size_t later, std::size_t trace) const { return after_recent_[later][trace].data(); }

  /// Whether a unit has spikes that one more would overwrite before all synapses replayed them.
  bool full(std::size_t unit) const { return fresh_[unit] + 1 >= depth_; }
  void add(std::size_t unit, NearStep step, const Post& before, const Post& after) {
    const std::size_t slot = unit * depth_ + (sent_[unit]++ & (depth_ - 1));
    step_[slot] = step;
    before_[slot] = before;
    after_[slot] = after;
    for (std::size_t k = glance; k-- > 1;) {
      recent_[k][unit] = recent_[k - 1][unit];
      for (std::size_t m = 0; m < traces; ++m) {
        before_recent_[k][m][unit] = before_recent_[k - 1][m][unit];
        after_recent_[k][m][unit] = after_recent_[k - 1][m][unit];
      }
    }
    recent_[0][unit] = step;
    each_member(before, [&](const Real& y, std::size_t m) { before_recent_[0][m][unit] = y; });
    each_member(after, [&](const Real& y, std::size_t m) { after_recent_[0][m][unit] = y; });
    ++fresh_[unit];
    newest_ = std::max(newest_, step);
  }

  /// The number of spikes of a unit at or after `step`.
  std::uint32_t since(std::size_t unit, NearStep step) const {
    std::uint32_t count = 0;
    while (count < depth_ && step_[slot(unit, count)] >= step) ++count;
    return count;
  }
  /// Place of the spike of a unit after which it sent `later` more.
  std::size_t slot(std::size_t unit, std::uint32_t later) const {
    return unit * depth_ + ((sent_[unit] - 1 - later) & (depth_ - 1));
  }
  NearStep step(std::size_t slot) const { return step_[slot]; }
  const Post& before(std::size_t slot) const { return before_[slot]; }
  const Post& after(std::size_t slot) const { return after_[slot]; }

  /// Calls visit(unit, step, before, after) for the spikes that still count, those of a unit from the oldest on: what
  /// some synapse has yet to replay, and the last ones.
  template <class Visit>
  void each(const Visit& visit) const {
    for (std::size_t u = 0; u < units_; ++u)
      for (std::uint32_t k = std::min(sent_[u], std::max<std::uint32_t>(fresh_[u], glance)); k-- > 0;)
        if (const std::size_t s = slot(u, k); step_[s] != long_ago) visit(u, step_[s], before_[s], after_[s]);
  }

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
    for (auto& column : recent_)
      for (NearStep& step : column) move(step);
    for (NearStep& step : step_) move(step);
    move(newest_);
  }

 private:
  template <class T>
  std::vector<T> spread(const std::vector<T>& from, std::size_t old, const T& none) const {
    std::vector<T> to(units_ * depth_, none);
    for (std::size_t u = 0; u < units_; ++u)
      for (std::uint32_t k = 1; k <= std::min<std::uint32_t>(sent_[u], static_cast<std::uint32_t>(old)); ++k)
        to[u * depth_ + ((sent_[u] - k) & (depth_ - 1))] = from[u * old + ((sent_[u] - k) & (old - 1))];
    return to;
  }

  std::size_t units_ = 0, depth_ = 32;  // depth: a power of two
  std::array<std::vector<NearStep>, glance> recent_;
  std::array<std::array<std::vector<Real>, traces>, glance> before_recent_, after_recent_;
  std::vector<NearStep> step_;        // [unit][slot]
  std::vector<Post> before_, after_;  // [unit][slot]
  std::vector<std::uint32_t> sent_;   // spikes, modulo 2^32
  std::vector<std::uint32_t> fresh_;  // spikes that some synapse has yet to replay
  NearStep newest_ = long_ago;
};

}  // namespace cajal
