#pragma once

#include <array>

#include "sim/number/dual.hpp"
#include "sim/number/math.hpp"

namespace cajal {

// Functions of activations that few models need.

namespace detail {

template <class T, std::size_t n>
T polynomial(const T& x, const std::array<double, n>& coefficients) {
  T sum = T(coefficients[n - 1]);
  for (std::size_t k = n - 1; k-- > 0;) sum = fma(sum, x, T(coefficients[k]));
  return sum;
}

/// (1 + 2 z) e^(z^2) erfc(z) for z >= 0 as a polynomial in (z - k) / (z + k), the form of Shepherd & Laframboise 1981,
/// Math. Comp. 36:249; our coefficients, by interpolation at Chebyshev's nodes. Error: 1e-8 of single, 3e-16 of double
/// numbers, while erfc does not underflow.
inline constexpr std::array<double, 11> scaled_erfc_single{
    1.27697839,    -0.0927639104, -0.166031158,   0.164053627,     -0.0542074274, -0.0080492219,
    0.00864577656, 0.00129045403, -0.00125665331, -0.000385303645, 1.67261682e-05};
inline constexpr std::array<double, 23> scaled_erfc_double{
    1.2375126308378275,     -0.14024059858554672,    0.0035854154854627787,   0.082276738490114604,
    -0.10880393014165794,   0.092304321161468569,    -0.058693398591466016,   0.028362277400977638,
    -0.0097465795408827969, 0.0017556260171950049,   0.00029371358802653894,  -0.00029015499180998704,
    5.1649209013595189e-05, 2.2387440954073386e-05,  -1.1443668276241374e-05, -9.8075586636154944e-07,
    1.7490089891558575e-06, -4.7113133073473755e-08, -2.5315342634459953e-07, 1.5021736530100518e-08,
    3.283098101325264e-08,  -5.0369954636997412e-10, -2.2822006004867127e-09};

/// ln(1 + u) = 2 artanh(u / (2 + u)), by its series, for u from 0 to 1. Error: 3 ULP.
template <class T>
T log_one_plus(const T& u) {
  constexpr int terms = IsSingle<T>::value ? 8 : 18;
  const T s = u / (T(2) + u), square = s * s;
  T sum = T(1.0 / (2 * terms - 1));
  for (int k = terms - 2; k >= 0; --k) sum = fma(sum, square, T(1.0 / (2 * k + 1)));
  return T(2) * s * sum;
}

}  // namespace detail

/// The standard normal distribution function, (1 + erf(x / sqrt 2)) / 2. Error: 4 ULP, of the tail 1e-13 relative in
/// double and 1e-5 in single precision, where it is not below the smallest normal number: there it is 0.
template <class T>
T normal_cdf(const T& x) {
  constexpr bool single = detail::IsSingle<T>::value;
  const T exponent = T(-0.5) * x * x;
  const T z = at_most(abs(x) * T(0.70710678118654752440), T(single ? 9.5 : 27.0));
  const T k = T(single ? 2.0 : 3.75);
  const T t = (z - k) / (z + k);
  T scaled;
  if constexpr (single)
    scaled = detail::polynomial(t, detail::scaled_erfc_single);
  else
    scaled = detail::polynomial(t, detail::scaled_erfc_double);
  T tail = T(0.5) * exp(exponent) * scaled / (T(1) + T(2) * z);
  tail = where(exponent < T(single ? -87.0 : -707.0), T(0), tail);
  return where(x < T(0), tail, T(1) - tail);
}
template <class T, int n>
Dual<T, n> normal_cdf(const Dual<T, n>& x) {
  return x.chain(normal_cdf(x.value), T(0.39894228040143267794) * exp(T(-0.5) * x.value * x.value));
}

/// ln(1 + e^x) without overflow. Error: 4 ULP where e^-|x| is not clamped.
template <class T>
T softplus(const T& x) {
  return at_least(x, T(0)) + detail::log_one_plus(exp(-abs(x)));
}
template <class T, int n>
Dual<T, n> softplus(const Dual<T, n>& x) {
  return x.chain(softplus(x.value), sigmoid(x.value));
}

}  // namespace cajal
