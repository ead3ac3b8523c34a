#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "learning/losses/loss.hpp"
#include "learning/readout.hpp"
#include "models/build.hpp"
#include "models/expand_layers.hpp"
#include "models/expand_short_term.hpp"
#include "sim/clock.hpp"
#include "sim/random.hpp"

// Whole networks from the text of a config, for tests of forward and backward passes through all of their parts.

namespace cajal::test {

/// An input that shows what a test wrote.
template <class Real>
class Series final : public Node<Real> {
 public:
  Series(std::string name, std::size_t size, bool hold) : Node<Real>(std::move(name), size) { this->held = hold; }
  std::string_view kind() const override { return "series"; }
  void prepare(const Plan& plan) override {
    Node<Real>::prepare(plan);
    batch_ = plan.batch;
  }
  void advance(Steps steps, const Slice& slice) override {
    if (this->held) {
      if (steps.begin > 0) return;
      steps.end = 1;
    }
    const auto [begin, end] = slice.units(padded(this->size()));
    for (std::int64_t t = steps.begin; t < steps.end; ++t)
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
        for (std::size_t u = begin; u < std::min(end, this->size()); ++u)
          this->output.at(t, b)[u] = values[index(t, b, u)];
  }
  std::size_t index(std::int64_t step, std::size_t sample, std::size_t unit) const {
    return (static_cast<std::size_t>(step) * batch_ + sample) * this->size() + unit;
  }

  std::vector<Real> values;  ///< [step][sample][unit]; of a held one the first step alone counts

 private:
  std::size_t batch_ = 0;
};

/// The catalogue of nodes, and `series`: `in = { kind = "series", size = 3, hold = true }`.
inline const std::vector<NodeEntry>& nodes_with_series() {
  static const std::vector<NodeEntry> entries = [] {
    const auto make = []<class Real>(const NodeRequest& r) -> std::unique_ptr<Node<Real>> {
      return std::make_unique<Series<Real>>(r.name, r.size, r.table.boolean("hold", false));
    };
    std::vector<NodeEntry> out = node_catalogue();
    out.push_back({"series", "inputs", "shows what a test wrote",
                   [make](const NodeRequest& r) { return make.template operator()<float>(r); },
                   [make](const NodeRequest& r) { return make.template operator()<double>(r); },
                   [] { return std::string(); }});
    return out;
  }();
  return entries;
}

/// Which edges are trained, by name.
using Trained = std::function<bool(const std::string&)>;
inline bool all_trained(const std::string&) { return true; }
inline bool none_trained(const std::string&) { return false; }

/// A network as the program builds it. Throws ConfigError.
template <class Real>
std::unique_ptr<Network<Real>> network_of(const std::string& text, const Trained& trained, double dt = 1,
                                          std::size_t features = 0, std::uint64_t seed = 1) {
  config::Value root = config::parse(text, "test.toml");
  std::vector<Diagnostic> diagnostics;
  expand_layers(root, diagnostics);
  expand_like(root, diagnostics);
  expand_short_term(root, diagnostics);
  const config::Table table(root, "", diagnostics);
  BuildRequest request{table, seed, dt, 0, true, features > 0 ? Shape{features} : Shape{}, ""};
  request.trained = trained;
  request.nodes = &nodes_with_series();
  auto network = build_network<Real>(request);
  for (const char* read_elsewhere : {"run", "data", "trial", "predict", "learn", "phase"}) table.take(read_elsewhere);
  table.refuse_unused();
  config::raise(diagnostics);
  for (auto& e : network->sparse) e->make_list();
  make_weights(*network);
  return network;
}

/// All parameters of a network by `edge.parameter`.
template <class Real>
std::vector<std::pair<std::string, Parameter<Real>*>> parameters_of(Network<Real>& network) {
  std::vector<std::pair<std::string, Parameter<Real>*>> out;
  for (auto& e : network.edges)
    for (auto* p : e->parameters()) out.emplace_back(e->name() + "." + p->name, p);
  for (auto& e : network.sparse) out.emplace_back(e->name + ".weight", &e->weight);
  return out;
}

/// A network with an input `in` of kind `series` and an output `out`, over a tape: its loss, and the gradients.
template <class Real>
class Whole {
 public:
  struct Options {
    std::int64_t steps = 1;
    std::size_t batch = 1, threads = 1;
    double dt = 1;
    LossKind loss = CrossEntropy{};
    OverTime over_time = OverTime::mean;
    std::size_t features = 0;  ///< of a sample, where the network asks for data
  };

  Whole(const std::string& text, const Options& o) : options(o), loss_(o.loss) {
    network = network_of<Real>(text, all_trained, o.dt, o.features);
    input = dynamic_cast<Series<Real>*>(network->node("in"));
    // The gradient by the input is asked for as well.
    for (auto& n : network->nodes) n->wants_gradient = true;
    Plan plan;
    plan.dt = o.dt;
    plan.batch = o.batch;
    plan.window = o.steps;
    plan.tape = true;
    clock = std::make_unique<Clock<Real>>(*network, plan, o.threads);
    readout.emplace(*network->node("out"), o.over_time);
    readout->prepare(o.batch, o.steps);
    input->values.assign(static_cast<std::size_t>(o.steps) * o.batch * input->size(), Real(0));
  }

  Parameter<Real>& parameter(const std::string& name) {
    for (auto& [found, p] : parameters_of(*network))
      if (found == name) return *p;
    throw Error("no parameter " + name);
  }
  void fill_input(double low, double high, std::uint64_t seed) {
    const Stream stream(seed, "tests.whole_network");
    for (std::size_t i = 0; i < input->values.size(); ++i)
      input->values[i] = static_cast<Real>(low + (high - low) * stream.uniform(0, i));
  }

  double forward() {
    clock->refresh();
    clock->reset_all();
    clock->run({0, options.steps}, options.batch);
    readout->begin(all());
    readout->add({0, options.steps}, options.steps - 1, all());
    readout->end(options.steps, all());
    double sum = 0;
    for (std::size_t b = 0; b < options.batch; ++b) sum += term(b, {});
    return sum;
  }

  /// After `forward`: fills the gradients of all parameters, and of the input.
  void rewind() {
    const Steps steps{0, options.steps};
    for (auto& e : network->sparse) std::fill(e->weight.gradient.begin(), e->weight.gradient.end(), Real(0));
    std::vector<Real> gradient(readout->node().size());
    clock->team().run([&](std::size_t part) { clock->clear_gradients(steps, clock->slice(part, options.batch)); });
    for (std::size_t b = 0; b < options.batch; ++b) {
      term(b, gradient);
      readout->spread(gradient, steps, b);
    }
    clock->team().run([&](std::size_t part) {
      clock->rewind(steps, clock->slice(part, options.batch));
      clock->team().barrier();
      for (std::size_t task = part; task < clock->gradient_tasks(); task += clock->team().size())
        clock->gradient_task(task, steps, options.batch);
    });
  }

  /// [step][sample][unit] of what a node sent, or of the gradient by it.
  std::vector<double> read(Signal<Real>& signal, std::int64_t first = 0) const {
    std::vector<double> out;
    for (std::int64_t t = 0; t < (signal.slots() == 1 ? 1 : options.steps); ++t)
      for (std::size_t b = 0; b < options.batch; ++b)
        out.insert(out.end(), signal.at(t + first, b), signal.at(t + first, b) + signal.units());
    return out;
  }
  std::vector<double> output(const std::string& node) { return read(network->node(node)->output); }
  /// A state variable after each step.
  std::vector<double> state(const std::string& node, const std::string& column) {
    for (auto& c : network->node(node)->columns())
      if (c.name == column) return read(*c.signal, 1);
    throw Error("no column " + column);
  }
  /// [sample][unit]
  std::vector<double> answers() const {
    std::vector<double> out;
    for (std::size_t b = 0; b < options.batch; ++b)
      out.insert(out.end(), readout->values(b).begin(), readout->values(b).end());
    return out;
  }
  static std::vector<double> row_major_gradient(const Parameter<Real>& p) {
    Parameter<Real> g;
    g.value = p.gradient;
    g.order = p.order;
    return g.row_major();
  }

  Options options;
  std::unique_ptr<Network<Real>> network;
  std::unique_ptr<Clock<Real>> clock;
  std::optional<Readout<Real>> readout;
  Series<Real>* input = nullptr;
  std::vector<std::int32_t> labels;  ///< by sample
  std::vector<double> targets;       ///< [sample][output], where there are no labels

 private:
  Slice all() const { return {0, options.batch, 0, 1}; }
  double term(std::size_t b, std::span<Real> gradient) const {
    const auto values = readout->values(b);
    const std::vector<Real> y(values.begin(), values.end());
    if (!labels.empty()) return loss_.sample<Real>(std::span<const Real>(y), labels[b], options.batch, gradient);
    return loss_.sample<Real, double>(std::span<const Real>(y), std::span(targets).subspan(b * y.size(), y.size()),
                                      options.batch, gradient);
  }

  Loss loss_;
};

}  // namespace cajal::test
