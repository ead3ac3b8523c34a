#pragma once

#include <cmath>
#include <numbers>
#include <string_view>

#include "learning/schedules/moment.hpp"
#include "sim/config/table.hpp"

namespace cajal {

/// The rate rises and falls once in the training, step by step along cosines, as PyTorch's `OneCycleLR`. The
/// optimizer's `rate` is its peak. With N steps in all, from rate / div_factor to rate until step share N - 1, then to
/// rate / (div_factor final_div_factor) at step N - 1. Momentum is left as it is, where PyTorch's default changes it.
/// Source: Smith & Topin 2019, "Super-convergence".
struct OneCycleSchedule {
  static constexpr std::string_view name = "one_cycle";
  static constexpr std::string_view meaning = "the rate rises to its peak and falls again, step by step";
  static constexpr std::string_view snippet = R"(schedule = "one_cycle")";

  double share = 0.3, div_factor = 25, final_div_factor = 1e4;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.number("share", share, config::Range{0, 1, true, true}, "of the steps in which it rises; PyTorch: pct_start");
    visit.number("div_factor", div_factor, config::positive, "the first rate is the peak divided by this");
    visit.number("final_div_factor", final_div_factor, config::positive, "the last rate is the first divided by this");
  }
  double rate(double full, const Moment& now) const {
    const double step = static_cast<double>(now.step), last = static_cast<double>(now.steps - 1);
    const double peak = share * static_cast<double>(now.steps) - 1, first = full / div_factor;
    if (step <= peak) return between(first, full, peak > 0 ? step / peak : 1);
    return between(full, first / final_div_factor, last > peak ? std::fmin((step - peak) / (last - peak), 1) : 1);
  }

 private:
  static double between(double from, double to, double share) {
    return to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * share));
  }
};

}  // namespace cajal
