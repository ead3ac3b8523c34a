#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "learning/optimizers/decay.hpp"
#include "sim/config/table.hpp"
#include "sim/number/math.hpp"

namespace cajal {

/// Gradient descent on the gradient of all training samples at once: w <- w - rate * (g + weight_decay * w).
struct Gd {
  static constexpr std::string_view name = "gd";
  static constexpr std::string_view meaning =
      "gradient descent: one step an epoch, against the gradient of all training samples";
  static constexpr std::string_view snippet = R"(optimizer = { kind = "gd", rate = 0.1 })";
  static constexpr std::array<std::string_view, 0> state_names = {};
  static constexpr bool full_batch = true;

  double rate = 0.1;
  double weight_decay = 0;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.required("rate", rate, config::positive, "step size; PyTorch: lr, Keras: learning_rate");
    visit.number("weight_decay", weight_decay, config::not_negative, weight_decay_meaning);
  }

  /// What all elements share in one step.
  struct Step {
    double rate, decay;
  };
  Step at(std::int64_t) const { return {rate, weight_decay}; }

  template <class T>
  static T update(const T& value, const T& gradient, std::array<T, 0>&, const Step& step) {
    return fma(T(-step.rate), decayed(gradient, value, step.decay), value);
  }
};

}  // namespace cajal
