#pragma once

// How a Cell runs: included by the translation unit of each model.

#include <algorithm>

#include "sim/cell.hpp"
#include "sim/number/dual.hpp"

namespace cajal {

namespace detail {

/// A pack of which only `count` numbers are there.
template <class Real>
Wide<Real> load_some(const Real* from, std::size_t count) {
  if (count >= Wide<Real>::lanes) return Wide<Real>::load(from);
  std::array<Real, Wide<Real>::lanes> some{};
  std::copy_n(from, count, some.begin());
  return Wide<Real>::load(some.data());
}

template <class Real>
void store_some(Wide<Real> x, Real* to, std::size_t count) {
  if (count >= Wide<Real>::lanes) return x.store(to);
  store_lanes((1U << count) - 1, x, to);
}

}  // namespace detail

template <Discrete M, class Real>
Cell<M, Real>::Cell(std::string name, std::size_t size, std::vector<std::vector<double>> initial,
                    std::vector<std::vector<double>> parameters)
    : Node<Real>(std::move(name), size), initial_(std::move(initial)), parameters_(std::move(parameters)) {
  for (const CellPort& p : M::ports) {
    Port<Real> port;
    port.name = p.name;
    port.receptor = "none";
    port.units = p.gates * size;
    this->ports.push_back(std::move(port));
  }
}

template <Discrete M, class Real>
void Cell<M, Real>::prepare(const Plan& plan) {
  Node<Real>::prepare(plan);
  for (auto& s : state_) s.shape(plan.tape ? plan.window + 1 : 1, plan.batch, this->size());
  if (plan.tape)
    for (auto& s : adjoint_) s.shape(1, plan.batch, this->size());
  make_coefficients(plan.dt);
}

template <Discrete M, class Real>
void Cell<M, Real>::make_coefficients(double dt) {
  if constexpr (HasCoefficients<M>) {
    alike_ = std::all_of(parameters_.begin(), parameters_.end(), [](const auto& values) { return values.size() == 1; });
    coefficients_.assign(coefficient_count<M>, AlignedVector<Real>(alike_ ? lanes : padded(this->size()), Real(0)));
    for (std::size_t u = 0; u < coefficients_[0].size(); ++u) {
      ParametersOf<M, double> p{};
      each_member(p, [&](double& value, std::size_t k) {
        value = parameters_[k][parameters_[k].size() > 1 ? std::min(u, this->size() - 1) : 0];
      });
      const auto of_unit = M::coefficients(p, dt);
      for (std::size_t k = 0; k < of_unit.size(); ++k) coefficients_[k][u] = static_cast<Real>(of_unit[k]);
    }
  }
}

template <Discrete M, class Real>
typename Cell<M, Real>::Coefficients Cell<M, Real>::coefficients(std::size_t unit) const {
  Coefficients c;
  for (std::size_t k = 0; k < c.size(); ++k) c[k] = W::load(coefficients_[k].data() + (alike_ ? 0 : unit));
  return c;
}

namespace detail {

/// A step of a cell, with its coefficients if it has any.
template <class M, class X, class A, class C>
auto update_cell(const X& x, const A& gates, const C& coefficients) {
  if constexpr (HasCoefficients<M>)
    return M::update(x, gates, coefficients);
  else
    return M::update(x, gates);
}

}  // namespace detail

template <Discrete M, class Real>
std::vector<Column<Real>> Cell<M, Real>::columns() {
  std::vector<Column<Real>> out;
  for (const Field& f : M::state)
    out.push_back({std::string(f.name), std::string(f.unit), std::string(f.meaning), &state_[f.member]});
  return out;
}

template <Discrete M, class Real>
template <class Use>
void Cell<M, Real>::each_sample(const Slice& slice, Use&& use) const {
  const auto [begin, end] = slice.units(padded(this->size()));
  const Slice::Range units{begin, std::min(end, this->size())};
  if (units.begin >= units.end) return;
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) use(b, units);
}

template <Discrete M, class Real>
void Cell<M, Real>::reset(const Slice& slice) {
  each_sample(slice, [&](std::size_t b, Slice::Range units) {
    for (std::size_t k = 0; k < states; ++k) {
      const auto& values = initial_[k];
      for (std::size_t u = units.begin; u < units.end; ++u)
        state_[k].at(0, b)[u] = static_cast<Real>(values[values.size() > 1 ? u : 0]);
    }
  });
}

/// The first unit of each gate; none where no edge ends.
template <Discrete M, class Real>
typename Cell<M, Real>::Gates Cell<M, Real>::arrived(std::int64_t step, std::size_t sample, std::size_t part) const {
  Gates gates{};
  std::size_t k = 0;
  for (std::size_t p = 0; p < M::ports.size(); ++p)
    for (std::size_t g = 0; g < M::ports[p].gates; ++g, ++k)
      if (this->ports[p].connected) gates[k] = this->ports[p].arrivals.at(step, sample, part) + g * this->size();
  return gates;
}

template <Discrete M, class Real>
void Cell<M, Real>::advance(Steps steps, const Slice& slice) {
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    each_sample(slice, [&](std::size_t b, Slice::Range units) { advance_sample(t, b, units, slice.part); });
}

template <Discrete M, class Real>
void Cell<M, Real>::advance_sample(std::int64_t step, std::size_t sample, Slice::Range units, std::size_t part) {
  const Gates gates = arrived(step, sample, part);
  std::array<const Real*, states> before;
  std::array<Real*, states> after;
  for (std::size_t k = 0; k < states; ++k) {
    before[k] = state_[k].at(step, sample);
    after[k] = state_[k].at(step + 1, sample);
  }
  Real* const output = this->output.at(step, sample, part);
  for (std::size_t u = units.begin; u < units.end; u += lanes) {
    const std::size_t count = std::min(lanes, units.end - u);
    std::array<W, states> x;
    std::array<W, gate_count<M>> a;
    for (std::size_t k = 0; k < x.size(); ++k) x[k] = W::load(before[k] + u);
    for (std::size_t k = 0; k < a.size(); ++k) a[k] = gates[k] ? detail::load_some(gates[k] + u, count) : W(0.0);
    const auto next = detail::update_cell<M>(x, a, coefficients(u));
    std::apply(
        [&](const auto&... s) {
          std::size_t k = 0;
          (s.store(after[k++] + u), ...);
        },
        next.state);
    next.output.store(output + u);
  }
}

template <Discrete M, class Real>
void Cell<M, Real>::begin_rewind(const Slice& slice) {
  for (auto& s : adjoint_) s.zero(0, slice);
  for (auto& port : this->ports)
    if (port.connected && port.held) port.arrivals_gradient.zero(0, slice);
}

template <Discrete M, class Real>
void Cell<M, Real>::rewind(Steps steps, const Slice& slice) {
  for (std::int64_t t = steps.end; t-- > steps.begin;)
    each_sample(slice, [&](std::size_t b, Slice::Range units) { rewind_sample(t, b, units); });
}

template <Discrete M, class Real>
void Cell<M, Real>::rewind_sample(std::int64_t step, std::size_t sample, Slice::Range units) {
  constexpr std::size_t variables = states + gate_count<M>;
  using D = Dual<W, static_cast<int>(variables)>;
  const Gates gates = arrived(step, sample, 0);
  std::array<Real*, gate_count<M>> gate_gradient{};
  std::array<bool, gate_count<M>> held{};
  std::size_t gate = 0;
  for (std::size_t p = 0; p < M::ports.size(); ++p)
    for (std::size_t g = 0; g < M::ports[p].gates; ++g, ++gate) {
      if (!this->ports[p].connected) continue;
      gate_gradient[gate] = this->ports[p].arrivals_gradient.at(step, sample) + g * this->size();
      held[gate] = this->ports[p].held;
    }
  std::array<const Real*, states> before;
  std::array<Real*, states> adjoint;
  for (std::size_t k = 0; k < states; ++k) {
    before[k] = state_[k].at(step, sample);
    adjoint[k] = adjoint_[k].at(0, sample);
  }
  const Real* const output_gradient = this->output_gradient.at(step, sample);
  for (std::size_t u = units.begin; u < units.end; u += lanes) {
    const std::size_t count = std::min(lanes, units.end - u);
    std::array<D, states> x;
    std::array<D, gate_count<M>> a;
    for (std::size_t k = 0; k < x.size(); ++k) x[k] = D::variable(W::load(before[k] + u), static_cast<int>(k));
    for (std::size_t k = 0; k < a.size(); ++k)
      a[k] = D::variable(gates[k] ? detail::load_some(gates[k] + u, count) : W(0.0), static_cast<int>(states + k));
    const auto next = detail::update_cell<M>(x, a, coefficients(u));
    std::array<W, variables> gradient;
    const W by_output = W::load(output_gradient + u);
    for (std::size_t v = 0; v < variables; ++v) gradient[v] = by_output * next.output.by[v];
    std::apply(
        [&](const auto&... s) {
          std::size_t k = 0;
          const auto pull = [&](const D& value) {
            const W by_value = W::load(adjoint[k++] + u);
            for (std::size_t v = 0; v < variables; ++v) gradient[v] = fma(by_value, value.by[v], gradient[v]);
          };
          (pull(s), ...);
        },
        next.state);
    for (std::size_t k = 0; k < states; ++k) gradient[k].store(adjoint[k] + u);
    for (std::size_t k = 0; k < gates.size(); ++k) {
      if (!gate_gradient[k]) continue;
      const W g = gradient[states + k];
      // A port that is held collects the gradients of all steps.
      detail::store_some(held[k] ? detail::load_some(gate_gradient[k] + u, count) + g : g, gate_gradient[k] + u, count);
    }
  }
}

}  // namespace cajal
