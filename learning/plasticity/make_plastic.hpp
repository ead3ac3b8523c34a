#pragma once

#include "learning/plasticity/catalogue.hpp"
#include "learning/plasticity/plastic_process.hpp"
#include "learning/plasticity/read_rule.hpp"
#include "learning/plasticity/targets.hpp"

namespace cajal {

template <TraceRule Rule>
void read_words(const config::Table& table, ParametersOf<Rule, double>& p) {
  if constexpr (HasWordKeys<Rule>)
    for (const WordKey& key : Rule::word_keys) {
      std::vector<std::string> allowed;
      for (const auto& w : key.words)
        if (!w.word.empty()) allowed.emplace_back(w.word);
      const std::string chosen = table.choice(key.name, allowed, allowed[0]);
      for (const auto& w : key.words)
        each_member(p, [&](double& x, std::size_t i) {
          if (i == key.member && w.word == chosen) x = w.value;
        });
    }
}

/// The values of the preset that is chosen, over what `p` holds.
template <TraceRule Rule>
void read_preset(const config::Table& table, ParametersOf<Rule, double>& p) {
  if constexpr (HasPresets<Rule>) {
    std::vector<std::string> names;
    for (const Preset& preset : Rule::presets) names.emplace_back(preset.name);
    const std::string chosen = table.choice("preset", names, names[0]);
    for (const Preset& preset : Rule::presets)
      if (preset.name == chosen)
        for (const Setting& setting : preset.settings) set_field(Rule::parameters, setting, p);
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
      if (edge.count() == 0)
        p.w_max = 1;
      else
        table.error("w_max",
                    "missing: all weights of edge." + edge.name + " are 0, so that no bounds follow from them");
    }
  }
  // Of inhibitory weights the usual bounds are those of their magnitudes.
  if (!BoundsFromWeights<Rule> && weights.low < 0 && weights.high <= 0) p = magnitudes<Rule>(p);
  const std::size_t errors = table.diagnostics().size();
  read_preset<Rule>(table, p);
  read_fields(table, Rule::parameters, unit, p);
  read_words<Rule>(table, p);
  if (table.diagnostics().size() > errors) return p;
  check_bounds(table, edge, p.w_min, p.w_max);
  return p;
}

template <TraceRule Rule, class Real>
std::unique_ptr<Process<Real>> make_plastic(const config::Table& table, Network<Real>& network, double dt) {
  std::vector<typename PlasticProcess<Rule, Real>::Target> targets;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  for (SparseEdge<Real>* edge : read_edges(table, network, Rule::name)) {
    need_spikes(table, Rule::name, *edge->from);
    need_spikes(table, Rule::name, *edge->to);
    targets.push_back({edge, read_parameters<Rule>(table, *edge), read_timing(table, *edge, dt)});
    addresses.push_back("edge." + edge->name);
  }
  const bool mean = table.choice("batch", batch_words(), batch_words()[0]) == "mean";
  table.choice("gradient", {"pass"}, "pass");
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<PlasticProcess<Rule, Real>>(identity<Real>(table, std::move(addresses)), targets, mean);
}

}  // namespace cajal
