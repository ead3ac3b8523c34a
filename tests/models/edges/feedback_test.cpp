#include "models/edges/feedback.hpp"

#include <atomic>
#include <cmath>
#include <string>

#include "tests/catch.hpp"
#include "tests/learning/learner_of.hpp"
#include "tests/models/edges/plane_edges.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;
using namespace cajal::test;
using reference::Json;
using reference::read_json;

namespace {

data::Dataset reference_samples(const Json& file) {
  data::Dataset d;
  d.name = "reference";
  d.samples = 6;
  d.features = 5;
  d.shape = {5};
  d.targets = 3;
  for (const double x : file["x"].numbers()) d.x.push_back(static_cast<float>(x));
  for (const double t : file["t"].numbers()) d.y.push_back(static_cast<float>(t));
  return d;
}

data::Split all_train(const data::Dataset& d) {
  data::Split split;
  for (std::uint32_t s = 0; s < d.samples; ++s) split.train.push_back(s);
  split.test = split.train;
  return split;
}

const std::string two_layers = R"(predict = { of = "out", kind = "value" }
[node]
input = { kind = "data" }
hid = { kind = "tanh", size = 4 }
out = { kind = "linear", size = 3 }
[edge]
hid = { from = "input", to = "hid", kind = "dense" }
out = { from = "hid", to = "out", kind = "dense" }
[learn]
bp = { rule = "backprop", loss = "mse", optimizer = { kind = "gd", rate = 0.5 }, epochs = 2 }
)";

/// The learner of the reference, its errors sent back by the reference's matrix.
std::unique_ptr<Learner<double>> reference_learner(const Json& file, Feedback kind, const data::Dataset& d,
                                                   const data::Split& split, std::size_t threads = 1) {
  auto learner = learner_of<double>(two_layers, d, split, 1, threads);
  Network<double>& network = learner->network();
  for (const auto& [edge, number] : {std::pair<const char*, const char*>{"hid", "1"}, {"out", "2"}}) {
    const auto parameters = network.edge(edge)->parameters();
    parameters[0]->assign(file["start"][std::string("W") + number].numbers());
    parameters[1]->assign(file["start"][std::string("b") + number].numbers());
  }
  if (kind != Feedback::transpose)
    dynamic_cast<FeedbackEdge<double>&>(*network.edge("out")).set_feedback(kind, file["B"].numbers());
  return learner;
}

double furthest(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::fabs(a[i] - b[i]));
  return most;
}

}  // namespace

TEST_CASE("two steps with errors sent back by W, by B, and by |B| with the signs of W are numpy's", "[feedback]") {
  const Json file = read_json("numpy/feedback_alignment.json");
  const data::Dataset d = reference_samples(file);
  const data::Split split = all_train(d);
  for (std::size_t k = 0; k < feedback_words.size(); ++k) {
    INFO(feedback_words[k]);
    const auto learner = reference_learner(file, static_cast<Feedback>(k), d, split, 1 + k);
    const std::atomic<bool> stop = false;
    learner->run({}, stop);
    const Json& expected = file[feedback_words[k]];
    for (const auto& [edge, number] : {std::pair<const char*, const char*>{"hid", "1"}, {"out", "2"}}) {
      const auto parameters = learner->network().edge(edge)->parameters();
      CHECK(furthest(parameters[0]->row_major(), expected[std::string("W") + number].numbers()) < 1e-13);
      CHECK(furthest(parameters[1]->row_major(), expected[std::string("b") + number].numbers()) < 1e-13);
    }
  }
  CHECK(furthest(file["random"]["W1"].numbers(), file["transpose"]["W1"].numbers()) > 1e-3);
}

TEST_CASE("how the answer depends on the input is told by the weights, whatever errors go back by", "[feedback]") {
  const Json file = read_json("numpy/feedback_alignment.json");
  const data::Dataset d = reference_samples(file);
  const data::Split split = all_train(d);
  const std::vector<std::int32_t> outputs{1};
  const std::vector<float> row(d.x.begin(), d.x.begin() + 5);
  const auto plain = reference_learner(file, Feedback::transpose, d, split)->input_gradient(row, outputs);
  CHECK(reference_learner(file, Feedback::random, d, split)->input_gradient(row, outputs) == plain);
}

TEST_CASE("errors go back through an edge as if its weights were B, while it is trained", "[feedback]") {
  for (const PlaneCase& one : {PlaneCase{{20}, "dense", ""}, PlaneCase{{2, 6, 5}, "conv2d", "filters = 3, kernel = 3"},
                               PlaneCase{{2, 4, 5}, "conv_transpose2d", "filters = 3, kernel = 3, stride = 2"},
                               PlaneCase{{2, 11}, "conv1d", "filters = 3, kernel = 4"}}) {
    INFO(one.kind);
    test::Trial trial;
    if (one.kind != "dense") trial = sized(trial, one);
    Bench<float> bench(trial);
    const auto edge = join(bench, one);
    Parameter<float>& weight = *edge->parameters()[0];
    const std::vector<double> w = weight.row_major();
    const std::vector<double> b(w.rbegin(), w.rend());
    std::vector<double> with_signs;
    for (std::size_t i = 0; i < w.size(); ++i) with_signs.push_back(std::copysign(b[i], w[i]));
    const auto by = [&](const std::vector<double>& weights) {
      weight.assign(weights);
      return bench.rewound(*edge);
    };
    const auto by_w = by(w), by_b = by(b), by_signed = by(with_signs);
    REQUIRE(by_w != by_b);
    weight.assign(w);
    const auto arrived = bench.arrive(*edge);
    auto& with_feedback = dynamic_cast<FeedbackEdge<float>&>(*edge);
    CHECK(with_feedback.feedback() == nullptr);
    with_feedback.set_feedback(Feedback::random, b);
    edge->prepare(bench.plan);
    CHECK(bench.rewound(*edge) == by_b);
    CHECK(bench.arrive(*edge) == arrived);
    CHECK(with_feedback.feedback()->row_major() == b);
    with_feedback.set_feedback(Feedback::sign, b);
    edge->prepare(bench.plan);
    CHECK(bench.rewound(*edge) == by_signed);
    edge->trained = false;
    CHECK(bench.rewound(*edge) == by_w);
  }
}
