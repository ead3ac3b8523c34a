#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cajal {

/// A list for each step to come and each channel: what is under way, in the order in which it was sent.
template <class Entry>
class Calendar {
 public:
  Calendar(std::int64_t slots, std::size_t channels)
      : slots_(slots), channels_(channels), lists_(static_cast<std::size_t>(slots) * channels) {}

  std::int64_t slots() const { return slots_; }
  std::int64_t slot(std::int64_t step) const { return step % slots_; }
  /// The slot `delay` steps after `slot`; delay < slots.
  std::int64_t later(std::int64_t slot, std::int64_t delay) const {
    return slot + delay < slots_ ? slot + delay : slot + delay - slots_;
  }
  std::vector<Entry>& list(std::int64_t slot, std::size_t channel) {
    return lists_[static_cast<std::size_t>(slot) * channels_ + channel];
  }

  /// Forgets what is under way: the start of a trial.
  void reset() {
    for (auto& list : lists_) list.clear();
  }
  bool empty() const {
    for (const auto& list : lists_)
      if (!list.empty()) return false;
    return true;
  }
  std::size_t memory() const {
    std::size_t bytes = lists_.capacity() * sizeof(lists_[0]);
    for (const auto& list : lists_) bytes += list.capacity() * sizeof(Entry);
    return bytes;
  }

 private:
  std::int64_t slots_;
  std::size_t channels_;
  std::vector<std::vector<Entry>> lists_;
};

/// Segments [segment, end) of a store's source unit, which sent `factor`.
template <class Real>
struct SentSegments {
  std::uint32_t segment, end, source;
  Real factor;
};

/// What is under way in a SparseStore: a channel for each pair of source node and target group that is joined, because
/// a source may have run ahead of others by a whole window. One wheel for each shard, or for each sample where a batch
/// is run. Made by SparseStore::make_wheel.
template <class Real>
class Wheel : public Calendar<SentSegments<Real>> {
 public:
  using Entry = SentSegments<Real>;

  Wheel(std::int64_t slots, std::size_t channels, std::size_t edges)
      : Calendar<Entry>(slots, channels), arrivals(edges), delivered(edges) {}

  std::vector<Real*> arrivals;           ///< by edge, while a step is drained
  std::vector<std::uint64_t> delivered;  ///< by edge, see SparseStore::count
};

}  // namespace cajal
