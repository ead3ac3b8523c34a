#pragma once

#include <array>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/model.hpp"
#include "sim/node.hpp"

namespace cajal {

// A cell is a discrete model: a struct with
//   name, meaning, equations, source   texts for `describe`
//   State<T>, state                    what it remembers, and its table of fields
//   ports                              where edges end, and how many numbers a unit takes there
//   update(state, gates)               one step, written once over any number type
// `gates` holds what arrived for one unit, port after port. Arguments are taken apart by structured bindings, so that
// every element may have a type of its own.
//
// A cell in time also has
//   Parameters<T>, parameters          what does not change, and its table of fields
//   coefficients(p, dt)                an array of the numbers that a step of dt ms needs of them, such as decays
//   update(state, gates, coefficients)

/// Where edges of a cell end: `gates` numbers for each unit, laid out [gate][unit].
struct CellPort {
  std::string_view name;
  std::size_t gates;
  std::string_view meaning;
};

/// What a step of a cell gives: the new state, by member, and the output.
template <class States, class Output>
struct Updated {
  States state;
  Output output;
};
template <class States, class Output>
Updated(States, Output) -> Updated<States, Output>;

template <class M>
inline constexpr std::size_t gate_count = [] {
  std::size_t gates = 0;
  for (const CellPort& port : M::ports) gates += port.gates;
  return gates;
}();

/// Whether a cell has parameters.
template <class M>
concept HasCoefficients = requires(ParametersOf<M, double> p) {
  M::parameters;
  M::coefficients(p, 0.1);
};

template <class M>
inline constexpr std::size_t coefficient_count = [] {
  if constexpr (HasCoefficients<M>)
    return std::tuple_size_v<decltype(M::coefficients(ParametersOf<M, double>{}, 0.1))>;
  else
    return std::size_t{0};
}();

/// What a cell must have.
template <class M>
concept Discrete = requires(StateOf<M, double> x, std::array<double, gate_count<M>> gates) {
  { M::name } -> std::convertible_to<std::string_view>;
  { M::meaning } -> std::convertible_to<std::string_view>;
  { M::equations } -> std::convertible_to<std::string_view>;
  { M::source } -> std::convertible_to<std::string_view>;
  M::state;
}
&&(HasCoefficients<M> ||
   requires(StateOf<M, double> x, std::array<double, gate_count<M>> gates) { M::update(x, gates); });

/// A layer of recurrent cells of model M: each unit makes its new state and output from its state and its gates, by
/// `update`; the way back takes the Jacobian of the same text, on dual numbers. The tape is the state before each step
/// and what arrived. The recurrence itself is edges from the node to its ports with a delay.
template <Discrete M, class Real>
class Cell final : public Node<Real> {
 public:
  static constexpr std::size_t states = state_size<M>;

  /// `initial`: the state at the start of a trial, by member: one value for all units, or one for each. `parameters`
  /// likewise.
  Cell(std::string name, std::size_t size, std::vector<std::vector<double>> initial,
       std::vector<std::vector<double>> parameters = {});

  std::string_view kind() const override { return M::name; }
  void prepare(const Plan& plan) override;
  void reset(const Slice& slice) override;
  void advance(Steps steps, const Slice& slice) override;
  void begin_rewind(const Slice& slice) override;
  void rewind(Steps steps, const Slice& slice) override;
  std::vector<Column<Real>> columns() override;
  /// d loss / d state before the first of the steps that were walked back, by member.
  const Signal<Real>& state_gradient(std::size_t member) const { return adjoint_[member]; }

 private:
  using W = Wide<Real>;
  static constexpr std::size_t lanes = W::lanes;
  using Gates = std::array<const Real*, gate_count<M>>;
  using Coefficients = std::array<W, coefficient_count<M>>;

  void make_coefficients(double dt);
  Coefficients coefficients(std::size_t unit) const;
  Gates arrived(std::int64_t step, std::size_t sample, std::size_t part) const;
  /// Calls use(sample, begin, end) with whole packs of units.
  template <class Use>
  void each_sample(const Slice& slice, Use&& use) const;
  // Flat: a call in their loops would send the packs through the memory.
  [[gnu::flatten]] void advance_sample(std::int64_t step, std::size_t sample, Slice::Range units, std::size_t part);
  [[gnu::flatten]] void rewind_sample(std::int64_t step, std::size_t sample, Slice::Range units);

  std::vector<std::vector<double>> initial_, parameters_;
  /// A row for each coefficient: of all units, or a single pack where none differ.
  std::vector<AlignedVector<Real>> coefficients_;
  bool alike_ = true;
  std::array<Signal<Real>, states> state_, adjoint_;
};

}  // namespace cajal
