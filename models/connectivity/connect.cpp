#include "models/connectivity/connect.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <optional>
#include <utility>

#include "models/connectivity/rule_connection.hpp"
#include "models/population_reader.hpp"
#include "sim/config/expression.hpp"
#include "sim/config/text.hpp"

namespace cajal {

namespace {

/// Lists a rule's options, as ConnectivityReader reads them.
class Lister {
 public:
  std::vector<ConnectivityKey> keys;

  void boolean(std::string_view key, bool value, std::string_view meaning) {
    add(key, value ? "true" : "false", "true or false", meaning);
  }
  void required(std::string_view key, double, config::Range allowed, std::string_view meaning) {
    add(key, "", allowed.text(), meaning);
  }
  void required(std::string_view key, std::uint64_t, std::string_view meaning) {
    add(key, "", "a whole number, at least 0", meaning);
  }
  void required(std::string_view key, double, std::string_view unit, config::Range allowed, std::string_view meaning) {
    add(key, "", allowed.text() + ", " + std::string(unit), meaning);
  }
  void optional(std::string_view key, const std::optional<double>&, std::string_view unit, config::Range allowed,
                std::string_view fallback, std::string_view meaning) {
    add(key, fallback, allowed.text() + ", " + std::string(unit), meaning);
  }
  void required(std::string_view key, const std::string&, std::string_view meaning) { add(key, "", "a name", meaning); }
  void optional(std::string_view key, const std::optional<std::string>&, std::string_view fallback,
                std::string_view meaning) {
    add(key, fallback, "a name", meaning);
  }
  void required_choice(std::string_view key, const std::string&, const std::vector<std::string>& allowed,
                       std::string_view meaning) {
    add(key, "", config::listed(allowed), meaning);
  }
  void optional_choice(std::string_view key, const std::optional<std::string>&, const std::vector<std::string>& allowed,
                       std::string_view fallback, std::string_view meaning) {
    add(key, fallback, config::listed(allowed), meaning);
  }
  bool where(bool) const { return true; }

 private:
  void add(std::string_view key, std::string_view fallback, std::string allowed, std::string_view meaning) {
    keys.push_back({std::string(key), std::string(fallback), std::move(allowed), std::string(meaning)});
  }
};

/// Calls f with a default of each rule.
template <class F>
void each_rule(F&& f) {
  [&]<std::size_t... i>(std::index_sequence<i...>) { (f(std::variant_alternative_t<i, ConnectivityRule>{}), ...); }
  (std::make_index_sequence<std::variant_size_v<ConnectivityRule>>{});
}

/// The table to blame for a rule: its own, or the edge's where the rule is a mere name.
void blame(const config::Table& edge, const config::Table& options, const std::string& key,
           const std::string& message) {
  if (!key.empty() && options.has(key))
    options.error(key, message);
  else if (options.has("rule"))
    options.error("rule", message);
  else
    edge.error("connect", message);
}

/// The named rule without its options; nothing, with an error, for an unknown name. The name of a matrix is short for
/// the table of it.
std::optional<ConnectivityRule> find_rule(const ConnectRequest& request, const std::string& name,
                                          const config::Table& options) {
  std::optional<ConnectivityRule> found;
  std::vector<std::string> names;
  each_rule([&](const auto& rule) {
    names.emplace_back(rule.name);
    if (name == rule.name) found = rule;
  });
  if (found) return found;
  const Matrices* matrices = request.sources.matrices;
  if (matrices && !options.has("rule")) {
    if (matrices->contains(name)) {
      ConnectByTable by_table;
      by_table.of = name;
      return by_table;
    }
    for (const auto& [matrix, unused] : *matrices) names.push_back(matrix);
  }
  blame(request.edge, options, "", "unknown connectivity rule \"" + name + "\"" + config::alternatives(name, names));
  options.skip();
  return {};
}

/// Whether `rule` cannot join the populations, or would make too many synapses: then there is an error.
template <class Rule>
bool refused(const Rule& rule, const config::Table& edge, const config::Table& options,
             const Populations& populations) {
  if (const auto refusal = rule.refuse(populations)) {
    blame(edge, options, refusal->key, refusal->message);
    return true;
  }
  const double count = rule.expected(populations);
  if (count <= most_expected) return false;
  blame(edge, options, "",
        "about " + config::written_number(count) + " synapses; an edge may have " +
            config::written_number(most_expected));
  return true;
}

/// Checks a weight or delay: no file, as many values in a list as there are synapses.
template <class Rule>
void check_values(const config::Table& edge, std::string_view key, const config::Quantity& quantity,
                  RuleConnection<Rule>& connection) {
  using Kind = config::Quantity::Kind;
  if (quantity.kind == Kind::file)
    return edge.error(key,
                      "a file holds the weights of dense edges; here a number, a distribution, or a list with one "
                      "value for each synapse is allowed, or `connect = { rule = \"edge_list\", file = ... }`");
  if (quantity.expression)
    if (const std::string wrong =
            quantity.expression->misfit(connection.populations().target, connection.populations().source);
        !wrong.empty())
      return edge.error(key, wrong);
  if (quantity.kind != Kind::values) return;
  connection.number_rows();
  if (quantity.values.size() != connection.listed())
    edge.error(key, "a list of " + std::to_string(quantity.values.size()) + " for " +
                        std::to_string(connection.listed()) +
                        " synapses; one value for each is needed, in the order of their generation");
}

void check_weights(const config::Table& edge, const config::Quantity& weight, Connection& connection) {
  const auto [low, high] = reach(weight);
  for (const double w : {low, high})
    if (!(std::fabs(w) <= FLT_MAX))
      return edge.error("weight",
                        "a weight of " + config::written_number(w) + "; what single precision holds is allowed");
  if (weight.constant()) connection.weight = weight.a;
}

void check_delays(const config::Table& edge, const config::Quantity& delay, double dt, Connection& connection) {
  const auto [low, high] = reach(delay);
  for (const double in_ms : {low, high}) {
    const double steps = steps_of(in_ms, dt);
    if (!(steps >= 0 && steps <= static_cast<double>(longest_delay)))
      return edge.error("delay", "a delay of " + config::written_number(in_ms) + " ms, with steps of " +
                                     config::written_number(dt) + " ms; 0 to " + std::to_string(longest_delay) +
                                     " steps are allowed");
  }
  connection.min_delay = static_cast<std::uint32_t>(steps_of(low, dt));
  connection.max_delay = static_cast<std::uint32_t>(steps_of(high, dt));
}

/// What an expression may know of a synapse.
config::VariableSet synapse_variables(const ConnectRequest& r) {
  return placed(r.populations) ? config::placed_synapse_variables : config::synapse_variables;
}

/// Weight and delay from the edge, or none where it leaves them to the rule. Of a rule that failed to load nothing more
/// is known, and a weight that is missing may not be.
template <class Rule>
Drawn read_drawn(const ConnectRequest& r, const Rule& rule, bool loaded) {
  Drawn drawn;
  bool own_weights = false, own_delays = false;
  if constexpr (BringsWeights<Rule>) own_weights = !loaded || rule.has_weights();
  if constexpr (BringsDelays<Rule>) own_delays = !loaded || rule.has_delays();
  if (r.weight_required && !own_weights && !r.edge.has("weight"))
    r.edge.error("weight", "missing key `weight`: in " + r.sources.weight_unit);
  if (r.edge.has("weight") || !own_weights)
    drawn.weight = r.edge.distribution("weight", r.sources.weight_unit, 1, config::any_number, synapse_variables(r));
  if (r.edge.has("delay") || !own_delays)
    drawn.delay = r.edge.distribution("delay", "ms", static_cast<double>(r.default_delay) * r.sources.dt,
                                      config::not_negative, synapse_variables(r));
  return drawn;
}

/// Reads what the rule names; whether that is good.
template <class Rule>
bool load(Rule& rule, const ConnectRequest& r, const config::Table& options) {
  if constexpr (requires { rule.load(r.populations, r.sources); }) {
    if (const auto refusal = rule.load(r.populations, r.sources)) {
      blame(r.edge, options, refusal->key, refusal->message);
      return false;
    }
  }
  return true;
}

template <class Rule>
std::unique_ptr<Connection> make_connection(Rule& rule, const ConnectRequest& r, const config::Table& options) {
  const config::Table& edge = r.edge;
  auto& diagnostics = edge.diagnostics();
  const std::size_t before = diagnostics.size();
  if (&options != &edge) {
    ConnectivityReader reader(options);
    rule.options(reader);
  }
  const bool loaded = diagnostics.size() == before && load(rule, r, options);
  Drawn drawn = read_drawn(r, rule, loaded);
  if (diagnostics.size() > before || refused(rule, edge, options, r.populations)) return nullptr;
  const Streams streams{Stream(r.seed, r.address + ".connect"), Stream(r.seed, r.address + ".weight"),
                        Stream(r.seed, r.address + ".delay"), r.sources.dt};
  auto connection = std::make_unique<RuleConnection<Rule>>(std::move(rule), r.populations, streams, std::move(drawn));
  if (const auto& weight = connection->drawn().weight) {
    check_values(edge, "weight", *weight, *connection);
    if (diagnostics.size() == before) check_weights(edge, *weight, *connection);
  }
  if (const auto& delay = connection->drawn().delay) {
    const std::size_t good = diagnostics.size();
    check_values(edge, "delay", *delay, *connection);
    if (diagnostics.size() == good) check_delays(edge, *delay, r.sources.dt, *connection);
  }
  return diagnostics.size() > before ? nullptr : std::move(connection);
}

}  // namespace

const std::vector<ConnectivityEntry>& connectivity_catalogue() {
  static const std::vector<ConnectivityEntry> entries = [] {
    std::vector<ConnectivityEntry> out;
    each_rule([&]<class Rule>(Rule rule) {
      Lister lister;
      rule.options(lister);
      out.push_back({std::string(rule.name), std::string(rule.meaning), std::move(lister.keys),
                     std::string(rule.snippet), BringsWeights<Rule>, BringsDelays<Rule>});
    });
    return out;
  }();
  return entries;
}

std::unique_ptr<Connection> connect(const ConnectRequest& request) {
  const config::Table& edge = request.edge;
  const auto given = edge.named("connect", "rule");
  auto rule = given ? find_rule(request, given->first, given->second) : ConnectivityRule{};
  if ((!given && edge.has("connect")) || !rule) {
    edge.distribution("weight", request.sources.weight_unit, 1);
    edge.distribution("delay", "ms", 0, config::not_negative);
    return nullptr;
  }
  return std::visit(
      [&](auto& chosen) -> std::unique_ptr<Connection> {
        return make_connection(chosen, request, given ? given->second : edge);
      },
      *rule);
}

}  // namespace cajal
