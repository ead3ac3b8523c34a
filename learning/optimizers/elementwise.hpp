#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "sim/number/pack.hpp"

namespace cajal {

/// Applies an optimizer's update to `count` elements, by packs; the last, incomplete one through a copy, so that each
/// element goes through the same arithmetic wherever ranges are cut.
template <class Kind, class Real, std::size_t n>
void update_elements(const typename Kind::Step& step, Real* value, const Real* gradient,
                     const std::array<Real*, n>& state, std::size_t count) {
  using P = Wide<Real>;
  constexpr std::size_t lanes = P::lanes;
  const typename Kind::Step shared = step;
  const auto apply = [&shared](Real* w, const Real* g, const std::array<Real*, n>& s) {
    std::array<P, n> x;
    for (std::size_t k = 0; k < n; ++k) x[k] = P::load(s[k]);
    Kind::update(P::load(w), P::load(g), x, shared).store(w);
    for (std::size_t k = 0; k < n; ++k) x[k].store(s[k]);
  };
  const auto shifted = [&state](std::size_t i) {
    std::array<Real*, n> s;
    for (std::size_t k = 0; k < n; ++k) s[k] = state[k] + i;
    return s;
  };
  const std::size_t whole = count / lanes * lanes, rest = count - whole;
  for (std::size_t i = 0; i < whole; i += lanes) apply(value + i, gradient + i, shifted(i));
  if (rest == 0) return;

  Real last[n + 2][lanes] = {};
  std::array<Real*, n> s;
  for (std::size_t k = 0; k < n; ++k) {
    s[k] = last[k + 2];
    std::copy_n(state[k] + whole, rest, s[k]);
  }
  std::copy_n(value + whole, rest, last[0]);
  std::copy_n(gradient + whole, rest, last[1]);
  apply(last[0], last[1], s);
  std::copy_n(last[0], rest, value + whole);
  for (std::size_t k = 0; k < n; ++k) std::copy_n(s[k], rest, state[k] + whole);
}

}  // namespace cajal
