#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/matrix.hpp"
#include "sim/config/table.hpp"
#include "sim/connect/connection.hpp"
#include "sim/positions.hpp"
#include "sim/random.hpp"

namespace cajal {

/// What an edge joins.
struct Populations {
  std::size_t source = 0, target = 0;                                        ///< units
  bool same = false;                                                         ///< source and target are one node
  const Positions *source_positions = nullptr, *target_positions = nullptr;  ///< owned by the nodes; none: unknown
};

/// The matrices of `[table]`, by name.
using Matrices = std::map<std::string, std::shared_ptr<const config::Matrix>>;

/// What a rule may read beside its own keys.
struct RuleSources {
  std::string folder;                  ///< that files are named from
  const Matrices* matrices = nullptr;  ///< none: the config names no matrix
  double dt = 0.1;                     ///< ms
  std::string weight_unit;             ///< of the port
};

/// Why a rule cannot join two populations: the key to blame (empty: the rule itself) and what is wrong.
struct Refusal {
  std::string key, message;
};

/// The most synapses of an edge: what positions of some ten shards hold.
inline constexpr double most_expected = 4e10;

/// A connectivity rule is a struct with `name`, `meaning`, `snippet` and
///   options(visitor)                      its keys, declared once for reading and for `describe`;
///   load(populations, sources)            if it has one: reads what it names; a Refusal if that cannot be;
///   refuse(populations)                   a Refusal if it cannot join them;
///   expected(populations)                 the number of synapses, or its mean, or an estimate of that;
///   rows_of                               whether it makes the synapses of a source or of a target unit at a time;
///   prepare(populations, stream)          if it has one: what all rows share, once, after `refuse` gave nothing;
///                                         draws of it have ids from `shared_draws` on;
///   row(populations, unit, draws, partners)
///                                         appends the partners of a unit; `draws` are its own.
/// A row is a pure function of the rule and its unit: any thread may make any row. A rule that may bring weights has
/// `has_weights()` and `weights_of(populations, unit, weights)`, one that may bring delays `has_delays()`,
/// `delays_of(unit, delays)` and `delay_range()`, in the order of `row`; `weight` and `delay` of the edge come before
/// them. `self = false` leaves out the pairs of equal number i -> i: in one node the autapses, between two nodes of one
/// size the partners (each inhibitory unit spares the one that drives it).
inline std::optional<Refusal> refuse_self(bool self, const Populations& p) {
  if (self || p.same || p.source == p.target) return {};
  return Refusal{"self", "`self = false` leaves out pairs of equal number, which needs two nodes of one size; found " +
                             std::to_string(p.source) + " and " + std::to_string(p.target) + " units"};
}

/// The longest delay, in steps: a wheel has a slot for each.
inline constexpr std::int64_t longest_delay = 1000000;

/// A delay rounded to the nearest step of `dt` ms, halves up.
inline double steps_of(double ms, double dt) { return std::floor(ms / dt + 0.5); }

/// Ids of draws from here on belong to `prepare`, those below to the rows.
inline constexpr std::uint64_t shared_draws = std::uint64_t{1} << 63;

/// How many units of `size` a unit may be joined to, where `self` may leave out one.
inline std::size_t candidates(bool self, std::size_t size) { return self || size == 0 ? size : size - 1; }

/// The candidate-th unit other than `left_out` where self is false.
inline std::uint32_t candidate(bool self, std::uint64_t number, std::uint64_t left_out) {
  return static_cast<std::uint32_t>(!self && number >= left_out ? number + 1 : number);
}

/// Reads a rule's options; what is wrong goes to the table's diagnostics.
class ConnectivityReader {
 public:
  explicit ConnectivityReader(const config::Table& table) : table_(table), before_(table.diagnostics().size()) {}

  void boolean(std::string_view key, bool& value, std::string_view) { value = table_.boolean(key, value); }
  void required(std::string_view key, double& value, config::Range allowed, std::string_view) {
    value = table_.required_quantity(key, "", allowed);
  }
  void required(std::string_view key, std::uint64_t& value, std::string_view) {
    value = static_cast<std::uint64_t>(table_.required_integer(key, 0, static_cast<std::int64_t>(most_expected)));
  }
  void required(std::string_view key, double& value, std::string_view unit, config::Range allowed, std::string_view) {
    value = table_.required_quantity(key, unit, allowed);
  }
  void optional(std::string_view key, std::optional<double>& value, std::string_view unit, config::Range allowed,
                std::string_view, std::string_view) {
    value = table_.quantity(key, unit, allowed);
  }
  void required(std::string_view key, std::string& value, std::string_view) { value = table_.required_text(key); }
  void optional(std::string_view key, std::optional<std::string>& value, std::string_view, std::string_view) {
    const std::string text = table_.text(key, "");
    if (table_.has(key)) value = text;
  }
  void required_choice(std::string_view key, std::string& value, const std::vector<std::string>& allowed,
                       std::string_view) {
    value = table_.required_choice(key, allowed);
  }
  void optional_choice(std::string_view key, std::optional<std::string>& value, const std::vector<std::string>& allowed,
                       std::string_view, std::string_view) {
    const std::string text = table_.choice(key, allowed, allowed.front());
    if (table_.has(key)) value = text;
  }
  /// Whether the keys that belong to `condition` are read: not where what decides of it is wrong.
  bool where(bool condition) const { return condition && table_.diagnostics().size() == before_; }

 private:
  const config::Table& table_;
  std::size_t before_;
};

}  // namespace cajal
