#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Izhikevich's simple neuron.
struct Izhikevich {
  static constexpr std::string_view name = "izhikevich";
  static constexpr std::string_view meaning = "Izhikevich's simple spiking neuron";
  static constexpr std::string_view equations =
      "dV_m/dt = 0.04 V_m^2 + k_1 V_m + k_0 - U_m + I_e + I(V_m)      (per ms; V_m in mV)\n"
      "dU_m/dt = a (b V_m - U_m)\n"
      "spike:  V_m >= V_th\n"
      "reset:  V_m := c, U_m := U_m + d";
  static constexpr std::string_view source =
      "Izhikevich 2003, IEEE Trans. Neural Networks 14:1569, equations 1 to 3; other k_1 and k_0: Izhikevich 2004, "
      "IEEE Trans. Neural Networks 15:1063, figure 1";

  template <class T>
  struct State {
    T V_m, U_m;
  };
  template <class T>
  struct Parameters {
    T a, b, c, d, k_1, k_0, V_th, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;

  static constexpr auto state = fields(field(&S::V_m, "V_m", "mV", -65, config::any_number, "membrane potential"),
                                       field(&S::U_m, "U_m", "mV", -13, config::any_number, "recovery variable"));
  static constexpr auto parameters =
      fields(field(&P::a, "a", "", 0.02, config::any_number, "rate of the recovery, 1/ms"),
             field(&P::b, "b", "", 0.2, config::any_number, "sensitivity of the recovery to V_m"),
             field(&P::c, "c", "mV", -65, config::any_number, "potential after a spike"),
             field(&P::d, "d", "mV", 8, config::any_number, "jump of the recovery at a spike"),
             field(&P::k_1, "k_1", "", 5, config::any_number, "linear coefficient of the potential's equation"),
             field(&P::k_0, "k_0", "", 140, config::any_number, "constant of the potential's equation"),
             field(&P::V_th, "V_th", "mV", 30, config::any_number, "potential at which a spike is counted"),
             field(&P::I_e, "I_e", "pA", 0, config::any_number, "constant current"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    const T& v = x.V_m;
    return {Plain<T>(0.04) * v * v + p.k_1 * v + p.k_0 - x.U_m + p.I_e + input.at(v), p.a * (p.b * v - x.U_m)};
  }
  template <class T, class Q>
  static T spiked(const State<T>&, const State<T>& now, const Q& p) {
    return now.V_m - p.V_th;
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q& p) {
    x.V_m = T(p.c);
    x.U_m = x.U_m + p.d;
    return x;
  }

  static constexpr Setting nest[] = {{"integrator", 0, "euler"}};
  static constexpr Preset presets[] = {
      {"nest", "izhikevich of NEST with consistent integration: forward Euler, arrivals move the membrane", false, nest,
       "{ ex = \"delta\", in = \"delta\" }"}};
};

}  // namespace cajal
