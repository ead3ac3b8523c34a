#pragma once

#include <optional>

#include "analysis/entry.hpp"
#include "analysis/recorded.hpp"
#include "analysis/spikes.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry synchrony_entry{
    "synchrony",
    "whether a population fires together: 1 where all units do the same, about 1 / sqrt(units) where each goes its way",
    "chi = sqrt(variance over time of the mean of all units' spike counts / mean over units of their variances), "
    "counts "
    "in bins, of the units whose count varies; of learners within each of the first trials, whose spikes are kept, "
    "mean "
    "over trials",
    "Golomb & Rinzel 1993, Phys. Rev. E 48:4810; Golomb & Rinzel 1994, Physica D 72:259; there of potentials, here of "
    "counts",
    "[measure]\nsynchrony = { bin = \"5 ms\" }",
    "start (ms, 0; of a simulation): earlier spikes do not count; bin (ms, 5; of learners one step of the trial); of "
    "(of "
    "learners): which nodes, as of cka"};

struct Synchrony {
  std::optional<double> chi;  ///< none with fewer than two units
  std::size_t units = 0;      ///< whose count varies
};

/// chi^2 = var_b(1/N sum_i c_ib) / (1/N sum_i var_b(c_ib)) with c_ib the spikes of unit i in bin b, of the N units
/// whose count varies. Bins of `width` ms are whole and begin with `window`; what is left behind them does not count.
/// Throws Error, see Spikes::check, Window::check and Bins. Source: Golomb & Rinzel 1993, Phys. Rev. E 48:4810, of
/// counts.
Synchrony synchrony(const Spikes& spikes, const Window& window, double width);

extern const RecordedMeasure synchrony_measure;

}  // namespace cajal::analysis
