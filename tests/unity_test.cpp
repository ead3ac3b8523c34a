// One network, two uses: trained side by side over a tape, then simulated sample by sample. The same bits.

#include <atomic>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/learning/learner_of.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

constexpr std::int64_t steps = 23;
constexpr std::size_t samples = 12, features = 20, classes = 3;

/// Spikes and state of every node at every step of one sample: by node and column, [step][unit].
using Course = std::map<std::string, std::vector<float>>;

void keep(Course& course, const std::string& name, const float* row, std::size_t units) {
  course[name].insert(course[name].end(), row, row + units);
}

/// What the learner's last batch left on its tape.
std::vector<Course> taped(Network<float>& network) {
  std::vector<Course> out(samples);
  for (std::size_t b = 0; b < samples; ++b)
    for (std::int64_t t = 0; t < steps; ++t)
      for (auto& node : network.nodes) {
        keep(out[b], node->name() + ".output", node->output.at(t, b), node->size());
        for (auto& c : node->columns()) keep(out[b], node->name() + "." + c.name, c.signal->at(t + 1, b), node->size());
      }
  return out;
}

/// The same network as a simulation runs it: one sample, no tape, by windows; its state is seen at their ends.
struct Simulation {
  Simulation(const std::string& text, Network<float>& trained, std::int64_t window, std::size_t threads)
      : network(network_of<float>(text, none_trained, 1, features)) {
    const auto from = parameters_of(trained), to = parameters_of(*network);
    for (std::size_t i = 0; i < to.size(); ++i) to[i].second->assign(from[i].second->row_major());
    Plan plan;
    plan.dt = 1;
    plan.window = window;
    plan.seed = 1;
    clock = std::make_unique<Clock<float>>(*network, plan, threads);
  }

  Course run(const data::Dataset& data, std::size_t sample, std::uint64_t trial, bool state) {
    for (auto& node : network->nodes) {
      if (node->kind() == "data") node->show(0, std::span(data.x).subspan(sample * features, features), trial);
      node->trials[0] = trial;
    }
    clock->reset_all();
    Course out;
    const std::int64_t window = clock->plan().window;
    for (std::int64_t t = 0; t < steps; t += window) {
      const Steps now{t, std::min(steps, t + window)};
      clock->run(now, 1);
      for (auto& node : network->nodes) {
        for (std::int64_t s = now.begin; s < now.end; ++s)
          keep(out, node->name() + ".output", node->output.at(s, 0), node->size());
        if (!state) continue;
        for (auto& c : node->columns()) keep(out, node->name() + "." + c.name, c.signal->at(now.end, 0), node->size());
      }
    }
    return out;
  }

  std::unique_ptr<Network<float>> network;
  std::unique_ptr<Clock<float>> clock;
};

double sum_of(const std::vector<float>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

void check_same(const Course& found, const Course& expected) {
  for (const auto& [name, values] : found) {
    INFO(name);
    CHECK((values == expected.at(name)));
  }
}

void check_unity(const std::string& text) {
  const data::Dataset data = random_classes(samples, features, classes);
  data::Split split;
  for (std::uint32_t s = 0; s < samples; ++s) split.train.push_back(s), split.test.push_back(s);
  const auto learner = learner_of<float>(text, data, split);
  std::vector<std::vector<double>> before;
  for (const auto& [name, p] : parameters_of(learner->network())) before.push_back(p->row_major());
  const std::atomic<bool> stop = false;
  const LearnerRecord& record = learner->run({}, stop);
  REQUIRE(record.epochs.size() == 3);
  CHECK(record.epochs.back().loss < record.epochs.front().loss);
  const auto parameters = parameters_of(learner->network());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    INFO(parameters[i].first);
    CHECK(parameters[i].second->row_major() != before[i]);
  }

  const std::vector<Course> expected = taped(learner->network());
  std::vector<std::uint64_t> trials = learner->network().node("image")->trials;
  for (const auto& course : expected) {
    const auto& spikes = course.at("hid.output");
    CHECK(sum_of(spikes) > 100);
    CHECK(sum_of(spikes) < 0.5 * static_cast<double>(spikes.size()));
  }
  CHECK(expected[0].at("hid.output") != expected[1].at("hid.output"));

  struct Use {
    std::int64_t window;
    std::size_t threads;
  };
  for (const Use use : {Use{7, 1}, Use{7, 2}, Use{1, 1}, Use{1, 2}, Use{64, 3}}) {
    INFO("window " << use.window << ", " << use.threads << " shards");
    Simulation simulation(text, learner->network(), use.window, use.threads);
    REQUIRE(simulation.clock->parts() == use.threads);
    for (std::size_t b = 0; b < samples; ++b) {
      INFO("sample " << b);
      check_same(simulation.run(data, b, trials[b], use.window == 1), expected[b]);
    }
  }
}

/// Enough units that a simulation splits them over threads. Three edges end at one port, two of them recurrent.
std::string recurrent(const std::string& image, const std::string& hidden, const std::string& port,
                      const std::string& feed, const std::string& rec, const std::string& late,
                      const std::string& rate = "2e-3") {
  return "trial = { show = \"23 ms\" }\n[node]\nimage = { kind = \"data\"" + image +
         " }\nhid = { kind = \"lif\", size = 2000, " + hidden +
         " }\nout = { kind = \"leaky_readout\", size = 3 }\n[edge]\n" + "back = { from = \"hid\", to = \"hid." + port +
         "\", connect = { rule = \"fixed_probability\", p = 0.005 }, " + rec +
         ", delay = { uniform = [\"1 ms\", \"6 ms\"] } }\n" + "feed = { from = \"image\", to = \"hid." + port +
         "\", kind = \"dense\", " + feed + " }\n" + "late = { from = \"image\", to = \"hid." + port +
         "\", connect = { rule = \"fixed_probability\", p = 0.2 }, " + late +
         ", delay = { uniform = [\"2 ms\", \"9 ms\"] } }\n" +
         "read = { from = \"hid\", to = \"out\", kind = \"dense\" }\n" +
         "[learn]\nbp = { rule = \"backprop\", loss = \"cross_entropy\", optimizer = { kind = \"adam\", rate = " +
         rate + " }, batch = 12, epochs = 3 }\n";
}

}  // namespace

TEST_CASE("a trained network without units simulates to the bits of its training", "[unity]") {
  check_unity(recurrent("", "preset = \"snntorch\"", "input", "init = \"kaiming_uniform\"",
                        "weight = { normal = [0, 0.1] }", "weight = { normal = [0, 0.1] }"));
}

TEST_CASE(
    "a trained network of synaptic currents, refractory and driven by noise, simulates to the bits of its training",
    "[unity]") {
  check_unity(recurrent(", encode = { kind = \"poisson\", max = \"200 Hz\" }",
                        "preset = \"nest\", surrogate = { kind = \"fast_sigmoid\", slope = 1 }", "ex",
                        "weight = { uniform = [\"0 pA\", \"600 pA\"] }", "weight = { normal = [\"0 pA\", \"30 pA\"] }",
                        "weight = { normal = [\"20 pA\", \"20 pA\"] }", "5e-4"));
}

TEST_CASE("a dense recurrent edge beside sparse ones simulates to the bits of its training", "[unity]") {
  std::string text = recurrent("", "preset = \"snntorch\"", "input", "init = \"kaiming_uniform\"",
                               "weight = { normal = [0, 0.1] }", "weight = { normal = [0, 0.1] }");
  // Declared first: the order of the edges must not matter to what arrives.
  text.replace(text.find("[edge]\n"), 7,
               "[edge]\ncycle = { from = \"mid\", to = \"mid.input\", kind = \"dense\", delay = \"2 ms\" }\n"
               "up = { from = \"hid\", to = \"mid.input\", kind = \"dense\" }\n"
               "down = { from = \"mid\", to = \"hid.input\", kind = \"dense\", delay = \"3 ms\" }\n");
  text.replace(text.find("out = "), 6, "mid = { kind = \"lif\", size = 40, preset = \"snntorch\" }\nout = ");
  check_unity(text);
}

TEST_CASE("a prediction without a tape has the bits of the test over the tape", "[unity]") {
  const std::string text = recurrent("", "preset = \"snntorch\"", "input", "init = \"kaiming_uniform\"",
                                     "weight = { normal = [0, 0.1] }", "weight = { normal = [0, 0.1] }");
  const data::Dataset data = random_classes(samples, features, classes);
  data::Split split;
  for (std::uint32_t s = 0; s < samples; ++s) split.train.push_back(s), split.test.push_back(s);
  for (const std::size_t threads : {1, 3}) {
    const auto learner = learner_of<float>(text, data, split, 1, threads);
    const std::atomic<bool> stop = false;
    const PhaseRecord tested = learner->run({}, stop).phases.back();
    const PhaseRecord predicted = learner->predict(data, split.test);
    CHECK(tested.scores == predicted.scores);
    CHECK(tested.loss == predicted.loss);
    // One sample alone: no tape, no neighbours.
    const PhaseRecord alone = learner->predict(data, {5});
    CHECK(alone.scores == std::vector<double>(predicted.scores.begin() + 15, predicted.scores.begin() + 18));
  }
}
