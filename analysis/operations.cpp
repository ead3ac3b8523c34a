#include "analysis/operations.hpp"

#include <string>

#include "sim/error.hpp"

namespace cajal::analysis {

SynapticOperations synaptic_operations(std::span<const EdgeOperations> edges, std::uint64_t samples) {
  if (samples == 0) throw Error("operations: no samples");
  SynapticOperations out;
  for (const EdgeOperations& edge : edges) {
    if (edge.effective > edge.dense)
      throw Error("operations: " + std::to_string(edge.effective) + " effective of " + std::to_string(edge.dense) +
                  " dense operations");
    out.dense += static_cast<double>(edge.dense);
    (edge.ternary ? out.effective_acs : out.effective_macs) += static_cast<double>(edge.effective);
  }
  const double count = static_cast<double>(samples);
  out.dense /= count;
  out.effective_acs /= count;
  out.effective_macs /= count;
  return out;
}

}  // namespace cajal::analysis
