#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cajal {

/// An input whose units are told what to send while the network runs, by what the network acts upon.
class Steerable {
 public:
  virtual ~Steerable() = default;
  /// The unit of what it is told: `Hz`, `pA`.
  virtual std::string_view steered_unit() const = 0;
  /// Why it cannot be told; empty if it can.
  virtual std::string unsteerable() const = 0;
  /// The most that a unit can be told.
  virtual double most_steered(double dt) const = 0;
  /// From the next step on, unit u sends values[u] more than its config says. Outside of the clock's tasks, after
  /// `prepare`. Throws Error if the values are not one for each unit.
  virtual void steer(std::span<const double> values) = 0;
};

}  // namespace cajal
