#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "sim/edge.hpp"
#include "sim/random.hpp"

namespace cajal::test {

/// A node that does nothing: tests write its output and read what arrives.
template <class Real>
class PlainNode final : public Node<Real> {
 public:
  PlainNode(std::string name, std::size_t size, std::string unit = "") : Node<Real>(std::move(name), size) {
    this->ports.resize(1);
    this->ports[0].name = "input";
    this->ports[0].unit = std::move(unit);
    this->ports[0].connected = true;
  }
  std::string_view kind() const override { return "plain"; }
  bool spiking() const override { return spikes; }
  void advance(Steps, const Slice&) override {}
  bool spikes = false;
};

/// What joins two nodes is tested with.
struct Trial {
  std::size_t sources = 20, targets = 40, batch = 3;
  std::int64_t steps = 6, delay = 0;
  bool source_held = false, port_held = false, spikes = false;
};

/// Two nodes with random output and random gradients of what arrives: loss = sum of gradient * arrivals.
template <class Real>
struct Bench {
  explicit Bench(const Trial& t) : trial(t), from("from", t.sources), to("to", t.targets) {
    from.held = t.source_held;
    from.spikes = t.spikes;
    from.wants_gradient = true;
    to.ports[0].held = t.port_held;
    plan.batch = t.batch;
    plan.window = t.steps;
    plan.tape = true;
    from.prepare(plan);
    to.prepare(plan);
    for (std::int64_t s = 0; s < from.output.slots(); ++s)
      for (std::size_t b = 0; b < t.batch; ++b)
        for (std::size_t u = 0; u < t.sources; ++u) {
          const double x = draw(0, s, b, u);
          from.output.at(s, b)[u] = t.spikes ? Real(x < 0.1 ? 1 : 0) : static_cast<Real>(2 * x - 1);
        }
    for (std::int64_t s = 0; s < arrivals().slots(); ++s)
      for (std::size_t b = 0; b < t.batch; ++b)
        for (std::size_t u = 0; u < t.targets; ++u)
          to.ports[0].arrivals_gradient.at(s, b)[u] = static_cast<Real>(2 * draw(1, s, b, u) - 1);
  }
  Signal<Real>& arrivals() { return to.ports[0].arrivals; }
  Slice all() const { return {0, trial.batch, 0, 1}; }

  /// What arrives in the whole trial after the arrivals were filled with `before`, row by row.
  std::vector<Real> arrive(Edge<Real>& edge, Real before = Real(0)) {
    fill(before);
    edge.advance({0, trial.steps}, all());
    return read(arrivals(), trial.port_held ? 1 : trial.steps, trial.targets);
  }
  void fill(Real value) {
    for (std::int64_t s = 0; s < arrivals().slots(); ++s)
      for (std::size_t b = 0; b < trial.batch; ++b)
        for (std::size_t u = 0; u < trial.targets; ++u) arrivals().at(s, b)[u] = value;
  }
  std::vector<Real> read(const Signal<Real>& signal, std::int64_t steps, std::size_t units) const {
    std::vector<Real> out;
    for (std::int64_t s = 0; s < steps; ++s)
      for (std::size_t b = 0; b < trial.batch; ++b) out.insert(out.end(), signal.at(s, b), signal.at(s, b) + units);
    return out;
  }
  double loss(Edge<Real>& edge) {
    const auto y = arrive(edge);
    const auto g = read(to.ports[0].arrivals_gradient, trial.port_held ? 1 : trial.steps, trial.targets);
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) sum += static_cast<double>(y[i]) * static_cast<double>(g[i]);
    return sum;
  }
  /// The gradient of the loss by the output.
  std::vector<Real> rewound(Edge<Real>& edge) {
    from.output_gradient.zero();
    edge.rewind({0, trial.steps}, trial.steps, all());
    return read(from.output_gradient, trial.source_held ? 1 : trial.steps, trial.sources);
  }

  double draw(std::uint64_t what, std::int64_t step, std::size_t sample, std::size_t unit) const {
    return stream.uniform(what, (static_cast<std::uint64_t>(step) * 100 + sample) * 10000 + unit);
  }

  Trial trial;
  Plan plan;
  PlainNode<Real> from, to;
  Stream stream{11, "edge_fixture"};
};

template <class Real>
bool same_bits(const std::vector<Real>& a, const std::vector<Real>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Real)) == 0;
}

/// Every mixture of delay and of what is held.
inline std::vector<Trial> trials() {
  std::vector<Trial> out;
  for (const std::int64_t delay : {0, 2, 9}) {
    out.push_back({.delay = delay});
    out.push_back({.delay = delay, .source_held = true});
    out.push_back({.delay = delay, .spikes = true});
  }
  out.push_back({.source_held = true, .port_held = true});
  return out;
}

}  // namespace cajal::test
