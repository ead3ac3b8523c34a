#include "learning/plasticity/rate_catalogue.hpp"

#include <algorithm>
#include <limits>

#include "learning/plasticity/rate_process.hpp"
#include "learning/plasticity/read_on.hpp"
#include "learning/plasticity/read_rule.hpp"
#include "learning/plasticity/read_teacher.hpp"
#include "sim/config/text.hpp"

namespace cajal {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class F>
void each_rate_rule(const F& f) {
  std::apply([&](auto... rule) { (f(rule), ...); }, RateRules{});
}

template <class Rule>
constexpr double highest_weight() {
  if constexpr (requires { Rule::w_max; })
    return Rule::w_max;
  else
    return infinity;
}

/// The dense and sparse edges that `on` names.
template <RateRule Rule, class Real>
std::vector<RateTarget<Real>> read_rate_edges(const config::Table& table, const Network<Real>& network) {
  std::vector<std::string> addresses;
  std::vector<std::pair<std::string, std::string>> others;
  std::vector<RateTarget<Real>> found, out;
  for (const auto& e : network.edges) {
    if (e->kind() != "dense") {
      others.emplace_back("edge." + e->name(),
                          "which is " + std::string(e->kind()) + ": it works on dense and sparse edges");
      continue;
    }
    addresses.push_back("edge." + e->name());
    found.push_back({e.get(), nullptr, nullptr});
  }
  for (const auto& e : network.sparse) {
    if (SumsOverUnits<Rule>) {
      others.emplace_back("edge." + e->name, "which is sparse: it sums over a whole layer, kind = \"dense\"");
      continue;
    }
    if (!e->to->ports[e->port].conductance.empty()) {
      others.emplace_back("edge." + e->name, "which joins units along the difference of their values: it stands still");
      continue;
    }
    addresses.push_back("edge." + e->name);
    found.push_back({nullptr, e.get(), nullptr});
  }
  for (const auto& n : network.nodes) others.emplace_back("node." + n->name(), "a node: it works on edges");
  for (const std::size_t i : read_on(table, Rule::name, addresses, others)) out.push_back(found[i]);
  for (RateTarget<Real>& target : out)
    if (target.sparse) target.sparse->make_list();
  return out;
}

template <RateRule Rule, class Real>
RateOptions read_options(const config::Table& table, const Network<Real>& network) {
  RateOptions o;
  const bool trials = shows_data(network);
  o.every_step = table.choice("every", {"trial", "step"}, trials ? "trial" : "step") == "step";
  if (!o.every_step && !trials)
    table.error("every", "nothing is shown in trials: weights of a simulation change at every \"step\"");
  if (o.every_step && Supervised<Rule>)
    table.error(table.has("every") ? "every" : "rule",
                std::string(Rule::name) + " compares with its teacher once a trial: it learns from `data`");
  if (o.every_step) {
    for (const char* key : {"value", "batch"})
      if (table.take(key)) table.error(key, "belongs to every = \"trial\": at every step weights change by its values");
  } else {
    o.mean_value = table.choice("value", {"last", "mean"}, "last") == "mean";
    o.mean_batch = table.choice("batch", batch_words(), batch_words()[0]) == "mean";
  }
  o.self = table.boolean("self", !SparesSelf<Rule>);
  o.binary_above = table.quantity("binary_above", "", config::any_number);
  table.choice("gradient", {"pass"}, "pass");
  return o;
}

std::string_view unit_where(const Field& field, bool every_step) {
  if (field.unit == rate_unit) return every_step ? "1/s" : "";
  if (field.unit == span_unit) return every_step ? "ms" : "";
  return field.unit;
}

template <RateRule Rule>
ParametersOf<Rule, double> read_numbers(const config::Table& table, bool every_step) {
  auto p = defaults<ParametersOf<Rule, double>>(Rule::parameters);
  for (const Field& f : Rule::parameters)
    each_member(p, [&](double& x, std::size_t i) {
      if (i == f.member) x = table.quantity(f.name, unit_where(f, every_step), f.value, f.range);
    });
  return p;
}

/// The edge's weights with their source units: visit(source, weight).
template <class Real, class Visit>
void each_weight(const RateTarget<Real>& target, const Visit& visit) {
  if (target.dense) {
    const std::vector<double> rows = target.dense->parameters()[0]->row_major();
    for (std::size_t i = 0; i < rows.size(); ++i) visit(i % target.from().size(), rows[i]);
    return;
  }
  const Synapses& synapses = target.sparse->synapses;
  for (std::size_t i = 0; i < synapses.size(); ++i) visit(synapses.source[i], synapses.weight_of(i));
}

/// `bounds = "sign"`: which sign the weights of each source unit have; those that are all 0 are positive.
template <class Real>
std::vector<signed char> read_signs(const config::Table& table, const RateTarget<Real>& target) {
  std::vector<signed char> sign(target.from().size(), 0);
  std::optional<std::size_t> mixed;
  each_weight(target, [&](std::size_t source, double w) {
    const signed char its = w > 0 ? 1 : w < 0 ? -1 : 0;
    if (its * sign[source] < 0) mixed = std::min(mixed.value_or(source), source);
    if (its != 0) sign[source] = its;
  });
  if (mixed)
    table.error("bounds", "weights of both signs leave unit " + std::to_string(*mixed) + " of node." +
                              target.from().name() + " in edge." + target.name() + ": there is no sign to keep");
  for (signed char& s : sign)
    if (s == 0) s = 1;
  return sign;
}

template <RateRule Rule, class Real>
RateBounds read_bounds(const config::Table& table, const RateTarget<Real>& target) {
  RateBounds b;
  b.low = table.quantity("w_min", "", -infinity);
  b.high = table.quantity("w_max", "", highest_weight<Rule>());
  if (table.choice("bounds", {"free", "sign"}, "free") == "sign") b.sign = read_signs(table, target);
  const auto written = [](double x) { return std::isfinite(x) ? config::written_number(x) : "none"; };
  const std::string both = "w_min = " + written(b.low) + " and w_max = " + written(b.high);
  if (!(b.low < b.high)) {
    table.error(table.has("w_max") ? "w_max" : "w_min", "no weight lies between " + both);
    return b;
  }
  double low = infinity, high = -infinity;
  each_weight(target, [&](std::size_t, double w) {
    low = std::min(low, w);
    high = std::max(high, w);
  });
  if (low < b.low || high > b.high)
    table.error(table.has("w_max") || !table.has("w_min") ? "w_max" : "w_min",
                "the weights of edge." + target.name() + " reach from " + config::written_number(low) + " to " +
                    config::written_number(high) + ", beyond " + both);
  return b;
}

/// What a rule by values cannot follow is an error.
template <RateRule Rule, class Real>
void check_edge(const config::Table& table, const RateTarget<Real>& target, const RateOptions& options) {
  const std::string rule(Rule::name), edge = "edge." + target.name();
  if (!target.weight_unit().empty())
    table.error("on", rule + " changes weights without a unit, of layers and rate models; those of " + edge +
                          " are in " + target.weight_unit());
  if (target.to().port_units(target.port()) != target.to().size())
    table.error(
        "on", edge + " brings several numbers to each unit of node." + target.to().name() + "; " + rule + " needs one");
  for (const Node<Real>* node : {&target.from(), &target.to()})
    if (node->spiking() && !options.mean_value)
      table.error("on", rule + " follows values, but node." + node->name() + " (" + std::string(node->kind()) +
                            ") sends spikes; with every = \"trial\" and value = \"mean\" it takes their mean number "
                            "in a step");
  if (options.every_step && target.from().held)
    table.error("on", "node." + target.from().name() +
                          " holds its value during a trial, and what it brings is computed once: every = \"trial\"");
}

template <RateRule Rule, class Real>
std::unique_ptr<Process<Real>> make_rate(const config::Table& table, Network<Real>& network) {
  const std::size_t errors = table.diagnostics().size();
  auto edges = read_rate_edges<Rule>(table, network);
  const RateOptions options = read_options<Rule>(table, network);
  const auto numbers = read_numbers<Rule>(table, options.every_step);
  if constexpr (Supervised<Rule>) {
    Node<Real>* const teacher = read_teacher(table, network);
    for (RateTarget<Real>& edge : edges) {
      edge.teacher = teacher;
      check_pupil(table, teacher, edge.to());
    }
  }
  std::vector<typename RateProcess<Rule, Real>::Target> targets;
  std::vector<std::string> addresses;
  for (const RateTarget<Real>& edge : edges) {
    check_edge<Rule>(table, edge, options);
    targets.push_back({edge, numbers, read_bounds<Rule>(table, edge)});
    addresses.push_back("edge." + edge.name());
  }
  if (edges.empty())
    for (const char* key : {"w_min", "w_max", "bounds"}) table.take(key);
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<RateProcess<Rule, Real>>(identity<Real>(table, std::move(addresses)), targets, options);
}

template <RateRule Rule>
ProcessEntry entry_of(Rule) {
  const std::string teacher = Supervised<Rule> ? ", teacher = \"label\"" : "";
  ProcessEntry out{std::string(Rule::name),
                   std::string(Rule::meaning),
                   std::string(Rule::equations),
                   std::string(Rule::source),
                   Rule::locality,
                   {{"on", "", "addresses, * stands for any text", "dense or sparse edges: \"edge.XY\""}},
                   R"(learn.rule = { rule = ")" + std::string(Rule::name) + R"(", on = "edge.XY")" + teacher + " }"};
  auto& options = out.options;
  for (const Field& f : Rule::parameters) {
    const std::string more = f.unit == rate_unit   ? "; with every = \"step\" in 1/s"
                             : f.unit == span_unit ? "; in trials, or with every = \"step\" in ms"
                                                   : "";
    options.push_back(
        {std::string(f.name), config::written_number(f.value), f.range.text(), std::string(f.meaning) + more});
  }
  if (Supervised<Rule>) options.push_back(teacher_option());
  const double highest = highest_weight<Rule>();
  options.push_back({"w_min", "none", "any number", "smallest weight"});
  options.push_back(
      {"w_max", std::isfinite(highest) ? config::written_number(highest) : "none", "any number", "largest weight"});
  options.push_back(
      {"bounds", "free", "free, sign", "sign: weights of a source unit keep the sign that they begin with"});
  options.push_back({"every", "trial", Supervised<Rule> ? "trial" : "trial, step",
                     "when weights change; step, dw/dt, is the default where no data are shown"});
  options.push_back({"value", "last", "last, mean", "of a trial: the values of its last step, or their mean"});
  options.push_back({"self", SparesSelf<Rule> ? "false" : "true", "true or false",
                     "whether weights of units to themselves learn, where an edge ends at its own source"});
  options.push_back({"binary_above", "none", "any number", "values above it count as 1, others as 0"});
  options.push_back({"batch", batch_words()[0], config::listed(batch_words()),
                     "how the changes of samples that run side by side are put together"});
  options.push_back(
      {"gradient", "pass", "pass", "gradients of other processes go back through the edge as through any other"});
  return out;
}

}  // namespace

std::vector<ProcessEntry> rate_entries() {
  std::vector<ProcessEntry> out;
  each_rate_rule([&](auto rule) { out.push_back(entry_of(rule)); });
  return out;
}

bool is_rate_rule(std::string_view rule) {
  bool found = false;
  each_rate_rule([&]<class Rule>(Rule) { found = found || Rule::name == rule; });
  return found;
}

template <class Real>
std::unique_ptr<Process<Real>> make_rate_process(std::string_view rule, const config::Table& learn,
                                                 Network<Real>& network) {
  std::unique_ptr<Process<Real>> out;
  each_rate_rule([&]<class Rule>(Rule) {
    if (Rule::name == rule) out = make_rate<Rule, Real>(learn, network);
  });
  return out;
}

template std::unique_ptr<Process<float>> make_rate_process(std::string_view, const config::Table&, Network<float>&);
template std::unique_ptr<Process<double>> make_rate_process(std::string_view, const config::Table&, Network<double>&);

}  // namespace cajal
