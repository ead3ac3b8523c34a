// What the configs of the founding articles promise in their first lines: those that run in seconds.

#include <cmath>

#include "tests/science/article_run.hpp"

using cajal::science::ArticleRun;

TEST_CASE("linear regression by descent ends at the least-squares solution, a thousand small steps do not",
          "[articles]") {
  const ArticleRun run("linear_regression");
  const auto slope = [&](const char* learner) { return run.weights(learner, "out", "weight").at(0); };
  const auto intercept = [&](const char* learner) { return run.weights(learner, "out", "bias").at(0); };
  const std::vector<double> best = run.weights("least_squares", "ridge", "weight");
  const double best_intercept = run.weights("least_squares", "ridge", "bias").at(0);
  CHECK(std::fabs(slope("converged") - best.at(0)) < 1e-4);
  CHECK(std::fabs(intercept("converged") - best_intercept) < 1e-4);
  // The standard error of the slope of 100 samples with noise of 0.1 is 0.1 / (10 sqrt(1 / 12)) = 0.035.
  CHECK(std::fabs(best.at(0) - 2) < 4 * 0.035);
  CHECK(std::fabs(best_intercept - 1) < 4 * 0.02);
  CHECK(std::fabs(slope("as_printed") - best.at(0)) > 1e-2);
}

TEST_CASE("regression of two variables by descent ends at the least-squares solution", "[articles]") {
  const ArticleRun run("multivariate_regression");
  const auto found = run.weights("descent", "out", "weight"), best = run.weights("least_squares", "ridge", "weight");
  for (std::size_t k = 0; k < 2; ++k) CHECK(std::fabs(found.at(k) - best.at(k)) < 1e-4);
  CHECK(std::fabs(run.weights("descent", "out", "bias").at(0) - run.weights("least_squares", "ridge", "bias").at(0)) <
        1e-4);
  CHECK(std::fabs(best.at(0) - 2) < 0.15);
  CHECK(std::fabs(best.at(1) - 3) < 0.15);
}

TEST_CASE("one weight learns y = 2 x by backpropagation", "[articles]") {
  const ArticleRun run("backprop_one_variable");
  CHECK(run.weights("", "out", "weight").at(0) == Approx(2).margin(1e-6));
}

TEST_CASE("logistic regression and a network tell whether x is below a half", "[articles]") {
  const ArticleRun run("logistic_regression");
  for (const char* learner : {"logistic", "network", "newton"}) {
    INFO(learner);
    CHECK(run.accuracy(learner) > 0.95);
  }
}

TEST_CASE("a network of 4, 5 and 3 units fits its four samples", "[articles]") {
  const ArticleRun run("relu_4_5_3");
  CHECK(run.loss() < 1e-3);
}

TEST_CASE("five units hold half of ten random numbers", "[articles]") {
  const ArticleRun run("autoencoder_random");
  // Without a code the best answer is 1/2, with an error of the variance 1/12; five of ten directions leave half of it.
  CHECK(run.loss() < 0.06);
  CHECK(run.loss() > 0.03);
}

TEST_CASE("an autoencoder of 32 numbers gives digits back", "[articles]") {
  const ArticleRun run("autoencoder_digits", {"data.samples=6000"});
  const auto input = run.read("", "predictions/test/input"), output = run.read("", "predictions/test/output");
  REQUIRE(input.size() == output.size());
  double mean = 0, variance = 0, error = 0;
  for (const double x : input) mean += x / static_cast<double>(input.size());
  for (std::size_t i = 0; i < input.size(); ++i) {
    variance += std::pow(input[i] - mean, 2);
    error += std::pow(input[i] - output[i], 2);
  }
  CHECK(error < 0.35 * variance);
}

TEST_CASE("in a deep sigmoid net the gradient vanishes, and each cure lets it learn", "[articles]") {
  const ArticleRun run("vanishing_gradient");
  const auto first_norm = [&](const char* learner, const char* edge) {
    return run.read(learner, std::string("training/gradient_norm_of/") + edge).front();
  };
  CHECK(run.accuracy("sigmoid") < 0.2);
  CHECK(first_norm("sigmoid", "h1") < 1e-4 * first_norm("sigmoid", "out"));
  CHECK(first_norm("relu", "h1") > 1e-2 * first_norm("relu", "out"));
  for (const char* cure : {"relu", "normalised", "residual"}) {
    INFO(cure);
    CHECK(run.accuracy(cure) > 0.8);
  }
}

TEST_CASE("200 samples are learned by heart, and each cure helps on others", "[articles]") {
  const ArticleRun run("overfitting");
  CHECK(run.read("none", "training/accuracy").back() > 0.99);
  CHECK(run.accuracy("none") < 0.9);
  const auto validation = run.read("none", "training/validation_loss");
  CHECK(validation.back() > *std::min_element(validation.begin(), validation.end()));
  CHECK(run.read("early_stopping", "training/epoch").size() < 100);
  for (const char* cure : {"l2", "dropout", "early_stopping"}) {
    INFO(cure);
    CHECK(run.accuracy(cure) > run.accuracy("none") - 0.02);
  }
  const ArticleRun augmented("overfitting_augmented");
  CHECK(augmented.accuracy("none") > run.accuracy("none") + 0.03);
}

TEST_CASE("a generator and a discriminator change their own weights alone", "[articles]") {
  const std::vector<std::string> few{"data.samples=300", "learn.d.epochs=1"};
  const auto changed = [](const ArticleRun& run, const char* edge) {
    return run.weights("", edge, "weight") != run.read("", std::string("weights/") + edge + "/initial/weight");
  };
  auto only_d = few, only_g = few;
  only_d.emplace_back("learn.g.optimizer={kind=\"sgd\",rate=1e-30}");
  only_g.emplace_back("learn.d.optimizer={kind=\"sgd\",rate=1e-30}");
  const ArticleRun d("gan", only_d), g("gan", only_g);
  CHECK(changed(d, "d1"));
  CHECK(changed(d, "judge"));
  CHECK(!changed(d, "g1"));
  CHECK(!changed(d, "made"));
  CHECK(!changed(g, "d1"));
  CHECK(changed(g, "g1"));
  CHECK(changed(g, "made"));
}

TEST_CASE("after some epochs a generator's images have the light and dark of digits", "[articles]") {
  const ArticleRun run("gan", {"data.samples=2000", "learn.d.epochs=15", "learn.d.batch=32"});
  const auto output = run.read("", "predictions/test/output"), real = run.read("", "activity/real/mean");
  REQUIRE(output.size() == 100 * 784);
  // A mean image of each: the corners of digits are dark, their middle is not.
  std::vector<double> made(784, 0.0), true_mean(784, 0.0);
  for (std::size_t i = 0; i < output.size(); ++i) made[i % 784] += output[i] / 100;
  for (std::size_t i = 0; i < real.size(); ++i) true_mean[i % 784] += real[i] * 784 / static_cast<double>(real.size());
  double dot = 0, a = 0, b = 0;
  for (std::size_t p = 0; p < 784; ++p)
    dot += made[p] * true_mean[p], a += made[p] * made[p], b += true_mean[p] * true_mean[p];
  CHECK(dot / std::sqrt(a * b) > 0.7);
  const auto loss = run.read("", "training/loss_of/d");
  CHECK(loss.back() > 0.1);
  CHECK(loss.back() < 1.6);
}
