#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "learning/option.hpp"
#include "sim/config/table.hpp"
#include "sim/edge.hpp"

namespace cajal {

/// When training ends: after `epochs`, or earlier, at the end of an epoch whose gradient or change is below a
/// threshold.
///
///     epochs = 1000
///     stop = { gradient = 1e-6, change = 1e-8 }
class Stop {
 public:
  std::int64_t epochs = 0;         ///< at most that many
  std::optional<double> gradient;  ///< stop if the Euclidean norm of the gradient is below
  std::optional<double> change;    ///< stop if no parameter changed by as much during an epoch

  /// Reads `epochs` (required) and `stop` (optional) of a table. Errors go to the diagnostics.
  static Stop read(const config::Table& learn);
  static std::vector<Option> options();

  /// Whether training ends now, with `epoch` epochs done. A measure that has no threshold is not looked at.
  /// Throws NumericalError if one that has is not a number.
  bool done(double gradient_norm, double largest_change, std::int64_t epoch);
  /// Why `done` said yes, as a message says it; empty before.
  const std::string& reason() const { return reason_; }

 private:
  std::string reason_;
};

/// Euclidean norm of the gradients of all parameters together, summed in double in their order.
template <class Real>
double gradient_norm(std::span<Parameter<Real>* const> parameters);

/// Largest |value - before| of any element; `before` holds a copy of each parameter's `value`. NaN if any difference
/// is.
template <class Real>
double largest_change(std::span<Parameter<Real>* const> parameters, const std::vector<std::vector<Real>>& before);

}  // namespace cajal
