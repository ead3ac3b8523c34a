// Every spiking neuron of the catalogue learns by backpropagation through time.

#include <fmt/format.h>

#include <atomic>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/learning/learner_of.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

constexpr std::size_t samples = 24, features = 12, classes = 3;
constexpr double show = 40;  // ms

data::Split all_in_one(std::size_t n) {
  data::Split split;
  for (std::uint32_t s = 0; s < n; ++s) split.train.push_back(s), split.test.push_back(s);
  return split;
}

/// A quantity in the unit of currents that flow into a neuron: models without units take plain numbers.
std::string currents(const std::string& neuron, double low, double high) {
  const auto network = network_of<double>(
      fmt::format("[node]\nimage = {{ kind = \"data\" }}\nhid = {{ kind = \"{}\", size = 1 }}\n", neuron), none_trained,
      1, features);
  for (const auto& port : network->node("hid")->ports)
    if (port.name == "current")
      return port.unit.empty() ? fmt::format("[{}, {}]", low, high)
                               : fmt::format("[\"{0} {2}\", \"{1} {2}\"]", low, high, port.unit);
  throw std::runtime_error("no current into " + neuron);
}

/// data -> neurons -> leaky read-out, driven by at most `current` a feature.
std::string stack(const std::string& neuron, double current, double rate) {
  return fmt::format(
      "trial = {{ show = \"{} ms\" }}\n[node]\nimage = {{ kind = \"data\" }}\n"
      "hid = {{ kind = \"{}\", size = 30, surrogate = {{ kind = \"fast_sigmoid\", slope = 0.2 }} }}\n"
      "out = {{ kind = \"leaky_readout\", size = 3 }}\n[edge]\n"
      "feed = {{ from = \"image\", to = \"hid.current\", kind = \"dense\", weight = {{ uniform = {} "
      "}} }}\n"
      "read = {{ from = \"hid\", to = \"out\", kind = \"dense\", weight = {{ normal = [0, 5] }} }}\n"
      "[learn]\nbp = {{ rule = \"backprop\", loss = \"cross_entropy\", optimizer = {{ kind = \"adam\", rate = {} }}, "
      "batch = 24, epochs = 20 }}\n",
      show, neuron, currents(neuron, 0, current), rate);
}

/// Spikes of a unit in a trial, all samples shown.
double activity(const std::string& text, const data::Dataset& data, double dt) {
  const auto network = network_of<float>(text, none_trained, dt, features);
  const auto steps = static_cast<std::int64_t>(show / dt);
  Plan plan;
  plan.dt = dt;
  plan.batch = samples;
  plan.window = steps;
  Clock<float> clock(*network, plan, 1);
  for (std::size_t b = 0; b < samples; ++b)
    network->node("image")->show(b, std::span(data.x).subspan(b * features, features), 0);
  clock.reset_all();
  clock.run({0, steps}, samples);
  const Node<float>& hid = *network->node("hid");
  double spikes = 0;
  for (std::int64_t t = 0; t < steps; ++t)
    for (std::size_t b = 0; b < samples; ++b)
      for (std::size_t u = 0; u < hid.size(); ++u) spikes += static_cast<double>(hid.output.at(t, b)[u]);
  return spikes / static_cast<double>(samples * hid.size());
}

/// A current that makes the neurons spike more often in a trial than without it, and a step at which a finer one would
/// change little: models differ in what they need.
struct Setup {
  double current, dt;
};
Setup lively(const std::string& neuron, const data::Dataset& data) {
  const auto spikes = [&](double current, double dt) { return activity(stack(neuron, current, 1), data, dt); };
  const double enough = spikes(1e-6, 0.1) + 0.95;
  double current = 0.05;
  while (current < 1e5 && spikes(current, 0.1) < enough) current *= 1.5;
  REQUIRE(current < 1e5);
  const double fine = spikes(current, 0.1), coarse = spikes(current, 0.5);
  return {current, std::fabs(coarse - fine) < 0.2 * fine ? 0.5 : 0.1};
}

}  // namespace

TEST_CASE("every spiking neuron lowers the loss of a two-layer stack in a few batches", "[training]") {
  const data::Dataset data = random_classes(samples, features, classes);
  const data::Split split = all_in_one(samples);
  const std::atomic<bool> stop = false;
  std::size_t neurons = 0;
  for (const NodeEntry& entry : node_catalogue()) {
    if (entry.group != "neurons") continue;
    ++neurons;
    INFO(entry.name);
    const auto [current, dt] = lively(entry.name, data);
    // The read-out stays as it is drawn: only the gradient through the neurons can lower the loss.
    const auto feed = [](const std::string& edge) { return edge == "feed"; };
    double least = INFINITY;
    for (const double rate : {0.3, 1.0, 0.05}) {
      const auto learner = learner_of<float>(stack(entry.name, current, rate * current), data, split, dt, 1, feed);
      const auto read = learner->network().edge("read")->parameters()[0]->row_major();
      const LearnerRecord& record = learner->run({}, stop);
      CHECK(learner->network().edge("read")->parameters()[0]->row_major() == read);
      least = std::min(least, std::max(record.epochs.back().loss, record.phases.back().loss) / record.epochs[0].loss);
      if (least < 0.8) break;
    }
    CHECK(least < 0.8);
    // With the read-out trained as well.
    least = INFINITY;
    for (const double rate : {0.3, 0.3 * current, 0.05 * current}) {
      const auto learner = learner_of<float>(stack(entry.name, current, rate), data, split, dt);
      const LearnerRecord& record = learner->run({}, stop);
      least = std::min(least, record.epochs.back().loss / record.epochs.front().loss);
      if (least < 0.9) break;
    }
    CHECK(least < 0.9);
  }
  CHECK(neurons >= 3);
}

TEST_CASE("where the state goes on a trial's gradient is that of a network that starts in this state", "[training]") {
  const data::Dataset data = random_classes(1, 4, 3);
  const data::Split split = all_in_one(1);
  const auto text = [](const std::string& reset, const std::string& start) {
    return "trial = { show = \"7 ms\"" + reset +
           " }\n[node]\nimage = { kind = \"data\" }\nhid = { kind = \"lif\", size = 3, preset = \"snntorch\", " +
           "beta = 0.8, reset_at = \"spike\", surrogate = { kind = \"sigmoid\", slope = 2 }" + start +
           " }\nout = { kind = \"linear\", size = 3 }\n" +
           "[edge]\nfeed = { from = \"image\", to = \"hid\", kind = \"dense\", weight = { uniform = [0.1, 0.4] } }\n"
           "read = { from = \"hid\", to = \"out\", kind = \"dense\", weight = { uniform = [-1, 1] } }\n"
           "[learn]\nbp = { rule = \"backprop\", loss = \"cross_entropy\", optimizer = { kind = \"sgd\", rate = 1e-300 "
           "}, batch = 1, epochs = 2 }\n";
  };
  const std::atomic<bool> stop = false;
  const auto goes_on = learner_of<double>(text(", reset = \"none\"", ""), data, split);
  std::vector<double> reached;
  goes_on->epoch_ended = [&](std::int64_t epoch) {
    const auto columns = goes_on->network().node("hid")->columns();
    if (epoch == 1) reached.assign(columns[0].signal->at(7, 0), columns[0].signal->at(7, 0) + 3);
  };
  const auto epochs = goes_on->run({}, stop).epochs;
  REQUIRE(epochs.size() == 2);
  REQUIRE(reached.size() == 3);
  CHECK(epochs[0].gradient_norm != epochs[1].gradient_norm);
  const std::string start =
      fmt::format(", init = {{ V_m = [{:.17g}, {:.17g}, {:.17g}] }}", reached[0], reached[1], reached[2]);
  const auto starts = learner_of<double>(text("", start), data, split);
  const auto expected = starts->run({}, stop).epochs;
  CHECK(epochs[1].loss == expected[0].loss);
  CHECK(epochs[1].gradient_norm == Approx(expected[0].gradient_norm).epsilon(1e-12));
}
