#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/measures.hpp"
#include "sim/clock.hpp"
#include "sim/record/result.hpp"
#include "sim/record/spikes.hpp"

namespace cajal::app {

/// One entry of `[record]`: spikes of nodes, or a state variable of some of a node's units at intervals.
struct RecordRequest {
  std::string name;
  std::vector<std::string> of;
  std::string what = "spikes";
  std::vector<std::uint64_t> ids;  ///< units; empty: all
  std::int64_t every = 1;          ///< steps
};

/// Reads `[record]`; without it the spikes of every spiking population are recorded. Errors go to the diagnostics.
template <class Real>
std::vector<RecordRequest> read_records(const config::Table& root, const Network<Real>& network, double dt);
/// Steps that may run between two looks at the state.
std::int64_t recording_window(const std::vector<RecordRequest>& requests, std::int64_t steps);

/// Takes what was asked for out of a running network and writes it: `spikes/<node>/`, `traces/<name>/`.
/// Throws NumericalError when a recorded number is not finite.
template <class Real>
class Recording {
 public:
  Recording(const record::ResultFile& file, Clock<Real>& clock, const std::vector<RecordRequest>& requests);
  ~Recording();
  /// The steps that just ran; the state after the last stands in the nodes.
  void take(Steps steps);
  /// What was asked for of the recorded populations.
  std::vector<Measured> measure(std::uint64_t seed, double duration, std::span<const SpikeMeasure> measures) const;
  const std::vector<std::string>& populations() const { return populations_; }

 private:
  struct SpikesOf;
  struct TraceOf;
  Clock<Real>& clock_;
  double dt_;
  std::vector<std::unique_ptr<SpikesOf>> spikes_;
  std::vector<std::unique_ptr<TraceOf>> traces_;
  std::vector<std::string> populations_;
};

}  // namespace cajal::app
