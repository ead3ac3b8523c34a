#pragma once

#include <memory>
#include <string_view>

#include "learning/plasticity/read_process.hpp"
#include "learning/process.hpp"

namespace cajal {

/// Intrinsic plasticity of spiking units: a threshold without a base of its own, which settles where the unit fires at
/// its target rate.
struct Intrinsic {
  static constexpr std::string_view name = "intrinsic";
  static constexpr std::string_view meaning = "intrinsic plasticity: thresholds move until each unit fires at its rate";
  static constexpr std::string_view equations =
      "in a step of dt:  V_th += eta (x - rate dt),  x = 1 where the unit spiked, else 0\n"
      "in steps of 1 ms with mu = rate dt this is dT = eta_IP (x - mu)\n"
      "the mean rate over a time t differs from the target by the threshold's change / (eta t)";
  static constexpr std::string_view source =
      "Lazar, Pipa & Triesch 2009, Front. Comput. Neurosci. 3:23 (SORN); Desai, Rutherford & Turrigiano 1999, Nat. "
      "Neurosci. 2:515";
  static constexpr Locality locality{Information::postsynaptic};

  template <class T>
  struct Parameters {
    T eta, rate;
  };
  using P = Parameters<double>;
  static constexpr auto parameters =
      fields(field(&P::eta, "eta", "mV", 0.1, config::not_negative, "what a spike adds to the threshold"));
};

template <class Real>
std::unique_ptr<Process<Real>> make_intrinsic(const config::Table& table, Network<Real>& network, double dt);
ProcessEntry intrinsic_entry();

}  // namespace cajal
