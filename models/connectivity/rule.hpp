#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "sim/config/table.hpp"
#include "sim/connect/connection.hpp"
#include "sim/random.hpp"

namespace cajal {

/// What an edge joins.
struct Populations {
  std::size_t source = 0, target = 0;  ///< units
  bool same = false;                   ///< source and target are one node
};

/// Why a rule cannot join two populations: the key to blame (empty: the rule itself) and what is wrong.
struct Refusal {
  std::string key, message;
};

/// A connectivity rule is a struct with `name`, `meaning`, `snippet` and
///   options(visitor)                      its keys, declared once for reading and for `describe`;
///   refuse(populations)                   a Refusal if it cannot join them;
///   expected(populations)                 the number of synapses, or its mean;
///   rows_of                               whether it makes the synapses of a source or of a target unit at a time;
///   prepare(populations, stream)          if it has one: what all rows share, once, after `refuse` gave nothing;
///   row(populations, unit, draws, partners)
///                                         appends the partners of a unit; `draws` are its own.
/// A row is a pure function of the rule and its unit: any thread may make any row. `self = false` leaves out the pairs
/// of equal number i -> i: in one node the autapses, between two nodes of one size the partners (each inhibitory unit
/// spares the one that drives it).
inline std::optional<Refusal> refuse_self(bool self, const Populations& p) {
  if (self || p.same || p.source == p.target) return {};
  return Refusal{"self", "`self = false` leaves out pairs of equal number, which needs two nodes of one size; found " +
                             std::to_string(p.source) + " and " + std::to_string(p.target) + " units"};
}

/// How many units of `size` a unit may be joined to, where `self` may leave out one.
inline std::size_t candidates(bool self, std::size_t size) { return self || size == 0 ? size : size - 1; }

/// The candidate-th unit other than `left_out` where self is false.
inline std::uint32_t candidate(bool self, std::uint64_t number, std::uint64_t left_out) {
  return static_cast<std::uint32_t>(!self && number >= left_out ? number + 1 : number);
}

/// Reads a rule's options; what is wrong goes to the table's diagnostics.
struct ConnectivityReader {
  const config::Table& table;

  void boolean(std::string_view key, bool& value, std::string_view) { value = table.boolean(key, value); }
  void required(std::string_view key, double& value, config::Range allowed, std::string_view) {
    value = table.required_quantity(key, "", allowed);
  }
  void required(std::string_view key, std::uint64_t& value, std::string_view) {
    value = static_cast<std::uint64_t>(table.required_integer(key, 0, static_cast<std::int64_t>(most_synapses)));
  }
};

}  // namespace cajal
