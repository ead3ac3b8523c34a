#pragma once

#include <array>
#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model.hpp"

namespace cajal {

/// A factor of a synaptic current that depends on the potential, with its first two derivatives: for every number type
/// that a step runs on, from one text.
class Gate {
 public:
  Gate() = default;
  /// `factor` is a generic function of v.
  template <class F>
  explicit Gate(F factor)
      : of_double_([factor](const double& v) { return evaluated(factor, v); }),
        of_single_pack_([factor](const Wide<float>& v) { return evaluated(factor, v); }),
        of_double_pack_([factor](const Wide<double>& v) { return evaluated(factor, v); }) {}

  explicit operator bool() const { return static_cast<bool>(of_double_); }
  /// B(v), B'(v), B''(v).
  std::array<double, 3> at(const double& v) const { return of_double_(v); }
  std::array<Wide<float>, 3> at(const Wide<float>& v) const { return of_single_pack_(v); }
  std::array<Wide<double>, 3> at(const Wide<double>& v) const { return of_double_pack_(v); }

 private:
  template <class F, class T>
  static std::array<T, 3> evaluated(const F& factor, const T& v) {
    using First = Dual<T, 1>;
    using Second = Dual<First, 1>;
    const Second b = factor(Second::variable(First::variable(v, 0), 0));
    return {b.value.value, b.value.by[0], b.by[0].by[0]};
  }

  std::function<std::array<double, 3>(const double&)> of_double_;
  std::function<std::array<Wide<float>, 3>(const Wide<float>&)> of_single_pack_;
  std::function<std::array<Wide<double>, 3>(const Wide<double>&)> of_double_pack_;
};

/// A receptor is linear in its own state, so everything that a network needs of it is a handful of coefficients, taken
/// from its equations by dual numbers. Held once per port and unit, not per synapse: by linearity that is exact.
///
///   dr/dt = rate r;   an arrival w:  r := r + arrive w;   I(v) = gate(v) (current . r - (conductance . r) v)
struct ReceptorSystem {
  std::string kind;                                 ///< `delta`, `current`, `exponential_current`, ...
  std::string unit;                                 ///< of weights
  bool gap_junction = false;                        ///< arrivals are sum g_j V_j; the sum of g_j is a conductance
  std::size_t states = 0;                           ///< 0 for `delta` and `current`, which need no memory
  std::vector<double> rate;                         ///< [states][states], 1/ms
  std::vector<double> arrive;                       ///< [states]
  std::vector<double> current;                      ///< [states], pA
  std::vector<double> conductance;                  ///< [states], nS
  std::vector<std::string> names, units, meanings;  ///< of the states
  Gate gate;                                        ///< none: 1 at every potential
};

// A receptor is a struct with name, meaning, equations, source, unit (of weights), State<T>, state, Parameters<T>,
// parameters, and
//   derivative(x, p)  dr/dt
//   arrive(p)         the jump of the state per unit of weight
//   drive(x, p)       Input{current, conductance}
//   gate(v, p)        optional: a factor of the current that depends on the potential
// `delta`, `current` and `gap_junction` have no state: what arrives acts in the step itself.
template <class R>
concept Receptor = requires {
  R::name;
  R::unit;
  R::parameters;
};
template <class R>
concept HasMemory = requires(StateOf<R, double> x, ParametersOf<R, double> p) {
  R::derivative(x, p);
  R::arrive(p);
  R::drive(x, p);
};

template <Receptor R>
ReceptorSystem receptor_system(const ParametersOf<R, double>& p) {
  ReceptorSystem s;
  s.kind = R::name;
  s.unit = R::unit;
  if constexpr (requires { R::gap_junction; }) s.gap_junction = R::gap_junction;
  if constexpr (HasMemory<R>) {
    constexpr std::size_t n = state_size<R>;
    using D = Dual<double, static_cast<int>(n)>;
    s.states = n;
    StateOf<R, D> x;
    each_member(x, [](D& d, std::size_t i) { d = D::variable(0.0, static_cast<int>(i)); });
    const StateOf<R, D> slope = R::derivative(x, p);
    each_member(slope, [&](const D& d, std::size_t) {
      for (double x : d.by) s.rate.push_back(x);
    });
    const StateOf<R, double> jump = R::arrive(p);
    each_member(jump, [&](const double& a, std::size_t) { s.arrive.push_back(a); });
    const Input<D> drive = R::drive(x, p);
    s.current.assign(drive.current.by.begin(), drive.current.by.end());
    s.conductance.assign(drive.conductance.by.begin(), drive.conductance.by.end());
    if constexpr (requires { R::gate(0.0, p); }) s.gate = Gate([p](const auto& v) { return R::gate(v, p); });
    for (const Field& f : R::state) {
      s.names.emplace_back(f.name);
      s.units.emplace_back(f.unit);
      s.meanings.emplace_back(f.meaning);
    }
  }
  return s;
}

}  // namespace cajal
