#pragma once

#include <cstdint>
#include <span>

#include "analysis/entry.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry sparsity_entry{
    "sparsity", "share of activations that are zero",
    "1 - nonzero / total over all units, steps and samples of the hidden and output nodes; inputs do not count",
    "NeuroBench (Yik et al. 2025, Nat. Commun. 16:1545), ActivationSparsity", "[measure]\nsparsity = {}"};

/// Activations seen so far; counts of several nodes or threads add up.
struct ActivationCount {
  std::uint64_t nonzero = 0, total = 0;

  /// `Real` is float or double. NaN counts as not zero.
  template <class Real>
  void add(std::span<const Real> activations);
  void add(const ActivationCount& other) {
    nonzero += other.nonzero;
    total += other.total;
  }
};

/// 1 - nonzero / total. Which activations count is up to the caller; NeuroBench takes those of all activation layers
/// and spiking neurons over all steps and samples, and none of the input. Throws Error if nothing was counted, or more
/// nonzero ones than all. Source: Yik et al. 2025, "The neurobench framework", Nat. Commun. 16:1545.
double activation_sparsity(const ActivationCount& count);

}  // namespace cajal::analysis
