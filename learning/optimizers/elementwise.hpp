#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

#include "sim/number/math.hpp"
#include "sim/number/pack.hpp"

namespace cajal {

/// What becomes of a gradient before the optimizer takes it, where w is the parameter:
///
///     g <- max(-limit, min(limit, scale * (g + l1 sign(w) + twice_l2 w)))        with sign(0) = 0
struct GradientShaping {
  double l1 = 0, twice_l2 = 0, scale = 1, limit = std::numeric_limits<double>::infinity();

  bool penalises() const { return l1 != 0 || twice_l2 != 0; }
  bool active() const { return penalises() || scale != 1 || limit < std::numeric_limits<double>::infinity(); }

  template <class T>
  T penalised(const T& gradient, const T& value) const {
    const T sign = where(value > T(0), T(1), where(value < T(0), T(-1), T(0)));
    return fma(T(twice_l2), value, fma(T(l1), sign, gradient));
  }
  template <class T>
  T operator()(const T& gradient, const T& value) const {
    const T g = T(scale) * penalised(gradient, value);
    return at_least(at_most(g, T(limit)), T(-limit));
  }
};

/// Applies an optimizer's update to `count` elements, by packs; the last, incomplete one through a copy, so that each
/// element goes through the same arithmetic wherever ranges are cut. Arrays of the state that the optimizer does not
/// keep are null.
template <class Kind, bool shaped, class Real, std::size_t n>
void update_elements(const typename Kind::Step& step, const GradientShaping& shaping, Real* value, const Real* gradient,
                     const std::array<Real*, n>& state, std::size_t count) {
  using P = Wide<Real>;
  constexpr std::size_t lanes = P::lanes;
  const typename Kind::Step shared = step;
  const GradientShaping shape = shaping;
  const auto apply = [&shared, &shape](Real* w, const Real* g, const std::array<Real*, n>& s) {
    std::array<P, n> x;
    for (std::size_t k = 0; k < n; ++k) x[k] = s[k] ? P::load(s[k]) : P(Real(0));
    const P before = P::load(w);
    P slope = P::load(g);
    if constexpr (shaped) slope = shape(slope, before);
    Kind::update(before, slope, x, shared).store(w);
    for (std::size_t k = 0; k < n; ++k)
      if (s[k]) x[k].store(s[k]);
  };
  const auto shifted = [&state](std::size_t i) {
    std::array<Real*, n> s;
    for (std::size_t k = 0; k < n; ++k) s[k] = state[k] ? state[k] + i : nullptr;
    return s;
  };
  const std::size_t whole = count / lanes * lanes, rest = count - whole;
  for (std::size_t i = 0; i < whole; i += lanes) apply(value + i, gradient + i, shifted(i));
  if (rest == 0) return;

  Real last[n + 2][lanes] = {};
  std::array<Real*, n> s;
  for (std::size_t k = 0; k < n; ++k) {
    s[k] = state[k] ? last[k + 2] : nullptr;
    if (state[k]) std::copy_n(state[k] + whole, rest, s[k]);
  }
  std::copy_n(value + whole, rest, last[0]);
  std::copy_n(gradient + whole, rest, last[1]);
  apply(last[0], last[1], s);
  std::copy_n(last[0], rest, value + whole);
  for (std::size_t k = 0; k < n; ++k)
    if (state[k]) std::copy_n(s[k], rest, state[k] + whole);
}

/// The sum of the squares of the shaped gradient before scale and limit, in double, in an order that depends on `count`
/// alone.
template <class Real>
double squared_norm(const GradientShaping& shaping, const Real* value, const Real* gradient, std::size_t count) {
  double sum = 0;
  if (!shaping.penalises()) {
    for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(gradient[i]) * static_cast<double>(gradient[i]);
    return sum;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const double g = shaping.penalised(static_cast<double>(gradient[i]), static_cast<double>(value[i]));
    sum += g * g;
  }
  return sum;
}

}  // namespace cajal
