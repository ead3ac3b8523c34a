// What measures ask of learners that have learned: the same answers at each call, and as before once all is put back;
// operations and updates of membranes against counts by hand.

#include "app/subject.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/expand_layers.hpp"
#include "sim/random.hpp"
#include "tests/app/bad_inputs.hpp"
#include "tests/app/run_of.hpp"
#include "tests/catch.hpp"

namespace cajal::app {

namespace {

constexpr std::size_t height = 5, width = 6, features = height * width, classes = 3, samples = 24;

Data images() {
  Data data;
  data::Dataset& d = data.dataset;
  d.name = "images";
  d.shape = {height, width};
  d.features = features;
  d.samples = samples;
  d.classes = classes;
  Draws draws(Stream(7, "tests.subject"), 0);
  for (std::uint32_t s = 0; s < samples; ++s) {
    d.label.push_back(static_cast<std::int32_t>(s % classes));
    for (std::size_t f = 0; f < features; ++f)
      d.x.push_back(f % 4 == 0 ? 0.0f : static_cast<float>(draws.below(256) + 1) / 256);
    (s < 15 ? data.split.train : data.split.test).push_back(s);
  }
  return data;
}

struct Case {
  std::string name, text;
  bool hidden = true;
};

std::string trained(const std::string& more = "", int epochs = 2) {
  return "[learn]\nbp = { rule = \"backprop\", loss = \"cross_entropy\", optimizer = { kind = \"adam\", rate = 0.05 }, "
         "batch = 4, epochs = " +
         std::to_string(epochs) + more + " }\n";
}

const std::string mlp_layers =
    "layers = [ { name = \"hid\", kind = \"dense\", units = 9, activation = \"relu\" }, "
    "{ name = \"out\", kind = \"dense\", units = 3 } ]\n";
const std::string neuron = "activation = { kind = \"lif\", preset = \"snntorch\", V_th = 0.05 } }";
const std::string spiking_layers =
    "trial = { show = \"6 ms\" }\nlayers = [ { name = \"hid\", kind = \"dense\", units = 9, " + neuron +
    ", { name = \"out\", kind = \"dense\", units = 3, " + neuron + " ]\n";
const std::string cnn_layers =
    "layers = [ { name = \"conv\", kind = \"conv2d\", filters = 2, kernel = 3, padding = 1, activation = \"relu\" }, "
    "{ name = \"pool\", kind = \"max_pool2d\", kernel = [5, 2] }, { kind = \"flatten\" }, "
    "{ name = \"out\", kind = \"dense\", units = 3 } ]\n";

const std::string diehl_cook = R"(
trial = { show = "20 ms", retry = { fewer = 2, spikes = "E", add = { "node.X.gain" = 1 }, most = 3 } }
predict = { of = "E", kind = "assigned_rate" }
[node]
X = { kind = "data", field = "x", encode = { kind = "poisson", max = "300 Hz" }, gain = 3 }
E = { kind = "lif", preset = "diehl_cook_e", size = 8 }
I = { kind = "lif", preset = "diehl_cook_i", size = 8 }
[edge]
XE = { from = "X", to = "E.ex", weight = { uniform = ["0.2 nS", "0.9 nS"] } }
EI = { from = "E", to = "I.ex", connect = "one_to_one", weight = "10.4 nS" }
IE = { from = "I", to = "E.in", connect = { rule = "all_to_all", self = false }, weight = "17 nS" }
[learn]
stdp = { rule = "diehl_cook", on = "edge.XE", nu_post = "0.04 nS" }
norm = { rule = "normalise", on = "edge.XE", sum = "16 nS", every = "trial" }
theta = { rule = "adaptive_threshold", on = "node.E", step = "0.05 mV", tau = "1e7 ms", initial = "1 mV" }
[[phase]]
name = "train"
split = "train"
[[phase]]
name = "assign"
split = "train"
learn = []
fit = "predict"
[[phase]]
name = "test"
split = "test"
learn = []
)";

std::vector<Case> cases() {
  return {
      {"mlp", mlp_layers + trained()},
      {"cnn", cnn_layers + trained()},
      {"gru",
       "trial = { show = \"5 ms\" }\npredict = { of = \"out\", kind = \"max_last\" }\n"
       "layers = [ { name = \"hid\", kind = \"gru\", units = 7 }, { name = \"out\", kind = \"dense\", units = 3 } ]\n"
       "[node]\ninput = { kind = \"data\", encode = \"sequence\" }\n" +
           trained(", over_time = \"last\"")},
      {"snn", spiking_layers + trained(", over_time = \"sum\"")},
      {"diehl_cook", diehl_cook},
      {"goes_on", changed(diehl_cook, {{"show = \"20 ms\"", "show = \"20 ms\", reset = \"none\""}})},
      {"ridge", "classical = { kind = \"ridge\", alpha = 1.0 }\n", false},
      {"logistic", "classical = { kind = \"logistic_regression\" }\n", false},
      {"neighbours", "classical = { kind = \"k_nearest_neighbours\", k = 3 }\n", false}};
}

/// A learner that has run, and what asks it.
struct Learned {
  Learned(const std::string& text, const Data& data, std::size_t threads = 1) {
    config::Value root = config::parse(text, "test.toml");
    std::vector<Diagnostic> diagnostics;
    expand_layers(root, diagnostics);
    const config::Table table(root, "", diagnostics);
    Run run;
    run.dt = 1;
    learner = make_learner(table, "test", run, data, {1, 1}, threads, "");
    config::raise(diagnostics);
    const std::atomic<bool> stop{false};
    learner->run([](const Progress&) {}, stop);
    subject = learner->subject(data);
  }
  std::unique_ptr<AnyLearner> learner;
  std::unique_ptr<analysis::Subject> subject;
};

bool hidden(const analysis::Subject::Units& u) { return u.neurons && !u.input && !u.output; }

void silence_hidden(analysis::Subject& subject) {
  const auto nodes = subject.nodes();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    std::vector<std::uint32_t> all(nodes[i].units);
    std::iota(all.begin(), all.end(), 0u);
    if (hidden(nodes[i])) subject.lesion(i, all);
  }
}

}  // namespace

TEST_CASE("a learner answers as before once what was changed is put back", "[subject]") {
  const Data data = images();
  const analysis::Questions q = questions_of(data, 1, 100);
  REQUIRE(q.samples == 9);
  for (const Case& c : cases()) {
    INFO(c.name);
    const Learned learned(c.text, data);
    analysis::Subject& subject = *learned.subject;
    const auto before = subject.answer(q.rows);
    REQUIRE(before.predicted.size() == 9);
    CHECK(subject.answer(q.rows).scores == before.scores);
    // Without noise it is the answer of the test.
    if (c.name != "diehl_cook" && c.name != "goes_on")
      CHECK(before.scores == learned.learner->record().phases.back().scores);
    const auto groups = subject.weights();
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (!groups[i].synaptic) continue;
      std::vector<double> values = subject.weight_values(i);
      CHECK(values.size() == groups[i].values);
      for (std::size_t k = 0; k < values.size(); ++k) values[k] *= k % 2 == 0 ? 0.1 : -0.1;
      subject.set_weight_values(i, values);
      CHECK(subject.weight_values(i)[0] == Approx(values[0]));
    }
    const bool weights = std::any_of(groups.begin(), groups.end(), [](const auto& w) { return w.synaptic; });
    CHECK((subject.answer(q.rows).scores != before.scores) == weights);
    subject.restore();
    CHECK(subject.answer(q.rows).scores == before.scores);
    silence_hidden(subject);
    const auto silent = subject.answer(q.rows);
    if (c.hidden)
      for (const std::int32_t p : silent.predicted) CHECK(p == silent.predicted[0]);
    subject.restore();
    CHECK(subject.answer(q.rows).scores == before.scores);
    CHECK(subject.answer_within(q.rows, subject.steps()).scores == before.scores);
    if (subject.steps() > 1) CHECK(subject.answer_within(q.rows, 1).scores != before.scores);
    CHECK(subject.answer(q.rows).scores == before.scores);
    const auto operations = subject.operations();
    CHECK(operations.has_value() == (c.name != "neighbours"));
    CHECK(subject.answer(q.rows).scores == before.scores);
  }
}

TEST_CASE("answers to measures do not depend on threads", "[subject]") {
  const Data data = images();
  const analysis::Questions q = questions_of(data, 1, 100);
  for (const Case& c : cases()) {
    INFO(c.name);
    const Learned one(c.text, data), two(c.text, data, 2);
    CHECK(one.subject->answer(q.rows).scores == two.subject->answer(q.rows).scores);
    silence_hidden(*one.subject);
    silence_hidden(*two.subject);
    CHECK(one.subject->answer(q.rows).scores == two.subject->answer(q.rows).scores);
    const auto a = one.subject->operations(), b = two.subject->operations();
    if (!a) continue;
    CHECK(a->effective_acs == b->effective_acs);
    CHECK((a->membrane_updates == b->membrane_updates || std::isnan(a->membrane_updates)));
  }
}

TEST_CASE("operations of a dense network are those counted by hand", "[subject]") {
  const Data data = images();
  Learned learned(mlp_layers + trained("", 0), data);
  // 30-9-3: of the 30 inputs 8 are zero; of the hidden units those that are active reach three outputs.
  const auto w = learned.subject->weight_values(0);
  const auto nodes = learned.learner->activity();
  double active = 0;
  for (const auto& node : nodes->nodes)
    if (node.node == "hid")
      active = static_cast<double>(std::count_if(node.mean.begin(), node.mean.end(), [](float x) { return x != 0; }));
  const auto o = learned.subject->operations();
  REQUIRE(o);
  CHECK(o->dense == 30 * 9 + 9 * 3);
  CHECK(o->effective_macs == Approx(22 * 9 + active * 3 / 9));
  CHECK(o->effective_acs == 0);
  CHECK(o->neuron_updates == 0);
  CHECK(o->membrane_updates == 0);
}

TEST_CASE("operations leave zero weights out, and images of zeros and ones are accumulated", "[subject]") {
  Data data = images();
  for (float& x : data.dataset.x) x = x > 0 ? 1.0f : 0.0f;
  // One output, of which every third weight is zero.
  std::string weight = "[1.0";
  for (std::size_t i = 1; i < features * classes; ++i) weight += i % 3 == 0 ? ", 1.0" : i % 3 == 1 ? ", 0.0" : ", -2.0";
  const Learned learned(
      "[node]\ninput = { kind = \"data\" }\nout = { kind = \"linear\", size = 3 }\n[edge]\nout = { from = "
      "\"input\", to = \"out\", kind = \"dense\", weight = " +
          weight + "] }\n" + trained("", 0),
      data);
  const auto o = learned.subject->operations();
  REQUIRE(o);
  // Weight (output, input) is zero where 30 output + input leaves 1 by 3: at inputs 1, 4, 7, ..., which all three
  // outputs have in common. Inputs 0, 4, 8, ..., 28 are zero: of the ten columns 4, 16 and 28.
  CHECK(o->dense == 90);
  CHECK(o->effective_acs == 3 * (30 - 8 - (10 - 3)));
  CHECK(o->effective_macs == 0);
}

TEST_CASE("operations of a convolution stop at the border", "[subject]") {
  Data data = images();
  for (float& x : data.dataset.x) x = 0.5f;
  // Each sample lacks a corner, which 2 x 2 weights of each filter meet.
  for (std::size_t s = 0; s < samples; ++s) data.dataset.x[s * features] = 0;
  const Learned learned(cnn_layers + trained("", 0), data);
  const auto o = learned.subject->operations();
  REQUIRE(o);
  // 3 x 3 over 5 x 6 with a border of zeros: (3 5 - 2) (3 6 - 2) = 208 of each of 2 filters; pooling does none; 2 x 1 x
  // 3 pooled values reach 3 outputs.
  CHECK(o->dense == 2 * 208 + 6 * 3);
  const auto& nodes = learned.learner->activity()->nodes;
  double pooled = 0;
  for (const auto& node : nodes)
    if (node.node == "pool")
      pooled = static_cast<double>(std::count_if(node.mean.begin(), node.mean.end(), [](float x) { return x != 0; }));
  CHECK(o->effective_macs == Approx(2 * (208 - 4) + pooled / 9 * 3));
}

TEST_CASE("operations of spikes are accumulates of those that came", "[subject]") {
  const Data data = images();
  const Learned learned(spiking_layers + trained(", over_time = \"sum\"", 1), data);
  const auto o = learned.subject->operations();
  REQUIRE(o);
  double spikes = 0, all = 0;
  for (const auto& a : learned.learner->record().activity) {
    if (a.node == "hid") spikes = a.sum;
    if (a.spiking && !a.input) all += a.sum;
  }
  REQUIRE(spikes > 0);
  // The image is held: its 22 values that are not zero are multiplied once in 6 steps.
  CHECK(o->effective_macs == 22 * 9);
  CHECK(o->effective_acs == Approx(spikes / 9 * 3));
  CHECK(o->dense == 30 * 9 + 6 * 9 * 3);
  CHECK(o->held == 30 * 9);
  CHECK(o->spikes == Approx(all / 9));
  CHECK(o->neuron_updates == 6 * 12);
  CHECK(o->neuron_steps == 6 * 12);
}

TEST_CASE("potentials that do not move are no updates", "[subject]") {
  Data data = images();
  const std::string net =
      "trial = { show = \"6 ms\" }\npredict = { of = \"out\", kind = \"max_sum\" }\n[node]\ninput = { kind = \"data\" "
      "}\nout "
      "= { kind = \"lif\", preset = \"snntorch\", size = 3 }\n[edge]\nout = { from = \"input\", to = \"out\", kind = "
      "\"dense\", weight = 0.001 }\n" +
      trained(", over_time = \"sum\"", 0);
  CHECK(Learned(net, data).subject->operations()->membrane_updates == 6 * 3);
  // Test samples 15 to 19 show nothing: their neurons count at the first step alone.
  for (std::size_t s = 15; s < 20; ++s)
    std::fill_n(data.dataset.x.begin() + static_cast<std::ptrdiff_t>(s * features), features, 0.0f);
  CHECK(Learned(net, data).subject->operations()->membrane_updates == Approx((5 * 3 + 4 * 18) / 9.));
}

TEST_CASE("sixteen bits of a weight are as good as all", "[subject]") {
  const Data data = images();
  const analysis::Questions q = questions_of(data, 1, 100);
  const Learned learned(mlp_layers + trained("", 5), data);
  const auto before = learned.subject->answer(q.rows);
  double largest = 0, moved = 0;
  const auto groups = learned.subject->weights();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    auto values = learned.subject->weight_values(i);
    double most = 0;
    for (const double v : values) most = std::max(most, std::fabs(v));
    for (double& v : values) v = std::nearbyint(v / most * 32767) / 32767 * most;
    learned.subject->set_weight_values(i, values);
  }
  const auto after = learned.subject->answer(q.rows);
  for (std::size_t i = 0; i < before.scores.size(); ++i) {
    largest = std::max(largest, std::fabs(before.scores[i]));
    moved = std::max(moved, std::fabs(before.scores[i] - after.scores[i]));
  }
  CHECK(moved > 0);
  CHECK(moved < 1e-3 * largest);
}

TEST_CASE("a comparison measures its learners and says so in the result", "[subject]") {
  const RunOf run(R"(
run = { name = "run", seed = 1 }
data = { source = "digits", samples = 60, split = { train = 0.5, test = 0.5 } }
[learner.mlp]
layers = [ { name = "hid", kind = "dense", units = 8, activation = "relu" }, { name = "out", kind = "dense", units = 10 } ]
learn.bp = { rule = "backprop", loss = "cross_entropy", optimizer = "adam", batch = 8, epochs = 2 }
[learner.snn]
extends = "learner.mlp"
trial = { show = "5 ms" }
layers = [ { name = "hid", kind = "dense", units = 8, activation = { kind = "lif", preset = "snntorch" } },
           { name = "out", kind = "dense", units = 10, activation = { kind = "lif", preset = "snntorch" } } ]
learn.bp = { over_time = "sum" }
)");
  const auto measures = run.result().read<std::string>("measures/measure").values;
  const auto learner = run.result().read<std::string>("measures/learner").values;
  const auto part = run.result().read<std::string>("measures/part").values;
  const auto value = run.values("measures/value"), level = run.values("measures/level");
  const auto find = [&](const std::string& who, const std::string& measure, const std::string& which) {
    for (std::size_t i = 0; i < value.size(); ++i)
      if (learner[i] == who && measures[i] == measure && part[i] == which) return value[i];
    FAIL("no row " << who << " " << measure << " " << which);
    return 0.0;
  };
  CHECK(find("mlp", "footprint", "") == 4 * (784 * 8 + 8 + 8 * 10 + 10));
  CHECK(find("mlp", "connection_sparsity", "") == 0);
  CHECK(find("mlp", "energy", "operations") == Approx(4.6 * find("mlp", "operations_multiply_accumulate", "")));
  CHECK(find("snn", "break_even_rate", "operations") == Approx(4.6 / 0.9 / 5));
  CHECK(find("snn", "membrane_updates", "") <= find("snn", "neuron_updates", ""));
  CHECK(find("mlp", "decision_time", "") == 0);
  CHECK(find("snn", "decision_time", "") > 0);
  // Undisturbed, and after all steps, a learner is as good as in its test.
  for (const char* who : {"mlp", "snn"})
    for (std::size_t i = 0; i < value.size(); ++i) {
      const bool undisturbed = measures[i] == "robustness" && level[i] == 0,
                 last = measures[i] == "latency" && level[i] == (who[0] == 'm' ? 0 : 5);
      if (learner[i] == who && (undisturbed || last)) CHECK(value[i] == find(who, "test_accuracy", ""));
    }
}

}  // namespace cajal::app
