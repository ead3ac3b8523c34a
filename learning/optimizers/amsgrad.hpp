#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "learning/optimizers/adam.hpp"

namespace cajal {

/// Adam whose steps never grow back: they are divided by the largest mean square so far. PyTorch's `Adam` with
/// `amsgrad`; with m and v as in `adam`:
///
///     u <- max(u, v)        w <- w - rate / (1 - beta1^t) * m / (sqrt(u) / sqrt(1 - beta2^t) + eps)
///
/// Source: Reddi, Kale & Kumar 2018, "On the convergence of Adam and beyond".
struct AmsGrad : Adam {
  static constexpr std::string_view name = "amsgrad";
  static constexpr std::string_view meaning =
      "Adam divided by the largest mean square so far: its steps never grow back";
  static constexpr std::string_view snippet = R"(optimizer = { kind = "amsgrad", rate = 1e-3 })";
  static constexpr std::array<std::string_view, 3> state_names = {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"};

  template <class T>
  static T update(const T& value, const T& given, std::array<T, 3>& state, const Step& step) {
    auto& [mean, square, largest] = state;
    const T gradient = decayed(given, value, step.decay);
    mean = settled(fma(T(step.keep_mean), mean, T(step.add_mean) * gradient));
    square = settled(fma(T(step.keep_square), square, T(step.add_square) * gradient * gradient));
    largest = at_least(square, largest);
    return fma(T(-step.rate), mean / (sqrt(largest) + T(step.eps)), value);
  }
};

}  // namespace cajal
