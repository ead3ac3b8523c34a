#pragma once

#include <span>

namespace cajal::analysis {

/// Rounds weights to the nearest of the 2^bits - 1 multiples of max |w| / (2^(bits - 1) - 1) that lie evenly on either
/// side of zero and hold it; of one bit each becomes the mean |w| with its sign (Rastegari et al. 2016, ECCV,
/// XNOR-Net). bits >= 1.
void quantise(std::span<double> weights, int bits);

}  // namespace cajal::analysis
