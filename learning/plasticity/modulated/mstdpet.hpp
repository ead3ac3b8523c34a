#pragma once

#include "learning/plasticity/modulated/pair_window.hpp"

namespace cajal {

/// Reward-modulated STDP with an eligibility trace.
struct Mstdpet : PairWindow {
  static constexpr std::string_view name = "mstdpet";
  static constexpr std::string_view meaning = "reward-modulated STDP with an eligibility trace";
  static constexpr std::string_view equations =
      "dw/dt = z n,  t in ms;  dz/dt = -z / tau_z;  dx/dt = -x / tau_plus;  dy/dt = -y / tau_minus\n"
      "pre spike arrives:  z -= A_minus y / tau_z;  then x += 1, or x = 1 where trace = \"nearest\"\n"
      "post spike:         z += A_plus x / tau_z;  then y += 1, or y = 1\n"
      "w stays in [w_min, w_max], as seen at spikes";
  static constexpr std::string_view source = "Florian 2007, Neural Comput. 19:1468, eqs. 3.23-3.25";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic, Information::third_factor};
  static constexpr auto parameters =
      fields(tau_plus(20), tau_minus(20), A_plus(0.01), A_minus(0.01),
             field(&P::tau_c, "tau_z", "ms", 25, config::positive, "time constant of the eligibility"), w_min, w_max);

  template <class T>
  static T on_pre(const T&, const Post<T>& post, const Parameters<T>& p) {
    return -(p.A_minus * post.y / p.tau_c);
  }
  template <class T>
  static T on_post(const T&, const Pre<T>& pre, const Post<T>&, const Parameters<T>& p) {
    return p.A_plus * pre.x / p.tau_c;
  }
};

}  // namespace cajal
