#pragma once

#include "sim/receptor.hpp"

namespace cajal {

/// Diffusive coupling of rate models and oscillators.
struct Diffusive {
  static constexpr std::string_view name = "diffusive";
  static constexpr std::string_view meaning =
      "coupling along the difference of two variables: for rate models and "
      "oscillators; `gap_junction` without units";
  static constexpr std::string_view equations =
      "I_i = sum_j weight_ij (x_j(t - delay) - x_i), x_i the state variable at the input";
  static constexpr std::string_view source = "Sanz-Leon et al. 2015, NeuroImage 111:385: linear difference coupling";
  static constexpr std::string_view unit = "";
  static constexpr bool gap_junction = true;
  template <class T>
  struct State {};
  template <class T>
  struct Parameters {};
  static constexpr auto state = no_fields;
  static constexpr auto parameters = no_fields;
};

}  // namespace cajal
