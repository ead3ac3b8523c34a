#pragma once

#include "sim/receptor.hpp"

namespace cajal {

/// Synapse whose arrival moves the membrane at once.
struct Delta {
  static constexpr std::string_view name = "delta";
  static constexpr std::string_view meaning =
      "an arrival moves the membrane by its weight, before the threshold is tested";
  static constexpr std::string_view equations = "V_m := V_m + weight";
  static constexpr std::string_view source = "Brunel 2000, J. Comput. Neurosci. 8:183, eq. 2";
  static constexpr std::string_view unit = "mV";
  template <class T>
  struct State {};
  template <class T>
  struct Parameters {};
  static constexpr auto state = no_fields;
  static constexpr auto parameters = no_fields;
};

}  // namespace cajal
