#pragma once

#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model.hpp"

namespace cajal {

/// A receptor is linear in its own state, so everything that a network needs of it is a handful of coefficients, taken
/// from its equations by dual numbers. Held once per port and unit, not per synapse: by linearity that is exact.
///
///   dr/dt = rate r;   an arrival w:  r := r + arrive w;   I(v) = current . r - (conductance . r) v
struct ReceptorSystem {
  std::string kind;                                 ///< `delta`, `current`, `exponential_current`, ...
  std::string unit;                                 ///< of weights
  std::size_t states = 0;                           ///< 0 for `delta` and `current`, which need no memory
  std::vector<double> rate;                         ///< [states][states], 1/ms
  std::vector<double> arrive;                       ///< [states]
  std::vector<double> current;                      ///< [states], pA
  std::vector<double> conductance;                  ///< [states], nS
  std::vector<std::string> names, units, meanings;  ///< of the states
};

// A receptor is a struct with name, meaning, equations, source, unit (of weights), State<T>, state, Parameters<T>,
// parameters, and
//   derivative(x, p)  dr/dt
//   arrive(p)         the jump of the state per unit of weight
//   drive(x, p)       Input{current, conductance}
// `delta` and `current` have no state: what arrives acts in the step itself.
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
    for (const Field& f : R::state) {
      s.names.emplace_back(f.name);
      s.units.emplace_back(f.unit);
      s.meanings.emplace_back(f.meaning);
    }
  }
  return s;
}

}  // namespace cajal
