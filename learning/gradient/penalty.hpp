#pragma once

#include <cmath>
#include <optional>
#include <vector>

#include "sim/config/table.hpp"

namespace cajal {

/// Terms of the loss that keep weights small, over the weights w of the trained edges, not their biases, nor the gains
/// of a normalisation (edges of kind `scale`):
///
///     l1 sum |w| + l2 sum w^2        with the gradient l1 sign(w) + 2 l2 w
///
/// as Keras' regularisers `L1` and `L2`: there is no half. They are part of the gradient, so they pass through momentum
/// and adaptive steps; the optimizers' `weight_decay` is PyTorch's, with a half and for biases too, and that of `adamw`
/// does not pass through the means. Recorded losses are without them.
struct Penalty {
  double l1 = 0, l2 = 0;

  static Penalty read(const config::Table& learn) {
    return {learn.number("l1", 0, config::not_negative), learn.number("l2", 0, config::not_negative)};
  }
  template <class Real>
  double value(const std::vector<Real>& weights) const {
    double absolute = 0, squared = 0;
    for (const Real each : weights) {
      const double w = static_cast<double>(each);
      absolute += std::fabs(w);
      squared += w * w;
    }
    return l1 * absolute + l2 * squared;
  }
};

/// Keeps steps small: `clip = { norm = 1.0 }` scales the gradient of all parameters together so that its Euclidean norm
/// is at most that (PyTorch's `clip_grad_norm_`: by min(1, norm / (found + 1e-6))), `clip = { value = 0.5 }` bounds
/// each element of it. Penalties are part of what is clipped. Source: Pascanu, Mikolov & Bengio 2013, section 3.2.
struct Clip {
  std::optional<double> norm, value;

  static Clip read(const config::Table& learn) {
    Clip clip;
    const auto table = learn.table("clip");
    if (!table) return clip;
    clip.norm = table->quantity("norm", "", config::positive);
    clip.value = table->quantity("value", "", config::positive);
    if (table->has("norm") == table->has("value"))
      learn.error("clip", "expected either a norm or a value, like { norm = 1.0 } or { value = 0.5 }");
    return clip;
  }
};

}  // namespace cajal
