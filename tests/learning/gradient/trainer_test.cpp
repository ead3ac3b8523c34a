// What stands around the steps of an optimizer: penalties, clipping, schedules, patience, the best epoch, binary
// outputs.

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <string>

#include "tests/catch.hpp"
#include "tests/learning/learner_of.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

data::Split parts(std::size_t train, std::size_t validation, std::size_t test) {
  data::Split split;
  std::uint32_t s = 0;
  for (std::size_t i = 0; i < train; ++i) split.train.push_back(s++);
  for (std::size_t i = 0; i < validation; ++i) split.validation.push_back(s++);
  for (std::size_t i = 0; i < test; ++i) split.test.push_back(s++);
  return split;
}

std::string perceptron(const std::string& keys, int outputs = 3) {
  return fmt::format(
      "[node]\nimage = {{ kind = \"data\" }}\nhid = {{ kind = \"relu\", size = 7 }}\n"
      "out = {{ kind = \"linear\", size = {} }}\n[edge]\nfeed = {{ from = \"image\", to = \"hid\", kind = \"dense\" "
      "}}\n"
      "read = {{ from = \"hid\", to = \"out\", kind = \"dense\" }}\n[learn]\nbp = {{ rule = \"backprop\", {} }}\n",
      outputs, keys);
}

template <class Real>
std::vector<double> weights(Learner<Real>& learner) {
  std::vector<double> all;
  for (auto& e : learner.network().edges)
    for (auto* p : e->parameters())
      for (const double w : p->row_major()) all.push_back(w);
  return all;
}

const std::atomic<bool> go_on = false;

}  // namespace

TEST_CASE("a step goes against the gradient with its penalties, clipped", "[trainer]") {
  const data::Dataset data = random_classes(30, 6, 3);
  const data::Split split = parts(24, 0, 6);
  const auto after = [&](const std::string& keys, std::size_t threads = 1) {
    auto learner = learner_of<double>(
        perceptron("loss = \"cross_entropy\", optimizer = { kind = \"gd\", rate = 0.1 }, epochs = 1" + keys), data,
        split, 1, threads);
    const LearnerRecord& record = learner->run({}, go_on);
    return std::pair{weights(*learner), record.epochs.at(0)};
  };
  const auto untrained = learner_of<double>(
      perceptron("loss = \"cross_entropy\", optimizer = { kind = \"gd\", rate = 0.1 }, epochs = 1"), data, split);
  const std::vector<double> before = weights(*untrained);
  // Weights come before biases, edge by edge.
  const auto is_weight = [](std::size_t i) { return i < 42 || (i >= 49 && i < 70); };
  const auto [plain, epoch] = after("");
  REQUIRE(plain.size() == 73);
  std::vector<double> gradient(plain.size());
  double squares = 0;
  for (std::size_t i = 0; i < plain.size(); ++i) gradient[i] = (before[i] - plain[i]) / 0.1;
  for (const double g : gradient) squares += g * g;
  CHECK(epoch.gradient_norm == Approx(std::sqrt(squares)).epsilon(1e-9));
  CHECK(epoch.rate == 0.1);
  CHECK(epoch.penalty == 0);

  const auto [penalised, epoch_penalised] = after(", l1 = 0.01, l2 = 0.2");
  double penalty = 0;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    CAPTURE(i);
    const double w = before[i], term = is_weight(i) ? 0.01 * (w > 0 ? 1 : -1) + 0.4 * w : 0;
    CHECK(penalised[i] == Approx(w - 0.1 * (gradient[i] + term)).margin(1e-13));
    if (is_weight(i)) penalty += 0.01 * std::fabs(penalised[i]) + 0.2 * penalised[i] * penalised[i];
  }
  CHECK(epoch_penalised.penalty == Approx(penalty));

  const auto [clipped, epoch_clipped] = after(", clip = { norm = 0.05 }");
  CHECK(epoch_clipped.gradient_norm == Approx(std::sqrt(squares)).epsilon(1e-9));
  CHECK(after(", clip = { norm = 0.05 }", 3).first == clipped);
  const auto bounded = after(", clip = { value = 0.02 }").first;
  const double scale = 0.05 / (std::sqrt(squares) + 1e-6);
  std::size_t at_bound = 0;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    CHECK(clipped[i] == Approx(before[i] - 0.1 * scale * gradient[i]).margin(1e-13));
    CHECK(bounded[i] == Approx(before[i] - 0.1 * std::clamp(gradient[i], -0.02, 0.02)).margin(1e-13));
    at_bound += std::fabs(gradient[i]) > 0.02;
  }
  CHECK(at_bound > 3);
  CHECK(after(", clip = { norm = 1e3 }").first == plain);
}

TEST_CASE("the rate of each epoch follows the schedule and is recorded", "[trainer]") {
  const data::Dataset data = random_classes(30, 6, 3);
  const data::Split split = parts(24, 0, 6);
  const auto rates = [&](const std::string& schedule) {
    const auto learner = learner_of<float>(
        perceptron("loss = \"cross_entropy\", optimizer = { kind = \"adam\", rate = 0.1 }, batch = 8, epochs = 4, " +
                   schedule),
        data, split);
    std::vector<double> found;
    for (const EpochRecord& e : learner->run({}, go_on).epochs) found.push_back(e.rate);
    return found;
  };
  const auto halved = rates("schedule = { kind = \"step\", every = 2, factor = 0.5 }");
  CHECK(halved == std::vector<double>{0.1, 0.1, 0.05, 0.05});
  // Three batches an epoch: the last of epoch 1 is step 2, of epoch 2 step 5.
  const auto warm = rates("schedule = { kind = \"warm_up\", steps = 4, start = 0.2 }");
  REQUIRE(warm.size() == 4);
  CHECK(warm[0] == Approx(0.06));
  CHECK(warm[1] == Approx(0.1));
}

TEST_CASE("patience ends the training, and the weights of the best epoch are put back", "[trainer]") {
  data::Dataset data = random_classes(60, 6, 3);
  // Labels of the validation part are shuffled: what is learned does not help there.
  for (std::size_t s = 30; s < 45; ++s) data.label[s] = static_cast<std::int32_t>((s * s + 1) % 3);
  const data::Split split = parts(30, 15, 15);
  const std::string keys =
      "loss = \"cross_entropy\", optimizer = { kind = \"adam\", rate = 0.05 }, batch = 10, epochs = 60, "
      "stop = { patience = 4 }, keep = \"best\"";
  auto learner = learner_of<double>(perceptron(keys), data, split);
  std::vector<std::vector<double>> by_epoch;
  learner->epoch_ended = [&](std::int64_t) { by_epoch.push_back(weights(*learner)); };
  const LearnerRecord& record = learner->run({}, go_on);
  std::size_t best = 0;
  for (std::size_t e = 0; e < record.epochs.size(); ++e)
    if (record.epochs[e].validation_loss < record.epochs[best].validation_loss) best = e;
  CHECK(record.epochs.size() == best + 1 + 4);
  CHECK(record.epochs.size() < 60);
  CHECK(record.stopped.starts_with("validation_loss got no better than "));
  CHECK(record.kept_epoch == static_cast<std::int64_t>(best + 1));
  CHECK(weights(*learner) == by_epoch[best]);
  CHECK(weights(*learner) != by_epoch.back());
  // What is put back is also what answers.
  const PhaseRecord& validated = record.phases.at(0);
  REQUIRE(validated.name == "validate");
  CHECK(validated.loss == record.epochs[best].validation_loss);
}

TEST_CASE("one output learns two classes by its sign", "[trainer]") {
  const data::Dataset data = random_classes(60, 6, 2);
  const data::Split split = parts(40, 0, 20);
  for (const std::string loss : {"binary_cross_entropy", "hinge"}) {
    const auto learner = learner_of<float>(
        perceptron("loss = \"" + loss + "\", optimizer = { kind = \"adam\", rate = 0.05 }, batch = 10, epochs = 20", 1),
        data, split);
    const LearnerRecord& record = learner->run({}, go_on);
    CAPTURE(loss);
    CHECK(record.epochs.back().accuracy == 1);
    CHECK(record.phases.back().accuracy == 1);
    CHECK(record.phases.back().outputs == 1);
    for (std::size_t s = 0; s < 20; ++s)
      CHECK(record.phases.back().predicted[s] == (record.phases.back().scores[s] > 0));
  }
}

TEST_CASE("class weights make a rare class count, and the loss of a phase is their weighted mean", "[trainer]") {
  data::Dataset data = random_classes(80, 6, 2);
  data::Split split = parts(80, 0, 0);
  // One sample in eight is of class 1.
  std::erase_if(split.train, [&](std::uint32_t s) { return data.label[s] == 1 && s % 14 != 1; });
  split.test = split.train;
  const auto learner_with = [&](const std::string& weights) {
    return learner_of<double>(perceptron("loss = { kind = \"cross_entropy\"" + weights +
                                             " }, optimizer = { kind = \"sgd\", rate = 1e-300 }, batch = 7, epochs = 1",
                                         2),
                              data, split);
  };
  const auto balanced = learner_with(", class_weights = \"balanced\"");
  const LearnerRecord& record = balanced->run({}, go_on);
  double sum[2] = {}, count[2] = {};
  const PhaseRecord& test = record.phases.back();
  for (std::size_t s = 0; s < test.sample.size(); ++s) {
    const auto label = static_cast<std::size_t>(test.label[s]);
    const double a = test.scores[2 * s], b = test.scores[2 * s + 1];
    sum[label] += std::log(std::exp(a) + std::exp(b)) - (label == 0 ? a : b);
    ++count[label];
  }
  REQUIRE(count[1] < count[0] / 4);
  // Balanced, both classes count the same.
  CHECK(test.loss == Approx((sum[0] / count[0] + sum[1] / count[1]) / 2));
  CHECK(record.epochs[0].loss == Approx(test.loss));
  const auto plain = learner_with("");
  CHECK(plain->run({}, go_on).phases.back().loss == Approx((sum[0] + sum[1]) / (count[0] + count[1])));
}

TEST_CASE("norms of weights and gradients and the activity of nodes stand in each epoch's record", "[trainer]") {
  const data::Dataset data = random_classes(30, 6, 3);
  const data::Split split = parts(20, 0, 10);
  const auto learner = learner_of<double>(
      perceptron("loss = \"cross_entropy\", optimizer = { kind = \"sgd\", rate = 1e-300 }, batch = 20, epochs = 1"),
      data, split);
  const LearnerRecord& record = learner->run({}, go_on);
  CHECK(record.trained_edges == std::vector<std::string>{"feed", "read"});
  CHECK(record.nodes == std::vector<std::string>{"image", "hid", "out"});
  const EpochRecord& e = record.epochs.at(0);
  double weight = 0;
  for (const double w : learner->network().edge("feed")->parameters()[0]->row_major()) weight += w * w;
  CHECK(e.weight_norms.at(0) == Approx(std::sqrt(weight)));
  // Biases have a share in the norm of all, not in those of the edges.
  const double edges = std::hypot(e.gradient_norms.at(0), e.gradient_norms.at(1));
  CHECK(edges < e.gradient_norm);
  CHECK(edges > 0.5 * e.gradient_norm);
  double squares = 0;
  for (std::size_t i = 0; i < 20 * 6; ++i) squares += static_cast<double>(data.x[i]) * static_cast<double>(data.x[i]);
  CHECK(e.activity_rms.at(0) == Approx(std::sqrt(squares / 120)));
  CHECK(e.activity_zeros.at(0) == 0);
  CHECK(e.activity_zeros.at(1) > 0);
  CHECK(e.activity_zeros.at(1) < 1);
}
