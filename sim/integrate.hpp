#pragma once

#include <array>

#include "sim/model.hpp"

namespace cajal {

// One step of h = dt of dx/dt = f(x, input). Each names the points of the step, in units of h, at which it reads its
// input, and is independent of all models.

/// Forward Euler, order 1: x + h f(x).
struct Euler {
  static constexpr std::string_view name = "euler";
  static constexpr std::array<double, 1> points{0};
  template <class M, class T, class P>
  static StateOf<M, T> step(const StateOf<M, T>& x, const std::array<InputsOf<M, T>, 1>& in, const P& p,
                            const Plain<T>& h);
};

/// Heun, order 2: the mean of the slopes at both ends.
struct Heun {
  static constexpr std::string_view name = "heun";
  static constexpr std::array<double, 2> points{0, 1};
  template <class M, class T, class P>
  static StateOf<M, T> step(const StateOf<M, T>& x, const std::array<InputsOf<M, T>, 2>& in, const P& p,
                            const Plain<T>& h);
};

/// The classical Runge-Kutta method, order 4.
struct RungeKutta4 {
  static constexpr std::string_view name = "rk4";
  static constexpr std::array<double, 3> points{0, 0.5, 1};
  template <class M, class T, class P>
  static StateOf<M, T> step(const StateOf<M, T>& x, const std::array<InputsOf<M, T>, 3>& in, const P& p,
                            const Plain<T>& h);
};

/// Exponential Euler, order 1 and stable for stiff decays: each variable relaxes exactly with its own rate
/// J = d f / d x, x + h f(x) (e^(J h) - 1) / (J h). Exact for a variable whose own equation is linear with fixed
/// coefficients. J h counts as at most 10: the upstroke of a spike must not overflow. Source: MacGregor 1987; Rotter &
/// Diesmann 1999, Biol. Cybern. 81:381.
struct ExponentialEuler {
  static constexpr std::string_view name = "exponential_euler";
  static constexpr std::array<double, 1> points{0};
  template <class M, class T, class P>
  static StateOf<M, T> step(const StateOf<M, T>& x, const std::array<InputsOf<M, T>, 1>& in, const P& p,
                            const Plain<T>& h);
};

/// x + h k for states.
template <class S, class T>
S moved(const S& x, const S& slope, const T& h) {
  S y = x;
  each_pair(y, slope, [&](auto& a, const auto& k, std::size_t) { a = a + h * k; });
  return y;
}

template <class M, class T, class P>
StateOf<M, T> Euler::step(const StateOf<M, T>& x, const std::array<InputsOf<M, T>, 1>& in, const P& p,
                          const Plain<T>& h) {
  return moved(x, M::derivative(x, in[0], p), h);
}

template <class M, class T, class P>
StateOf<M, T> Heun::step(const StateOf<M, T>& x, const std::array<InputsOf<M, T>, 2>& in, const P& p,
                         const Plain<T>& h) {
  const auto first = M::derivative(x, in[0], p);
  const auto second = M::derivative(moved(x, first, h), in[1], p);
  const Plain<T> half = Plain<T>(0.5) * h;
  return moved(moved(x, first, half), second, half);
}

template <class M, class T, class P>
StateOf<M, T> RungeKutta4::step(const StateOf<M, T>& x, const std::array<InputsOf<M, T>, 3>& in, const P& p,
                                const Plain<T>& h) {
  const Plain<T> half = Plain<T>(0.5) * h, third = h / Plain<T>(3), sixth = h / Plain<T>(6);
  const auto k1 = M::derivative(x, in[0], p);
  const auto k2 = M::derivative(moved(x, k1, half), in[1], p);
  const auto k3 = M::derivative(moved(x, k2, half), in[1], p);
  const auto k4 = M::derivative(moved(x, k3, h), in[2], p);
  return moved(moved(moved(moved(x, k1, sixth), k2, third), k3, third), k4, sixth);
}

/// (e^z - 1) / z, also with its derivative without cancellation near 0.
template <class T>
T relative_growth(const T& z) {
  const T one(1);
  // The sum of z^k / (k + 1)!; for |z| < 0.1 what is left out is below half an ULP, also of the derivative.
  T series(1.0 / 720);
  if constexpr (!detail::IsSingle<Plain<T>>::value) {
    series = T(1.0 / 3628800);
    for (const double c : {1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720}) series = fma(series, z, T(c));
  }
  for (const double c : {1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1.0}) series = fma(series, z, T(c));
  const auto small = abs(value_of(z)) < decltype(value_of(z))(0.1);
  if (!any(!small)) return series;
  const T safe = where(small, one, z);
  return where(small, series, expm1(safe) / safe);
}

/// z / (e^z - 1), with one division where it is not near 0: what a Hodgkin-Huxley rate is made of.
template <class T>
T inverse_growth(const T& z) {
  const T one(Plain<T>(1.0));
  // 1 - z/2 + z^2/12 - z^4/720 + z^6/30240 - z^8/1209600
  const T square = z * z;
  T series = T(Plain<T>(1.0 / 30240));
  if constexpr (!detail::IsSingle<Plain<T>>::value) {
    series = T(Plain<T>(-691.0 / 1307674368000));
    for (const double c : {1.0 / 47900160, -1.0 / 1209600, 1.0 / 30240}) series = fma(series, square, T(Plain<T>(c)));
  }
  for (const double c : {-1.0 / 720, 1.0 / 12, 0.0}) series = fma(series, square, T(Plain<T>(c)));
  series = one - Plain<T>(0.5) * z + series;
  const auto small = abs(value_of(z)) < decltype(value_of(z))(0.1);
  if (!any(!small)) return series;
  const T safe = where(small, one, z);
  return where(small, series, safe / expm1(safe));
}

template <class M, class T, class P>
StateOf<M, T> ExponentialEuler::step(const StateOf<M, T>& x, const std::array<InputsOf<M, T>, 1>& in, const P& p,
                                     const Plain<T>& h) {
  // In numbers with derivatives one pass for each variable, with its own derivative alone: derivatives of whole
  // Jacobians would be many times as many numbers.
  constexpr std::size_t n = state_size<M>, at_once = std::is_same_v<T, Plain<T>> ? n : 1;
  using D = Dual<T, static_cast<int>(at_once)>;
  InputsOf<M, D> input;
  for (std::size_t k = 0; k < input_count<M>; ++k) {
    const Input<T>& given = input_at(in[0], k);
    input_at(input, k) = {D(given.current), D(given.conductance)};
  }
  StateOf<M, T> y = x;
  for (std::size_t first = 0; first < n; first += at_once) {
    StateOf<M, D> dual;
    each_pair(dual, x, [&](D& d, const T& v, std::size_t i) {
      d = i - first < at_once ? D::variable(v, static_cast<int>(i - first)) : D(v);
    });
    const StateOf<M, D> slope = M::derivative(dual, input, p);
    each_pair(y, slope, [&](T& a, const D& k, std::size_t i) {
      if (i - first < at_once) a = a + h * k.value * relative_growth(at_most(h * k.by[i - first], T(10)));
    });
  }
  return y;
}

}  // namespace cajal
