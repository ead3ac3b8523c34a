#pragma once

#include <string_view>

#include "learning/optimizers/gd.hpp"

namespace cajal {

/// Stochastic gradient descent: the update of `gd`, on the gradient of a batch. PyTorch's and Keras' SGD without
/// momentum.
struct Sgd : Gd {
  static constexpr std::string_view name = "sgd";
  static constexpr std::string_view meaning = "stochastic gradient descent: one step a batch, against its gradient";
  static constexpr std::string_view snippet = R"(optimizer = { kind = "sgd", rate = 0.1 })";
  static constexpr bool full_batch = false;
};

}  // namespace cajal
