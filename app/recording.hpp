#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/environment_recorder.hpp"
#include "app/measures.hpp"
#include "app/recorders.hpp"
#include "app/watchdog.hpp"

namespace cajal::app {

/// Takes what was asked for out of a running network and writes it: `spikes/<node>/`, `traces/<name>/`, `weights/`.
/// Watches over all of it.
template <class Real>
class Recording {
 public:
  /// `keep`: what is recorded will be saved in checkpoints. What `measures` need is kept in any case.
  Recording(const record::ResultFile& file, Clock<Real>& clock, const std::vector<RecordRequest>& requests,
            const SimulationMeasures& measures, bool keep, Watchdog<Real> watchdog);
  /// From here on the environment acts, after all else is recorded.
  void add(std::unique_ptr<EnvironmentRecorder<Real>> environment);
  /// The steps that just ran; the state after the last stands in the nodes. Throws NumericalError, once all is
  /// recorded, where a recorded number is not finite or the watchdog finds one that is wrong.
  void take(Steps steps);
  void save(const record::Group& checkpoint) const;
  void restore(const record::ResultReader& checkpoint, const std::string& path);
  /// The spikes of the recorded populations: of those that this holds.
  std::vector<analysis::RecordedPopulation> spikes() const;
  /// What was asked for of records and of the environment; matrices go to the result.
  std::vector<Measured> measure(std::uint64_t seed, const SimulationMeasures& measures) const;
  const std::vector<std::string>& populations() const { return populations_; }
  Watchdog<Real>& watchdog() { return watchdog_; }

 private:
  const record::ResultFile& file_;
  Clock<Real>& clock_;
  Watchdog<Real> watchdog_;
  std::vector<std::unique_ptr<Recorder<Real>>> recorders_;
  const Recorder<Real>* connectivity_ = nullptr;  ///< what functional connectivity is measured of
  const EnvironmentRecorder<Real>* environment_ = nullptr;
  std::vector<const SpikesOf<Real>*> spikes_;  ///< those of recorders_ that record spikes
  std::vector<std::string> populations_;
  std::vector<std::vector<Emission<Real>>> sent_;  ///< by node, in the last steps
};

}  // namespace cajal::app
