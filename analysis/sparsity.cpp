#include "analysis/sparsity.hpp"

#include <string>

#include "sim/error.hpp"

namespace cajal::analysis {

template <class Real>
void ActivationCount::add(std::span<const Real> activations) {
  std::uint64_t count = 0;
  for (const Real a : activations) count += a != Real(0);
  nonzero += count;
  total += activations.size();
}

template void ActivationCount::add(std::span<const float>);
template void ActivationCount::add(std::span<const double>);

double activation_sparsity(const ActivationCount& count) {
  if (count.total == 0) throw Error("sparsity: no activations");
  if (count.nonzero > count.total)
    throw Error("sparsity: " + std::to_string(count.nonzero) + " nonzero of " + std::to_string(count.total) +
                " activations");
  return 1 - static_cast<double>(count.nonzero) / static_cast<double>(count.total);
}

}  // namespace cajal::analysis
