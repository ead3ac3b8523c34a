#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "analysis/entry.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry learning_speed_entry{
    "learning_speed",
    "how many samples and seconds until a given accuracy on the validation samples",
    "presentations, and seconds of training, of the epochs up to the first one after which the accuracy on the "
    "validation "
    "samples is at least the one asked for; absent where it never is, or where no validation accuracy is taken",
    "presentations to criterion, as in Lake et al. 2017, Behav. Brain Sci. 40:e253; seconds as in Coleman et al. 2019, "
    "MLPerf's time to accuracy",
    "[measure]\nlearning_speed = { accuracy = 0.9 }",
    "accuracy    share of the validation samples (0.9)"};

/// The number of epochs until the first with at least this accuracy; nothing if there is none. NaN counts as none.
std::optional<std::size_t> epochs_until(std::span<const double> accuracy, double wanted);

}  // namespace cajal::analysis
