#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "sim/integrate.hpp"
#include "sim/odeint.hpp"

namespace cajal::test {

/// One unit of a model in double precision, under a constant input, integrated to 1e-12.
template <class M>
class Unit {
 public:
  static constexpr std::size_t size = state_size<M>;
  using X = StateOf<M, double>;
  using P = ParametersOf<M, double>;

  X x = defaults<X>(M::state);
  P p = defaults<P>(M::parameters);
  std::vector<double> input = std::vector<double>(count_inputs(), 0.0);

  static constexpr std::size_t count_inputs() {
    if constexpr (requires { M::inputs; })
      return M::inputs.size();
    else
      return 1;
  }

  X slope(const X& at) const {
    if constexpr (requires { M::inputs; }) {
      std::array<Input<double>, M::inputs.size()> in{};
      for (std::size_t k = 0; k < in.size(); ++k) in[k] = {input[k], 0};
      return M::derivative(at, in, p);
    } else {
      return M::derivative(at, Input<double>{input[0], 0}, p);
    }
  }
  X state_of(const std::vector<double>& v) const {
    X s;
    each_member(s, [&](double& a, std::size_t i) { a = v[i]; });
    return s;
  }
  static std::vector<double> numbers(X s) {
    std::vector<double> out;
    each_member(s, [&](const double& a, std::size_t) { out.push_back(a); });
    return out;
  }

  /// `time` ms by Dormand-Prince.
  void run(double time) {
    std::vector<double> v = numbers(x);
    const auto slopes = [&](const std::vector<double>& at, std::vector<double>& out, double) {
      out = numbers(slope(state_of(at)));
    };
    // The method's first try is the whole stretch: a long one may lead out of the numbers.
    const double stretches = std::ceil(time / 5);
    for (double i = 0; i < stretches; ++i) integrate_dopri5(slopes, v, time / stretches, 1e-12, 1e-12);
    x = state_of(v);
  }

  /// What `look` says of the state after each of `samples` stretches of `every` ms.
  template <class Look>
  std::vector<double> course(std::size_t samples, double every, Look&& look) {
    std::vector<double> out;
    for (std::size_t i = 0; i < samples; ++i) {
      run(every);
      out.push_back(look(*this));
    }
    return out;
  }

  /// d slope / d state.
  std::vector<std::vector<double>> jacobian(const X& at) const {
    std::vector<std::vector<double>> out(size, std::vector<double>(size));
    for (std::size_t k = 0; k < size; ++k) {
      std::vector<double> up = numbers(at), down = up;
      const double h = 1e-6 * std::max(1.0, std::fabs(up[k]));
      up[k] += h, down[k] -= h;
      const auto above = numbers(slope(state_of(up))), below = numbers(slope(state_of(down)));
      for (std::size_t i = 0; i < size; ++i) out[i][k] = (above[i] - below[i]) / (2 * h);
    }
    return out;
  }
};

/// Puts what a preset sets.
template <class M>
void set(ParametersOf<M, double>& p, std::span<const Setting> settings) {
  for (const Setting& s : settings)
    for (const Field& f : M::parameters)
      if (f.name == s.key)
        each_member(p, [&](double& m, std::size_t i) {
          if (i == f.member) m = s.number;
        });
}

/// The largest real part of a matrix' eigenvalues, in 1/s of a matrix in 1/ms: how its exponential grows over 2^23
/// steps of 0.1 ms.
inline double growth_of(const std::vector<std::vector<double>>& a) {
  const std::size_t n = a.size();
  using Matrix = std::vector<std::vector<double>>;
  const auto product = [n](const Matrix& l, const Matrix& r) {
    Matrix out(n, std::vector<double>(n, 0.0));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < n; ++k)
        for (std::size_t j = 0; j < n; ++j) out[i][j] += l[i][k] * r[k][j];
    return out;
  };
  constexpr double h = 0.1;
  constexpr int doublings = 23;
  Matrix m(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i < n; ++i) m[i][i] = 1;
  Matrix term = m;
  for (int order = 1; order < 20; ++order) {
    term = product(term, a);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) m[i][j] += (term[i][j] *= h / order);
  }
  double logarithm = 0;
  for (int k = 0; k < doublings; ++k) {
    m = product(m, m);
    double norm = 0;
    for (const auto& row : m)
      for (const double x : row) norm = std::max(norm, std::fabs(x));
    logarithm = 2 * logarithm + std::log(norm);
    for (auto& row : m)
      for (double& x : row) x /= norm;
  }
  return 1e3 * logarithm / (h * std::pow(2.0, doublings));
}

/// Where a function changes its sign between two points, by halving.
inline double zero_of(const std::function<double(double)>& f, double low, double high) {
  const bool rises = f(low) < 0;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    ((f(middle) < 0) == rises ? low : high) = middle;
  }
  return (low + high) / 2;
}

/// All places where a function changes its sign, as far as a grid of `cells` shows them.
inline std::vector<double> zeros_of(const std::function<double(double)>& f, double low, double high, int cells) {
  std::vector<double> out;
  double left = f(low);
  for (int i = 0; i < cells; ++i) {
    const double from = low + (high - low) * i / cells, to = low + (high - low) * (i + 1) / cells, right = f(to);
    if ((left < 0) != (right < 0)) out.push_back(zero_of(f, from, to));
    left = right;
  }
  return out;
}

/// Mean distance of successive maxima in samples; 0 where there are fewer than two.
inline double period_of(const std::vector<double>& values) {
  std::vector<double> at;
  for (std::size_t i = 1; i + 1 < values.size(); ++i)
    if (values[i] > values[i - 1] && values[i] >= values[i + 1]) {
      // The parabola through three samples.
      const double bend = values[i - 1] - 2 * values[i] + values[i + 1];
      at.push_back(static_cast<double>(i) + (bend != 0 ? 0.5 * (values[i - 1] - values[i + 1]) / bend : 0));
    }
  return at.size() < 2 ? 0 : (at.back() - at.front()) / static_cast<double>(at.size() - 1);
}

}  // namespace cajal::test
