#include "learning/plasticity/catalogue.hpp"

#include <algorithm>
#include <map>

#include "learning/plasticity/adaptive_threshold.hpp"
#include "learning/plasticity/clopath.hpp"
#include "learning/plasticity/dale.hpp"
#include "learning/plasticity/foldiak_threshold.hpp"
#include "learning/plasticity/intrinsic.hpp"
#include "learning/plasticity/modulated.hpp"
#include "learning/plasticity/normalise.hpp"
#include "learning/plasticity/rate_catalogue.hpp"
#include "learning/plasticity/read_process.hpp"
#include "learning/plasticity/read_rule.hpp"
#include "learning/plasticity/ridge_readout.hpp"
#include "learning/plasticity/scaling.hpp"
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
using Maker = std::unique_ptr<Process<Real>> (*)(const config::Table&, Network<Real>&, double);

template <class Real>
std::map<std::string_view, Maker<Real>> makers() {
  std::map<std::string_view, Maker<Real>> out;
  each_rule([&]<class Rule>(Rule) { out[Rule::name] = make_plastic<Rule, Real>; });
  each_modulated([&]<class Rule>(Rule) { out[Rule::name] = make_modulated<Rule, Real>; });
  out[Clopath::name] = make_clopath<Real>;
  out[Normalise::name] = make_normalise<Real>;
  out[Scaling::name] = make_scaling<Real>;
  out[Dale::name] = make_dale<Real>;
  out[AdaptiveThreshold::name] = make_adaptive_threshold<Real>;
  out[Intrinsic::name] = make_intrinsic<Real>;
  out[FoldiakThreshold::name] = make_foldiak_threshold<Real>;
  out[RidgeReadout::name] = make_ridge_readout<Real>;
  return out;
}

template <TraceRule Rule>
ProcessEntry entry_of(Rule) {
  ProcessEntry out{std::string(Rule::name),
                   std::string(Rule::meaning),
                   std::string(Rule::equations),
                   std::string(Rule::source),
                   Rule::locality,
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
  for (ProcessEntry (*entry)() : {clopath_entry, normalise_entry, scaling_entry, dale_entry, adaptive_threshold_entry,
                                  intrinsic_entry, foldiak_threshold_entry, ridge_readout_entry})
    out.push_back(entry());
  for (ProcessEntry& entry : rate_entries()) out.push_back(std::move(entry));
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

template std::unique_ptr<Process<float>> make_process(const config::Table&, Network<float>&, double);
template std::unique_ptr<Process<double>> make_process(const config::Table&, Network<double>&, double);
template void put_in_order(std::vector<std::unique_ptr<Process<float>>>&);
template void put_in_order(std::vector<std::unique_ptr<Process<double>>>&);
template void check_targets(std::span<const std::unique_ptr<Process<float>>>, std::vector<Diagnostic>&);
template void check_targets(std::span<const std::unique_ptr<Process<double>>>, std::vector<Diagnostic>&);

}  // namespace cajal
