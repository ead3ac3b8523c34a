#include "learning/plasticity/intrinsic.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "learning/plasticity/adaptive_threshold.hpp"
#include "learning/plasticity/targets.hpp"

namespace cajal {

template <class Real>
std::unique_ptr<Process<Real>> make_intrinsic(const config::Table& table, Network<Real>& network, double) {
  std::vector<typename AdaptiveThresholdProcess<Real>::Target> targets;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  const double rate = table.required_quantity("rate", "Hz", config::not_negative);
  for (Node<Real>* node : read_spiking_nodes(table, network, Intrinsic::name)) {
    const std::string_view unit = threshold_unit(*node);
    auto p = defaults<Intrinsic::P>(Intrinsic::parameters);
    for (const Field& f : Intrinsic::parameters) p.eta = table.quantity(f.name, unit, f.value, f.range);
    constexpr double never = std::numeric_limits<double>::infinity();
    targets.push_back({node, {p.eta, never, 0}, std::string(unit), p.eta * rate / 1000});
    addresses.push_back("node." + node->name());
  }
  const bool mean = table.choice("batch", batch_words(), batch_words()[0]) == "mean";
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<AdaptiveThresholdProcess<Real>>(identity<Real>(table, std::move(addresses)), Intrinsic::name,
                                                          targets, mean);
}

ProcessEntry intrinsic_entry() {
  ProcessEntry out{std::string(Intrinsic::name),
                   std::string(Intrinsic::meaning),
                   std::string(Intrinsic::equations),
                   std::string(Intrinsic::source),
                   Intrinsic::locality,
                   {on_option("\"node.E\""), {"rate", "", "at least 0 Hz", "target rate of each unit"}},
                   R"(learn.ip = { rule = "intrinsic", on = "node.E", rate = "5 Hz", eta = "0.1 mV" })"};
  for (const Field& f : Intrinsic::parameters) out.options.push_back(option_of(f));
  out.options.push_back(batch_option());
  return out;
}

template std::unique_ptr<Process<float>> make_intrinsic(const config::Table&, Network<float>&, double);
template std::unique_ptr<Process<double>> make_intrinsic(const config::Table&, Network<double>&, double);

}  // namespace cajal
