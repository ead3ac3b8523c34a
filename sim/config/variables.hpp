#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>

#include "sim/config/dimension.hpp"

namespace cajal::config {

/// What an expression may know of the unit or the synapse that it is evaluated for.
enum class Variable : unsigned char { i, j, n, x, y, z, distance };

struct VariableEntry {
  std::string_view name;
  Dimension dimension;
  std::string_view meaning;
};

/// In the order of the enumeration. Lengths are in mm.
inline constexpr std::array<VariableEntry, 7> variables{{
    {"i", plain_number, "number of the unit, from 0; of a synapse: of its target"},
    {"j", plain_number, "of a synapse: number of its source, from 0"},
    {"n", plain_number, "how many units there are"},
    {"x", length, "position of the unit"},
    {"y", length, "position of the unit"},
    {"z", length, "position of the unit"},
    {"distance", length, "of a synapse: between source and target"},
}};

/// The variables that are known at one place of a config. The empty set: nothing that varies is allowed there.
class VariableSet {
 public:
  constexpr VariableSet() = default;
  constexpr VariableSet(std::initializer_list<Variable> members) {
    for (const Variable member : members) insert(member);
  }

  constexpr void insert(Variable member) { bits_ |= bit(member); }
  constexpr bool contains(Variable member) const { return (bits_ & bit(member)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }

 private:
  static constexpr unsigned bit(Variable member) { return 1u << static_cast<unsigned>(member); }
  unsigned bits_ = 0;
};

/// Of units: their number `i` and how many there are, `n`.
inline constexpr VariableSet unit_variables{Variable::i, Variable::n};
/// Of units that have positions.
inline constexpr VariableSet placed_unit_variables{Variable::i, Variable::n, Variable::x, Variable::y, Variable::z};
/// Of synapses: target `i` and source `j`.
inline constexpr VariableSet synapse_variables{Variable::i, Variable::j};
/// Of synapses between nodes with positions.
inline constexpr VariableSet placed_synapse_variables{Variable::i, Variable::j, Variable::distance};

/// The values of variables for a row of units or synapses: of each one value for all, or one for each.
class Columns {
 public:
  void set(Variable variable, std::span<const double> values) { of_[static_cast<std::size_t>(variable)] = values; }
  std::span<const double> operator[](Variable variable) const { return of_[static_cast<std::size_t>(variable)]; }

  /// Of the k-th unit or synapse alone.
  Columns at(std::size_t k) const {
    Columns out;
    for (std::size_t v = 0; v < of_.size(); ++v) out.of_[v] = of_[v].size() > 1 ? of_[v].subspan(k, 1) : of_[v];
    return out;
  }

 private:
  std::array<std::span<const double>, variables.size()> of_;
};

}  // namespace cajal::config
