#include "learning/plasticity/modulated.hpp"

#include <fmt/format.h>

#include "learning/plasticity/make_plastic.hpp"
#include "learning/plasticity/modulated_process.hpp"

namespace cajal {

namespace {

/// The unit of a modulator that `modulator` names; nothing, with an error, if there is none.
template <class Real>
std::optional<NodeUnits<Real>> read_modulator(const config::Table& table, const Network<Real>& network) {
  const std::size_t errors = table.diagnostics().size();
  const std::string text = table.required_text("modulator");
  if (table.diagnostics().size() > errors) return std::nullopt;
  const auto units = find_node_units<Real>(table, "modulator", text, network);
  if (!units) return std::nullopt;
  if (units->node->kind() != "modulator")
    table.error("modulator",
                fmt::format("node.{} ({}) is no node of kind \"modulator\"", units->node->name(), units->node->kind()));
  else if (units->size() != 1)
    table.error("modulator",
                fmt::format("{} units; one is needed, like \"node.{}[0]\"", units->size(), units->node->name()));
  return table.diagnostics().size() > errors ? std::nullopt : units;
}

}  // namespace

template <ModulatedRule Rule, class Real>
std::unique_ptr<Process<Real>> make_modulated(const config::Table& table, Network<Real>& network, double dt) {
  std::vector<typename ModulatedProcess<Rule, Real>::Target> targets;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  for (SparseEdge<Real>* edge : read_edges(table, network, Rule::name)) {
    need_spikes(table, Rule::name, *edge->from);
    need_spikes(table, Rule::name, *edge->to);
    targets.push_back({edge, read_parameters<Rule>(table, *edge), read_timing(table, *edge, dt)});
    addresses.push_back("edge." + edge->name);
  }
  const auto modulator = read_modulator(table, network);
  table.choice("gradient", {"pass"}, "pass");
  if (table.diagnostics().size() > errors) return nullptr;
  for (const auto& target : targets) network.dependences.push_back({modulator->node, target.edge->to});
  try {
    network.order();
  } catch (const Error& error) {
    // The modulator itself follows from what it changes, and an edge on the way has no delay.
    table.error("modulator", error.what());
    return nullptr;
  }
  return std::make_unique<ModulatedProcess<Rule, Real>>(identity<Real>(table, std::move(addresses)), targets,
                                                        *modulator);
}

template std::unique_ptr<Process<float>> make_modulated<StdpDopamine>(const config::Table&, Network<float>&, double);
template std::unique_ptr<Process<double>> make_modulated<StdpDopamine>(const config::Table&, Network<double>&, double);
template std::unique_ptr<Process<float>> make_modulated<Mstdp>(const config::Table&, Network<float>&, double);
template std::unique_ptr<Process<double>> make_modulated<Mstdp>(const config::Table&, Network<double>&, double);
template std::unique_ptr<Process<float>> make_modulated<Mstdpet>(const config::Table&, Network<float>&, double);
template std::unique_ptr<Process<double>> make_modulated<Mstdpet>(const config::Table&, Network<double>&, double);

}  // namespace cajal
