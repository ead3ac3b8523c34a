#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "learning/optimizers/decay.hpp"
#include "learning/optimizers/settle.hpp"
#include "sim/config/table.hpp"
#include "sim/number/math.hpp"

namespace cajal {

/// Stochastic gradient descent with momentum mu, as PyTorch's SGD with dampening 0:
///
///     g <- g + weight_decay * w
///     b <- mu b + g        w <- w - rate * b        with `nesterov`: w <- w - rate * (g + mu b)
///
/// The rate is outside of the buffer b; Keras keeps it inside, which differs only where the rate changes.
/// Source: Polyak 1964; Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning".
struct Momentum {
  static constexpr std::string_view name = "momentum";
  static constexpr std::string_view meaning = "stochastic gradient descent with momentum, plain or Nesterov's";
  static constexpr std::string_view snippet = R"(optimizer = { kind = "momentum", rate = 0.1, momentum = 0.9 })";
  static constexpr std::array<std::string_view, 1> state_names = {"momentum_buffer"};
  static constexpr bool full_batch = false;

  double rate = 0.1;
  double momentum = 0.9;
  bool nesterov = false;
  double weight_decay = 0;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.required("rate", rate, config::positive, "step size; PyTorch: lr, Keras: learning_rate");
    visit.number("momentum", momentum, config::Range{0, 1, false, true},
                 "share of the buffer that is kept in a step; PyTorch and Keras have 0, which is `sgd`");
    visit.boolean("nesterov", nesterov, "look one step ahead, as Nesterov's method does");
    visit.number("weight_decay", weight_decay, config::not_negative, weight_decay_meaning);
  }

  /// What all elements share in one step.
  struct Step {
    double rate, momentum, decay;
    bool nesterov;
  };
  Step at(std::int64_t) const { return {rate, momentum, weight_decay, nesterov}; }

  template <class T>
  static T update(const T& value, const T& given, std::array<T, 1>& state, const Step& step) {
    T& buffer = state[0];
    const T gradient = decayed(given, value, step.decay);
    buffer = settled(fma(T(step.momentum), buffer, gradient));
    const T direction = step.nesterov ? fma(T(step.momentum), buffer, gradient) : buffer;
    return fma(T(-step.rate), direction, value);
  }
};

}  // namespace cajal
