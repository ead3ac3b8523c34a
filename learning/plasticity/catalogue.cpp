#include "learning/plasticity/catalogue.hpp"

#include <algorithm>
#include <map>

#include "learning/plasticity/adaptive_threshold.hpp"
#include "learning/plasticity/clopath.hpp"
#include "learning/plasticity/foldiak_threshold.hpp"
#include "learning/plasticity/modulated.hpp"
#include "learning/plasticity/normalise.hpp"
#include "learning/plasticity/rate_catalogue.hpp"
#include "learning/plasticity/read_rule.hpp"
#include "learning/plasticity/targets.hpp"
#include "sim/config/text.hpp"

namespace cajal {

namespace {

template <class F>
void each_rule(const F& f) {
  std::apply([&](auto... rule) { (f(rule), ...); }, TraceRules{});
}

template <class F>
void each_modulated(const F& f) {
  std::apply([&](auto... rule) { (f(rule), ...); }, ModulatedRules{});
}

template <class Real>
std::unique_ptr<Process<Real>> make_normalise(const config::Table& table, Network<Real>& network, double) {
  std::vector<typename NormaliseProcess<Real>::Target> targets;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  for (SparseEdge<Real>* edge : read_edges(table, network, Normalise::name)) {
    const std::string& unit = edge->to->ports[edge->port].unit;
    if (const double low = weight_range(*edge).low; low < 0)
      table.error("on", "normalise keeps a sum of weights that are not negative; edge." + edge->name + " has " +
                            quantity_text(low, unit));
    edge->make_list();
    targets.push_back({edge, table.required_quantity("sum", unit, config::positive)});
    addresses.push_back("edge." + edge->name);
  }
  table.choice("every", {"trial"}, "trial");
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<NormaliseProcess<Real>>(identity<Real>(table, std::move(addresses)), std::move(targets));
}

template <class Real>
std::unique_ptr<Process<Real>> make_clopath(const config::Table& table, Network<Real>& network, double dt) {
  std::vector<typename ClopathProcess<Real>::Target> targets;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  for (SparseEdge<Real>* edge : read_edges(table, network, Clopath::name)) {
    need_spikes(table, Clopath::name, *edge->from);
    need_spikes(table, Clopath::name, *edge->to);
    const auto columns = edge->to->columns();
    if (std::none_of(columns.begin(), columns.end(), [](const auto& c) { return c.name == "V_m" && c.unit == "mV"; }))
      table.error("on", "clopath follows the voltage V_m in mV, which node." + edge->to->name() + " (" +
                            std::string(edge->to->kind()) + ") does not have");
    auto p = defaults<Clopath::P>(Clopath::parameters);
    read_fields(table, Clopath::parameters, edge->to->ports[edge->port].unit, p);
    check_bounds(table, *edge, p.w_min, p.w_max);
    targets.push_back({edge, p, read_timing(table, *edge, dt)});
    addresses.push_back("edge." + edge->name);
  }
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<ClopathProcess<Real>>(identity<Real>(table, std::move(addresses)), targets);
}

/// A node whose weights are plain numbers has a plain membrane too.
template <class Real>
std::string_view threshold_unit(const Node<Real>& node) {
  const auto plain = [](const Port<Real>& port) { return port.unit.empty(); };
  return !node.ports.empty() && std::all_of(node.ports.begin(), node.ports.end(), plain) ? "" : "mV";
}

template <class Real>
std::unique_ptr<Process<Real>> make_adaptive_threshold(const config::Table& table, Network<Real>& network, double) {
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
  const bool mean = table.choice("batch", batch_words(), batch_words()[0]) == "mean";
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<AdaptiveThresholdProcess<Real>>(identity<Real>(table, std::move(addresses)), targets, mean);
}

template <class Real>
std::unique_ptr<Process<Real>> make_foldiak_threshold(const config::Table& table, Network<Real>& network, double) {
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
  options.mean_batch = table.choice("batch", batch_words(), batch_words()[0]) == "mean";
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<FoldiakThresholdProcess<Real>>(identity<Real>(table, std::move(addresses)), nodes, options);
}

template <class Real>
using Maker = std::unique_ptr<Process<Real>> (*)(const config::Table&, Network<Real>&, double);

template <class Real>
std::map<std::string_view, Maker<Real>> makers() {
  std::map<std::string_view, Maker<Real>> out;
  each_rule([&]<class Rule>(Rule) { out[Rule::name] = make_plastic<Rule, Real>; });
  each_modulated([&]<class Rule>(Rule) { out[Rule::name] = make_modulated<Rule, Real>; });
  out[Clopath::name] = make_clopath<Real>;
  out[Normalise::name] = make_normalise<Real>;
  out[AdaptiveThreshold::name] = make_adaptive_threshold<Real>;
  out[FoldiakThreshold::name] = make_foldiak_threshold<Real>;
  return out;
}

Option option_of(const Field& f, bool bounds_from_weights) {
  const std::string unit(f.unit == weight_unit ? "unit of the port" : f.unit);
  Option out{std::string(f.name), quantity_text(f.value, unit), f.range.text(f.unit == weight_unit ? "" : f.unit),
             std::string(f.meaning)};
  if (f.value == unbounded) out.fallback = "none";
  if (bounds_from_weights && f.name == "w_min") out.fallback = "twice the smallest initial weight, or 0";
  if (bounds_from_weights && f.name == "w_max") out.fallback = "twice the largest initial weight, or 0";
  return out;
}

Option on_option(std::string_view example) {
  return {"on", "", "addresses, * stands for any text", "what it changes: " + std::string(example)};
}

Option batch_option() {
  return {"batch", "mean", config::listed(batch_words()),
          "how the changes of samples that run side by side are put together"};
}

void add_timing_options(ProcessEntry& entry) {
  entry.options.push_back({"dendritic_delay", "0 ms", "a time, at most the edge's delay, or all",
                           "which part of the delay lies behind the synapse: post spikes reach it that much later"});
  entry.options.push_back({"coincidence", "pre_first", config::listed(coincidence_words()),
                           "which of two spikes acts first that reach the synapse at once"});
}

template <TraceRule Rule>
ProcessEntry entry_of(Rule) {
  ProcessEntry out{std::string(Rule::name),
                   std::string(Rule::meaning),
                   std::string(Rule::equations),
                   std::string(Rule::source),
                   {},
                   R"(learn.rule = { rule = ")" + std::string(Rule::name) + R"(", on = "edge.rec")" +
                       (ModulatedRule<Rule> ? R"(, modulator = "node.DA")" : "") + " }"};
  out.options.push_back(on_option("\"edge.rec\""));
  if constexpr (HasPresets<Rule>) {
    std::vector<std::string> names;
    for (const Preset& preset : Rule::presets) names.emplace_back(preset.name);
    out.options.push_back({"preset", names[0], config::listed(names), "named values of other keys"});
  }
  for (const Field& f : Rule::parameters) out.options.push_back(option_of(f, BoundsFromWeights<Rule>));
  if constexpr (HasWordKeys<Rule>)
    for (const WordKey& key : Rule::word_keys) {
      std::vector<std::string> words;
      for (const auto& w : key.words)
        if (!w.word.empty()) words.emplace_back(w.word);
      out.options.push_back({std::string(key.name), words[0], config::listed(words), std::string(key.meaning)});
    }
  add_timing_options(out);
  if constexpr (ModulatedRule<Rule>)
    out.options.push_back(
        {"modulator", "", "a unit of a node of kind \"modulator\"", "whose output is n: \"node.DA\""});
  else
    out.options.push_back(batch_option());
  out.options.push_back(
      {"gradient", "pass", "pass", "gradients of other processes go back through the edge as through any other"});
  return out;
}

}  // namespace

std::vector<ProcessEntry> process_entries() {
  std::vector<ProcessEntry> out;
  each_rule([&](auto rule) { out.push_back(entry_of(rule)); });
  each_modulated([&](auto rule) { out.push_back(entry_of(rule)); });
  ProcessEntry clopath{std::string(Clopath::name),      std::string(Clopath::meaning),
                       std::string(Clopath::equations), std::string(Clopath::source),
                       {on_option("\"edge.rec\"")},     R"(learn.rule = { rule = "clopath", on = "edge.rec" })"};
  for (const Field& f : Clopath::parameters) clopath.options.push_back(option_of(f, false));
  add_timing_options(clopath);
  out.push_back(std::move(clopath));
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
std::unique_ptr<Process<Real>> make_process(const config::Table& learn, Network<Real>& network, double dt) {
  const std::size_t errors = learn.diagnostics().size();
  const std::string rule = learn.required_choice("rule", process_names());
  std::unique_ptr<Process<Real>> out;
  if (learn.diagnostics().size() == errors)
    out = is_rate_rule(rule) ? make_rate_process(rule, learn, network) : makers<Real>().at(rule)(learn, network, dt);
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

template std::unique_ptr<Process<float>> make_process(const config::Table&, Network<float>&, double);
template std::unique_ptr<Process<double>> make_process(const config::Table&, Network<double>&, double);
template void check_targets(std::span<const std::unique_ptr<Process<float>>>, std::vector<Diagnostic>&);
template void check_targets(std::span<const std::unique_ptr<Process<double>>>, std::vector<Diagnostic>&);

}  // namespace cajal
