#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/config/formula.hpp"
#include "sim/config/table.hpp"

namespace cajal {

/// A model of dynamics as a config writes it, `[model.NAME]`, read and checked: all names are known, all dimensions
/// fit. Everything is in base units.
struct ModelEquations {
  /// A state variable or a parameter.
  struct Number {
    std::string name, unit, meaning;
    double value = 0;  ///< default
    config::Dimension dimension{};
    config::Range range{};
  };
  /// An entry of `let`.
  struct Part {
    std::string name;
    config::Formula formula;
    bool of_input = false, of_state = false;  ///< depends on the input, on the state; also through other parts
  };

  /// How many state variables, and how many parameters, a model may have: what `members` of sim/field.hpp binds.
  static constexpr std::size_t most_numbers = 24;
  static constexpr std::size_t most_parts = 256;

  std::string name, meaning, source;
  std::vector<Number> state, parameters;
  std::vector<Part> parts;
  std::vector<config::Formula> derivative;        ///< of each state variable
  std::optional<config::Formula> spiked, hazard;  ///< one of these, or `output`
  std::optional<config::Formula> output;
  std::vector<std::optional<config::Formula>> reset;  ///< of each state variable; all empty: a spike is a crossing
  std::optional<std::size_t> refractory;              ///< which parameter
  std::string input_unit;                             ///< of `I`
  config::Dimension input_dimension{};
  bool of_input = false;  ///< some derivative depends on the input
  bool linear = false;    ///< the derivative is linear in state and input

  bool spiking() const { return spiked || hazard; }
  bool resets() const;

  // Symbols of its formulas, in this order: state, parameters, the input `I`, parts.
  std::size_t parameter_symbol(std::size_t k) const { return state.size() + k; }
  std::size_t input_symbol() const { return state.size() + parameters.size(); }
  std::size_t part_symbol(std::size_t k) const { return input_symbol() + 1 + k; }

  /// The equations as lines of text, for `describe`.
  std::string text() const;
};

/// Reads `[model.NAME]`:
///   state, params      names with their defaults, `"20 ms"` or `{ value = "20 ms", meaning = "..." }`
///   let                parts of the equations that have names of their own, each after those it uses
///   derivative         of each state variable
///   spiked             a comparison, or a distance to the threshold: >= 0 is a spike; or `hazard`, a rate of spikes
///   reset              values after a spike, all computed from those before it; without it a spike is a crossing
///   refractory         the parameter that is the refractory time, or a quantity
///   output             what others see, where there are no spikes
///   input              the unit of `I`, by default "pA"
///   meaning, source
/// What is wrong goes to the table's diagnostics; then nothing is returned.
std::optional<ModelEquations> read_equations(const std::string& name, const config::Table& table);

}  // namespace cajal
