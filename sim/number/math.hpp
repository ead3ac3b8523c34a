#pragma once

#include <cmath>
#include <type_traits>

#include "sim/number/pack.hpp"

namespace cajal {

// The functions that a model may use, on double and on Pack alike. Overloads for double stand before the templates, so
// that a model's unqualified call finds ours and not the C library's: one text, one result.

inline double fma(double a, double b, double c) { return std::fma(a, b, c); }
inline double where(bool m, double a, double b) { return m ? a : b; }
inline double sqrt(double a) { return std::sqrt(a); }
inline bool any(bool m) { return m; }

namespace detail {

inline double power_of_two(double shifted) {
  std::uint64_t bits;
  std::memcpy(&bits, &shifted, 8);
  bits = (bits << 52) + 0x3ff0000000000000ULL;
  double r;
  std::memcpy(&r, &bits, 8);
  return r;
}

template <class T>
struct IsSingle : std::false_type {};
template <int n>
struct IsSingle<Pack<float, n>> : std::true_type {};

/// x = k ln(2) + r with |r| <= ln(2)/2; e^r = 1 + r + r^2 p, p by the Taylor polynomial that reaches half an ULP there.
template <class T>
struct Reduced {
  T r, p, two_to_k;
};

/// Beyond the range of normal numbers the argument is clamped: no infinity, no denormal; NaN stays NaN.
template <class T>
Reduced<T> reduced(T x) {
  constexpr bool single = IsSingle<T>::value;
  x = where(x > T(single ? 88.3 : 709.0), T(single ? 88.3 : 709.0), x);
  x = where(x < T(single ? -87.3 : -708.0), T(single ? -87.3 : -708.0), x);
  const T magic = T(single ? 12582912.0 : 6755399441055744.0);  // 1.5 * 2^23, 1.5 * 2^52
  const T shifted = fma(x, T(1.4426950408889634074), magic);
  const T k = shifted - magic;
  T r = fma(k, T(single ? -0.693145751953125 : -0.693147180369123816490), x);
  r = fma(k, T(single ? -1.42860682030941723212e-6 : -1.90821492927058770002e-10), r);
  T sum;
  if constexpr (single) {
    sum = fma(T(1.0 / 5040), r, T(1.0 / 720));
  } else {
    sum = fma(T(1.0 / 6227020800), r, T(1.0 / 479001600));
    sum = fma(sum, r, T(1.0 / 39916800));
    sum = fma(sum, r, T(1.0 / 3628800));
    sum = fma(sum, r, T(1.0 / 362880));
    sum = fma(sum, r, T(1.0 / 40320));
    sum = fma(sum, r, T(1.0 / 5040));
    sum = fma(sum, r, T(1.0 / 720));
  }
  sum = fma(sum, r, T(1.0 / 120));
  sum = fma(sum, r, T(1.0 / 24));
  sum = fma(sum, r, T(1.0 / 6));
  return {r, fma(sum, r, T(0.5)), power_of_two(shifted)};
}

template <class T>
T exponential(T x) {
  const Reduced<T> e = reduced(x);
  return fma(fma(e.p, e.r, T(1)), e.r, T(1)) * e.two_to_k;
}
template <class T>
T exponential_minus_one(T x) {
  const Reduced<T> e = reduced(x);
  return fma(fma(e.p * e.r, e.r, e.r), e.two_to_k, e.two_to_k - T(1));
}

}  // namespace detail

/// e^x. Error: 1 ULP on [-87.3, 88.3] in single, [-708, 709] in double precision; clamped beyond.
inline double exp(double x) { return detail::exponential(x); }
template <class Real, int n>
Pack<Real, n> exp(Pack<Real, n> x) {
  return detail::exponential(x);
}

/// e^x - 1, without cancellation near 0. Error: 2 ULP where exp is not clamped.
inline double expm1(double x) { return detail::exponential_minus_one(x); }
template <class Real, int n>
Pack<Real, n> expm1(Pack<Real, n> x) {
  return detail::exponential_minus_one(x);
}

inline double abs(double x) { return std::fabs(x); }
template <class Real, int n>
Pack<Real, n> abs(Pack<Real, n> x) {
  // By the sign bit: a comparison would leave -0 as it is.
  using Integers = typename Mask<Real, n>::Vector;
  const Integers sign = (Integers)(-typename Pack<Real, n>::Vector{});
  return (typename Pack<Real, n>::Vector)((Integers)x.v & ~sign);
}

/// The smaller of x and bound; NaN stays NaN.
template <class T>
T at_most(const T& x, const T& bound) {
  return where(x > bound, bound, x);
}
/// The larger of x and bound; NaN stays NaN.
template <class T>
T at_least(const T& x, const T& bound) {
  return where(x < bound, bound, x);
}
#if defined(__AVX512F__)
// The processor's own minimum and maximum give their second operand where the first is not less or not greater.
inline Pack<float, 16> at_most(const Pack<float, 16>& x, const Pack<float, 16>& bound) {
  return (Pack<float, 16>::Vector)_mm512_maskz_min_ps(__mmask16(-1), (__m512)bound.v, (__m512)x.v);
}
inline Pack<float, 16> at_least(const Pack<float, 16>& x, const Pack<float, 16>& bound) {
  return (Pack<float, 16>::Vector)_mm512_maskz_max_ps(__mmask16(-1), (__m512)bound.v, (__m512)x.v);
}
inline Pack<double, 8> at_most(const Pack<double, 8>& x, const Pack<double, 8>& bound) {
  return (Pack<double, 8>::Vector)_mm512_maskz_min_pd(__mmask8(-1), (__m512d)bound.v, (__m512d)x.v);
}
inline Pack<double, 8> at_least(const Pack<double, 8>& x, const Pack<double, 8>& bound) {
  return (Pack<double, 8>::Vector)_mm512_maskz_max_pd(__mmask8(-1), (__m512d)bound.v, (__m512d)x.v);
}
#endif

/// 1 / (1 + e^-x), for T any number type. Error: 3 ULP where e^-x is not clamped; below that constant and tiny.
template <class T>
T sigmoid(const T& x) {
  return T(1) / (T(1) + exp(-x));
}

/// Hyperbolic tangent from one exponential. Error: 3 ULP, also of small results.
template <class T>
T tanh(const T& x) {
  const T e = expm1(T(-2) * abs(x));
  const T y = -e / (T(2) + e);
  return where(x < T(0), -y, y);
}

/// x as it counts in comparisons: a plain number is its own value.
inline double value_of(double x) { return x; }
template <class Real, int n>
Pack<Real, n> value_of(Pack<Real, n> x) {
  return x;
}

/// The number type without derivatives.
template <class T>
struct PlainOf {
  using type = T;
};
template <class T>
using Plain = typename PlainOf<T>::type;

}  // namespace cajal
