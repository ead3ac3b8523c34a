#pragma once

#include <cmath>
#include <string_view>

#include "learning/schedules/moment.hpp"
#include "sim/config/table.hpp"

namespace cajal {

/// The rate falls by a factor each epoch, as PyTorch's `ExponentialLR` (gamma):
///
///     rate(epoch) = rate * factor^epoch        epoch = 0, 1, ...
struct ExponentialSchedule {
  static constexpr std::string_view name = "exponential";
  static constexpr std::string_view meaning = "the rate falls by a factor each epoch";
  static constexpr std::string_view snippet = R"(schedule = { kind = "exponential", factor = 0.9 })";

  double factor = 1;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.required("factor", factor, config::positive, "of the rate at each epoch; PyTorch: gamma");
  }
  double rate(double full, const Moment& now) const { return full * std::pow(factor, static_cast<double>(now.epoch)); }
};

}  // namespace cajal
