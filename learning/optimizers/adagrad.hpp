#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "learning/optimizers/decay.hpp"
#include "learning/optimizers/settle.hpp"
#include "sim/config/table.hpp"
#include "sim/number/math.hpp"

namespace cajal {

/// Steps scaled by the sum of all squared gradients so far, as PyTorch's `Adagrad`. In step t = 1, 2, ...:
///
///     g <- g + weight_decay * w        v <- v + g^2
///     w <- w - rate / (1 + (t - 1) rate_decay) * g / (sqrt(v) + eps)
///
/// Source: Duchi, Hazan & Singer 2011, J. Mach. Learn. Res. 12:2121. Keras: rate 1e-3, v starts at 0.1, eps 1e-7.
struct AdaGrad {
  static constexpr std::string_view name = "adagrad";
  static constexpr std::string_view meaning = "steps scaled by the sum of all squared gradients so far";
  static constexpr std::string_view snippet = R"(optimizer = { kind = "adagrad", rate = 1e-2 })";
  static constexpr std::array<std::string_view, 1> state_names = {"sum"};
  static constexpr bool full_batch = false;

  double rate = 1e-2;
  double rate_decay = 0;
  double eps = 1e-10;
  double weight_decay = 0;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.number("rate", rate, config::positive, "step size; PyTorch: lr, Keras: learning_rate");
    visit.number("rate_decay", rate_decay, config::not_negative,
                 "the rate of step t is rate / (1 + (t - 1) rate_decay); PyTorch: lr_decay");
    visit.number("eps", eps, config::positive, "added to the root of the sum of squares");
    visit.number("weight_decay", weight_decay, config::not_negative, weight_decay_meaning);
  }

  /// What all elements share in one step.
  struct Step {
    double rate, eps, decay;
  };
  Step at(std::int64_t t) const { return {rate / (1 + static_cast<double>(t - 1) * rate_decay), eps, weight_decay}; }

  template <class T>
  static T update(const T& value, const T& given, std::array<T, 1>& state, const Step& step) {
    const T gradient = decayed(given, value, step.decay);
    state[0] = settled(fma(gradient, gradient, state[0]));
    return fma(T(-step.rate), gradient / (sqrt(state[0]) + T(step.eps)), value);
  }
};

}  // namespace cajal
