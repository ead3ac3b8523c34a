#include "learning/plasticity/dale.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "learning/plasticity/targets.hpp"
#include "sim/config/text.hpp"

namespace cajal {

namespace {

/// Calls visit(value, source) for each weight of a dense edge.
template <class Real, class Visit>
void each_dense(Edge<Real>& edge, const Visit& visit) {
  Parameter<Real>& weight = *edge.parameters().front();
  const std::size_t sources = weight.shape[1];
  for (std::size_t i = 0; i < weight.shape[0] * sources; ++i)
    visit(weight.value[weight.order.empty() ? i : weight.order[i]], i % sources);
}

/// Calls visit(weight, source) for each synapse of a list; those of one weight for all share it.
template <class Visit>
void each_listed(Synapses& synapses, const Visit& visit) {
  for (std::size_t i = 0; i < synapses.size(); ++i)
    visit(synapses.weight[synapses.weight.size() == 1 ? 0 : i], synapses.source[i]);
}

/// The sign of the first weights of each source unit, 0 where there are none. Adds an error where a unit has both, or
/// only zeros.
template <class Each>
std::vector<int> signs_of(const config::Table& table, const std::string& edge, std::size_t units, const Each& each) {
  std::vector<int> sign(units, 0);
  std::vector<bool> sends(units, false);
  std::optional<std::size_t> wrong;
  each([&](const auto& w, std::size_t source) {
    const int s = w > 0 ? 1 : w < 0 ? -1 : 0;
    if (s * sign[source] < 0 && !wrong) wrong = source;
    if (s != 0) sign[source] = s;
    sends[source] = true;
  });
  const char* what = "both signs";
  for (std::size_t u = 0; u < units && !wrong; ++u)
    if (sends[u] && sign[u] == 0) wrong = u, what = "0 alone";
  if (wrong)
    table.error(table.has("sign") ? "sign" : "on",
                "unit " + std::to_string(*wrong) + " begins with weights of " + what + " in edge." + edge +
                    "; choose weights of one sign, or sign = \"excitatory\" or \"inhibitory\"");
  return sign;
}

/// What each source unit is to be; with a sign that is given, the first weights take it.
template <class Each>
std::vector<int> read_signs(const config::Table& table, Dale::Sign wanted, const std::string& edge, std::size_t units,
                            const Each& each) {
  if (wanted == Dale::Sign::initial) return signs_of(table, edge, units, each);
  const int sign = wanted == Dale::Sign::excitatory ? 1 : -1;
  each([&](auto& w, std::size_t) { w = sign * std::fabs(w); });
  return std::vector<int>(units, sign);
}

}  // namespace

template <class Real>
DaleProcess<Real>::DaleProcess(typename Process<Real>::Identity identity, std::vector<Target> targets, double every)
    : Process<Real>(std::move(identity)), targets_(std::move(targets)), every_(every) {
  for (Target& t : targets_)
    if (t.sparse && !t.sparse->trained) t.sparse->plastic = true;
}

template <class Real>
void DaleProcess<Real>::attach(Clock<Real>& clock) {
  steps_ = steps_between(every_, clock.plan().dt);
  stored_.clear();
  for (Target& t : targets_) {
    stored_.emplace_back();
    if (t.sparse) stored_.back().emplace(clock, *t.sparse);
  }
}

template <class Real>
void DaleProcess<Real>::act(std::int64_t step) {
  if (steps_ > 0) clip(step);
}

template <class Real>
void DaleProcess<Real>::end_batch(Steps steps, std::size_t) {
  if (!this->frozen() && steps_ == 0) clip(steps.end);
}

template <class Real>
void DaleProcess<Real>::clip(std::int64_t step) {
  for (std::size_t k = 0; k < targets_.size(); ++k) {
    Target& t = targets_[k];
    const auto clip_one = [&](Real& w, std::size_t source) {
      if (static_cast<Real>(t.sign[source]) * w < Real(0)) w = 0;
    };
    if (t.dense) {
      each_dense(*t.dense, clip_one);
      t.dense->refresh();
      continue;
    }
    StoredWeights<Real>& stored = *stored_[k];
    stored.settle(step);
    stored.each([&](Real& w, std::uint32_t source, std::uint32_t) { clip_one(w, source); });
    stored.collect();
  }
}

template <class Real>
std::unique_ptr<Process<Real>> make_dale(const config::Table& table, Network<Real>& network, double dt) {
  std::vector<typename DaleProcess<Real>::Target> targets;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  const std::string word = table.choice("sign", {"initial", "excitatory", "inhibitory"}, "initial");
  const Dale::Sign sign = word == "initial"      ? Dale::Sign::initial
                          : word == "excitatory" ? Dale::Sign::excitatory
                                                 : Dale::Sign::inhibitory;
  const double every = read_every(table, dt, false);
  const WeightedEdges<Real> edges = read_weighted_edges(table, network, Dale::name);
  if (table.diagnostics().size() > errors) return nullptr;
  for (SparseEdge<Real>* e : edges.sparse) {
    e->make_list();
    targets.push_back({e, nullptr, read_signs(table, sign, e->name, e->from->size(), [&](const auto& visit) {
                         each_listed(e->synapses, visit);
                       })});
    addresses.push_back("edge." + e->name);
  }
  for (Edge<Real>* e : edges.dense) {
    targets.push_back({nullptr, e, read_signs(table, sign, e->name(), e->from().size(), [&](const auto& visit) {
                         each_dense(*e, visit);
                       })});
    e->refresh();
    addresses.push_back("edge." + e->name());
  }
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<DaleProcess<Real>>(identity<Real>(table, std::move(addresses)), std::move(targets), every);
}

ProcessEntry dale_entry() {
  return {std::string(Dale::name),
          std::string(Dale::meaning),
          std::string(Dale::equations),
          std::string(Dale::source),
          Dale::locality,
          {on_option("\"edge.rec\", sparse or dense"),
           {"sign", "initial", "initial, excitatory, inhibitory", "the sign of the weights of a source unit"},
           every_option(false)},
          R"(learn.dale = { rule = "dale", on = "edge.rec", sign = "excitatory" })",
          true};
}

template class DaleProcess<float>;
template class DaleProcess<double>;
template std::unique_ptr<Process<float>> make_dale(const config::Table&, Network<float>&, double);
template std::unique_ptr<Process<double>> make_dale(const config::Table&, Network<double>&, double);

}  // namespace cajal
