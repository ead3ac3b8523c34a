#pragma once

#include <cstdint>
#include <string_view>

#include "learning/schedules/moment.hpp"
#include "sim/config/table.hpp"

namespace cajal {

/// The rate rises linearly to its full value, step by step (a step is a batch), as PyTorch's `LinearLR` does where it
/// is called after each batch:
///
///     rate(step) = rate * (start + (1 - start) min(1, step / steps))        step = 0, 1, ...
///
/// `then` names a schedule, of the whole training, that goes on with it: the rates' factors are multiplied.
struct WarmUpSchedule {
  static constexpr std::string_view name = "warm_up";
  static constexpr std::string_view meaning = "the rate rises linearly to its full value, step by step";
  static constexpr std::string_view snippet = R"(schedule = { kind = "warm_up", steps = 500, then = "cosine" })";

  std::int64_t steps = 1;
  double start = 1.0 / 3;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.required_integer("steps", steps, 1, 1'000'000'000, "batches until the rate is full; PyTorch: total_iters");
    visit.number("start", start, config::Range{0, 1, true, false},
                 "share of the rate in the first step; PyTorch: start_factor");
  }
  double rate(double full, const Moment& now) const {
    if (now.step >= steps) return full;
    return full * (start + (1 - start) * static_cast<double>(now.step) / static_cast<double>(steps));
  }
};

}  // namespace cajal
