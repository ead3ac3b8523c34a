#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/config/table.hpp"

namespace cajal {

/// What patience, `keep = "best"` and the schedule `plateau` look at, at the end of each epoch. Never the test data.
enum class Monitor { validation_loss, validation_accuracy, loss };

std::string_view name(Monitor monitor);
/// `monitor = "validation_loss"`, the default.
Monitor read_monitor(const config::Table& learn);
inline bool greater_is_better(Monitor monitor) { return monitor == Monitor::validation_accuracy; }
inline bool needs_validation(Monitor monitor) { return monitor != Monitor::loss; }

/// The best epoch so far.
class Best {
 public:
  Best() = default;
  Best(bool greater_is_better, double min_delta) : greater_(greater_is_better), min_delta_(min_delta) {}

  /// Takes in an epoch; true where it is better than the best by more than `min_delta`, or the first.
  bool improved(double value, std::int64_t epoch);
  double value() const { return value_; }
  std::int64_t epoch() const { return epoch_; }  ///< 0: none yet

 private:
  bool greater_ = false;
  double min_delta_ = 0, value_ = 0;
  std::int64_t epoch_ = 0;
};

}  // namespace cajal
