#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

#include "learning/schedules/moment.hpp"
#include "sim/config/table.hpp"

namespace cajal {

/// The rate falls by a factor every so many epochs, as PyTorch's `StepLR` (step_size, gamma):
///
///     rate(epoch) = rate * factor^floor(epoch / every)        epoch = 0, 1, ...
struct StepSchedule {
  static constexpr std::string_view name = "step";
  static constexpr std::string_view meaning = "the rate falls by a factor every so many epochs";
  static constexpr std::string_view snippet = R"(schedule = { kind = "step", every = 10, factor = 0.5 })";

  std::int64_t every = 1;
  double factor = 0.1;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.required_integer("every", every, 1, 1'000'000'000, "epochs between two falls; PyTorch: step_size");
    visit.number("factor", factor, config::positive, "of the rate at a fall; PyTorch: gamma");
  }
  double rate(double full, const Moment& now) const {
    return full * std::pow(factor, static_cast<double>(now.epoch / every));
  }
};

}  // namespace cajal
