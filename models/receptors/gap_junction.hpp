#pragma once

#include "sim/receptor.hpp"

namespace cajal {

/// Electrical synapses.
struct GapJunction {
  static constexpr std::string_view name = "gap_junction";
  static constexpr std::string_view meaning =
      "electrical synapses: a current along the difference of two potentials; "
      "edges that end here come from a membrane potential, like from = \"E.V_m\"";
  static constexpr std::string_view equations = "I_i = sum_j weight_ij (V_j(t - delay) - V_i)";
  static constexpr std::string_view source = "Lewis & Rinzel 2003, J. Comput. Neurosci. 14:283";
  static constexpr std::string_view unit = "nS";
  static constexpr bool gap_junction = true;
  template <class T>
  struct State {};
  template <class T>
  struct Parameters {};
  static constexpr auto state = no_fields;
  static constexpr auto parameters = no_fields;
};

}  // namespace cajal
