#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "learning/optimizers/decay.hpp"
#include "learning/optimizers/settle.hpp"
#include "sim/config/table.hpp"
#include "sim/number/math.hpp"

namespace cajal {

/// Steps as large as recent steps were, against recent gradients, as PyTorch's `Adadelta`:
///
///     g <- g + weight_decay * w        v <- rho v + (1 - rho) g^2
///     d = sqrt(u + eps) / sqrt(v + eps) * g        u <- rho u + (1 - rho) d^2        w <- w - rate * d
///
/// Source: Zeiler 2012, arXiv 1212.5701. Keras: rate 1e-3, rho 0.95, eps 1e-7.
struct AdaDelta {
  static constexpr std::string_view name = "adadelta";
  static constexpr std::string_view meaning = "steps as large as recent steps were: no rate to choose";
  static constexpr std::string_view snippet = R"(optimizer = { kind = "adadelta", rate = 1.0 })";
  static constexpr std::array<std::string_view, 2> state_names = {"square_avg", "acc_delta"};
  static constexpr bool full_batch = false;

  double rate = 1;
  double rho = 0.9;
  double eps = 1e-6;
  double weight_decay = 0;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.number("rate", rate, config::positive, "step size; PyTorch: lr, Keras: learning_rate");
    visit.number("rho", rho, config::Range{0, 1, false, true}, "share of both means that is kept in a step");
    visit.number("eps", eps, config::positive, "added to both means");
    visit.number("weight_decay", weight_decay, config::not_negative, weight_decay_meaning);
  }

  /// What all elements share in one step.
  struct Step {
    double rate, keep, add, eps, decay;
  };
  Step at(std::int64_t) const { return {rate, rho, 1 - rho, eps, weight_decay}; }

  template <class T>
  static T update(const T& value, const T& given, std::array<T, 2>& state, const Step& step) {
    auto& [square, steps] = state;
    const T gradient = decayed(given, value, step.decay);
    square = settled(fma(T(step.keep), square, T(step.add) * gradient * gradient));
    const T change = sqrt(steps + T(step.eps)) / sqrt(square + T(step.eps)) * gradient;
    steps = settled(fma(T(step.keep), steps, T(step.add) * change * change));
    return fma(T(-step.rate), change, value);
  }
};

}  // namespace cajal
