#pragma once

#include <cstddef>
#include <span>

#include "sim/number/aligned.hpp"

namespace cajal {

/// Room for n numbers that the calling thread keeps from call to call, so that work done for every batch allocates
/// nothing. `Use` is the caller's own type: two uses at the same time have different ones. What it holds is whatever
/// the last call left there.
template <class Use, class T>
std::span<T> scratch(std::size_t n) {
  thread_local AlignedVector<T> room;
  if (room.size() < n) room.resize(n);
  return {room.data(), n};
}

}  // namespace cajal
