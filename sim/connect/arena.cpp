#include "sim/connect/arena.hpp"

#include <algorithm>
#include <utility>

#include "sim/error.hpp"

namespace cajal {

template <class Real>
Arena<Real>::Arena(std::vector<Place> places, std::size_t parts, std::int64_t slots)
    : places_(std::move(places)), offsets_(parts), slots_(slots) {
  // Ports of one number side by side: a source mostly ends at the same port everywhere, so its synapses share windows.
  std::stable_sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) { return a.port < b.port; });
  for (std::size_t part = 0; part < parts; ++part) {
    std::size_t position = 0;
    for (const Place& place : places_) {
      const auto [begin, end] = Slice{0, 1, part, parts}.units(padded(place.node->size()));
      const std::size_t left = window_size - position % window_size;
      if (end - begin > left && end - begin <= window_size) position += left;
      offsets_[part].push_back(static_cast<std::uint32_t>(position - begin));
      position += end - begin;
    }
    stride_ = std::max(stride_, position);
  }
  if (stride_ >= (std::size_t{1} << 28)) throw Error("more than 2^28 units and ports in one shard: use more threads");
  if (places_.empty()) return;
  for (std::size_t part = 0; part < parts; ++part) {
    memory_.emplace_back(static_cast<std::size_t>(slots_) * stride_ * sizeof(Real));
    rows_.push_back(reinterpret_cast<Real*>(memory_.back().data()));
  }
  for (std::size_t i = 0; i < places_.size(); ++i) {
    std::vector<Real*> base;
    for (std::size_t part = 0; part < parts; ++part)
      base.push_back(rows_[part] + static_cast<std::ptrdiff_t>(static_cast<std::int32_t>(offsets_[part][i])));
    places_[i].node->ports[places_[i].port].arrivals.bind(std::move(base), slots_, stride_);
  }
}

template <class Real>
std::uint32_t Arena<Real>::offset(const Node<Real>& node, std::size_t port, std::size_t part) const {
  for (std::size_t i = 0; i < places_.size(); ++i)
    if (places_[i].node == &node && places_[i].port == port) return offsets_[part][i];
  throw Error("node " + node.name() + ": a port that has no place in the arena");
}

template class Arena<float>;
template class Arena<double>;

}  // namespace cajal
