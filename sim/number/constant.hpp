#pragma once

#include "sim/number/dual.hpp"

namespace cajal {

/// Numbers with derivatives whose values are of type T.
template <class D, class T>
concept DualOn = requires {
  typename D::Scalar;
  &D::by;
}
&&std::is_same_v<Plain<D>, T>;

/// A number that stays the same while a loop runs, with its inverse, so that a model's `x / p.tau` is a product there:
/// a division takes as long as a dozen products. Two roundings instead of one: the quotient is within 1.5 ULP.
template <class T>
struct Constant {
  T value, inverse;

  Constant() = default;
  Constant(const T& number, const T& one_by_number) : value(number), inverse(one_by_number) {}
  explicit Constant(const T& number) : Constant(number, T(1.0) / number) {}

  operator const T&() const { return value; }

  friend T operator-(const Constant& a) { return -a.value; }
  friend T operator/(const T& a, const Constant& b) { return a * b.inverse; }
  friend T operator/(const Constant& a, const Constant& b) { return a.value * b.inverse; }

  // With derivatives, also with derivatives of derivatives.
  template <DualOn<T> D>
  friend D operator+(const D& a, const Constant& b) {
    return a + typename D::Scalar(b.value);
  }
  template <DualOn<T> D>
  friend D operator+(const Constant& a, const D& b) {
    return typename D::Scalar(a.value) + b;
  }
  template <DualOn<T> D>
  friend D operator-(const D& a, const Constant& b) {
    return a - typename D::Scalar(b.value);
  }
  template <DualOn<T> D>
  friend D operator-(const Constant& a, const D& b) {
    return typename D::Scalar(a.value) - b;
  }
  template <DualOn<T> D>
  friend D operator*(const D& a, const Constant& b) {
    return a * typename D::Scalar(b.value);
  }
  template <DualOn<T> D>
  friend D operator*(const Constant& a, const D& b) {
    return typename D::Scalar(a.value) * b;
  }
  template <DualOn<T> D>
  friend D operator/(const D& a, const Constant& b) {
    return a * typename D::Scalar(b.inverse);
  }
  template <DualOn<T> D>
  friend D operator/(const Constant& a, const D& b) {
    return D(a) / b;
  }
};

template <class T>
struct PlainOf<Constant<T>> {
  using type = T;
};

}  // namespace cajal
