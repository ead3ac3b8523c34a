#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "learning/plasticity/catalogue.hpp"
#include "sim/clock.hpp"
#include "sim/config/value.hpp"
#include "sim/random.hpp"

namespace cajal::test {

/// A node that spikes when it is told to, whatever arrives.
template <class Real>
class Scripted : public Node<Real> {
 public:
  Scripted(std::string name, std::size_t size, std::string unit)
      : Node<Real>(std::move(name), size), V_th_(size, Real(-52)) {
    this->ports.resize(1);
    this->ports[0].name = "ex";
    this->ports[0].unit = std::move(unit);
  }
  std::string_view kind() const override { return "scripted"; }
  bool spiking() const override { return spikes_; }
  void advance(Steps steps, const Slice& slice) override {
    const auto [begin, end] = slice.units(padded(this->size()));
    for (std::int64_t t = steps.begin; t < steps.end; ++t)
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
        Real* const out = this->output.at(t, b);
        for (std::size_t u = begin; u < end; ++u) out[u] = u < this->size() && at.count({t, b, u}) ? Real(1) : Real(0);
      }
  }
  std::span<Real> parameter_column(std::string_view name) override {
    if (name == "V_th" && spikes_) return V_th_;
    return {};
  }
  void send_values() { spikes_ = false; }

  std::set<std::tuple<std::int64_t, std::size_t, std::size_t>> at;  ///< (step, sample, unit) of each spike

 private:
  bool spikes_ = true;
  std::vector<Real> V_th_;
};

/// Two scripted nodes X -> E with one plastic edge XE, and how it is run.
template <class Real>
struct Experiment {
  Network<Real> network;
  std::vector<std::unique_ptr<Process<Real>>> processes;
  std::unique_ptr<Clock<Real>> clock;

  Experiment(std::size_t from, std::size_t to, Synapses synapses, const std::string& unit = "nS") {
    for (const auto& [name, size] : {std::pair{"X", from}, std::pair{"E", to}})
      network.nodes.push_back(std::make_unique<Scripted<Real>>(name, size, unit));
    auto edge = std::make_unique<SparseEdge<Real>>();
    edge->name = "XE";
    edge->from = network.nodes[0].get();
    edge->to = network.nodes[1].get();
    edge->synapses = std::move(synapses);
    network.sparse.push_back(std::move(edge));
  }
  Experiment(Experiment&&) = delete;
  ~Experiment() { processes.clear(); }

  Scripted<Real>& X() { return static_cast<Scripted<Real>&>(*network.nodes[0]); }
  Scripted<Real>& E() { return static_cast<Scripted<Real>&>(*network.nodes[1]); }
  SparseEdge<Real>& edge() { return *network.sparse[0]; }

  /// `members` as in a config: one line for each entry of `[learn]`, `stdp = { rule = "stdp", on = "edge.XE" }`.
  void learn(const std::string& members, double dt = 0.1) {
    const config::Value root = config::parse("[learn]\n" + members, "a.toml");
    std::vector<Diagnostic> diagnostics;
    const config::Table table(root, "", diagnostics);
    for (const auto& [name, entry] : table.tables("learn")) processes.push_back(make_process(entry, network, dt));
    table.refuse_unused();
    config::raise(diagnostics);
  }

  void start(double dt, std::int64_t window, std::size_t batch = 1, bool tape = false, std::size_t threads = 1) {
    edge().make_weight("nS");
    network.order();
    Plan plan;
    plan.dt = dt;
    plan.window = window;
    plan.batch = batch;
    plan.tape = tape;
    clock = std::make_unique<Clock<Real>>(network, plan, threads);
    for (auto& process : processes) process->attach(*clock);
  }

  void trial(std::int64_t steps, std::size_t samples = 1) {
    for (auto& process : processes) process->begin_trial();
    clock->reset_all();
    clock->run({0, steps}, samples);
    for (auto& process : processes) process->end_batch({0, steps}, samples);
  }

  const std::vector<Real>& weights() { return edge().weight.value; }
};

/// The text of all errors that an entry of `[learn]` gives, empty if none.
template <class Real>
std::string learn_errors(Experiment<Real>& experiment, const std::string& members) {
  try {
    experiment.learn(members);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return {};
}

inline Synapses all_to_all(std::size_t from, std::size_t to, double low, double high, std::uint32_t shortest,
                           std::uint32_t longest, std::uint64_t seed) {
  Draws draws(Stream(seed, "all_to_all"), 0);
  Synapses out;
  for (std::uint32_t i = 0; i < from; ++i)
    for (std::uint32_t j = 0; j < to; ++j) {
      out.source.push_back(i);
      out.target.push_back(j);
      out.weight.push_back(draws.uniform(low, high));
      out.delay.push_back(shortest + static_cast<std::uint32_t>(draws.below(longest - shortest + 1)));
    }
  return out;
}

/// Spikes of each unit and sample with probability p a step.
template <class Real>
void random_spikes(Scripted<Real>& node, std::int64_t steps, std::size_t samples, double p, std::uint64_t seed) {
  Draws draws(Stream(seed, node.name()), 0);
  for (std::int64_t t = 0; t < steps; ++t)
    for (std::size_t b = 0; b < samples; ++b)
      for (std::size_t u = 0; u < node.size(); ++u)
        if (draws.uniform() < p) node.at.insert({t, b, u});
}

}  // namespace cajal::test
