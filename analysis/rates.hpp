#pragma once

#include <vector>

#include "analysis/entry.hpp"
#include "analysis/recorded.hpp"
#include "analysis/spikes.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry rates_entry{
    "rates",
    "mean firing rate of each unit and of the population, in Hz",
    "spikes in the window / its length; population: mean over units, silent ones too",
    "spike-count rate: Gerstner et al. 2014, Neuronal Dynamics, section 7.2.1",
    "[measure]\nrates = {}",
    "start (ms, 0; of a simulation): earlier spikes do not count"};

struct Rates {
  std::vector<double> units;  ///< [unit], Hz
  double population = 0;      ///< mean over all units, Hz
};

/// Spikes of each unit in the window, divided by its length. Throws Error, see Spikes::check and Window::check.
/// Source: Gerstner et al. 2014, "Neuronal Dynamics", section 7.2.1 (rate as spike count).
Rates rates(const Spikes& spikes, const Window& window);

/// Of simulations; of learners rates are counted while they run.
extern const RecordedMeasure rates_measure;

}  // namespace cajal::analysis
