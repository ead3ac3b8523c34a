#pragma once

#include <cstdint>
#include <span>

#include "analysis/entry.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry operations_entry{
    "operations", "synaptic operations per sample: dense, and effective ones as accumulates or multiply-accumulates",
    "effective: nonzero input times nonzero weight; an accumulate where all inputs of an edge are -1, 0 or 1, else a "
    "multiply-accumulate; dense: all weights at all steps; divided by presentations. An input held through a trial is "
    "multiplied once; pooling, normalisation, look-up, biases, neurons and products within a cell are none",
    "NeuroBench (Yik et al. 2025, Nat. Commun. 16:1545), SynapticOperations", "[measure]\noperations = {}"};

/// What an edge did over some samples, all their steps summed. Biases, pooling, normalisation and the updates of
/// neurons are no synaptic operations.
struct EdgeOperations {
  std::uint64_t dense = 0;      ///< products that a dense evaluation does: weights (convolution: uses of them) x steps
  std::uint64_t effective = 0;  ///< those among them whose input and weight are both not zero
  bool ternary = true;          ///< every input was -1, 0 or 1, so that the products are additions
};

/// Operations per sample.
struct SynapticOperations {
  double dense = 0;
  double effective_acs = 0;   ///< accumulates
  double effective_macs = 0;  ///< multiply-accumulates

  double effective() const { return effective_acs + effective_macs; }
};

/// Sums over edges and divides by samples: per sample with all its steps, as NeuroBench's harness does; its leaderboard
/// divides by executions (steps) instead. Throws Error if there are no samples, or if an edge has more effective
/// operations than dense ones. Source: Yik et al. 2025, "The neurobench framework", Nat. Commun. 16:1545.
SynapticOperations synaptic_operations(std::span<const EdgeOperations> edges, std::uint64_t samples);

}  // namespace cajal::analysis
