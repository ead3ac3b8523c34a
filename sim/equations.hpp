#pragma once

#include "sim/step.hpp"

namespace cajal {

/// A model's hooks on plain numbers, without its type: for integrators that are compiled once for all models.
///
/// Arrays: state x [members], parameters p [members], inputs in [inputs].
struct Equations {
  /// dx/dt.
  void (*slopes)(const double* x, const Input<double>* in, const double* p, double* out) = nullptr;
  /// d slope_i / d x_j, then by the current and the conductance of each input: [members][members + 2 inputs], row by
  /// row.
  void (*jacobian)(const double* x, const Input<double>* in, const double* p, double* out) = nullptr;
  /// Distance to the threshold, >= 0: a spike. None where there is no threshold.
  double (*spiked)(const double* before, const double* now, const double* p) = nullptr;
  /// x becomes the state after a spike. None where there are no spikes.
  void (*reset)(double* x, const double* p, const Conventions& conventions) = nullptr;
  /// What others see of a model without spikes.
  double (*output)(const double* x, const double* p) = nullptr;
  /// x becomes the state as it is kept after a step. None where it is kept as it is.
  void (*wrap)(double* x, const double* p) = nullptr;

  /// What `jump` takes and gives of one step.
  struct Jump {
    double previous = 0, refractory = 0, refractory_steps = 0;
    Chance<double> chance;
    double spike = 0;
  };
  /// What follows the flow of a step: `flowed` becomes the state after it, `refractory` what is left.
  void (*jump)(const double* before, double* flowed, const double* p, const Conventions& conventions,
               Jump& step) = nullptr;
};

namespace detail {

template <class S>
S gathered(const double* values) {
  S s;
  each_member(s, [&](double& m, std::size_t i) { m = values[i]; });
  return s;
}
template <class S>
void scattered(const S& s, double* values) {
  each_member(s, [&](const double& m, std::size_t i) { values[i] = m; });
}

template <class M>
void slopes(const double* x, const Input<double>* in, const double* p, double* out) {
  InputsOf<M, double> input;
  for (std::size_t k = 0; k < input_count<M>; ++k) input_at(input, k) = in[k];
  scattered(M::derivative(gathered<StateOf<M, double>>(x), input, gathered<ParametersOf<M, double>>(p)), out);
}

template <class M>
void jacobian(const double* x, const Input<double>* in, const double* p, double* out) {
  constexpr std::size_t n = state_size<M>, columns = n + 2 * input_count<M>;
  using D = Dual<double, static_cast<int>(columns)>;
  StateOf<M, D> state;
  each_member(state, [&](D& d, std::size_t i) { d = D::variable(x[i], static_cast<int>(i)); });
  InputsOf<M, D> input;
  for (std::size_t k = 0; k < input_count<M>; ++k) {
    const int column = static_cast<int>(n + 2 * k);
    input_at(input, k) = {D::variable(in[k].current, column), D::variable(in[k].conductance, column + 1)};
  }
  const StateOf<M, D> slope = M::derivative(state, input, gathered<ParametersOf<M, double>>(p));
  each_member(slope, [&](const D& d, std::size_t i) {
    for (std::size_t j = 0; j < columns; ++j) out[i * columns + j] = d.by[j];
  });
}

template <class M>
void jump_of(const double* before, double* flowed, const double* p, const Conventions& conventions,
             Equations::Jump& step) {
  using S = StateOf<M, double>;
  const auto next =
      jump<M, double>(gathered<S>(before), gathered<S>(flowed), step.previous, step.refractory, step.refractory_steps,
                      gathered<ParametersOf<M, double>>(p), conventions, step.chance);
  scattered(next.x, flowed);
  step.spike = next.spike;
  step.refractory = next.refractory;
}

}  // namespace detail

template <class M>
Equations equations_of() {
  using S = StateOf<M, double>;
  using P = ParametersOf<M, double>;
  Equations e;
  e.slopes = &detail::slopes<M>;
  e.jacobian = &detail::jacobian<M>;
  if constexpr (Spiking<M>) {
    e.jump = &detail::jump_of<M>;
    e.reset = [](double* x, const double* p, const Conventions& c) {
      detail::scattered(detail::after_spike<M>(detail::gathered<S>(x), 1.0, detail::gathered<P>(p), c), x);
    };
    if constexpr (!Stochastic<M>)
      e.spiked = [](const double* before, const double* now, const double* p) {
        return M::spiked(detail::gathered<S>(before), detail::gathered<S>(now), detail::gathered<P>(p));
      };
  } else {
    e.output = [](const double* x, const double* p) {
      return M::output(detail::gathered<S>(x), detail::gathered<P>(p));
    };
    if constexpr (Wrapped<M>)
      e.wrap = [](double* x, const double* p) {
        detail::scattered(M::wrap(detail::gathered<S>(x), detail::gathered<P>(p)), x);
      };
  }
  return e;
}

}  // namespace cajal
