#include "models/connectivity/connect.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <optional>
#include <utility>

#include "models/population_reader.hpp"
#include "sim/config/expression.hpp"
#include "sim/config/text.hpp"
#include "sim/memory.hpp"

namespace cajal {

namespace {

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

/// The pairs that `rule` joins; nothing, with an error, if it cannot.
template <class Rule>
Synapses join(const Rule& rule, const config::Table& edge, const config::Table& options, const Populations& populations,
              const Stream& stream) {
  if (const auto refusal = rule.refuse(populations)) {
    blame(edge, options, refusal->key, refusal->message);
    return {};
  }
  // Ten standard deviations above the mean leave no draw that is larger.
  const double count = rule.expected(populations), most = count + 10 * std::sqrt(count);
  if (most > static_cast<double>(most_synapses)) {
    blame(edge, options, "",
          "about " + config::written_number(count) + " synapses; an edge may have " + std::to_string(most_synapses));
    return {};
  }
  // Source, target, weight and delay as they are drawn and kept.
  constexpr double bytes = 24;
  if (most * bytes > usable_memory()) {
    blame(edge, options, "",
          "about " + config::written_number(count) + " synapses take about " + bytes_text(count * bytes) + "; " +
              bytes_text(usable_memory()) + " of memory are there");
    return {};
  }
  Synapses out;
  out.source.reserve(static_cast<std::size_t>(count));
  out.target.reserve(static_cast<std::size_t>(count));
  rule.generate(populations, stream, out);
  return out;
}

Synapses joined(const config::Table& edge, const Populations& populations, const Stream& stream) {
  const auto given = edge.named("connect", "rule");
  if (!given && edge.has("connect")) return {};
  auto rule = given ? find_rule(edge, given->first, given->second) : ConnectivityRule{};
  if (!rule) return {};
  const std::size_t before = edge.diagnostics().size();
  return std::visit(
      [&](auto& chosen) {
        if (given) {
          ConnectivityReader reader{given->second};
          chosen.options(reader);
        }
        if (edge.diagnostics().size() > before) return Synapses{};
        return join(chosen, edge, given ? given->second : edge, populations, stream);
      },
      *rule);
}

/// An expression's value for each synapse; nothing, with an error, if one is not allowed.
std::vector<double> computed(const config::Table& edge, std::string_view key, const config::Quantity& quantity,
                             const Synapses& synapses, const Populations& populations, std::uint64_t seed,
                             const std::string& address) {
  if (const std::string wrong = quantity.expression->misfit(populations.target, populations.source); !wrong.empty()) {
    edge.error(key, wrong);
    return {};
  }
  const std::vector<double> i(synapses.target.begin(), synapses.target.end());
  const std::vector<double> j(synapses.source.begin(), synapses.source.end());
  config::Columns columns;
  columns.set(config::Variable::i, i);
  columns.set(config::Variable::j, j);
  try {
    return draw(quantity, synapses.size(), seed, address, columns);
  } catch (const ConfigError& error) {
    edge.diagnostics().insert(edge.diagnostics().end(), error.diagnostics().begin(), error.diagnostics().end());
    return {};
  }
}

/// One value for all synapses or one for each; nothing, with an error, if the config has neither.
std::vector<double> values(const config::Table& edge, std::string_view key, const config::Quantity& quantity,
                           const Synapses& joined, const Populations& populations, std::uint64_t seed,
                           const std::string& address) {
  using Kind = config::Quantity::Kind;
  const std::size_t synapses = joined.size();
  if (quantity.kind == Kind::expression) return computed(edge, key, quantity, joined, populations, seed, address);
  if (quantity.kind == Kind::file) {
    edge.error(key,
               "a file holds the weights of dense edges; here a number, a distribution, or a list with one value for "
               "each synapse is allowed");
    return {};
  }
  if (quantity.kind == Kind::values && quantity.values.size() != synapses) {
    edge.error(key, "a list of " + std::to_string(quantity.values.size()) + " for " + std::to_string(synapses) +
                        " synapses; one value for each is needed, in the order of their generation");
    return {};
  }
  return draw(quantity, synapses, seed, address);
}

std::vector<double> weights(const config::Table& edge, const config::Quantity& quantity, const Synapses& synapses,
                            const Populations& populations, std::uint64_t seed, const std::string& address) {
  auto out = values(edge, "weight", quantity, synapses, populations, seed, address + ".weight");
  const auto wrong = std::find_if(out.begin(), out.end(), [](double w) { return !(std::fabs(w) <= FLT_MAX); });
  if (wrong == out.end()) return out;
  edge.error("weight", "a weight of " + config::written_number(*wrong) + "; what single precision holds is allowed");
  return {};
}

std::vector<std::uint32_t> delays(const config::Table& edge, const config::Quantity& quantity, const Synapses& synapses,
                                  const Populations& populations, std::uint64_t seed, const std::string& address,
                                  double dt) {
  const auto in_ms = values(edge, "delay", quantity, synapses, populations, seed, address + ".delay");
  std::vector<std::uint32_t> out;
  out.reserve(in_ms.size());
  for (const double delay : in_ms) {
    const double steps = std::round(delay / dt);
    if (!(steps >= 0 && steps <= static_cast<double>(longest_delay))) {
      edge.error("delay", "a delay of " + config::written_number(delay) + " ms, with steps of " +
                              config::written_number(dt) + " ms; 0 to " + std::to_string(longest_delay) +
                              " steps are allowed");
      return {};
    }
    out.push_back(static_cast<std::uint32_t>(steps));
  }
  return out;
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

Synapses connect(const config::Table& edge, std::size_t n_source, std::size_t n_target, bool same_population,
                 std::uint64_t seed, const std::string& address, double dt, std::string_view weight_unit,
                 std::int64_t default_delay) {
  const std::size_t before = edge.diagnostics().size();
  const auto weight = edge.distribution("weight", weight_unit, 1, config::any_number, config::synapse_variables);
  const auto delay = edge.distribution("delay", "ms", static_cast<double>(default_delay) * dt, config::not_negative,
                                       config::synapse_variables);
  const Populations populations{n_source, n_target, same_population};
  Synapses out = joined(edge, populations, Stream(seed, address + ".connect"));
  if (edge.diagnostics().size() > before) return {};
  out.weight = weights(edge, weight, out, populations, seed, address);
  out.delay = edge.has("delay") ? delays(edge, delay, out, populations, seed, address, dt)
                                : std::vector{static_cast<std::uint32_t>(default_delay)};
  if (edge.diagnostics().size() > before) return {};
  return out;
}

}  // namespace cajal
