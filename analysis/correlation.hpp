#pragma once

#include <cstddef>
#include <optional>

#include "analysis/entry.hpp"
#include "analysis/recorded.hpp"
#include "analysis/spikes.hpp"
#include "sim/random.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry correlation_entry{
    "correlation",
    "synchrony of a population: correlation of spike counts, mean over pairs of units",
    "Pearson's correlation of the spike counts of two units in bins, mean over all pairs of some units that are drawn "
    "at random; those whose count is the same in all bins (silent ones) are left out",
    "Perkel, Gerstein & Moore 1967, Biophys. J. 7:419; de la Rocha et al. 2007, Nature 448:802",
    "[measure]\ncorrelation = { bin = \"5 ms\", units = 200 }",
    "start (ms, 0): earlier spikes do not count; bin (ms, 5); units (200): how many are drawn"};

struct Correlation {
  std::optional<double> mean;  ///< over pairs, none with fewer than two units
  std::size_t units = 0;       ///< those drawn whose counts vary
  std::size_t pairs = 0;       ///< units (units - 1) / 2
};

/// With c_ib the spikes of unit i in bin b, z_ib = (c_ib - <c_i>) / |c_i - <c_i>| (norm over bins), and n units that
/// have one: mean over pairs of r_ij = sum_b z_ib z_jb, which is (sum_b (sum_i z_ib)^2 - n) / (n (n - 1)).
///
/// Bins have a width of `bin` ms, are open at their start and closed at their end, and begin with the window; what is
/// left of the window behind the last whole bin does not count. Of `most_units` units each set is equally likely
/// (Floyd's algorithm); all of them if the population has no more. Units whose counts do not vary are left out after
/// the draw. For independent units the mean is 0 with a standard deviation of about sqrt(1 / (bins x pairs)). Throws
/// Error, see Spikes::check and Window::check, if `bin` is not positive, or if the window has fewer than two bins or
/// more than 2^52.
Correlation correlation(const Spikes& spikes, const Window& window, double bin, std::size_t most_units,
                        const Stream& stream);

extern const RecordedMeasure correlation_measure;

}  // namespace cajal::analysis
