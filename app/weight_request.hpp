#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "learning/process.hpp"
#include "sim/config/table.hpp"
#include "sim/network.hpp"

namespace cajal::app {

struct RecordRequest;

/// What is kept of the weights of edges over time.
struct WeightRequest {
  enum class As {
    all,        ///< every weight
    traces,     ///< those of some synapses
    histogram,  ///< how many weights lie where
    changes     ///< those that differ from when they were last written
  };
  As as = As::all;
  std::size_t synapses = 100;  ///< of traces, at most, evenly over all
  std::size_t bins = 50;
  std::vector<std::pair<double, double>> ranges = {};  ///< of histograms, by edge; empty: the bounds of the rules
  double threshold = 0;                                ///< a change is larger

  /// Whether it speaks of all synapses one by one: their ends and first weights are wanted too.
  bool lists_all() const { return as == As::all || as == As::changes; }
};

/// Reads an entry of `[record]` with what = "weight" into the request, all parts of an edge with several targets. What
/// is wrong goes to the diagnostics.
template <class Real>
void read_weights(const config::Table& table, const Network<Real>& network, double dt, RecordRequest& request);

/// Histograms without a range take the bounds of the rule that changes the edge; an error where there is none.
template <class Real>
void fit_ranges(const config::Table& root, const std::vector<std::unique_ptr<Process<Real>>>& processes,
                std::vector<RecordRequest>& requests);

}  // namespace cajal::app
