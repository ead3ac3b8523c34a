#pragma once

#include <cmath>

namespace cajal {

/// The jump of r that makes the greatest value of s one, for dr/dt = -r / tau_rise, ds/dt = r - s / tau_decay. The peak
/// comes at tau_rise z, z = log(q) / (q - 1), q = tau_rise / tau_decay, where s = tau_decay r. Equal time constants are
/// no special case: z = 1, the alpha function.
inline double double_exponential_jump(double tau_rise, double tau_decay) {
  const double log_q = std::log(tau_rise / tau_decay);
  const double z = log_q == 0 ? 1 : log_q / std::expm1(log_q);
  return std::exp(z) / tau_decay;
}

}  // namespace cajal
