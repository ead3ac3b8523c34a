#pragma once

#include <array>

#include "sim/model.hpp"

namespace cajal {

/// An excitatory and an inhibitory population, each by the share of its cells that fire.
struct WilsonCowan {
  static constexpr std::string_view name = "wilson_cowan";
  static constexpr std::string_view meaning = "an excitatory and an inhibitory population by their activities";
  static constexpr std::string_view equations =
      "tau_e dE/dt = -E + (k_e - r_e E) S_e(c1 E - c2 I + P + input E)\n"
      "tau_i dI/dt = -I + (k_i - r_i I) S_i(c3 E - c4 I + Q + input I)\n"
      "S(x) = 1 / (1 + exp(-a (x - theta))) - 1 / (1 + exp(a theta)),  k = S(infinity)\n"
      "the output is E";
  static constexpr std::string_view source = "Wilson & Cowan 1972, Biophys. J. 12:1, equations 11 to 15, figures 4, 11";

  template <class T>
  struct State {
    T E, I;
  };
  template <class T>
  struct Parameters {
    T tau_e, tau_i, c1, c2, c3, c4, a_e, theta_e, a_i, theta_i, r_e, r_i, drive_e, drive_i;
  };
  using S = State<double>;
  using P = Parameters<double>;
  static constexpr auto state =
      fields(field(&S::E, "E", "", 0, config::any_number, "activity of the excitatory cells"),
             field(&S::I, "I", "", 0, config::any_number, "activity of the inhibitory cells"));
  static constexpr auto parameters =
      fields(field(&P::tau_e, "tau_e", "ms", 8, config::positive, "time constant of E"),
             field(&P::tau_i, "tau_i", "ms", 8, config::positive, "time constant of I"),
             field(&P::c1, "c1", "", 16, config::any_number, "weight from E to E"),
             field(&P::c2, "c2", "", 12, config::any_number, "weight from I to E"),
             field(&P::c3, "c3", "", 15, config::any_number, "weight from E to I"),
             field(&P::c4, "c4", "", 3, config::any_number, "weight from I to I"),
             field(&P::a_e, "a_e", "", 1.3, config::positive, "steepness of S_e"),
             field(&P::theta_e, "theta_e", "", 4, config::any_number, "input at which S_e is steepest"),
             field(&P::a_i, "a_i", "", 2, config::positive, "steepness of S_i"),
             field(&P::theta_i, "theta_i", "", 3.7, config::any_number, "input at which S_i is steepest"),
             field(&P::r_e, "r_e", "", 1, config::not_negative, "refractory period of E over tau_e"),
             field(&P::r_i, "r_i", "", 1, config::not_negative, "refractory period of I over tau_i"),
             field(&P::drive_e, "P", "", 1.25, config::any_number, "constant input of E"),
             field(&P::drive_i, "Q", "", 0, config::any_number, "constant input of I"));
  static constexpr std::array<std::string_view, 2> inputs{"E", "I"};

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const std::array<Input<T>, 2>& input, const Q& p) {
    const T to_e = p.c1 * x.E - p.c2 * x.I + p.drive_e + input[0].at(x.E);
    const T to_i = p.c3 * x.E - p.c4 * x.I + p.drive_i + input[1].at(x.I);
    const auto none_e = sigmoid(-p.a_e * p.theta_e), none_i = sigmoid(-p.a_i * p.theta_i);
    const T s_e = sigmoid(p.a_e * (to_e - p.theta_e)) - none_e;
    const T s_i = sigmoid(p.a_i * (to_i - p.theta_i)) - none_i;
    const auto k_e = Plain<T>(1) - none_e, k_i = Plain<T>(1) - none_i;
    return {((k_e - p.r_e * x.E) * s_e - x.E) / p.tau_e, ((k_i - p.r_i * x.I) * s_i - x.I) / p.tau_i};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q&) {
    return x.E;
  }

  static constexpr Setting two_states[] = {{"c1", 12},       {"c2", 4},  {"c3", 13},     {"c4", 11}, {"a_e", 1.2},
                                           {"theta_e", 2.8}, {"a_i", 1}, {"theta_i", 4}, {"P", 0}};
  static constexpr Preset presets[] = {{"multiple_states",
                                        "figure 4: stable at rest and at a high activity, with hysteresis over P",
                                        false, two_states}};
};

}  // namespace cajal
