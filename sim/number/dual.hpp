#pragma once

#include <array>

#include "sim/number/math.hpp"

namespace cajal {

template <class T>
struct Constant;

/// A number with its derivatives by n variables: a model evaluated on Dual<Pack, n> gives its exact local Jacobian,
/// which is all that backpropagation through time needs to know of it.
template <class T, int n>
struct Dual {
  using Scalar = T;
  T value;
  std::array<T, n> by;  ///< by[k] = d value / d variable k

  Dual() = default;
  Dual(const T& constant) : value(constant) { by.fill(T(0)); }
  explicit Dual(const Constant<Plain<T>>& constant) : Dual(T(constant.value)) {}
  // Explicit, or `double * Dual` could mean a Dual or a T of that value.
  explicit Dual(double constant) requires(!std::is_same_v<T, double>) : Dual(T(constant)) {}

  static Dual variable(const T& value, int k) {
    Dual x(value);
    x.by[static_cast<std::size_t>(k)] = T(1);
    return x;
  }

  /// The number with this value and f' * (own derivatives): the chain rule, once.
  Dual chain(const T& new_value, const T& slope) const {
    Dual r;
    r.value = new_value;
    for (std::size_t k = 0; k < n; ++k) r.by[k] = slope * by[k];
    return r;
  }

  friend Dual operator+(const Dual& a, const Dual& b) {
    Dual r;
    r.value = a.value + b.value;
    for (std::size_t k = 0; k < n; ++k) r.by[k] = a.by[k] + b.by[k];
    return r;
  }
  friend Dual operator-(const Dual& a, const Dual& b) {
    Dual r;
    r.value = a.value - b.value;
    for (std::size_t k = 0; k < n; ++k) r.by[k] = a.by[k] - b.by[k];
    return r;
  }
  friend Dual operator*(const Dual& a, const Dual& b) {
    Dual r;
    r.value = a.value * b.value;
    for (std::size_t k = 0; k < n; ++k) r.by[k] = a.by[k] * b.value + a.value * b.by[k];
    return r;
  }
  friend Dual operator/(const Dual& a, const Dual& b) {
    Dual r;
    r.value = a.value / b.value;
    for (std::size_t k = 0; k < n; ++k) r.by[k] = (a.by[k] - r.value * b.by[k]) / b.value;
    return r;
  }
  friend Dual operator-(const Dual& a) { return a.chain(-a.value, T(-1)); }

  friend Dual operator+(const Dual& a, const T& b) { return with_value(a, a.value + b); }
  friend Dual operator+(const T& a, const Dual& b) { return with_value(b, a + b.value); }
  friend Dual operator-(const Dual& a, const T& b) { return with_value(a, a.value - b); }
  friend Dual operator-(const T& a, const Dual& b) { return b.chain(a - b.value, T(-1)); }
  friend Dual operator*(const Dual& a, const T& b) { return a.chain(a.value * b, b); }
  friend Dual operator*(const T& a, const Dual& b) { return b.chain(a * b.value, a); }
  friend Dual operator/(const Dual& a, const T& b) {
    Dual r;
    r.value = a.value / b;
    for (std::size_t k = 0; k < n; ++k) r.by[k] = a.by[k] / b;
    return r;
  }

  friend auto operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend auto operator>(const Dual& a, const Dual& b) { return a.value > b.value; }
  friend auto operator<=(const Dual& a, const Dual& b) { return a.value <= b.value; }
  friend auto operator>=(const Dual& a, const Dual& b) { return a.value >= b.value; }

 private:
  static Dual with_value(Dual a, const T& v) {
    a.value = v;
    return a;
  }
};

template <class T, int n>
struct PlainOf<Dual<T, n>> {
  using type = Plain<T>;
};

template <class T, int n>
auto value_of(const Dual<T, n>& x) {
  return value_of(x.value);
}

template <class M, class T, int n>
Dual<T, n> where(const M& m, const Dual<T, n>& a, const Dual<T, n>& b) {
  Dual<T, n> r;
  r.value = where(m, a.value, b.value);
  for (std::size_t k = 0; k < n; ++k) r.by[k] = where(m, a.by[k], b.by[k]);
  return r;
}

template <class T, int n>
Dual<T, n> fma(const Dual<T, n>& a, const Dual<T, n>& b, const Dual<T, n>& c) {
  Dual<T, n> r = a * b + c;
  r.value = fma(a.value, b.value, c.value);
  return r;
}
template <class T, int n>
Dual<T, n> fma(const T& a, const Dual<T, n>& b, const Dual<T, n>& c) {
  Dual<T, n> r = a * b + c;
  r.value = fma(a, b.value, c.value);
  return r;
}

template <class T, int n>
Dual<T, n> exp(const Dual<T, n>& x) {
  const T e = exp(x.value);
  return x.chain(e, e);
}
template <class T, int n>
Dual<T, n> expm1(const Dual<T, n>& x) {
  const T e = expm1(x.value);
  return x.chain(e, e + T(1));
}
template <class T, int n>
Dual<T, n> sqrt(const Dual<T, n>& x) {
  const T root = sqrt(x.value);
  return x.chain(root, T(0.5) / root);
}
template <class T, int n>
Dual<T, n> abs(const Dual<T, n>& x) {
  return x.chain(abs(x.value), where(x.value < T(0), T(-1), T(1)));
}
template <class T, int n>
Dual<T, n> tanh(const Dual<T, n>& x) {
  const T y = tanh(x.value);
  return x.chain(y, T(1) - y * y);
}
template <class T, int n>
Dual<T, n> sigmoid(const Dual<T, n>& x) {
  const T y = sigmoid(x.value);
  return x.chain(y, y * (T(1) - y));
}

}  // namespace cajal
