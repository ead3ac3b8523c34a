#pragma once

#include "sim/number/dual.hpp"

namespace cajal {

// Logarithm, sine, cosine and powers on double, Pack and Dual alike: what fewer models need than exp.

namespace detail {

/// The bits of a number as integers, and back, for a double as for every lane of a pack.
template <class T>
struct Bits;
template <>
struct Bits<double> {
  using Integers = std::int64_t;
  static constexpr bool single = false;
  static Integers of(double x) {
    Integers bits;
    std::memcpy(&bits, &x, 8);
    return bits;
  }
  static double number(Integers bits) {
    double x;
    std::memcpy(&x, &bits, 8);
    return x;
  }
  static bool equal(Integers a, Integers b) { return a == b; }
};
template <class Real, int n>
struct Bits<Pack<Real, n>> {
  using Integers = typename Mask<Real, n>::Vector;
  static constexpr bool single = sizeof(Real) == 4;
  static Integers of(Pack<Real, n> x) { return (Integers)x.v; }
  static Pack<Real, n> number(Integers bits) { return (typename Pack<Real, n>::Vector)bits; }
  static Mask<Real, n> equal(Integers a, typename Mask<Real, n>::Integer b) { return {a == b}; }
};

/// x = (1 + f) 2^k with 1 + f in [sqrt(1/2), sqrt(2)), for normal x > 0.
template <class T>
struct Scaled {
  T f, k;
};
template <class T>
Scaled<T> scaled(const T& x) {
  using B = Bits<T>;
  using Word = typename B::Integers;
  constexpr int mantissa = B::single ? 23 : 52;
  const Word root = B::of(T(0.70710678118654752440)), magic = B::of(T(B::single ? 8388608.0 : 4503599627370496.0));
  const Word bits = B::of(x), exponent = (bits - root) >> mantissa;
  const T k = B::number((exponent + (B::single ? 256 : 2048)) | magic) -
              T(B::single ? 8388608.0 + 256 : 4503599627370496.0 + 2048);
  return {B::number(bits - (exponent << mantissa)) - T(1), k};
}

/// ln(1 + f) for |f| < 0.42: with s = f / (2 + f), ln(1 + f) = 2 s + 2 s^3 / 3 + 2 s^5 / 5 + ...
template <class T>
T log_near_1(const T& f) {
  const T s = f / (T(2) + f), z = s * s, half_square = T(0.5) * f * f;
  T sum = Bits<T>::single ? T(2.0 / 11) : T(2.0 / 23);
  if constexpr (!Bits<T>::single)
    for (const double c : {2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13, 2.0 / 11}) sum = fma(sum, z, T(c));
  for (const double c : {2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3}) sum = fma(sum, z, T(c));
  return f - (half_square - s * (half_square + sum * z));
}

template <class T>
T logarithm(const T& x) {
  constexpr bool single = Bits<T>::single;
  const T least(single ? 1.1754943508222875e-38 : 2.2250738585072014e-308);
  const auto [f, k] = scaled(at_least(x, least));
  const T near = log_near_1(f);
  // ln(2) in two parts, the first with zeros at its end: k times it is exact.
  const T y = fma(k, T(single ? 0.693145751953125 : 0.693147180369123816490),
                  fma(k, T(single ? 1.42860682030941723212e-6 : 1.90821492927058770002e-10), near));
  return where(x < T(0), (x - x) / (x - x), where(x > T(single ? 3.4e38 : 1.79e308), x, where(x == x, y, x)));
}

/// Sine and cosine of x = q pi/2 + r, |r| <= pi/4.
template <class T>
struct Turned {
  T sine, cosine;
  typename Bits<T>::Integers quadrant;
};
template <class T>
Turned<T> turned(const T& x) {
  using B = Bits<T>;
  constexpr bool single = B::single;
  const T magic(single ? 12582912.0 : 6755399441055744.0);  // 1.5 * 2^23, 1.5 * 2^52
  const T shifted = fma(x, T(0.63661977236758134308), magic), k = shifted - magic;
  T r = fma(k, T(single ? -1.5703125 : -1.57079632673412561417), x);
  r = fma(k, T(single ? -4.83751296997e-4 : -6.07710050630396597660e-11), r);
  r = fma(k, T(single ? -7.54978942e-8 : -2.02226624871116645580e-21), r);
  const T z = r * r;
  T s(single ? 1.0 / 362880 : 1.0 / 355687428096000.0), c(single ? -1.0 / 3628800 : -1.0 / 6402373705728000.0);
  if constexpr (!single) {
    for (const double a : {-1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880}) s = fma(s, z, T(a));
    for (const double a : {1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800})
      c = fma(c, z, T(a));
  }
  for (const double a : {-1.0 / 5040, 1.0 / 120, -1.0 / 6}) s = fma(s, z, T(a));
  for (const double a : {1.0 / 40320, -1.0 / 720, 1.0 / 24}) c = fma(c, z, T(a));
  return {fma(s * z, r, r), fma(z * z, c, fma(T(-0.5), z, T(1))), B::of(shifted) & 3};
}

template <class T>
T sine_of(const Turned<T>& t, int ahead) {
  using B = Bits<T>;
  const auto quadrant = (t.quadrant + ahead) & 3;
  const T y = where(B::equal(quadrant & 1, 1), t.cosine, t.sine);
  return where(B::equal(quadrant & 2, 2), -y, y);
}

}  // namespace detail

/// ln(x). Error: 2 ULP for normal x > 0. 0 and denormals count as the smallest normal number; NaN below 0.
inline double log(double x) { return detail::logarithm(x); }
template <class Real, int n>
Pack<Real, n> log(Pack<Real, n> x) {
  return detail::logarithm(x);
}

/// sin(x) and cos(x). Error: 2 ULP of 1 for |x| < 1e4 in single, 1e8 in double precision; beyond, worse.
inline double sin(double x) { return detail::sine_of(detail::turned(x), 0); }
inline double cos(double x) { return detail::sine_of(detail::turned(x), 1); }
template <class Real, int n>
Pack<Real, n> sin(Pack<Real, n> x) {
  return detail::sine_of(detail::turned(x), 0);
}
template <class Real, int n>
Pack<Real, n> cos(Pack<Real, n> x) {
  return detail::sine_of(detail::turned(x), 1);
}

template <class T, int n>
Dual<T, n> log(const Dual<T, n>& x) {
  return x.chain(log(x.value), T(1) / x.value);
}
template <class T, int n>
Dual<T, n> sin(const Dual<T, n>& x) {
  return x.chain(sin(x.value), cos(x.value));
}
template <class T, int n>
Dual<T, n> cos(const Dual<T, n>& x) {
  return x.chain(cos(x.value), -sin(x.value));
}

/// x^k for a whole number k, by multiplication.
template <class T>
T pow(const T& x, int k) {
  if (k < 0) return T(1) / pow(x, -k);
  T power = x, product(1);
  for (; k > 0; k /= 2) {
    if (k % 2 == 1) product = product * power;
    if (k > 1) power = power * power;
  }
  return product;
}
/// x^y for x > 0: e^(y ln x), with the error of y ln x in ULP of the result. 0^y is as good as 0 for y > 0.
template <class T>
T pow(const T& x, const T& y) {
  return exp(y * log(x));
}
template <class T, int n>
Dual<T, n> pow(const Dual<T, n>& x, const T& y) {
  const T power = pow(x.value, y);
  return x.chain(power, y * power / x.value);
}

}  // namespace cajal
