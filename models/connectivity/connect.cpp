#include "models/connectivity/connect.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <optional>
#include <utility>

#include "models/population_reader.hpp"
#include "sim/config/text.hpp"
#include "sim/memory.hpp"

namespace cajal {

namespace {

/// The most synapses of an edge: what positions of some ten shards hold.
constexpr double most_expected = 4e10;

/// What the draws of an edge come from.
struct Streams {
  Stream pairs, weights, delays;
  double dt;  ///< ms
};

/// Weight and delay as the config gives them.
struct Drawn {
  config::Quantity weight, delay;
};

/// Lists a rule's options.
struct Lister {
  std::vector<ConnectivityKey> keys;

  void boolean(std::string_view key, bool value, std::string_view meaning) {
    keys.push_back({std::string(key), value ? "true" : "false", "true or false", std::string(meaning)});
  }
  void required(std::string_view key, double, config::Range allowed, std::string_view meaning) {
    keys.push_back({std::string(key), "", allowed.text(), std::string(meaning)});
  }
  void required(std::string_view key, std::uint64_t, std::string_view meaning) {
    keys.push_back({std::string(key), "", "a whole number, at least 0", std::string(meaning)});
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

/// The named rule without its options; nothing, with an error, for an unknown name.
std::optional<ConnectivityRule> find_rule(const config::Table& edge, const std::string& name,
                                          const config::Table& options) {
  std::optional<ConnectivityRule> found;
  std::vector<std::string> names;
  each_rule([&](const auto& rule) {
    names.emplace_back(rule.name);
    if (name == rule.name) found = rule;
  });
  if (found) return found;
  blame(edge, options, "", "unknown connectivity rule \"" + name + "\"" + config::alternatives(name, names));
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

/// The connection of a rule: pairs, weights and delays each from a stream of their own, by row.
template <class Rule>
class RuleConnection final : public Connection {
 public:
  RuleConnection(const Rule& rule, const Populations& populations, const Streams& streams)
      : rule_(rule), populations_(populations), streams_(streams) {
    rows_of = Rule::rows_of;
    rows = rows_of == Rows::source ? populations.source : populations.target;
    expected = rule_.expected(populations);
    if constexpr (requires { rule_.prepare(populations_, streams_.pairs); })
      rule_.prepare(populations_, streams_.pairs);
  }

  void row(std::uint32_t unit, SynapseRow& out) const override {
    out.partner.clear();
    Draws draws(streams_.pairs, unit);
    rule_.row(populations_, unit, draws, out.partner);
    fill(weights, streams_.weights, unit, out.partner.size(), out.weight);
    if (one_delay()) return out.delay.clear();
    std::vector<double> in_ms;
    fill(delays, streams_.delays, unit, out.partner.size(), in_ms);
    out.delay.resize(in_ms.size());
    for (std::size_t i = 0; i < in_ms.size(); ++i)
      out.delay[i] = static_cast<std::uint32_t>(std::floor(in_ms[i] / streams_.dt + 0.5));
  }

  /// Where each row's values stand in a list: made once there is one.
  void number_rows() {
    Draws none(streams_.pairs, 0);
    std::vector<std::uint32_t> partners;
    first_ = {0};
    for (std::size_t unit = 0; unit < rows; ++unit) {
      Draws draws(streams_.pairs, unit);
      partners.clear();
      rule_.row(populations_, static_cast<std::uint32_t>(unit), draws, partners);
      first_.push_back(first_.back() + partners.size());
    }
  }
  std::size_t listed() const { return first_.back(); }

  config::Quantity weights, delays;

 private:
  void fill(const config::Quantity& quantity, const Stream& stream, std::uint32_t unit, std::size_t count,
            std::vector<double>& out) const {
    out.resize(quantity.constant() ? 0 : count);
    if (quantity.kind == config::Quantity::Kind::values)
      std::copy_n(quantity.values.begin() + static_cast<std::ptrdiff_t>(first_[unit]), count, out.begin());
    else if (!quantity.constant()) {
      Draws draws(stream, unit);
      draw_into(quantity, draws, out);
    }
  }

  Rule rule_;
  Populations populations_;
  Streams streams_;
  std::vector<std::size_t> first_;
};

/// Checks a weight or delay: no file, as many values in a list as there are synapses.
template <class Rule>
void check_values(const config::Table& edge, std::string_view key, const config::Quantity& quantity,
                  RuleConnection<Rule>& connection) {
  using Kind = config::Quantity::Kind;
  if (quantity.kind == Kind::file)
    return edge.error(key,
                      "a file holds the weights of dense edges; here a number, a distribution, or a list with one "
                      "value for each synapse is allowed");
  if (quantity.kind != Kind::values) return;
  connection.number_rows();
  if (quantity.values.size() != connection.listed())
    edge.error(key, "a list of " + std::to_string(quantity.values.size()) + " for " +
                        std::to_string(connection.listed()) +
                        " synapses; one value for each is needed, in the order of their generation");
}

void check_weights(const config::Table& edge, const config::Quantity& weight, Connection& connection) {
  const auto [low, high] = bounds(weight);
  for (const double w : {low, high})
    if (!(std::fabs(w) <= FLT_MAX))
      return edge.error("weight",
                        "a weight of " + config::written_number(w) + "; what single precision holds is allowed");
  if (weight.constant()) connection.weight = weight.a;
}

void check_delays(const config::Table& edge, const config::Quantity& delay, double dt, Connection& connection) {
  const auto [low, high] = bounds(delay);
  for (const double in_ms : {low, high}) {
    const double steps = std::floor(in_ms / dt + 0.5);
    if (!(steps >= 0 && steps <= static_cast<double>(longest_delay)))
      return edge.error("delay", "a delay of " + config::written_number(in_ms) + " ms, with steps of " +
                                     config::written_number(dt) + " ms; 0 to " + std::to_string(longest_delay) +
                                     " steps are allowed");
  }
  connection.min_delay = static_cast<std::uint32_t>(std::floor(low / dt + 0.5));
  connection.max_delay = static_cast<std::uint32_t>(std::floor(high / dt + 0.5));
}

template <class Rule>
std::unique_ptr<Connection> make_connection(const Rule& rule, const config::Table& edge, const config::Table& options,
                                            const Populations& populations, const Streams& streams,
                                            const Drawn& drawn) {
  if (refused(rule, edge, options, populations)) return nullptr;
  auto connection = std::make_unique<RuleConnection<Rule>>(rule, populations, streams);
  connection->weights = drawn.weight;
  connection->delays = drawn.delay;
  check_values(edge, "weight", drawn.weight, *connection);
  check_values(edge, "delay", drawn.delay, *connection);
  check_weights(edge, drawn.weight, *connection);
  check_delays(edge, drawn.delay, streams.dt, *connection);
  return connection;
}

}  // namespace

const std::vector<ConnectivityEntry>& connectivity_catalogue() {
  static const std::vector<ConnectivityEntry> entries = [] {
    std::vector<ConnectivityEntry> out;
    each_rule([&](auto rule) {
      Lister lister;
      rule.options(lister);
      out.push_back(
          {std::string(rule.name), std::string(rule.meaning), std::move(lister.keys), std::string(rule.snippet)});
    });
    return out;
  }();
  return entries;
}

std::unique_ptr<Connection> connect(const config::Table& edge, std::size_t n_source, std::size_t n_target,
                                    bool same_population, std::uint64_t seed, const std::string& address, double dt,
                                    std::string_view weight_unit, std::int64_t default_delay) {
  const std::size_t before = edge.diagnostics().size();
  const Drawn drawn{edge.distribution("weight", weight_unit, 1),
                    edge.distribution("delay", "ms", static_cast<double>(default_delay) * dt, config::not_negative)};
  const Streams streams{Stream(seed, address + ".connect"), Stream(seed, address + ".weight"),
                        Stream(seed, address + ".delay"), dt};
  const auto given = edge.named("connect", "rule");
  if (!given && edge.has("connect")) return nullptr;
  auto rule = given ? find_rule(edge, given->first, given->second) : ConnectivityRule{};
  if (!rule) return nullptr;
  const Populations populations{n_source, n_target, same_population};
  return std::visit(
      [&](auto& chosen) -> std::unique_ptr<Connection> {
        if (given) {
          ConnectivityReader reader{given->second};
          chosen.options(reader);
        }
        if (edge.diagnostics().size() > before) return nullptr;
        auto made = make_connection(chosen, edge, given ? given->second : edge, populations, streams, drawn);
        return edge.diagnostics().size() > before ? nullptr : std::move(made);
      },
      *rule);
}

}  // namespace cajal
