#pragma once

#include "learning/plasticity/modulated/pair_window.hpp"

namespace cajal {

/// Reward-modulated STDP without memory: the reward of the moment scales what a pair of spikes does.
struct Mstdp : PairWindow {
  static constexpr std::string_view name = "mstdp";
  static constexpr std::string_view meaning = "STDP times the reward of the moment";
  static constexpr std::string_view equations =
      "dx/dt = -x / tau_plus;  dy/dt = -y / tau_minus\n"
      "pre spike arrives:  w -= n A_minus y;  then x += 1, or x = 1 where trace = \"nearest\"\n"
      "post spike:         w += n A_plus x;  then y += 1, or y = 1\n"
      "n just before the spike; w stays in [w_min, w_max]";
  static constexpr std::string_view source = "Florian 2007, Neural Comput. 19:1468, eqs. 3.19-3.22";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic, Information::third_factor};
  static constexpr auto parameters = fields(tau_plus(20), tau_minus(20), A_plus(0.01), A_minus(0.01), w_min, w_max);
};

}  // namespace cajal
