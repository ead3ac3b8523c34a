#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include <fmt/format.h>

namespace cajal::app {

/// The most steps that a run may take.
inline constexpr double most_steps = 1e15;

/// How many steps of `dt` a time is, both in ms; nothing where that is no whole number of at least 1, or too many.
inline std::optional<std::int64_t> steps_of(double time, double dt) {
  const double steps = time / dt;
  if (!(steps >= 0.5 && steps <= most_steps) || std::fabs(std::round(steps) - steps) > 1e-6) return std::nullopt;
  return std::llround(steps);
}

inline std::string no_multiple(double time, double dt) {
  return fmt::format("{:g} ms is no multiple of dt = {:g} ms", time, dt);
}

}  // namespace cajal::app
