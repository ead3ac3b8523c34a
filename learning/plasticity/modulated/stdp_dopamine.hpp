#pragma once

#include "learning/plasticity/modulated/pair_window.hpp"

namespace cajal {

/// STDP that waits for dopamine: the rule of NEST's `stdp_dopamine_synapse`, with its parameters. There a dopamine
/// spike adds 1 / tau_n to n: an edge to the modulator has that weight, tau_n in ms.
struct StdpDopamine : PairWindow {
  static constexpr std::string_view name = "stdp_dopamine";
  static constexpr std::string_view meaning = "STDP gated by a neuromodulator, with an eligibility trace";
  static constexpr std::string_view equations =
      "dw/dt = c (n - b),  t in ms;  dc/dt = -c / tau_c;  dx/dt = -x / tau_plus;  dy/dt = -y / tau_minus\n"
      "pre spike arrives:  c -= A_minus y;  then x += 1, or x = 1 where trace = \"nearest\"\n"
      "post spike:         c += A_plus x;  then y += 1, or y = 1\n"
      "w stays in [w_min, w_max], as seen at spikes";
  static constexpr std::string_view source =
      "Izhikevich 2007, Cerebral Cortex 17:2443; Potjans, Morrison & Diesmann 2010, Front. Comput. Neurosci. 4:141; "
      "parameters of NEST's stdp_dopamine_synapse";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic, Information::third_factor};
  static constexpr auto parameters =
      fields(tau_plus(20), tau_minus(20), A_plus(1), A_minus(1.5),
             field(&P::tau_c, "tau_c", "ms", 1000, config::positive, "time constant of the eligibility"),
             field(&P::b, "b", "", 0, config::any_number, "concentration at which nothing is learned"), w_min, w_max);
};

}  // namespace cajal
