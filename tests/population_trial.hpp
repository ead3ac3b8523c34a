#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "models/receptors/current.hpp"
#include "models/receptors/delta.hpp"
#include "models/receptors/exponential_conductance.hpp"
#include "models/receptors/exponential_current.hpp"
#include "sim/population.hpp"
#include "tests/catch.hpp"
#include "tests/number/bits.hpp"

namespace cajal::test {

template <class M>
PopulationOptions population_options(Integrator integrator) {
  PopulationOptions o;
  o.integrator = integrator;
  o.parameters.resize(parameter_count<M>);
  for (const Field& f : M::parameters) o.parameters[f.member] = {f.value};
  o.initial.resize(state_size<M>);
  for (const Field& f : M::state) o.initial[f.member] = {f.value};
  return o;
}

template <class M>
void set(PopulationOptions& o, std::string_view name, std::vector<double> values) {
  for (const Field& f : M::parameters)
    if (f.name == name) o.parameters[f.member] = std::move(values);
}

/// A smooth spike, and through the reset: then finite differences see what the gradient sees.
inline Conventions smooth_conventions(double slope) {
  Conventions c;
  c.through_reset = true;
  c.surrogate = {SurrogateKind::sigmoid, slope, true};
  return c;
}

/// A population alone with all its ports fed at random: `loss` is a random linear function of its outputs.
template <class M>
class Trial {
 public:
  /// The largest arrival of each port, and whether it is held.
  struct Feed {
    double low, high;
    bool held = false;
  };

  Trial(const PopulationOptions& options, std::size_t size, std::int64_t steps, std::size_t batch,
        std::vector<Feed> feeds)
      : node("E", size, options), steps_(steps), batch_(batch) {
    Plan plan;
    plan.batch = batch;
    plan.window = steps;
    plan.tape = true;
    for (std::size_t p = 0; p < feeds.size(); ++p) {
      node.ports[p].connected = true;
      node.ports[p].held = feeds[p].held;
    }
    node.prepare(plan);
    const Stream stream(3, "tests.trial");
    for (std::size_t p = 0; p < feeds.size(); ++p)
      for (std::int64_t t = 0; t < node.ports[p].arrivals.slots() && t < steps; ++t)
        for (std::size_t b = 0; b < batch; ++b)
          for (std::size_t u = 0; u < size; ++u) {
            const double x = stream.uniform(u, static_cast<std::uint64_t>(t) * 1000 + b * 10 + p);
            node.ports[p].arrivals.at(t, b)[u] = feeds[p].low + (feeds[p].high - feeds[p].low) * x;
          }
  }

  double weight(std::int64_t t, std::size_t b, std::size_t u) const {
    return Stream(4, "tests.loss").uniform(u, static_cast<std::uint64_t>(t) * 1000 + b) - 0.3;
  }
  Slice slice(std::size_t part, std::size_t parts) const { return {0, batch_, part, parts}; }

  void run(std::size_t parts = 1) {
    for (std::size_t k = 0; k < parts; ++k) node.reset(slice(k, parts));
    for (std::size_t k = 0; k < parts; ++k) node.advance({0, steps_}, slice(k, parts));
  }
  double loss() {
    run();
    double sum = 0;
    for (std::int64_t t = 0; t < steps_; ++t)
      for (std::size_t b = 0; b < batch_; ++b)
        for (std::size_t u = 0; u < node.size(); ++u) sum += weight(t, b, u) * node.output.at(t, b)[u];
    return sum;
  }
  void rewind(std::size_t parts = 1) {
    for (std::int64_t t = 0; t < steps_; ++t)
      for (std::size_t b = 0; b < batch_; ++b)
        for (std::size_t u = 0; u < node.size(); ++u) node.output_gradient.at(t, b)[u] = weight(t, b, u);
    for (std::size_t k = 0; k < parts; ++k) node.begin_rewind(slice(k, parts));
    for (std::size_t k = 0; k < parts; ++k) node.rewind({0, steps_}, slice(k, parts));
  }

  /// Compares gradients by arrivals with central finite differences of the loss, at every step and port.
  void check_gradient() {
    const double total = loss();
    CHECK(std::isfinite(total));
    rewind();
    double largest = 0;
    for (std::size_t p = 0; p < node.ports.size(); ++p) {
      if (!node.ports[p].connected) continue;
      const std::int64_t slots = node.ports[p].held ? 1 : steps_;
      for (std::int64_t t = 0; t < slots; ++t) {
        const std::size_t b = static_cast<std::size_t>(t) % batch_,
                          u = static_cast<std::size_t>(3 * t + 1) % node.size();
        const double got = node.ports[p].arrivals_gradient.at(t, b)[u];
        double& x = node.ports[p].arrivals.at(t, b)[u];
        const auto difference = [&, at = x](double h) {
          x = at + h;
          const double above = loss();
          x = at - h;
          const double below = loss();
          x = at;
          return (above - below) / (2 * h);
        };
        // Richardson's extrapolation: the error of a difference is even in h.
        const double h = 1e-4, expected = (4 * difference(h) - difference(2 * h)) / 3;
        INFO("port " << node.ports[p].name << ", step " << t << ", sample " << b << ", unit " << u);
        CHECK(got == Approx(expected).epsilon(1e-6).margin(2e-9));
        largest = std::max(largest, std::fabs(got));
      }
    }
    CHECK(largest > 1e-5);
  }

  /// Everything that a run and its rewind leave behind, for a comparison by bits.
  std::vector<double> everything() {
    std::vector<double> out;
    const auto keep = [&](Signal<double>& s, std::int64_t count) {
      for (std::int64_t t = 0; t < count; ++t)
        for (std::size_t b = 0; b < batch_; ++b) out.insert(out.end(), s.at(t, b), s.at(t, b) + node.size());
    };
    keep(node.output, steps_);
    for (const auto& column : node.columns()) keep(*column.signal, steps_ + 1);
    for (auto& port : node.ports)
      if (port.connected) keep(port.arrivals_gradient, port.held ? 1 : steps_);
    return out;
  }

  Population<M, double> node;

 private:
  std::int64_t steps_;
  std::size_t batch_;
};

inline std::size_t different_bits(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return std::max(a.size(), b.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += !same_bits(a[i], b[i]);
  return count;
}

inline PopulationOptions::Entry delta_port(const char* name) { return {name, receptor_system<Delta>({})}; }
inline PopulationOptions::Entry current_port(const char* name) { return {name, receptor_system<Current>({})}; }
inline PopulationOptions::Entry exponential_port(const char* name, double tau) {
  return {name, receptor_system<ExponentialCurrent>({tau})};
}
inline PopulationOptions::Entry conductance_port(const char* name, double tau, double reversal) {
  return {name, receptor_system<ExponentialConductance>({tau, reversal})};
}

}  // namespace cajal::test
