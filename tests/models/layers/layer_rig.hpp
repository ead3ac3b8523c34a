#pragma once

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/whole_network.hpp"

namespace cajal::test {

/// A network from `in` to `out` whose loss is the sum of `c` times what `out` gives: [step][sample][unit].
template <class Real>
class LayerRig {
 public:
  LayerRig(const std::string& text, std::size_t batch, std::int64_t steps = 1, std::size_t threads = 1,
           std::size_t features = 0)
      : whole(text, options(batch, steps, threads, features)) {
    whole.labels.assign(batch, 0);
    const Stream stream(7, "tests.layers");
    for (std::size_t i = 0; i < whole.input->values.size(); ++i)
      whole.input->values[i] = static_cast<Real>(4 * stream.uniform(0, i) - 2);
    Node<Real>& out = *whole.network->node("out");
    c.resize(static_cast<std::size_t>(out.held ? 1 : steps) * batch * out.size());
    for (std::size_t i = 0; i < c.size(); ++i) c[i] = 2 * stream.uniform(1, i) - 1;
  }

  void train(bool on = true) {
    for (auto& n : whole.network->nodes) n->training = on;
  }
  std::vector<double> forward() {
    whole.forward();
    return whole.output("out");
  }
  double loss() {
    const auto y = forward();
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) sum += c[i] * y[i];
    return sum;
  }
  /// The gradient of the loss by the input; those of the parameters stand there.
  std::vector<double> rewind() {
    Clock<Real>& clock = *whole.clock;
    const std::size_t batch = whole.options.batch;
    const Steps steps{0, whole.options.steps};
    Node<Real>& out = *whole.network->node("out");
    clock.team().run([&](std::size_t part) { clock.clear_gradients(steps, clock.slice(part, batch)); });
    for (std::size_t i = 0; i < c.size(); ++i)
      out.output_gradient.at(static_cast<std::int64_t>(i / out.size() / batch),
                             i / out.size() % batch)[i % out.size()] = static_cast<Real>(c[i]);
    clock.team().run([&](std::size_t part) {
      clock.rewind(steps, clock.slice(part, batch));
      clock.team().barrier();
      for (std::size_t task = part; task < clock.gradient_tasks(); task += clock.team().size())
        clock.gradient_task(task, steps, batch);
    });
    return whole.read(whole.input->output_gradient);
  }

  Whole<Real> whole;
  std::vector<double> c;

 private:
  static typename Whole<Real>::Options options(std::size_t batch, std::int64_t steps, std::size_t threads,
                                               std::size_t features) {
    typename Whole<Real>::Options o;
    o.batch = batch;
    o.steps = steps;
    o.threads = threads;
    o.features = features;
    return o;
  }
};

/// The gradients by the input and by all parameters against central differences.
inline void check_differences(LayerRig<double>& rig) {
  rig.forward();
  const auto found = rig.rewind();
  const double h = 1e-5;
  const auto compare = [&](double& x, double gradient) {
    const double before = x;
    x = before + h;
    const double up = rig.loss();
    x = before - h;
    const double down = rig.loss();
    x = before;
    return std::fabs((up - down) / (2 * h) - gradient) < 1e-7 * (1 + std::fabs(gradient));
  };
  bool fits = true;
  for (std::size_t i = 0; i < found.size(); ++i) fits = fits && compare(rig.whole.input->values[i], found[i]);
  CHECK(fits);
  for (auto& [name, p] : parameters_of(*rig.whole.network)) {
    INFO(name);
    // Differences read the parameters anew: what was found must not be overwritten.
    const std::vector<double> gradient = p->gradient;
    for (std::size_t i = 0; i < p->value.size(); ++i) {
      if (!p->order.empty() && std::find(p->order.begin(), p->order.end(), i) == p->order.end()) continue;
      fits = fits && compare(p->value[i], gradient[i]);
    }
    CHECK(fits);
  }
}

}  // namespace cajal::test
