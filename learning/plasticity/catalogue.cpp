#include "learning/plasticity/catalogue.hpp"

#include <algorithm>
#include <map>

#include "learning/plasticity/adaptive_threshold.hpp"
#include "learning/plasticity/foldiak_threshold.hpp"
#include "learning/plasticity/normalise.hpp"
#include "learning/plasticity/plastic_process.hpp"
#include "learning/plasticity/rate_catalogue.hpp"
#include "learning/plasticity/targets.hpp"
#include "sim/config/text.hpp"

namespace cajal {

namespace {

const std::vector<std::string> batch_words = {"mean", "sum"};

template <class F>
void each_rule(const F& f) {
  std::apply([&](auto... rule) { (f(rule), ...); }, TraceRules{});
}

std::string_view unit_of(const Field& field, std::string_view weight) {
  return field.unit == weight_unit ? weight : field.unit;
}

/// Reads the fields of a table over what `p` holds.
template <class P, std::size_t n>
void read_fields(const config::Table& table, const std::array<Field, n>& fields, std::string_view weight, P& p) {
  for (const Field& f : fields)
    each_member(p, [&](double& x, std::size_t i) {
      if (i == f.member) x = table.quantity(f.name, unit_of(f, weight), x, f.range);
    });
}

template <TraceRule Rule>
void read_words(const config::Table& table, ParametersOf<Rule, double>& p) {
  if constexpr (HasWordKeys<Rule>)
    for (const WordKey& key : Rule::word_keys) {
      std::vector<std::string> allowed;
      for (const auto& w : key.words) allowed.emplace_back(w.word);
      const std::string chosen = table.choice(key.name, allowed, allowed[0]);
      for (const auto& w : key.words)
        each_member(p, [&](double& x, std::size_t i) {
          if (i == key.member && w.word == chosen) x = w.value;
        });
    }
}

std::string quantity_text(double x, std::string_view unit) {
  return config::written_number(x) + (unit.empty() ? "" : " ") + std::string(unit);
}

/// The rule's numbers for one edge. What does not fit the edge is an error.
template <TraceRule Rule, class Real>
ParametersOf<Rule, double> read_parameters(const config::Table& table, const SparseEdge<Real>& edge) {
  const std::string& unit = edge.to->ports[edge.port].unit;
  const WeightRange weights = weight_range(edge);
  auto p = defaults<ParametersOf<Rule, double>>(Rule::parameters);
  if constexpr (BoundsFromWeights<Rule>) {
    p.w_min = std::min(0.0, 2 * weights.low);
    p.w_max = std::max(0.0, 2 * weights.high);
    if (p.w_min == p.w_max && !table.has("w_min") && !table.has("w_max")) {
      if (edge.synapses.size() == 0)
        p.w_max = 1;
      else
        table.error("w_max",
                    "missing: all weights of edge." + edge.name + " are 0, so that no bounds follow from them");
    }
  }
  const std::size_t errors = table.diagnostics().size();
  read_fields(table, Rule::parameters, unit, p);
  read_words<Rule>(table, p);
  if (table.diagnostics().size() > errors) return p;
  const std::string bounds = "w_min = " + quantity_text(p.w_min, unit) + " and w_max = " + quantity_text(p.w_max, unit);
  if (!(p.w_min < p.w_max) && (table.has("w_min") || table.has("w_max")))
    table.error("w_max", "no weight lies between " + bounds);
  else if (edge.synapses.size() > 0 && (weights.low < p.w_min || weights.high > p.w_max))
    table.error("w_max", "the weights of edge." + edge.name + " reach from " + quantity_text(weights.low, unit) +
                             " to " + quantity_text(weights.high, unit) + ", beyond " + bounds +
                             "; choose wider bounds, or other weights (min and max of a distribution clip)");
  return p;
}

template <class Real>
void need_spikes(const config::Table& table, std::string_view rule, const Node<Real>& node) {
  if (!node.spiking())
    table.error("on", std::string(rule) + " follows spikes, but node." + node.name() + " (" + std::string(node.kind()) +
                          ") sends values");
}

template <class Real>
typename Process<Real>::Identity identity(const config::Table& table, std::vector<std::string> targets) {
  const std::string& address = table.address();
  return {address.substr(address.rfind('.') + 1), std::move(targets), table.at("on")};
}

template <TraceRule Rule, class Real>
std::unique_ptr<Process<Real>> make_plastic(const config::Table& table, Network<Real>& network) {
  std::vector<typename PlasticProcess<Rule, Real>::Target> targets;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  for (SparseEdge<Real>* edge : read_edges(table, network, Rule::name)) {
    need_spikes(table, Rule::name, *edge->from);
    need_spikes(table, Rule::name, *edge->to);
    targets.push_back({edge, read_parameters<Rule>(table, *edge)});
    addresses.push_back("edge." + edge->name);
  }
  const bool mean = table.choice("batch", batch_words, batch_words[0]) == "mean";
  table.choice("gradient", {"pass"}, "pass");
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<PlasticProcess<Rule, Real>>(identity<Real>(table, std::move(addresses)), targets, mean);
}

template <class Real>
std::unique_ptr<Process<Real>> make_normalise(const config::Table& table, Network<Real>& network) {
  std::vector<typename NormaliseProcess<Real>::Target> targets;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  for (SparseEdge<Real>* edge : read_edges(table, network, Normalise::name)) {
    const std::string& unit = edge->to->ports[edge->port].unit;
    if (const double low = weight_range(*edge).low; low < 0)
      table.error("on", "normalise keeps a sum of weights that are not negative; edge." + edge->name + " has " +
                            quantity_text(low, unit));
    targets.push_back({edge, table.required_quantity("sum", unit, config::positive)});
    addresses.push_back("edge." + edge->name);
  }
  table.choice("every", {"trial"}, "trial");
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<NormaliseProcess<Real>>(identity<Real>(table, std::move(addresses)), std::move(targets));
}

/// A node whose weights are plain numbers has a plain membrane too.
template <class Real>
std::string_view threshold_unit(const Node<Real>& node) {
  const auto plain = [](const Port<Real>& port) { return port.unit.empty(); };
  return !node.ports.empty() && std::all_of(node.ports.begin(), node.ports.end(), plain) ? "" : "mV";
}

template <class Real>
std::unique_ptr<Process<Real>> make_adaptive_threshold(const config::Table& table, Network<Real>& network) {
  using Rule = AdaptiveThreshold;
  std::vector<typename AdaptiveThresholdProcess<Real>::Target> targets;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  for (Node<Real>* node : read_nodes(table, network, Rule::name)) {
    need_spikes(table, Rule::name, *node);
    if (node->parameter_column("V_th").empty())
      table.error("on", "node." + node->name() + " (" + std::string(node->kind()) + ") has no parameter V_th");
    const std::string_view unit = threshold_unit(*node);
    auto p = defaults<Rule::P>(Rule::parameters);
    for (const Field& f : Rule::parameters)
      each_member(p, [&](double& x, std::size_t i) {
        if (i == f.member) x = table.quantity(f.name, f.unit == "mV" ? unit : f.unit, x, f.range);
      });
    targets.push_back({node, p, std::string(unit)});
    addresses.push_back("node." + node->name());
  }
  const bool mean = table.choice("batch", batch_words, batch_words[0]) == "mean";
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<AdaptiveThresholdProcess<Real>>(identity<Real>(table, std::move(addresses)), targets, mean);
}

template <class Real>
std::unique_ptr<Process<Real>> make_foldiak_threshold(const config::Table& table, Network<Real>& network) {
  using Rule = FoldiakThreshold;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  const std::vector<Node<Real>*> nodes = read_nodes(table, network, Rule::name);
  for (Node<Real>* node : nodes) {
    if (node->spiking() || node->parameter_column("theta").empty())
      table.error("on", "node." + node->name() + " (" + std::string(node->kind()) +
                            ") is no rate unit with a parameter theta, such as sigmoid_rate");
    addresses.push_back("node." + node->name());
  }
  typename FoldiakThresholdProcess<Real>::Options options{defaults<Rule::P>(Rule::parameters), {}, true};
  read_fields(table, Rule::parameters, "", options.parameters);
  options.binary_above = table.quantity("binary_above", "", config::any_number);
  options.mean_batch = table.choice("batch", batch_words, batch_words[0]) == "mean";
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<FoldiakThresholdProcess<Real>>(identity<Real>(table, std::move(addresses)), nodes, options);
}

template <class Real>
using Maker = std::unique_ptr<Process<Real>> (*)(const config::Table&, Network<Real>&);

template <class Real>
std::map<std::string_view, Maker<Real>> makers() {
  std::map<std::string_view, Maker<Real>> out;
  each_rule([&]<class Rule>(Rule) { out[Rule::name] = make_plastic<Rule, Real>; });
  out[Normalise::name] = make_normalise<Real>;
  out[AdaptiveThreshold::name] = make_adaptive_threshold<Real>;
  out[FoldiakThreshold::name] = make_foldiak_threshold<Real>;
  return out;
}

Option option_of(const Field& f, bool bounds_from_weights) {
  const std::string unit(f.unit == weight_unit ? "unit of the port" : f.unit);
  Option out{std::string(f.name), quantity_text(f.value, unit), f.range.text(f.unit == weight_unit ? "" : f.unit),
             std::string(f.meaning)};
  if (bounds_from_weights && f.name == "w_min") out.fallback = "twice the smallest initial weight, or 0";
  if (bounds_from_weights && f.name == "w_max") out.fallback = "twice the largest initial weight, or 0";
  return out;
}

Option on_option(std::string_view example) {
  return {"on", "", "addresses, * stands for any text", "what it changes: " + std::string(example)};
}

Option batch_option() {
  return {"batch", "mean", config::listed(batch_words),
          "how the changes of samples that run side by side are put together"};
}

template <TraceRule Rule>
ProcessEntry entry_of(Rule) {
  ProcessEntry out{std::string(Rule::name),
                   std::string(Rule::meaning),
                   std::string(Rule::equations),
                   std::string(Rule::source),
                   {},
                   R"(learn.rule = { rule = ")" + std::string(Rule::name) + R"(", on = "edge.rec" })"};
  out.options.push_back(on_option("\"edge.rec\""));
  for (const Field& f : Rule::parameters) out.options.push_back(option_of(f, BoundsFromWeights<Rule>));
  if constexpr (HasWordKeys<Rule>)
    for (const WordKey& key : Rule::word_keys) {
      const std::string first(key.words[0].word);
      out.options.push_back(
          {std::string(key.name), first, first + ", " + std::string(key.words[1].word), std::string(key.meaning)});
    }
  out.options.push_back(batch_option());
  out.options.push_back(
      {"gradient", "pass", "pass", "gradients of other processes go back through the edge as through any other"});
  return out;
}

}  // namespace

std::vector<ProcessEntry> process_entries() {
  std::vector<ProcessEntry> out;
  each_rule([&](auto rule) { out.push_back(entry_of(rule)); });
  out.push_back({std::string(Normalise::name),
                 std::string(Normalise::meaning),
                 std::string(Normalise::equations),
                 std::string(Normalise::source),
                 {on_option("\"edge.XE\""),
                  {"sum", "", "positive, in the unit of the port", "sum of the afferent weights of a unit"},
                  {"every", "trial", "trial", "when"}},
                 R"(learn.norm = { rule = "normalise", on = "edge.XE", sum = "78 nS", every = "trial" })"});
  ProcessEntry threshold{
      std::string(AdaptiveThreshold::name),
      std::string(AdaptiveThreshold::meaning),
      std::string(AdaptiveThreshold::equations),
      std::string(AdaptiveThreshold::source),
      {on_option("\"node.E\"")},
      R"(learn.theta = { rule = "adaptive_threshold", on = "node.E", step = "0.05 mV", tau = "1e7 ms" })"};
  for (const Field& f : AdaptiveThreshold::parameters) threshold.options.push_back(option_of(f, false));
  threshold.options.push_back(batch_option());
  out.push_back(std::move(threshold));
  ProcessEntry activity{std::string(FoldiakThreshold::name),
                        std::string(FoldiakThreshold::meaning),
                        std::string(FoldiakThreshold::equations),
                        std::string(FoldiakThreshold::source),
                        {on_option("\"node.Y\"")},
                        R"(learn.theta = { rule = "foldiak_threshold", on = "node.Y", rate = 0.02, p = 0.125 })"};
  for (const Field& f : FoldiakThreshold::parameters) activity.options.push_back(option_of(f, false));
  activity.options.push_back({"binary_above", "none", "any number", "values above it count as 1, others as 0"});
  activity.options.push_back(batch_option());
  out.push_back(std::move(activity));
  for (ProcessEntry& entry : rate_entries()) out.push_back(std::move(entry));
  return out;
}

std::vector<std::string> process_names() {
  std::vector<std::string> out;
  for (const ProcessEntry& entry : process_entries()) out.push_back(entry.name);
  return out;
}

template <class Real>
std::unique_ptr<Process<Real>> make_process(const config::Table& learn, Network<Real>& network) {
  const std::size_t errors = learn.diagnostics().size();
  const std::string rule = learn.required_choice("rule", process_names());
  std::unique_ptr<Process<Real>> out;
  if (learn.diagnostics().size() == errors)
    out = is_rate_rule(rule) ? make_rate_process(rule, learn, network) : makers<Real>().at(rule)(learn, network);
  if (!out) learn.skip();
  return out;
}

template <class Real>
void check_targets(std::span<const std::unique_ptr<Process<Real>>> processes, std::vector<Diagnostic>& diagnostics) {
  std::map<std::string, std::vector<const Process<Real>*>> by_target;
  for (const auto& process : processes) {
    if (!process) continue;
    for (const std::string& target : process->targets()) {
      auto& others = by_target[target];
      const auto clash = std::find_if(others.begin(), others.end(), [&](const Process<Real>* other) {
        return other->rule() == process->rule() || (!other->composes() && !process->composes());
      });
      if (clash != others.end())
        diagnostics.push_back({process->at(), "learn." + process->name() + ".on",
                               std::string(process->rule()) + " and learn." + (*clash)->name() + " (" +
                                   std::string((*clash)->rule()) + ") both change " + target});
      others.push_back(process.get());
    }
  }
}

template std::unique_ptr<Process<float>> make_process(const config::Table&, Network<float>&);
template std::unique_ptr<Process<double>> make_process(const config::Table&, Network<double>&);
template void check_targets(std::span<const std::unique_ptr<Process<float>>>, std::vector<Diagnostic>&);
template void check_targets(std::span<const std::unique_ptr<Process<double>>>, std::vector<Diagnostic>&);

}  // namespace cajal
