#pragma once

#include <cstddef>
#include <vector>

#include "sim/receptor.hpp"

namespace cajal {

/// e^M for a square matrix in row-major order (scaling and squaring with Pade approximants, by Eigen).
std::vector<double> matrix_exponential(const std::vector<double>& matrix, std::size_t n);

/// The linear membrane dx/dt = A x + B I + c of one unit, taken from the model's own derivative.
struct LinearMembrane {
  std::size_t n = 0;
  std::vector<double> A, B, c;
};

template <class M>
LinearMembrane linear_membrane(const ParametersOf<M, double>& p) {
  constexpr std::size_t n = state_size<M>;
  using D = Dual<double, static_cast<int>(n) + 1>;
  StateOf<M, D> x;
  each_member(x, [](D& d, std::size_t i) { d = D::variable(0.0, static_cast<int>(i)); });
  const Input<D> input{D::variable(0.0, n), D(0.0)};
  LinearMembrane m;
  m.n = n;
  const StateOf<M, D> slope = M::derivative(x, input, p);
  each_member(slope, [&](const D& d, std::size_t) {
    for (std::size_t j = 0; j < n; ++j) m.A.push_back(d.by[j]);
    m.B.push_back(d.by[n]);
    m.c.push_back(d.value);
  });
  return m;
}

/// The exact step of a linear membrane over h: x(t+h) = P x + B I + c with I held.
/// Equal time constants are no special case: nothing is divided.
struct Propagator {
  std::vector<double> P, B, c;  ///< [n][n], [n], [n]
};
Propagator propagator(const LinearMembrane& membrane, double h);

/// What a receptor's state at the start of the step adds to the membrane over the step: [n][states], from the joint
/// matrix exponential of membrane and receptor. Source: Rotter & Diesmann 1999, Biol. Cybern. 81:381, eq. 11.
std::vector<double> receptor_propagator(const LinearMembrane& membrane, const ReceptorSystem& receptor, double h);

}  // namespace cajal
