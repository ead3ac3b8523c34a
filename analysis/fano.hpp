#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "analysis/entry.hpp"
#include "analysis/recorded.hpp"
#include "analysis/spikes.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry fano_entry{
    "fano",
    "Fano factor: how much spike counts vary, 1 as of Poisson processes, 0 where all are the same",
    "variance / mean of the spike counts of a unit, mean over the units that fire. Of simulations: over windows of a "
    "run. Of learners: over the kept samples of one class, mean over classes too; samples of a class differ, which "
    "adds "
    "to the variance. Variances are those of n - 1",
    "Fano 1947, Phys. Rev. 72:26; of neurons Nawrot et al. 2008, J. Neurosci. Methods 169:374",
    "[measure]\nfano = {}",
    "start (ms, 0; of a simulation): earlier spikes do not count; window (ms, 100; of a simulation); of (of learners): "
    "which nodes, as of cka"};

struct FanoFactor {
  std::optional<double> mean;  ///< none where nothing fires
  std::size_t counted = 0;     ///< units, or units times classes, that have one
};

/// F = s^2 / m with mean m and variance s^2 (of n - 1) of the counts of one unit in windows of `width` ms, mean over
/// the units that fire. Windows are whole and begin with `window`, what is left behind them does not count. Of a
/// Poisson process that fires the expectation of F is 1, however short the run is. Throws Error, see Spikes::check,
/// Window::check and Bins. Source: Nawrot et al. 2008, J. Neurosci. Methods 169:374.
FanoFactor fano(const Spikes& spikes, const Window& window, double width);

/// The same of counts [sample][unit] over the samples of one class each, mean over units and classes in which they
/// fire; classes of one sample and labels below 0 do not count. Throws Error if the counts are not as many rows as
/// labels.
FanoFactor fano(std::span<const double> counts, std::size_t units, std::span<const std::int32_t> label);

extern const RecordedMeasure fano_measure;

}  // namespace cajal::analysis
