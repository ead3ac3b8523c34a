#include "learning/plasticity/normalise.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "learning/plasticity/targets.hpp"

namespace cajal {

template <class Real>
NormaliseProcess<Real>::NormaliseProcess(typename Process<Real>::Identity identity, std::vector<Target> targets,
                                         Options options)
    : Process<Real>(std::move(identity)), targets_(std::move(targets)), options_(options) {
  for (Target& target : targets_) target.edge->plastic = true;
}

template <class Real>
void NormaliseProcess<Real>::attach(Clock<Real>& clock) {
  steps_ = steps_between(options_.every, clock.plan().dt);
  attached_.clear();
  for (const Target& target : targets_) attached_.push_back({{clock, *target.edge}, target.norm, {}});
}

template <class Real>
void NormaliseProcess<Real>::begin_trial() {
  if (this->frozen() || steps_ > 0) return;
  for (Attached& attached : attached_) scale(attached);
}

template <class Real>
void NormaliseProcess<Real>::act(std::int64_t step) {
  if (steps_ == 0 || step % steps_ != 0) return;
  for (Attached& attached : attached_) {
    attached.weights.settle(step);
    scale(attached);
  }
}

template <class Real>
void NormaliseProcess<Real>::scale(Attached& attached) const {
  const bool squares = options_.norm == Normalise::Norm::L2, pre = options_.of == Normalise::Of::pre;
  SparseEdge<Real>& edge = attached.weights.edge();
  attached.factor.assign(pre ? edge.from->size() : edge.to->size(), 0);
  const auto add = [&](Real w, double& sum) {
    const double x = static_cast<double>(w);
    sum += squares ? x * x : std::fabs(x);
  };
  if (pre) {
    attached.weights.each_by_source(
        [&](Real& w, std::uint32_t source, std::uint32_t) { add(w, attached.factor[source]); });
  } else {
    attached.weights.each([&](Real& w, std::uint32_t, std::uint32_t target) { add(w, attached.factor[target]); });
  }
  for (double& f : attached.factor) f = f > 0 ? attached.norm / (squares ? std::sqrt(f) : f) : 1.0;
  attached.weights.each([&](Real& w, std::uint32_t source, std::uint32_t target) {
    w = static_cast<Real>(static_cast<double>(w) * attached.factor[pre ? source : target]);
  });
  attached.weights.collect();
}

template <class Real>
std::unique_ptr<Process<Real>> make_normalise(const config::Table& table, Network<Real>& network, double dt) {
  std::vector<typename NormaliseProcess<Real>::Target> targets;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  typename NormaliseProcess<Real>::Options options;
  const bool squares = table.choice("norm", {"L1", "L2"}, "L1") == "L2";
  options.norm = squares ? Normalise::Norm::L2 : Normalise::Norm::L1;
  options.of = table.choice("of", {"post", "pre"}, "post") == "pre" ? Normalise::Of::pre : Normalise::Of::post;
  options.every = read_every(table, dt, false);
  const char *const key = squares ? "length" : "sum", *const other = squares ? "sum" : "length";
  if (table.take(other))
    table.error(other, std::string("norm = \"") + (squares ? "L2" : "L1") + "\" keeps a `" + key + "`");
  for (SparseEdge<Real>* edge : read_edges(table, network, Normalise::name)) {
    targets.push_back({edge, table.required_quantity(key, edge->to->ports[edge->port].unit, config::positive)});
    addresses.push_back("edge." + edge->name);
  }
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<NormaliseProcess<Real>>(identity<Real>(table, std::move(addresses)), std::move(targets),
                                                  options);
}

ProcessEntry normalise_entry() {
  return {std::string(Normalise::name),
          std::string(Normalise::meaning),
          std::string(Normalise::equations),
          std::string(Normalise::source),
          Normalise::locality,
          {on_option("\"edge.XE\""),
           {"norm", "L1", "L1, L2", "what is kept of a unit's weights: the sum of their magnitudes, or their length"},
           {"sum", "(with L1)", "positive, in the unit of the port", "sum of the magnitudes of a unit's weights"},
           {"length", "(with L2)", "positive, in the unit of the port", "Euclidean length of a unit's weights"},
           {"of", "post", "post, pre", "whose weights: the afferents of a target or the efferents of a source unit"},
           every_option(false)},
          R"(learn.norm = { rule = "normalise", on = "edge.XE", sum = "78 nS", every = "trial" })",
          true};
}

template class NormaliseProcess<float>;
template class NormaliseProcess<double>;
template std::unique_ptr<Process<float>> make_normalise(const config::Table&, Network<float>&, double);
template std::unique_ptr<Process<double>> make_normalise(const config::Table&, Network<double>&, double);

}  // namespace cajal
