#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "learning/optimizers/decay.hpp"
#include "learning/optimizers/settle.hpp"
#include "sim/config/table.hpp"
#include "sim/number/math.hpp"

namespace cajal {

/// Steps scaled by a running mean of the squared gradient, as PyTorch's `RMSprop`:
///
///     g <- g + weight_decay * w        v <- alpha v + (1 - alpha) g^2
///     d = g / (sqrt(v) + eps), with `centered`: a <- alpha a + (1 - alpha) g, d = g / (sqrt(v - a^2) + eps)
///     w <- w - rate * d,       with momentum mu: b <- mu b + d, w <- w - rate * b
///
/// Source: Tieleman & Hinton 2012, Coursera lecture 6.5; centred: Graves 2013, arXiv 1308.0850. Keras: alpha is rho,
/// 0.9, and eps 1e-7 stands in the root.
struct RmsProp {
  static constexpr std::string_view name = "rmsprop";
  static constexpr std::string_view meaning = "steps scaled by a running mean of the squared gradient";
  static constexpr std::string_view snippet = R"(optimizer = { kind = "rmsprop", rate = 1e-2 })";
  static constexpr std::array<std::string_view, 3> state_names = {"square_avg", "momentum_buffer", "grad_avg"};
  static constexpr bool full_batch = false;

  double rate = 1e-2;
  double alpha = 0.99;
  double eps = 1e-8;
  double momentum = 0;
  bool centered = false;
  double weight_decay = 0;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.number("rate", rate, config::positive, "step size; PyTorch: lr, Keras: learning_rate");
    visit.number("alpha", alpha, config::Range{0, 1, false, true},
                 "share of the mean square that is kept in a step; Keras: rho, 0.9");
    visit.number("eps", eps, config::positive, "added to the root of the mean square");
    visit.number("momentum", momentum, config::Range{0, 1, false, true}, "share of the last step that is kept");
    visit.boolean("centered", centered,
                  "divide by the running deviation of the gradient instead of its root mean square");
    visit.number("weight_decay", weight_decay, config::not_negative, weight_decay_meaning);
  }
  /// Which arrays of the state there are.
  bool keeps(std::size_t array) const { return array == 0 || (array == 1 ? momentum > 0 : centered); }

  /// What all elements share in one step.
  struct Step {
    double rate, keep, add, eps, momentum, decay;
    bool centered;
  };
  Step at(std::int64_t) const { return {rate, alpha, 1 - alpha, eps, momentum, weight_decay, centered}; }

  template <class T>
  static T update(const T& value, const T& given, std::array<T, 3>& state, const Step& step) {
    auto& [square, buffer, mean] = state;
    const T gradient = decayed(given, value, step.decay);
    square = settled(fma(T(step.keep), square, T(step.add) * gradient * gradient));
    T variance = square;
    if (step.centered) {
      mean = settled(fma(T(step.keep), mean, T(step.add) * gradient));
      // Rounding may leave a little less than nothing.
      variance = at_least(square - mean * mean, T(0));
    }
    T direction = gradient / (sqrt(variance) + T(step.eps));
    if (step.momentum > 0) direction = buffer = settled(fma(T(step.momentum), buffer, direction));
    return fma(T(-step.rate), direction, value);
  }
};

}  // namespace cajal
