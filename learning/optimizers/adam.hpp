#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "learning/optimizers/decay.hpp"
#include "learning/optimizers/settle.hpp"
#include "sim/config/table.hpp"
#include "sim/number/math.hpp"

namespace cajal {

/// Adam with bias correction, as PyTorch computes it. In step t = 1, 2, ...:
///
///     g <- g + weight_decay * w
///     m <- beta1 m + (1 - beta1) g        v <- beta2 v + (1 - beta2) g^2
///     w <- w - rate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + eps)
///
/// Both corrections are the same for all elements, so they are folded into two numbers:
/// w <- w - rate c / (1 - beta1^t) * m / (sqrt(v) + c eps) with c = sqrt(1 - beta2^t).
/// Source: Kingma & Ba 2015, "Adam: a method for stochastic optimization". Keras differs in eps (1e-7). Decay that does
/// not go through the means is `adamw`.
struct Adam {
  static constexpr std::string_view name = "adam";
  static constexpr std::string_view meaning = "Adam: steps scaled by running means of the gradient and of its square";
  static constexpr std::string_view snippet = R"(optimizer = { kind = "adam", rate = 1e-3 })";
  static constexpr std::array<std::string_view, 2> state_names = {"exp_avg", "exp_avg_sq"};
  static constexpr bool full_batch = false;

  double rate = 1e-3;
  std::array<double, 2> betas = {0.9, 0.999};
  double eps = 1e-8;
  double weight_decay = 0;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.number("rate", rate, config::positive, "step size; PyTorch: lr, Keras: learning_rate");
    visit.pair("betas", betas, config::Range{0, 1, false, true},
               "share kept in a step of the mean of the gradient and of its square; Keras: beta_1, beta_2");
    visit.number("eps", eps, config::positive, "added to the root of the mean square; PyTorch 1e-8, Keras 1e-7");
    visit.number("weight_decay", weight_decay, config::not_negative, weight_decay_meaning);
  }

  /// What all elements share in one step.
  struct Step {
    double keep_mean, add_mean, keep_square, add_square, rate, eps, decay;
  };
  Step at(std::int64_t t) const {
    const double correction = std::sqrt(1 - std::pow(betas[1], static_cast<double>(t)));
    return {betas[0],
            1 - betas[0],
            betas[1],
            1 - betas[1],
            rate * correction / (1 - std::pow(betas[0], static_cast<double>(t))),
            eps * correction,
            weight_decay};
  }

  template <class T>
  static T update(const T& value, const T& given, std::array<T, 2>& state, const Step& step) {
    auto& [mean, square] = state;
    const T gradient = decayed(given, value, step.decay);
    mean = settled(fma(T(step.keep_mean), mean, T(step.add_mean) * gradient));
    square = settled(fma(T(step.keep_square), square, T(step.add_square) * gradient * gradient));
    return fma(T(-step.rate), mean / (sqrt(square) + T(step.eps)), value);
  }
};

}  // namespace cajal
