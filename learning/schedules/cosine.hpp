#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

#include "learning/schedules/moment.hpp"
#include "sim/config/table.hpp"

namespace cajal {

/// The rate falls along half a cosine, epoch by epoch, as PyTorch's `CosineAnnealingLR` (T_max, eta_min):
///
///     rate(epoch) = least + (rate - least) (1 + cos(pi epoch / T)) / 2        epoch = 0, 1, ..., T
///
/// and stays at `least` afterwards, where PyTorch's rises again. Source: Loshchilov & Hutter 2017, "SGDR".
struct CosineSchedule {
  static constexpr std::string_view name = "cosine";
  static constexpr std::string_view meaning = "the rate falls along half a cosine, epoch by epoch";
  static constexpr std::string_view snippet = R"(schedule = { kind = "cosine", least = 1e-5 })";

  std::int64_t epochs = 0;
  double least = 0;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.integer("epochs", epochs, 0, 1'000'000'000,
                  "T, until the rate is at its least; 0: all epochs of the training; PyTorch: T_max");
    visit.number("least", least, config::not_negative, "rate at the end; PyTorch: eta_min");
  }
  double rate(double full, const Moment& now) const {
    const double whole = static_cast<double>(epochs > 0 ? epochs : std::max<std::int64_t>(now.epochs, 1));
    const double done = std::min(static_cast<double>(now.epoch), whole);
    return least + (full - least) * (1 + std::cos(std::numbers::pi * done / whole)) / 2;
  }
};

}  // namespace cajal
