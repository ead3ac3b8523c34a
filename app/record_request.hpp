#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/weight_request.hpp"
#include "sim/config/table.hpp"
#include "sim/network.hpp"

namespace cajal::app {

/// One entry of `[record]`: spikes of nodes, a state variable of some of a node's units at intervals, the rates of
/// populations in bins, or the weights of edges.
struct RecordRequest {
  enum class Kind { spikes, variable, rate, weight };

  std::string name;
  Kind kind = Kind::spikes;
  std::vector<std::string> of;  ///< nodes; of weights edges
  std::string what = "spikes";
  std::vector<std::uint64_t> ids;  ///< units; empty: all
  std::int64_t every = 1;          ///< steps; of weights 0: once, at the end where they change
  std::size_t units = 0;           ///< how many a variable is recorded of
  WeightRequest weights = {};
};

/// Reads `[record]`; without it the spikes of every spiking population are recorded. Errors go to the diagnostics.
template <class Real>
std::vector<RecordRequest> read_records(const config::Table& root, const Network<Real>& network, double dt);

/// Steps that may run between two looks at the state.
std::int64_t recording_window(const std::vector<RecordRequest>& requests, std::int64_t steps);

}  // namespace cajal::app
