#pragma once

#include <string_view>

#include "sim/number/math.hpp"

namespace cajal {

/// The gradient with PyTorch's weight decay: g + decay * w, which is the gradient of a further term decay / 2 sum w^2
/// of the loss over all parameters, biases too. (The learner's `l2` is a term of the loss, without the half, over
/// weights alone; with adaptive steps it is the same kind of decay, that of `adamw` is not.)
template <class T>
T decayed(const T& gradient, const T& value, double decay) {
  return fma(T(decay), value, gradient);
}

inline constexpr std::string_view weight_decay_meaning =
    "this times the parameter, biases too, is added to its gradient (PyTorch)";

}  // namespace cajal
