#pragma once

#include <array>
#include <string_view>

#include "sim/number/dual.hpp"

namespace cajal {

enum class SurrogateKind { fast_sigmoid, arctan, sigmoid, triangle, boxcar };

/// What stands in for the derivative of a spike by the distance u to the threshold.
///
///   fast_sigmoid  1 / (1 + slope |u|)^2                        Zenke & Ganguli 2018
///   arctan        slope/2 / (1 + (pi slope u / 2)^2)           Fang et al. 2021
///   sigmoid       slope s (1 - s),  s = 1/(1 + e^(-slope u))
///   triangle      slope max(0, 1 - |u|)                        Bellec et al. 2018
///   boxcar        slope where |u| < 1/2
///
/// u is in the unit of the threshold, the slope in its inverse. With `smooth` the spike itself is replaced by the
/// integral of its surrogate, so that finite differences can test a gradient.
struct Surrogate {
  SurrogateKind kind = SurrogateKind::fast_sigmoid;
  double slope = 25;
  bool smooth = false;

  template <class T>
  T derivative(const T& u) const {
    const T k(slope);
    switch (kind) {
      case SurrogateKind::fast_sigmoid: {
        const T d = T(1) + k * abs(u);
        return T(1) / (d * d);
      }
      case SurrogateKind::arctan: {
        const T x = T(1.57079632679489661923 * slope) * u;
        return T(0.5 * slope) / (T(1) + x * x);
      }
      case SurrogateKind::sigmoid: {
        const T s = cajal::sigmoid(k * u);
        return k * s * (T(1) - s);
      }
      case SurrogateKind::triangle:
        return k * at_least(T(1) - abs(u), T(0));
      case SurrogateKind::boxcar:
        return where(abs(u) < T(0.5), k, T(0));
    }
    return T(0);
  }

  /// The integral of `derivative`; 0.5 at the threshold.
  template <class T>
  T primitive(const T& u) const {
    const T k(slope);
    switch (kind) {
      case SurrogateKind::fast_sigmoid:
        return T(0.5) + u / (T(1) + k * abs(u));
      case SurrogateKind::arctan:
        return T(0.5) + arctan(T(1.57079632679489661923 * slope) * u) * T(0.31830988618379067154);
      case SurrogateKind::sigmoid:
        return cajal::sigmoid(k * u);
      case SurrogateKind::triangle: {
        const T c = at_most(at_least(u, T(-1)), T(1));
        return T(0.5) + k * (c - T(0.5) * c * abs(c));
      }
      case SurrogateKind::boxcar:
        return T(0.5) + k * at_most(at_least(u, T(-0.5)), T(0.5));
    }
    return T(0);
  }

 private:
  static double arctan(double x) { return std::atan(x); }
  template <class Real, int n>
  static Pack<Real, n> arctan(Pack<Real, n> x) {
    for (int i = 0; i < n; ++i) x.v[i] = std::atan(x.v[i]);
    return x;
  }
};

/// A name, the default slope and a sentence for `list` and `describe`.
struct SurrogateEntry {
  SurrogateKind kind;
  std::string_view name;
  double slope;
  std::string_view equation, source;
};

inline constexpr std::array<SurrogateEntry, 5> surrogates = {{
    {SurrogateKind::fast_sigmoid, "fast_sigmoid", 25, "1 / (1 + slope |u|)^2",
     "Zenke & Ganguli 2018, Neural Computation 30:1514"},
    {SurrogateKind::arctan, "arctan", 2, "slope/2 / (1 + (pi slope u / 2)^2)", "Fang et al. 2021, ICCV"},
    {SurrogateKind::sigmoid, "sigmoid", 4, "slope s (1 - s), s = 1 / (1 + exp(-slope u))",
     "Zenke & Vogels 2021, Neural Computation 33:899"},
    {SurrogateKind::triangle, "triangle", 0.3, "slope max(0, 1 - |u|)", "Bellec et al. 2018, NeurIPS"},
    {SurrogateKind::boxcar, "boxcar", 1, "slope where |u| < 1/2", "Kaiser et al. 2020, Front. Neurosci. 14:424"},
}};

/// The spike: 1 where u >= 0.
template <class T>
T heaviside(const T& u, const Surrogate& surrogate) {
  if (surrogate.smooth) return surrogate.primitive(u);
  return where(u >= T(0), T(1), T(0));
}

/// The one place where a spike gets a derivative.
template <class T, int n>
Dual<T, n> heaviside(const Dual<T, n>& u, const Surrogate& surrogate) {
  return u.chain(heaviside(u.value, surrogate), surrogate.derivative(u.value));
}

}  // namespace cajal
