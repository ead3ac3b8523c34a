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

/// Adam with Nesterov's momentum, as PyTorch documents its `NAdam` (PyTorch 1.13 has a further factor mu_t in M_(t+1)).
/// In step t = 1, 2, ..., with m and v as in `adam`:
///
///     mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2)        M_t = mu_1 mu_2 ... mu_t
///     s = sqrt(v / (1 - beta2^t)) + eps
///     w <- w - rate ((1 - mu_t) / (1 - M_t) g + mu_(t+1) / (1 - M_(t+1)) m) / s
///
/// Source: Dozat 2016, "Incorporating Nesterov momentum into Adam". Keras: rate 1e-3, eps 1e-7.
struct NAdam {
  static constexpr std::string_view name = "nadam";
  static constexpr std::string_view meaning = "Adam with Nesterov's momentum";
  static constexpr std::string_view snippet = R"(optimizer = { kind = "nadam", rate = 2e-3 })";
  static constexpr std::array<std::string_view, 2> state_names = {"exp_avg", "exp_avg_sq"};
  static constexpr bool full_batch = false;

  double rate = 2e-3;
  std::array<double, 2> betas = {0.9, 0.999};
  double eps = 1e-8;
  double momentum_decay = 4e-3;
  double weight_decay = 0;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.number("rate", rate, config::positive, "step size; PyTorch: lr, Keras: learning_rate");
    visit.pair("betas", betas, config::Range{0, 1, false, true},
               "share kept in a step of the mean of the gradient and of its square; Keras: beta_1, beta_2");
    visit.number("eps", eps, config::positive, "added to the root of the mean square");
    visit.number("momentum_decay", momentum_decay, config::not_negative,
                 "how fast the momentum grows from half of beta1 to beta1");
    visit.number("weight_decay", weight_decay, config::not_negative, weight_decay_meaning);
  }

  /// The product M_t, which `begin` takes from step to step.
  double product = 1;
  double momentum(std::int64_t t) const {
    return betas[0] * (1 - 0.5 * std::pow(0.96, static_cast<double>(t) * momentum_decay));
  }
  /// Step t begins; steps come one after the other, from 1 on.
  void begin(std::int64_t t) { product = (t == 1 ? 1.0 : product) * momentum(t); }

  /// What all elements share in one step.
  struct Step {
    double keep_mean, add_mean, keep_square, add_square, of_gradient, of_mean, eps, decay;
  };
  Step at(std::int64_t t) const {
    // The correction of v is folded into the rate and eps, as in `adam`.
    const double correction = std::sqrt(1 - std::pow(betas[1], static_cast<double>(t)));
    const double next = momentum(t + 1);
    return {betas[0],
            1 - betas[0],
            betas[1],
            1 - betas[1],
            rate * correction * (1 - momentum(t)) / (1 - product),
            rate * correction * next / (1 - product * next),
            eps * correction,
            weight_decay};
  }

  template <class T>
  static T update(const T& value, const T& given, std::array<T, 2>& state, const Step& step) {
    auto& [mean, square] = state;
    const T gradient = decayed(given, value, step.decay);
    mean = settled(fma(T(step.keep_mean), mean, T(step.add_mean) * gradient));
    square = settled(fma(T(step.keep_square), square, T(step.add_square) * gradient * gradient));
    const T direction = fma(T(step.of_mean), mean, T(step.of_gradient) * gradient);
    return value - direction / (sqrt(square) + T(step.eps));
  }
};

}  // namespace cajal
