#pragma once

#include <optional>
#include <vector>

#include "analysis/entry.hpp"
#include "analysis/recorded.hpp"
#include "analysis/spikes.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry isi_entry{
    "isi",
    "irregularity of spike trains: coefficient of variation of inter-spike intervals",
    "isi_cv: standard deviation / mean of the intervals of a unit with at least 3 spikes, mean over such units; of "
    "learners of a unit in one trial (the first trials, whose spikes are kept), mean over both; short trials make it "
    "small",
    "Softky & Koch 1993, J. Neurosci. 13:334",
    "[measure]\nisi = {}",
    "start (ms, 0; of a simulation): earlier spikes do not count; of (of learners): which nodes, as of cka"};

struct IntervalVariation {
  std::vector<std::optional<double>> units;  ///< [unit], none with fewer than 3 spikes or all intervals 0
  std::optional<double> mean;                ///< over the units that have one
  std::size_t counted = 0;                   ///< how many have one
};

/// CV = sqrt(<(I - <I>)^2>) / <I> over the intervals I between successive spikes of a unit in the window (the mean
/// square is over the intervals, not one fewer). A regular train has 0, a Poisson train about 1; short trains are
/// biased to less. Throws Error, see Spikes::check and Window::check. Source: Softky & Koch 1993, J. Neurosci. 13:334.
IntervalVariation isi_variation(const Spikes& spikes, const Window& window);

extern const RecordedMeasure isi_measure;

}  // namespace cajal::analysis
