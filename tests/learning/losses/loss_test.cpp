#include "learning/losses/loss.hpp"

#include <cmath>
#include <limits>

#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;

namespace {

template <class Real>
using Input = std::span<const Real>;
using Doubles = std::vector<double>;

void check_near(const Doubles& found, const Doubles& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i, found[i], expected[i]);
    CHECK(std::abs(found[i] - expected[i]) <= 1e-12 * std::max(1.0, std::abs(expected[i])));
  }
}

/// Loss of a batch [batch][units] and its gradient; `target(b)` gives what Loss::sample takes.
template <class Target>
double batch_loss(const Loss& loss, const Doubles& output, std::size_t units, const Target& target, Doubles& gradient) {
  gradient.assign(output.size(), 0);
  const std::size_t batch = output.size() / units;
  double sum = 0;
  for (std::size_t b = 0; b < batch; ++b)
    sum += loss.sample(Input<double>(output).subspan(b * units, units), target(b), batch,
                       std::span(gradient).subspan(b * units, units));
  return sum;
}

/// sum_b g[b][i] x[b][j] and sum_b g[b][i]: what a dense layer's weight and bias get.
Doubles product(const Doubles& g, const Doubles& x, std::size_t batch) {
  const std::size_t n = g.size() / batch, m = x.size() / batch;
  Doubles out(n * m);
  for (std::size_t b = 0; b < batch; ++b)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < m; ++j) out[i * m + j] += g[b * n + i] * x[b * m + j];
  return out;
}

/// Largest difference between the gradient and central differences of the term.
template <class Target>
double gradient_error(const Loss& loss, const Doubles& output, Target target) {
  Doubles gradient(output.size());
  loss.sample(Input<double>(output), target, 3, std::span(gradient));
  double largest = 0;
  for (std::size_t k = 0; k < output.size(); ++k) {
    Doubles x = output;
    const double h = 1e-5;
    x[k] = output[k] + h;
    const double above = loss.sample(Input<double>(x), target, 3, std::span<double>());
    x[k] = output[k] - h;
    const double below = loss.sample(Input<double>(x), target, 3, std::span<double>());
    largest = std::max(largest, std::abs((above - below) / (2 * h) - gradient[k]));
  }
  return largest;
}

Loss read(const std::string& text, std::vector<Diagnostic>& found) {
  const config::Value root = config::parse("[learn.bp]\n" + text, "test.toml");
  const config::Table table(*root.find("learn")->find("bp"), "learn.bp", found);
  Loss loss = Loss::read(table);
  table.refuse_unused();
  return loss;
}

}  // namespace

TEST_CASE("cross_entropy and its gradient are PyTorch's") {
  const reference::Json json = reference::read_json("pytorch/dense_relu_ce.json");
  const Doubles logits = json["outputs"]["logits"].numbers();
  const auto labels = json["inputs"]["target"].integers();
  Doubles gradient;
  const double loss = batch_loss(
      Loss(CrossEntropy{}), logits, 4, [&](std::size_t b) { return labels[b]; }, gradient);
  check_near({loss}, {json["loss"].number()});
  check_near(product(gradient, json["outputs"]["hidden"].numbers(), 5), json["grads"]["W2"].numbers());
  check_near(product(gradient, Doubles(5, 1.0), 5), json["grads"]["b2"].numbers());
  Doubles expected = json["outputs"]["softmax"].numbers();
  for (std::size_t b = 0; b < 5; ++b) expected[b * 4 + static_cast<std::size_t>(labels[b])] -= 1;
  for (double& x : expected) x /= 5;
  check_near(gradient, expected);
}

TEST_CASE("mse and its gradient are PyTorch's") {
  const reference::Json json = reference::read_json("pytorch/dense_tanh_mse.json");
  const Doubles output = json["outputs"]["y"].numbers(), target = json["inputs"]["target"].numbers();
  Doubles gradient;
  const auto row = [&](std::size_t b) { return Input<double>(target).subspan(b * 3, 3); };
  check_near({batch_loss(Loss(Mse{}), output, 3, row, gradient)}, {json["loss"].number()});
  check_near(product(gradient, Doubles(5, 1.0), 5), json["grads"]["b2"].numbers());
  // The loss depends on output - target alone.
  for (double& g : gradient) g = -g;
  check_near(gradient, json["grads"]["target"].numbers());
}

TEST_CASE("gradients of losses are those of finite differences") {
  const Doubles output = {0.3, -1.2, 2.5, 0.0, 0.7, -0.4, 1.1, 3.0, -2.0, 0.9, 0.2};
  const Doubles target = {0.1, 0.0, 0.2, 0.05, 0.0, 0.3, 0.0, 0.15, 0.1, 0.05, 0.05};
  std::vector<LossKind> kinds;
  each_kind<LossKind>([&](auto kind) {
    kinds.push_back(kind);
    kind.reduction = Reduction::sum;
    kinds.push_back(kind);
  });
  for (const LossKind& kind : kinds) {
    const Loss loss(kind);
    CAPTURE(loss.name());
    CHECK(gradient_error(loss, output, 7) < 1e-9);
    CHECK(gradient_error(loss, output, Input<double>(target)) < 1e-9);
  }
}

TEST_CASE("a class as target is one-hot") {
  const Doubles output = {0.3, -1.2, 2.5}, hot = {0, 0, 1};
  for (const Loss& loss : {Loss(Mse{}), Loss(CrossEntropy{})}) {
    Doubles a(3), b(3);
    const double by_label = loss.sample(Input<double>(output), 2, 4, std::span(a));
    CHECK(by_label == loss.sample(Input<double>(output), Input<double>(hot), 4, std::span(b)));
    CHECK(a == b);
  }
}

TEST_CASE("reduction sum is the mean times what it divides by") {
  const Doubles output = {0.3, -1.2, 2.5};
  const auto term = [&](const Loss& loss) { return loss.sample(Input<double>(output), 0, 8, std::span<double>()); };
  CHECK(term(Loss(Mse{Reduction::sum})) == Approx(24 * term(Loss(Mse{}))).epsilon(1e-14));
  CHECK(term(Loss(CrossEntropy{Reduction::sum})) == Approx(8 * term(Loss(CrossEntropy{}))).epsilon(1e-14));
}

TEST_CASE("cross_entropy bears large logits") {
  const Doubles output = {1e4, 0, -1e4};
  Doubles gradient(3);
  const Loss loss(CrossEntropy{});
  CHECK(loss.sample(Input<double>(output), 2, 1, std::span(gradient)) == 2e4);
  CHECK(gradient == Doubles{1, gradient[1], -1});
  CHECK(std::abs(gradient[1]) < 1e-300);
  const std::vector<float> single = {1e30f, -1e30f};
  CHECK(loss.sample(Input<float>(single), 0, 1, std::span<float>()) == 0);
  const Doubles broken = {1, std::numeric_limits<double>::quiet_NaN()};
  CHECK(std::isnan(loss.sample(Input<double>(broken), 0, 1, std::span<double>())));
}

TEST_CASE("the loss of float outputs is that of the same doubles") {
  const std::vector<float> output = {0.3f, -1.2f, 2.5f};
  const Doubles same(output.begin(), output.end());
  for (const Loss& loss : {Loss(Mse{}), Loss(CrossEntropy{})}) {
    std::vector<float> gradient(3);
    Doubles expected(3);
    CHECK(loss.sample(Input<float>(output), 1, 2, std::span(gradient)) ==
          loss.sample(Input<double>(same), 1, 2, std::span(expected)));
    for (std::size_t k = 0; k < 3; ++k) CHECK(gradient[k] == static_cast<float>(expected[k]));
  }
}

TEST_CASE("losses refuse targets that do not fit") {
  const Doubles output = {1, 2, 3}, two = {0, 1};
  Doubles gradient(3), short_gradient(2);
  for (const Loss& loss : {Loss(Mse{}), Loss(CrossEntropy{})}) {
    CHECK_THROWS_AS(loss.sample(Input<double>(output), 3, 1, std::span(gradient)), Error);
    CHECK_THROWS_AS(loss.sample(Input<double>(output), -1, 1, std::span(gradient)), Error);
    CHECK_THROWS_AS(loss.sample(Input<double>(output), Input<double>(two), 1, std::span(gradient)), Error);
    CHECK_THROWS_AS(loss.sample(Input<double>(output), 0, 1, std::span(short_gradient)), Error);
    CHECK_THROWS_AS(loss.sample(Input<double>(output), 0, 0, std::span(gradient)), Error);
    CHECK_THROWS_AS(loss.sample(Input<double>(), 0, 1, std::span<double>()), Error);
  }
}

TEST_CASE("a loss is read by its name") {
  std::vector<Diagnostic> found;
  CHECK(read("loss = \"mse\"", found).name() == "mse");
  const Loss sum = read("loss = { kind = \"cross_entropy\", reduction = \"sum\" }", found);
  CHECK(found.empty());
  CHECK(sum.name() == "cross_entropy");
  const Doubles equal = {1, 1};
  CHECK(sum.sample(Input<double>(equal), 0, 5, std::span<double>()) == Approx(std::log(2.0)).epsilon(1e-14));

  read("loss = \"crossentropy\"", found);
  REQUIRE(found.size() == 1);
  CHECK(found[0].message.find("cross_entropy") != std::string::npos);
  CHECK(found[0].at.line == 2);
  found.clear();
  read("", found);
  REQUIRE(found.size() == 1);
  CHECK(found[0].message.find("mse") != std::string::npos);
  found.clear();
  read("loss = { kind = \"mse\", reduction = \"none\" }", found);
  CHECK(found.size() == 1);
  found.clear();
  read("loss = { kind = \"mse\", weight = 2 }", found);
  CHECK(found.size() == 1);
  found.clear();
  read("loss = 3", found);
  CHECK(found.size() == 1);
}

TEST_CASE("the snippet of each loss is a config that reads as it") {
  REQUIRE(loss_entries().size() == std::variant_size_v<LossKind>);
  for (const LossEntry& entry : loss_entries()) {
    std::vector<Diagnostic> found;
    CHECK(read(entry.snippet, found).name() == entry.name);
    CHECK(found.empty());
    CHECK(!entry.meaning.empty());
    REQUIRE(!entry.options.empty());
    CHECK(entry.options[0].fallback == "mean");
  }
}

TEST_CASE("element losses and their gradients are PyTorch's") {
  const reference::Json json = reference::read_json("pytorch/losses.json");
  const Doubles z = json["params"]["z"].numbers();
  const auto rows = [&](const char* name) {
    return
        [numbers = json["inputs"][name].numbers()](std::size_t b) { return Input<double>(numbers).subspan(b * 3, 3); };
  };
  const auto check = [&](LossKind kind, const char* target, double expected) {
    Doubles gradient;
    const auto row = rows(target);
    check_near({batch_loss(Loss(kind), z, 3, row, gradient)}, {expected});
    return gradient;
  };
  const auto value = [&](const char* name) { return json["outputs"][name].numbers()[0]; };
  // Kullback and Leibler's divergence is the cross-entropy less the entropy of the target.
  double entropy = 0;
  for (const double q : json["inputs"]["q"].numbers()) entropy -= q * std::log(q) / 4;
  Doubles sum(12);
  for (const Doubles& gradient :
       {check(BinaryCrossEntropy{}, "t", value("bce_with_logits")), check(Mae{}, "r", value("l1")),
        check(Huber{}, "r", value("smooth_l1")), check(Huber{Reduction::mean, 0.7}, "r", value("huber07")),
        check(CrossEntropy{}, "q", value("kl_batchmean") + entropy), check(Hinge{}, "t", value("hinge"))})
    for (std::size_t i = 0; i < 12; ++i) sum[i] += gradient[i];
  check_near(sum, json["grads"]["z"].numbers());
}

TEST_CASE("cross_entropy weighs classes and smooths labels as PyTorch does") {
  // F.cross_entropy([[0, 1, 2], [2, 0, 0]], [0, 2], weight=[1, 2, 4], label_smoothing=0.3), by its definition.
  const Doubles z = {0, 1, 2, 2, 0, 0}, w = {1, 2, 4};
  const std::vector<std::int32_t> labels = {0, 2};
  CrossEntropy kind;
  kind.label_smoothing = 0.3;
  kind.class_weights.values = w;
  const Loss loss(kind);
  const double total = loss.weight(0) + loss.weight(2);
  CHECK(total == 5);
  double sum = 0, expected = 0;
  for (std::size_t b = 0; b < 2; ++b) {
    sum += loss.sample(Input<double>(z).subspan(b * 3, 3), labels[b], total, std::span<double>());
    const double norm = std::log(std::exp(z[b * 3]) + std::exp(z[b * 3 + 1]) + std::exp(z[b * 3 + 2]));
    const auto hot = static_cast<std::size_t>(labels[b]);
    expected += 0.7 * w[hot] * (norm - z[b * 3 + hot]) / 5;
    for (std::size_t k = 0; k < 3; ++k) expected += 0.3 / 3 * w[k] * (norm - z[b * 3 + k]) / 5;
  }
  CHECK(sum == Approx(expected).epsilon(1e-14));
  CHECK(gradient_error(loss, {0.2, -0.4, 1.5}, 2) < 1e-9);
}

TEST_CASE("balanced class weights are samples by classes times the count") {
  CrossEntropy kind;
  kind.class_weights.balanced = true;
  Loss loss(kind);
  loss.balance({10, 30, 0});
  CHECK(loss.weight(0) == Approx(40.0 / 30));
  CHECK(loss.weight(1) == Approx(40.0 / 90));
  CHECK(loss.weight(2) == 0);
  CHECK(Loss(Mse{}).weight(5) == 1);
}

TEST_CASE("one output of a binary loss tells two classes apart") {
  const Doubles z = {0.7};
  Doubles gradient(1);
  const Loss cross(BinaryCrossEntropy{Reduction::mean, 3});
  const double s = 1 / (1 + std::exp(-0.7));
  CHECK(cross.sample(Input<double>(z), 1, 2, std::span(gradient)) == Approx(-3 * std::log(s) / 2).epsilon(1e-14));
  CHECK(gradient[0] == Approx(3 * (s - 1) / 2).epsilon(1e-14));
  CHECK(cross.sample(Input<double>(z), 0, 2, std::span(gradient)) == Approx(-std::log(1 - s) / 2).epsilon(1e-14));
  const Loss hinge{Hinge{}};
  CHECK(hinge.sample(Input<double>(z), 0, 1, std::span(gradient)) == Approx(1.7));
  CHECK(gradient[0] == 1);
  CHECK(hinge.sample(Input<double>(z), 1, 1, std::span(gradient)) == Approx(0.3));
  CHECK(gradient[0] == -1);
  for (const Loss& loss : {cross, hinge})
    CHECK_THROWS_AS(loss.sample(Input<double>(z), 2, 1, std::span(gradient)), Error);
  CHECK_THROWS_AS(Loss(Mse{}).sample(Input<double>(z), 1, 1, std::span(gradient)), Error);
}

TEST_CASE("hinge of a class is Crammer and Singer's margin") {
  const Doubles z = {0.5, 2, -1, 1.8};
  Doubles gradient(4);
  // (max(0, 1 - 2 + 0.5) + max(0, 1 - 2 - 1) + max(0, 1 - 2 + 1.8)) / 4
  CHECK(Loss(Hinge{}).sample(Input<double>(z), 1, 1, std::span(gradient)) == Approx(0.2).epsilon(1e-14));
  check_near(gradient, {0, -0.25, 0, 0.25});
}

TEST_CASE("binary_cross_entropy bears large logits, and no loss hides what is not a number") {
  const Doubles large = {1e4}, small = {-1e4};
  const Loss loss(BinaryCrossEntropy{});
  CHECK(loss.sample(Input<double>(large), 0, 1, std::span<double>()) == 1e4);
  CHECK(loss.sample(Input<double>(large), 1, 1, std::span<double>()) == 0);
  CHECK(loss.sample(Input<double>(small), 1, 1, std::span<double>()) == 1e4);
  const Doubles broken = {1, std::numeric_limits<double>::quiet_NaN()};
  each_kind<LossKind>([&](auto kind) {
    CAPTURE(kind.name);
    CHECK(std::isnan(Loss(kind).sample(Input<double>(broken), 0, 1, std::span<double>())));
    CHECK(std::isnan(Loss(kind).sample(Input<double>(broken), 1, 1, std::span<double>())));
  });
}

TEST_CASE("each wrong option of a loss is one error") {
  for (const char* text :
       {"loss = { kind = 'cross_entropy', label_smoothing = 1 }",
        "loss = { kind = 'cross_entropy', class_weights = [1, 0] }",
        "loss = { kind = 'cross_entropy', class_weights = 'balance' }",
        "loss = { kind = 'cross_entropy', class_weights = [] }", "loss = { kind = 'cross_entropy', class_weights = 2 }",
        "loss = { kind = 'huber', delta = 0 }", "loss = { kind = 'binary_cross_entropy', pos_weight = -1 }",
        "loss = { kind = 'mse', label_smoothing = 0.1 }"}) {
    std::vector<Diagnostic> found;
    read(text, found);
    CAPTURE(text);
    CHECK(found.size() == 1);
  }
}
