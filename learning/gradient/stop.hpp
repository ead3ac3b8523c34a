#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "learning/gradient/monitor.hpp"
#include "learning/option.hpp"
#include "sim/config/table.hpp"
#include "sim/edge.hpp"

namespace cajal {

/// When training ends: after `epochs`, or earlier, at the end of an epoch whose gradient or change is below a
/// threshold, or once what is monitored has not become better for `patience` epochs (as Keras' `EarlyStopping`).
///
///     epochs = 1000
///     stop = { gradient = 1e-6, change = 1e-8 }
///     stop = { patience = 5, min_delta = 1e-3 }
class Stop {
 public:
  std::int64_t epochs = 0;         ///< at most that many
  std::optional<double> gradient;  ///< stop if the Euclidean norm of the gradient is below
  std::optional<double> change;    ///< stop if no parameter changed by as much during an epoch

  std::optional<std::int64_t> patience;  ///< stop after so many epochs in a row without getting better
  double min_delta = 0;                  ///< by which better must be better

  /// Reads `epochs` (required) and `stop` (optional) of a table. Errors go to the diagnostics.
  static Stop read(const config::Table& learn);
  static std::vector<Option> options();

  /// What patience looks at; before the first epoch.
  void watch(Monitor monitor);
  /// Whether training ends now, with `epoch` epochs done. A measure that has no threshold is not looked at.
  /// Throws NumericalError if one that has is not a number.
  bool done(double gradient_norm, double largest_change, std::int64_t epoch, double monitored = 0);
  /// Why `done` said yes, as a message says it; empty before.
  const std::string& reason() const { return reason_; }

 private:
  bool out_of_patience(double monitored, std::int64_t epoch);

  Monitor monitor_ = Monitor::validation_loss;
  Best best_;
  std::string reason_;
};

/// Largest |value - before| of any element; `before` holds a copy of each parameter's `value`. NaN if any difference
/// is.
template <class Real>
double largest_change(std::span<Parameter<Real>* const> parameters, const std::vector<std::vector<Real>>& before);

}  // namespace cajal
