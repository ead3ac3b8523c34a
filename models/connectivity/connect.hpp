#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/connectivity/all_to_all.hpp"
#include "models/connectivity/distance_dependent.hpp"
#include "models/connectivity/edge_list.hpp"
#include "models/connectivity/fixed_in_degree.hpp"
#include "models/connectivity/fixed_out_degree.hpp"
#include "models/connectivity/fixed_probability.hpp"
#include "models/connectivity/fixed_total_number.hpp"
#include "models/connectivity/one_to_one.hpp"
#include "models/connectivity/table.hpp"
#include "sim/config/table.hpp"
#include "sim/connect/connection.hpp"

namespace cajal {

/// The catalogue: a rule is one file and one word here. The first is the default.
using ConnectivityRule = std::variant<AllToAll, OneToOne, FixedProbability, FixedInDegree, FixedOutDegree,
                                      FixedTotalNumber, DistanceDependent, ConnectByTable, EdgeList>;

/// What `describe` says of a key of a rule; `fallback` is empty where the key is required.
struct ConnectivityKey {
  std::string name, fallback, allowed, meaning;
};

/// What `list` and `describe` say of a rule.
struct ConnectivityEntry {
  std::string name, meaning;
  std::vector<ConnectivityKey> keys;
  std::string snippet;
  bool brings_weights = false, brings_delays = false;
};

const std::vector<ConnectivityEntry>& connectivity_catalogue();

/// What a connection is made from.
struct ConnectRequest {
  const config::Table& edge;
  Populations populations;
  std::uint64_t seed = 0;
  std::string address;  ///< `edge.rec`: what keys the draws
  RuleSources sources;
  bool weight_required = false;    ///< a weight that neither the edge nor the rule gives is an error; else it is 1
  std::int64_t default_delay = 1;  ///< in steps
};

/// The connection of an edge from its table: `connect` (a rule's name, or a table with `rule` and its keys;
/// `all_to_all` if absent), `weight` (a number, a distribution, or a list with one value for each synapse, in the unit
/// of the port) and `delay` (likewise, in ms; `default_delay` steps if absent). A rule that brings weights or delays
/// gives them where the edge does not. Delays are rounded to the nearest step, halves up, after clipping. Who is joined
/// is keyed by (seed, address + ".connect") and the unit of a row, weights and delays by (seed, address + ".weight",
/// ".delay") likewise. Nothing, with errors in the table's diagnostics, if something is wrong.
std::unique_ptr<Connection> connect(const ConnectRequest& request);

}  // namespace cajal
