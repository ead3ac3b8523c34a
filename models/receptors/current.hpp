#pragma once

#include "sim/receptor.hpp"

namespace cajal {

/// What arrives is a current that flows during the step in which it arrives.
struct Current {
  static constexpr std::string_view name = "current";
  static constexpr std::string_view meaning =
      "an arrival is a current that flows during its own step: for graded inputs";
  static constexpr std::string_view equations = "I = weight * input, held during (t - dt, t]";
  static constexpr std::string_view source =
      "dc_generator of NEST; Linear before a neuron in PyTorch's spiking libraries";
  static constexpr std::string_view unit = "pA";
  template <class T>
  struct State {};
  template <class T>
  struct Parameters {};
  static constexpr auto state = no_fields;
  static constexpr auto parameters = no_fields;
};

}  // namespace cajal
