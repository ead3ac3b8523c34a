#include "learning/plasticity/catalogue.hpp"

#include <algorithm>
#include <map>

#include "learning/plasticity/adaptive_threshold.hpp"
#include "learning/plasticity/dale.hpp"
#include "learning/plasticity/intrinsic.hpp"
#include "learning/plasticity/normalise.hpp"
#include "learning/plasticity/plastic_process.hpp"
#include "learning/plasticity/read_process.hpp"
#include "learning/plasticity/scaling.hpp"
#include "learning/plasticity/targets.hpp"
#include "sim/config/text.hpp"

namespace cajal {

namespace {

template <class F>
void each_rule(const F& f) {
  std::apply([&](auto... rule) { (f(rule), ...); }, TraceRules{});
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
using Maker = std::unique_ptr<Process<Real>> (*)(const config::Table&, Network<Real>&);

template <class Real>
std::map<std::string_view, Maker<Real>> makers() {
  std::map<std::string_view, Maker<Real>> out;
  each_rule([&]<class Rule>(Rule) { out[Rule::name] = make_plastic<Rule, Real>; });
  out[Normalise::name] = make_normalise<Real>;
  out[Scaling::name] = make_scaling<Real>;
  out[Dale::name] = make_dale<Real>;
  out[AdaptiveThreshold::name] = make_adaptive_threshold<Real>;
  out[Intrinsic::name] = make_intrinsic<Real>;
  return out;
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
  for (ProcessEntry (*entry)() :
       {normalise_entry, scaling_entry, dale_entry, adaptive_threshold_entry, intrinsic_entry})
    out.push_back(entry());
  return out;
}

std::vector<std::string> process_names() {
  std::vector<std::string> out;
  for (const ProcessEntry& entry : process_entries()) out.push_back(entry.name);
  return out;
}

bool process_composes(std::string_view name) {
  const auto entries = process_entries();
  return std::any_of(entries.begin(), entries.end(),
                     [&](const ProcessEntry& entry) { return entry.name == name && entry.composes; });
}

template <class Real>
std::unique_ptr<Process<Real>> make_process(const config::Table& learn, Network<Real>& network) {
  const std::size_t errors = learn.diagnostics().size();
  const std::string rule = learn.required_choice("rule", process_names());
  std::unique_ptr<Process<Real>> out;
  if (learn.diagnostics().size() == errors) out = makers<Real>().at(rule)(learn, network);
  if (!out) learn.skip();
  return out;
}

template <class Real>
void put_in_order(std::vector<std::unique_ptr<Process<Real>>>& processes) {
  std::stable_partition(processes.begin(), processes.end(), [](const auto& p) { return !p || !p->composes(); });
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
template void put_in_order(std::vector<std::unique_ptr<Process<float>>>&);
template void put_in_order(std::vector<std::unique_ptr<Process<double>>>&);
template void check_targets(std::span<const std::unique_ptr<Process<float>>>, std::vector<Diagnostic>&);
template void check_targets(std::span<const std::unique_ptr<Process<double>>>, std::vector<Diagnostic>&);

}  // namespace cajal
