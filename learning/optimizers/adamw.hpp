#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "learning/optimizers/adam.hpp"

namespace cajal {

/// Adam with decay that is decoupled from the gradient, as PyTorch's `AdamW`:
///
///     w <- w (1 - rate * weight_decay), then a step of `adam` with the gradient as it is
///
/// Source: Loshchilov & Hutter 2019, "Decoupled weight decay regularization".
struct AdamW {
  static constexpr std::string_view name = "adamw";
  static constexpr std::string_view meaning = "Adam with weight decay that is decoupled from the gradient";
  static constexpr std::string_view snippet = R"(optimizer = { kind = "adamw", rate = 1e-3, weight_decay = 0.01 })";
  static constexpr std::array<std::string_view, 2> state_names = Adam::state_names;
  static constexpr bool full_batch = false;

  double rate = 1e-3;
  std::array<double, 2> betas = {0.9, 0.999};
  double eps = 1e-8;
  double weight_decay = 0.01;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.number("rate", rate, config::positive, "step size; PyTorch: lr, Keras: learning_rate");
    visit.pair("betas", betas, config::Range{0, 1, false, true},
               "share kept in a step of the mean of the gradient and of its square; Keras: beta_1, beta_2");
    visit.number("eps", eps, config::positive, "added to the root of the mean square; PyTorch 1e-8, Keras 1e-7");
    visit.number("weight_decay", weight_decay, config::not_negative,
                 "in a step a parameter loses rate * weight_decay of itself, biases too; PyTorch 0.01");
  }

  /// What all elements share in one step.
  struct Step {
    Adam::Step adam;
    double keep;
  };
  Step at(std::int64_t t) const { return {Adam{rate, betas, eps, 0}.at(t), 1 - rate * weight_decay}; }

  template <class T>
  static T update(const T& value, const T& gradient, std::array<T, 2>& state, const Step& step) {
    return Adam::update(T(step.keep) * value, gradient, state, step.adam);
  }
};

}  // namespace cajal
