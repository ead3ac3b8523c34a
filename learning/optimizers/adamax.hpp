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

/// Adam by the infinity norm, as PyTorch's `Adamax`. In step t = 1, 2, ...:
///
///     g <- g + weight_decay * w        m <- beta1 m + (1 - beta1) g        u <- max(beta2 u, |g| + eps)
///     w <- w - rate / (1 - beta1^t) * m / u
///
/// Source: Kingma & Ba 2015, section 7.1. Keras: rate 1e-3, eps 1e-7.
struct AdaMax {
  static constexpr std::string_view name = "adamax";
  static constexpr std::string_view meaning = "Adam by the infinity norm: steps scaled by the largest recent gradient";
  static constexpr std::string_view snippet = R"(optimizer = { kind = "adamax", rate = 2e-3 })";
  static constexpr std::array<std::string_view, 2> state_names = {"exp_avg", "exp_inf"};
  static constexpr bool full_batch = false;

  double rate = 2e-3;
  std::array<double, 2> betas = {0.9, 0.999};
  double eps = 1e-8;
  double weight_decay = 0;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.number("rate", rate, config::positive, "step size; PyTorch: lr, Keras: learning_rate");
    visit.pair("betas", betas, config::Range{0, 1, false, true},
               "share kept in a step of the mean of the gradient and of its largest size; Keras: beta_1, beta_2");
    visit.number("eps", eps, config::positive, "added to the size of the gradient");
    visit.number("weight_decay", weight_decay, config::not_negative, weight_decay_meaning);
  }

  /// What all elements share in one step.
  struct Step {
    double keep_mean, add_mean, keep_size, rate, eps, decay;
  };
  Step at(std::int64_t t) const {
    return {betas[0], 1 - betas[0], betas[1], rate / (1 - std::pow(betas[0], static_cast<double>(t))),
            eps,      weight_decay};
  }

  template <class T>
  static T update(const T& value, const T& given, std::array<T, 2>& state, const Step& step) {
    auto& [mean, size] = state;
    const T gradient = decayed(given, value, step.decay);
    mean = settled(fma(T(step.keep_mean), mean, T(step.add_mean) * gradient));
    size = settled(at_least(T(step.keep_size) * size, abs(gradient) + T(step.eps)));
    return fma(T(-step.rate), mean / size, value);
  }
};

}  // namespace cajal
