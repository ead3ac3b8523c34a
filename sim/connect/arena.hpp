#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/memory.hpp"
#include "sim/node.hpp"

namespace cajal {

/// Where what arrives stands, of all ports that static edges reach: for each shard one block of memory with a row for
/// each slot, so that a synapse needs no more than a position in that row. A position is a *window* of 65,536 and a
/// 16-bit place in it; the units of a port that belong to a shard lie in one window where they can.
template <class Real>
class Arena {
 public:
  /// One port of one node.
  struct Place {
    Node<Real>* node;
    std::size_t port;
  };
  static constexpr std::uint32_t window_size = 65536;

  Arena() = default;
  /// The ports' arrivals must have their shape; they are bound to this memory, with `slots` rows, which must outlive
  /// them.
  Arena(std::vector<Place> places, std::size_t parts, std::int64_t slots);

  /// What is added to the number of a unit of `node` for its position in shard `part`; modulo 2^32.
  std::uint32_t offset(const Node<Real>& node, std::size_t port, std::size_t part) const;
  /// The row of shard `part` for `step`.
  Real* row(std::int64_t step, std::size_t part) const {
    return rows_[part] + static_cast<std::size_t>(step % slots_) * stride_;
  }
  std::size_t windows() const { return (stride_ + window_size - 1) / window_size; }
  std::size_t parts() const { return rows_.size(); }
  bool empty() const { return places_.empty(); }

 private:
  std::vector<Place> places_;
  std::vector<std::vector<std::uint32_t>> offsets_;  ///< [part][place]
  std::vector<Region> memory_;
  std::vector<Real*> rows_;
  std::size_t stride_ = 0;
  std::int64_t slots_ = 1;
};

}  // namespace cajal
