#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "learning/schedules/moment.hpp"
#include "sim/config/table.hpp"

namespace cajal {

/// The rate falls by a factor when what is monitored has not become better for more than `patience` epochs, as
/// PyTorch's `ReduceLROnPlateau` in its relative mode:
///
///     better: x < best (1 - threshold), or for an accuracy x > best (1 + threshold)
///     rate <- max(rate * factor, least), and the count of epochs starts anew
struct PlateauSchedule {
  static constexpr std::string_view name = "plateau";
  static constexpr std::string_view meaning = "the rate falls when what is monitored gets no better";
  static constexpr std::string_view snippet = R"(schedule = { kind = "plateau", factor = 0.1, patience = 10 })";

  double factor = 0.1;
  std::int64_t patience = 10;
  double threshold = 1e-4;
  double least = 0;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.number("factor", factor, config::Range{0, 1, true, true}, "of the rate at a fall");
    visit.integer("patience", patience, 0, 1'000'000'000, "epochs without getting better that are borne");
    visit.number("threshold", threshold, config::Range{0, 1, false, true}, "share by which better must be better");
    visit.number("least", least, config::not_negative, "the rate falls no further; PyTorch: min_lr");
  }
  double rate(double full, const Moment&) const { return falls_ == 0 ? full : std::max(full * scale_, least); }

  /// An epoch ended with this value of what is monitored.
  void epoch_ended(double monitored, bool greater_is_better) {
    const bool better =
        !best_ || (greater_is_better ? monitored > *best_ * (1 + threshold) : monitored < *best_ * (1 - threshold));
    if (better) {
      best_ = monitored;
      waited_ = 0;
    } else if (++waited_ > patience) {
      scale_ *= factor;
      ++falls_;
      waited_ = 0;
    }
  }

 private:
  std::optional<double> best_;
  std::int64_t waited_ = 0, falls_ = 0;
  double scale_ = 1;
};

}  // namespace cajal
