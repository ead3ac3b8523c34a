#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/connectivity/all_to_all.hpp"
#include "models/connectivity/fixed_in_degree.hpp"
#include "models/connectivity/fixed_probability.hpp"
#include "models/connectivity/one_to_one.hpp"
#include "sim/config/table.hpp"
#include "sim/connect/connection.hpp"

namespace cajal {

/// The catalogue: a rule is one file and one word here. The first is the default.
using ConnectivityRule = std::variant<AllToAll, OneToOne, FixedProbability, FixedInDegree>;

/// What `describe` says of a key of a rule; `fallback` is empty where the key is required.
struct ConnectivityKey {
  std::string name, fallback, allowed, meaning;
};

/// What `list` and `describe` say of a rule.
struct ConnectivityEntry {
  std::string name, meaning;
  std::vector<ConnectivityKey> keys;
  std::string snippet;
};

const std::vector<ConnectivityEntry>& connectivity_catalogue();

/// The longest delay, in steps: a wheel has a slot for each.
inline constexpr std::int64_t longest_delay = 1000000;

/// The connection of an edge from its table: `connect` (a rule's name, or a table with `rule` and its keys;
/// `all_to_all` if absent), `weight` (a number, a distribution, or a list with one value for each synapse; in
/// `weight_unit`, 1 if absent) and `delay` (likewise, in ms; `default_delay` steps if absent). Delays are rounded to
/// the nearest step of `dt` ms, halves up, after clipping. Who is joined is keyed by (seed, address + ".connect") and
/// the unit of a row, weights and delays by (seed, address + ".weight", ".delay") likewise. Nothing, with errors in the
/// table's diagnostics, if something is wrong.
std::unique_ptr<Connection> connect(const config::Table& edge, std::size_t n_source, std::size_t n_target,
                                    bool same_population, std::uint64_t seed, const std::string& address, double dt,
                                    std::string_view weight_unit, std::int64_t default_delay);

}  // namespace cajal
