#include "learning/optimizers/optimizer.hpp"

#include <array>
#include <cmath>

#include "learning/optimizers/elementwise.hpp"
#include "sim/error.hpp"
#include "sim/random.hpp"
#include "tests/catch.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;

namespace {

using Doubles = std::vector<double>;

template <class Real>
Parameter<Real> parameter(std::string name, std::vector<Real> value) {
  Parameter<Real> p;
  p.name = std::move(name);
  p.shape = {value.size()};
  p.gradient.assign(value.size(), Real(0));
  p.value = std::move(value);
  return p;
}

/// The problem of the reference file: x[8,3] -> 4 tanh -> 2, mean squared error over all elements.
class Problem {
 public:
  explicit Problem(const reference::Json& json) : x_(json["x"].numbers()), target_(json["target"].numbers()) {
    for (const char* name : {"W1", "b1", "W2", "b2"})
      parameters.push_back(parameter(name, json["params0"][name].numbers()));
  }

  std::vector<Parameter<double>> parameters;

  /// The loss; writes the gradients.
  double gradients() {
    const std::array all = {&parameters[0], &parameters[1], &parameters[2], &parameters[3]};
    const auto& [W1, b1, W2, b2] = all;
    for (auto& p : parameters) std::fill(p.gradient.begin(), p.gradient.end(), 0.0);
    double loss = 0;
    for (std::size_t s = 0; s < 8; ++s) {
      double hidden[4], error[4] = {};
      for (std::size_t i = 0; i < 4; ++i) {
        double sum = b1->value[i];
        for (std::size_t j = 0; j < 3; ++j) sum += W1->value[i * 3 + j] * x_[s * 3 + j];
        hidden[i] = std::tanh(sum);
      }
      for (std::size_t o = 0; o < 2; ++o) {
        double y = b2->value[o];
        for (std::size_t i = 0; i < 4; ++i) y += W2->value[o * 4 + i] * hidden[i];
        const double difference = y - target_[s * 2 + o], g = difference / 8;
        loss += difference * difference / 16;
        b2->gradient[o] += g;
        for (std::size_t i = 0; i < 4; ++i) {
          W2->gradient[o * 4 + i] += g * hidden[i];
          error[i] += g * W2->value[o * 4 + i];
        }
      }
      for (std::size_t i = 0; i < 4; ++i) {
        const double g = error[i] * (1 - hidden[i] * hidden[i]);
        b1->gradient[i] += g;
        for (std::size_t j = 0; j < 3; ++j) W1->gradient[i * 3 + j] += g * x_[s * 3 + j];
      }
    }
    return loss;
  }

  std::vector<Parameter<double>*> pointers() {
    std::vector<Parameter<double>*> out;
    for (auto& p : parameters) out.push_back(&p);
    return out;
  }

 private:
  Doubles x_, target_;
};

template <class Real>
void step(Optimizer<Real>& optimizer, const std::vector<Parameter<Real>*>& parameters) {
  optimizer.begin_step();
  for (std::size_t i = 0; i < parameters.size(); ++i) optimizer.update(i, 0, parameters[i]->value.size());
}

/// Runs 20 steps beside PyTorch's; `norm`: what all gradients together are clipped to.
void check_run(const std::string& run, const OptimizerKind& kind, double norm = INFINITY) {
  const reference::Json json = reference::read_json("pytorch/optimizers_20steps.json");
  const reference::Json& expected = json["runs"][run];
  const Doubles losses = expected["loss_before_step"].numbers();
  REQUIRE(losses.size() == 20);
  Problem problem(json);
  Optimizer<double> optimizer(kind);
  optimizer.prepare(problem.pointers());
  int compared = 0;
  for (std::size_t t = 1; t <= 20; ++t) {
    CAPTURE(run, t);
    CHECK(problem.gradients() == Approx(losses[t - 1]).epsilon(1e-12).margin(0));
    double squares = 0;
    for (auto& p : problem.parameters)
      squares += squared_norm(GradientShaping{}, p.value.data(), p.gradient.data(), p.value.size());
    GradientShaping shaping;
    shaping.scale = std::min(1.0, norm / (std::sqrt(squares) + 1e-6));
    optimizer.begin_step();
    for (std::size_t i = 0; i < 4; ++i) optimizer.update(i, 0, problem.parameters[i].value.size(), shaping);
    if (!expected["params_after"].has(std::to_string(t))) continue;
    for (const auto& p : problem.parameters) {
      const Doubles values = expected["params_after"][std::to_string(t)][p.name].numbers();
      REQUIRE(values.size() == p.value.size());
      for (std::size_t i = 0; i < values.size(); ++i) {
        CAPTURE(p.name, i, p.value[i], values[i]);
        CHECK(std::abs(p.value[i] - values[i]) <= 1e-12 * std::max(1.0, std::abs(values[i])));
        ++compared;
      }
    }
  }
  CHECK(compared == 3 * 26);
}

OptimizerKind read(const std::string& text, std::vector<Diagnostic>& found) {
  const config::Value root = config::parse("[learn.bp]\n" + text, "test.toml");
  const config::Table table(*root.find("learn")->find("bp"), "learn.bp", found);
  OptimizerKind kind = read_optimizer(table);
  table.refuse_unused();
  return kind;
}

std::vector<OptimizerKind> all_kinds() {
  std::vector<OptimizerKind> kinds;
  each_kind<OptimizerKind>([&](auto kind) { kinds.push_back(kind); });
  kinds.push_back(Momentum{0.05, 0.8, true});
  kinds.push_back(RmsProp{0.01, 0.9, 1e-8, 0.9, true, 0.01});
  return kinds;
}

/// A parameter of n elements after some steps along random gradients; the steps cut into ranges at `cuts`.
template <class Real>
std::vector<Real> after_steps(const OptimizerKind& kind, std::size_t n, const std::vector<std::size_t>& cuts) {
  Draws draws(Stream(1, "test"), 0);
  std::vector<Real> start(n);
  for (Real& w : start) w = static_cast<Real>(draws.normal());
  Parameter<Real> p = parameter("weight", start);
  Optimizer<Real> optimizer(kind);
  optimizer.prepare({&p});
  for (int t = 0; t < 5; ++t) {
    for (Real& g : p.gradient) g = static_cast<Real>(draws.normal());
    optimizer.begin_step();
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) optimizer.update(0, cuts[i], cuts[i + 1]);
  }
  return p.value;
}

}  // namespace

TEST_CASE("sgd steps as PyTorch's") { check_run("sgd", Sgd{}); }
TEST_CASE("gd steps as PyTorch's SGD on all samples") { check_run("sgd", Gd{}); }
TEST_CASE("momentum steps as PyTorch's") { check_run("sgd_momentum", Momentum{0.1, 0.9, false}); }
TEST_CASE("Nesterov's momentum steps as PyTorch's") { check_run("sgd_nesterov_wd", Momentum{0.1, 0.9, true, 0.01}); }
TEST_CASE("adam steps as PyTorch's") {
  check_run("adam", Adam{0.01});
  check_run("adam_wd", Adam{0.01, {0.9, 0.999}, 1e-8, 0.01});
}
TEST_CASE("amsgrad steps as PyTorch's") { check_run("adam_amsgrad", AmsGrad{{0.01}}); }
TEST_CASE("adamw steps as PyTorch's") { check_run("adamw", AdamW{0.01}); }
TEST_CASE("adamax steps as PyTorch's") { check_run("adamax", AdaMax{}); }
TEST_CASE("rmsprop steps as PyTorch's") {
  check_run("rmsprop", RmsProp{0.01});
  check_run("rmsprop_centered_momentum", RmsProp{0.01, 0.9, 1e-8, 0.9, true});
}
TEST_CASE("adagrad steps as PyTorch's") { check_run("adagrad", AdaGrad{0.1}); }
TEST_CASE("adadelta steps as PyTorch's") { check_run("adadelta", AdaDelta{}); }
TEST_CASE("a gradient clipped by its norm steps as PyTorch's") { check_run("adam_clip", Adam{0.01}, 0.1); }

TEST_CASE("Adam's first step is the rate against the sign of the gradient") {
  Parameter<double> p = parameter<double>("weight", {1, 1, 1});
  p.gradient = {2, -1e-3, 0};
  Optimizer<double> optimizer(Adam{});
  optimizer.prepare({&p});
  step(optimizer, {&p});
  CHECK(p.value[0] == Approx(1 - 1e-3).epsilon(1e-10));
  CHECK(p.value[1] == Approx(1 + 1e-3).epsilon(1e-7));
  CHECK(p.value[2] == 1);
}

TEST_CASE("updates by packs are those by doubles, bit for bit") {
  each_kind<OptimizerKind>([](auto kind) {
    using Kind = decltype(kind);
    constexpr std::size_t arrays = Kind::state_names.size(), lanes = Wide<double>::lanes;
    CAPTURE(Kind::name);
    Draws draws(Stream(2, "test"), 0);
    double value[lanes], gradient[lanes], state[arrays + 1][lanes];
    for (std::size_t i = 0; i < lanes; ++i) {
      value[i] = draws.normal();
      gradient[i] = draws.normal();
      for (auto& array : state) array[i] = draws.uniform();
    }
    using P = Wide<double>;
    const auto shared = kind.at(3);
    std::array<P, arrays> packs;
    for (std::size_t k = 0; k < arrays; ++k) packs[k] = P::load(state[k]);
    const P updated = Kind::update(P::load(value), P::load(gradient), packs, shared);
    for (std::size_t i = 0; i < lanes; ++i) {
      std::array<double, arrays> single;
      for (std::size_t k = 0; k < arrays; ++k) single[k] = state[k][i];
      CHECK(Kind::update(value[i], gradient[i], single, shared) == updated[static_cast<int>(i)]);
      for (std::size_t k = 0; k < arrays; ++k) CHECK(single[k] == packs[k][static_cast<int>(i)]);
    }
  });
}

TEST_CASE("an update does not depend on how elements are cut into ranges") {
  for (const OptimizerKind& kind : all_kinds()) {
    CAPTURE(Optimizer<float>(kind).name());
    const auto whole = after_steps<float>(kind, 53, {0, 53});
    CHECK(after_steps<float>(kind, 53, {0, 16, 32, 53}) == whole);
    CHECK(after_steps<float>(kind, 53, {0, 1, 7, 7, 30, 53}) == whole);
    CHECK(after_steps<double>(kind, 53, {0, 5, 53}) == after_steps<double>(kind, 53, {0, 53}));
    CHECK(after_steps<float>(kind, 3, {0, 3}).size() == 3);
  }
}

TEST_CASE("floats step as doubles do, to the precision of float") {
  for (const OptimizerKind& kind : all_kinds()) {
    const auto single = after_steps<float>(kind, 40, {0, 40});
    const auto exact = after_steps<double>(kind, 40, {0, 40});
    for (std::size_t i = 0; i < 40; ++i) CHECK(single[i] == Approx(exact[i]).margin(2e-6));
  }
}

TEST_CASE("state without gradient comes to rest at zero, not among denormal numbers") {
  for (const OptimizerKind& kind : {OptimizerKind(Momentum{}), OptimizerKind(Adam{1e-3, {0.9, 0.9}, 1e-8})}) {
    Parameter<float> p = parameter<float>("weight", std::vector<float>(20, 1.0f));
    Optimizer<float> optimizer(kind);
    optimizer.prepare({&p});
    p.gradient.assign(20, 0.3f);
    step(optimizer, {&p});
    p.gradient.assign(20, 0.0f);
    for (int t = 0; t < 1000; ++t) {
      step(optimizer, {&p});
      for (const auto& array : optimizer.state())
        for (const float x : array.values) REQUIRE((x == 0 || std::isnormal(x)));
    }
    for (const auto& array : optimizer.state()) CHECK(array.values[19] == 0);
  }
}

TEST_CASE("an optimizer resumed from its state goes on bit for bit") {
  for (const OptimizerKind& kind : all_kinds()) {
    Parameter<float> a = parameter<float>("weight", std::vector<float>(20, 1.0f)), b = a;
    a.gradient.assign(20, 0.3f);
    Optimizer<float> first(kind), second(kind);
    first.prepare({&a});
    for (int t = 0; t < 4; ++t) step(first, {&a});
    b = a;
    second.prepare({&b});
    auto saved = first.state();
    auto loaded = second.state();
    REQUIRE(saved.size() == loaded.size());
    for (std::size_t k = 0; k < saved.size(); ++k) {
      CHECK(saved[k].name == loaded[k].name);
      CHECK(saved[k].parameter == 0);
      CHECK(saved[k].values[0] != 0);
      std::copy(saved[k].values.begin(), saved[k].values.end(), loaded[k].values.begin());
    }
    second.resume(first.steps());
    a.gradient.assign(20, -0.7f);
    b.gradient = a.gradient;
    step(first, {&a});
    step(second, {&b});
    CHECK(a.value == b.value);
    CHECK(second.steps() == 5);
  }
}

TEST_CASE("preparing an optimizer again forgets its state") {
  Parameter<float> p = parameter<float>("weight", {1, 2, 3});
  p.gradient = {1, 1, 1};
  Optimizer<float> optimizer(Adam{});
  optimizer.prepare({&p});
  step(optimizer, {&p});
  optimizer.prepare({&p});
  CHECK(optimizer.steps() == 0);
  for (const auto& array : optimizer.state())
    for (const float x : array.values) CHECK(x == 0);
}

TEST_CASE("optimizers refuse ranges and parameters that are not there") {
  Parameter<float> p = parameter<float>("weight", {1, 2, 3});
  Optimizer<float> optimizer(Adam{});
  optimizer.prepare({&p});
  optimizer.begin_step();
  CHECK_THROWS_AS(optimizer.update(0, 0, 4), Error);
  CHECK_THROWS_AS(optimizer.update(0, 2, 1), Error);
  CHECK_THROWS_AS(optimizer.update(1, 0, 1), Error);
  CHECK_THROWS_AS(optimizer.resume(-1), Error);
  p.gradient.clear();
  CHECK_THROWS_AS(optimizer.prepare({&p}), Error);
}

TEST_CASE("an optimizer is read with its options") {
  std::vector<Diagnostic> found;
  const auto adam = std::get<Adam>(read("optimizer = { kind = \"adam\", rate = 0.01, betas = [0.8, 0.99] }", found));
  CHECK(adam.rate == 0.01);
  CHECK(adam.betas == std::array{0.8, 0.99});
  CHECK(adam.eps == 1e-8);
  CHECK(std::get<Adam>(read("optimizer = \"adam\"", found)).rate == 1e-3);
  const auto momentum =
      std::get<Momentum>(read("optimizer = { kind = \"momentum\", rate = 1, nesterov = true }", found));
  CHECK(momentum.momentum == 0.9);
  CHECK(momentum.nesterov);
  CHECK(Optimizer<float>(read("optimizer = { kind = \"gd\", rate = 0.5 }", found)).full_batch());
  CHECK_FALSE(Optimizer<float>(read("optimizer = { kind = \"sgd\", rate = 0.5 }", found)).full_batch());
  CHECK(found.empty());
}

TEST_CASE("each wrong option of an optimizer is one error") {
  for (const char* text :
       {"optimizer = { kind = \"adm\" }", "optimizer = \"sgd\"", "", "optimizer = { kind = \"sgd\", rate = 0 }",
        "optimizer = { kind = \"sgd\", rate = 1, momentum = 0.9 }", "optimizer = { kind = \"adam\", betas = [0.9] }",
        "optimizer = { kind = \"adam\", betas = [0.9, 1.0] }", "optimizer = { kind = \"adam\", betas = [0.9, \"x\"] }",
        "optimizer = { kind = \"adam\", weight_decay = -0.1 }", "optimizer = { kind = \"adam\", eps = nan }",
        "optimizer = { kind = \"momentum\", rate = 1, momentum = 1 }", "optimizer = { rate = 1 }", "optimizer = []"}) {
    std::vector<Diagnostic> found;
    read(text, found);
    CAPTURE(text);
    CHECK(found.size() == 1);
  }
}

TEST_CASE("the snippet of each optimizer is a config that reads as it") {
  REQUIRE(optimizer_entries().size() == std::variant_size_v<OptimizerKind>);
  for (const OptimizerEntry& entry : optimizer_entries()) {
    std::vector<Diagnostic> found;
    CHECK(Optimizer<float>(read(entry.snippet, found)).name() == entry.name);
    CHECK(found.empty());
    CHECK(!entry.meaning.empty());
    CHECK(entry.options.at(0).name == "rate");
  }
}

TEST_CASE("penalties are gradients of their terms, and values are bounded after scaling") {
  GradientShaping shaping;
  shaping.l1 = 0.5;
  shaping.twice_l2 = 0.2;
  CHECK(shaping(1.0, 2.0) == Approx(1 + 0.5 + 0.4));
  CHECK(shaping(1.0, -2.0) == Approx(1 - 0.5 - 0.4));
  CHECK(shaping(1.0, 0.0) == 1);
  shaping.scale = 0.5;
  shaping.limit = 0.6;
  CHECK(shaping(1.0, 2.0) == 0.6);
  CHECK(shaping(-2.0, -2.0) == -0.6);
  CHECK(shaping(0.1, 0.0) == 0.05);
  CHECK(std::isnan(shaping(std::nan(""), 1.0)));

  Parameter<float> p = parameter<float>("weight", std::vector<float>(19, -2.0f));
  p.gradient.assign(19, 1.0f);
  Optimizer<float> optimizer(Sgd{{1.0}});
  optimizer.prepare({&p});
  optimizer.begin_step();
  optimizer.update(0, 0, 19, shaping);
  for (const float w : p.value) CHECK(w == Approx(-2 - 0.5 * 0.1));
}

TEST_CASE("an optimizer keeps only the arrays that it needs") {
  Parameter<float> p = parameter<float>("weight", std::vector<float>(10, 1.0f));
  const auto bytes = [&](OptimizerKind kind) {
    Optimizer<float> optimizer(std::move(kind));
    optimizer.prepare({&p});
    CHECK(optimizer.state().size() * 40 == optimizer.state_bytes());
    return optimizer.state_bytes();
  };
  CHECK(bytes(Sgd{}) == 0);
  CHECK(bytes(Adam{}) == 80);
  CHECK(bytes(RmsProp{}) == 40);
  CHECK(bytes(RmsProp{0.01, 0.99, 1e-8, 0, true}) == 80);
}

TEST_CASE("nadam takes the steps of its equation where the gradient stays the same") {
  // The reference file's numbers are of PyTorch 1.13, which has one factor mu_t too many in M_(t+1): not compared.
  Parameter<double> p = parameter<double>("weight", {0.5, -0.5});
  p.gradient = {3, -0.2};
  Optimizer<double> optimizer(NAdam{0.01, {0.8, 0.99}, 1e-300, 0.01});
  optimizer.prepare({&p});
  double moved = 0, product = 1;
  for (int t = 1; t <= 6; ++t) {
    step(optimizer, {&p});
    const auto mu = [](int k) { return 0.8 * (1 - 0.5 * std::pow(0.96, 0.01 * k)); };
    product *= mu(t);
    moved += 0.01 * ((1 - mu(t)) / (1 - product) + mu(t + 1) * (1 - std::pow(0.8, t)) / (1 - product * mu(t + 1)));
    CHECK(p.value[0] == Approx(0.5 - moved).epsilon(1e-13));
    CHECK(p.value[1] == Approx(-0.5 + moved).epsilon(1e-13));
  }
}
