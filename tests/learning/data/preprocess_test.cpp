#include "learning/data/preprocess.hpp"

#include <cmath>
#include <vector>

#include "sim/random.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;
using namespace cajal::data;
using cajal::tests::data_error;

namespace {

Dataset table(std::size_t features, std::vector<float> x) {
  Dataset d;
  d.name = "set";
  d.features = features;
  d.shape = {features};
  d.samples = x.size() / features;
  d.x = std::move(x);
  d.targets = 1;
  d.y.assign(d.samples, 0.0f);
  return d;
}

const std::vector<std::uint32_t> first_three{0, 1, 2};

}  // namespace

TEST_CASE("scaling takes minimum and maximum of the training samples") {
  Dataset d = table(2, {0, 5, 2, 5, 4, 5, 8, 6});
  const auto steps = preprocess(d, first_three, std::vector<PreprocessingStep>{Preprocessing::scale});
  CHECK(d.x == std::vector<float>{0, 0, 0.5f, 0, 1, 0, 2, 0});
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].centre == std::vector<double>{0, 5});
  CHECK(steps[0].spread == std::vector<double>{4, 0});
}

TEST_CASE("standardising gives mean 0 and sd 1 over the training samples, constants stay 0") {
  Dataset d = table(2, {1, 0.1f, 2, 0.1f, 6, 0.1f, 100, 7});
  const auto steps = preprocess(d, first_three, std::vector<PreprocessingStep>{Preprocessing::standardise});
  CHECK(steps[0].centre[0] == Approx(3));
  CHECK(steps[0].spread[0] == Approx(std::sqrt(14.0 / 3)));
  CHECK(steps[0].spread[1] == 0);
  CHECK(d.x[0] + d.x[2] + d.x[4] == Approx(0).margin(1e-6));
  CHECK(d.x[0] * d.x[0] + d.x[2] * d.x[2] + d.x[4] * d.x[4] == Approx(3));
  for (std::size_t i = 1; i < 8; i += 2) CHECK(d.x[i] == 0);
}

TEST_CASE("a large mean does not eat the deviations") {
  Dataset d = table(1, {1e6f, 1e6f + 1, 1e6f + 2});
  const auto steps = preprocess(d, first_three, std::vector<PreprocessingStep>{Preprocessing::standardise});
  CHECK(steps[0].spread[0] == Approx(std::sqrt(2.0 / 3)).epsilon(1e-12));
}

TEST_CASE("missing values are filled with the mean of the training samples") {
  Dataset d = table(2, {1, 0, 3, 4, 0, 6, 0, 0});
  d.missing = {0, 1, 0, 0, 1, 0, 1, 1};
  const auto steps = preprocess(d, first_three, {});
  REQUIRE(steps.size() == 1);
  CHECK(name(steps[0].step) == "fill");
  CHECK(d.x == std::vector<float>{1, 5, 3, 4, 2, 6, 2, 5});
  CHECK(d.missing.empty());
}

TEST_CASE("steps are done in their order, each on what the one before made") {
  Dataset d = table(1, {0, 2, 0, 10});
  d.missing = {0, 0, 1, 0};
  const auto steps =
      preprocess(d, first_three, std::vector<PreprocessingStep>{Preprocessing::standardise, Preprocessing::scale});
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].step == Preprocessing::fill);
  CHECK(steps[2].centre[0] == Approx(-std::sqrt(1.5)));
  CHECK(d.x[0] == 0);
  CHECK(d.x[1] == 1);
  CHECK(d.x[2] == Approx(0.5));
  CHECK(d.x[3] == Approx(5));
}

TEST_CASE("test samples change nothing in the statistics") {
  Draws draws(Stream(1, "preprocess test"), 0);
  std::vector<float> x(40 * 3);
  for (float& value : x) value = static_cast<float>(draws.normal());
  Dataset one = table(3, x);
  for (std::size_t i = 30 * 3; i < x.size(); ++i) x[i] = static_cast<float>(1000 * draws.normal());
  Dataset other = table(3, x);
  one.missing.assign(x.size(), 0);
  one.missing[5] = one.missing[35 * 3] = 1;
  other.missing = one.missing;
  other.missing[36 * 3] = other.missing[37 * 3 + 1] = 1;
  std::vector<std::uint32_t> train;
  for (std::uint32_t i = 0; i < 30; ++i) train.push_back(i);
  const std::vector<PreprocessingStep> list{Preprocessing::scale, Preprocessing::standardise};
  const auto a = preprocess(one, train, list), b = preprocess(other, train, list);
  REQUIRE(a.size() == 3);
  REQUIRE(b.size() == 3);
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i].centre == b[i].centre);
    CHECK(a[i].spread == b[i].spread);
  }
  CHECK(std::equal(one.x.begin(), one.x.begin() + 90, other.x.begin()));
  CHECK_FALSE(one.x == other.x);
}

TEST_CASE("kept statistics do the same to other data") {
  Dataset d = table(2, {0, 5, 2, 9, 4, 7, 8, 6}), copy = d;
  const std::vector<PreprocessingStep> list{Preprocessing::scale, Preprocessing::standardise};
  for (const FittedStep& step : preprocess(d, first_three, list)) step.apply(copy);
  CHECK(copy.x == d.x);
}

TEST_CASE("preprocessing that cannot be done says why") {
  Dataset d = table(1, {1, 2, 3});
  const std::vector<PreprocessingStep> scale{Preprocessing::scale};
  CHECK(data_error([&] { preprocess(d, {}, scale); }) == "set: there are no training samples to take statistics from");
  CHECK(data_error([&] { preprocess(d, std::vector<std::uint32_t>{3}, scale); }) ==
        "set: training sample 3 is none of its 3 samples");
  const FittedStep step = fit(d, first_three, Preprocessing::scale);
  Dataset wide = table(2, {1, 2});
  CHECK(data_error([&] { step.apply(wide); }) == "set: its samples have 2 features, the statistics of scale are of 1");
  Dataset gap = table(2, {1, 0, 2, 0, 3, 0, 4, 4});
  gap.missing = {0, 1, 0, 1, 0, 1, 0, 0};
  gap.feature_names = {"a", "b"};
  CHECK(data_error([&] { preprocess(gap, first_three, scale); }) ==
        "set: feature 1 \"b\" has no value in any training sample");
  Dataset far = table(1, {0, 1e-30f, 0, 1e30f});
  CHECK(data_error([&] { preprocess(far, first_three, scale); }) ==
        "set: sample 3, feature 0 is 1e+30: too far from the training samples for scale in floats");
}

namespace {

/// A third of the wine data, and what NumPy and SciPy say of it.
struct Wine {
  explicit Wine(const char* x) : json(reference::read_json("numpy/features.json")) {
    for (double v : json[x].numbers()) d.x.push_back(static_cast<float>(v));
    d.name = "wine";
    d.features = 13;
    d.shape = {13};
    d.samples = d.x.size() / 13;
    d.label = json["label"].integers();
    d.classes = 3;
    for (std::uint32_t i = 0; i < d.samples; ++i) all.push_back(i);
  }
  reference::Json json;
  Dataset d;
  std::vector<std::uint32_t> all;
};

void check_near(const std::vector<double>& found, const std::vector<double>& expected, double relative) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).epsilon(relative).margin(1e-9));
}

PreprocessingStep selected(std::size_t count, PreprocessingStep::By by) {
  PreprocessingStep step(Preprocessing::select);
  step.count = count;
  step.by = by;
  return step;
}

PreprocessingStep components(std::size_t count) {
  PreprocessingStep step(Preprocessing::pca);
  step.count = count;
  return step;
}

constexpr auto f_test_of_target = PreprocessingStep::By::f_test;
constexpr auto information = PreprocessingStep::By::mutual_information;

}  // namespace

TEST_CASE("features are scored as computed with SciPy") {
  Wine wine("x");
  check_near(fit(wine.d, wine.all, selected(1, f_test_of_target)).score, wine.json["f_test"].numbers(), 1e-10);
  check_near(fit(wine.d, wine.all, selected(1, information)).score, wine.json["mutual_information"].numbers(), 1e-10);
  // The other features as predictors of the first.
  Dataset d = wine.d;
  d.label.clear();
  d.classes = 0;
  d.targets = 1;
  for (std::size_t i = 0; i < d.samples; ++i) d.y.push_back(d.x[i * 13]);
  auto found = fit(d, wine.all, selected(1, f_test_of_target)).score;
  CHECK(found[0] > 1e6);
  found.erase(found.begin());
  check_near(found, wine.json["f_of_first"].numbers(), 1e-9);
  CHECK(data_error([&] { fit(d, wine.all, selected(1, information)); }).find("use by = \"f_test\"") !=
        std::string::npos);
}

TEST_CASE("the best features are kept in their order, with their names") {
  // The class is 10 a; b does not depend on it; c is constant; d tells the first class alone.
  Dataset d = table(4, {0, 1, 5, 1, 0, 2, 5, 1, 1, 1, 5, 0, 1, 2, 5, 0, 2, 1, 5, 0, 2, 2, 5, 0, 9, 9, 9, 9});
  d.targets = 0;
  d.y.clear();
  d.label = {0, 0, 1, 1, 2, 2, 2};
  d.classes = 3;
  d.feature_names = {"a", "b", "c", "d"};
  const std::vector<std::uint32_t> train{0, 1, 2, 3, 4, 5};
  const auto steps = preprocess(d, train, std::vector{selected(2, information)});
  CHECK(steps[0].kept == std::vector<std::uint32_t>{0, 3});
  CHECK(steps[0].score[0] == Approx(std::log(3.0)));
  CHECK(steps[0].score[1] == Approx(0).margin(1e-12));
  CHECK(steps[0].score[2] == 0);
  CHECK(steps[0].score[3] == Approx(std::log(3.0) - std::log(2.0) * 2 / 3));
  CHECK(d.x == std::vector<float>{0, 1, 0, 1, 1, 0, 1, 0, 2, 0, 2, 0, 9, 9});
  CHECK(d.feature_names == std::vector<std::string>{"a", "d"});
  CHECK(d.shape == std::vector<std::size_t>{2});
  CHECK(data_error([&] { fit(d, train, selected(3, information)); }) == "set: select = 3, but there are 2 features");
}

TEST_CASE("principal components are those of a singular value decomposition") {
  Wine wine("standardised");
  const auto steps = preprocess(wine.d, wine.all, std::vector{components(4)});
  check_near(steps[0].variance, wine.json["variance"].numbers(), 1e-10);
  check_near(steps[0].direction, wine.json["components"].numbers(), 1e-8);
  REQUIRE(wine.d.features == 4);
  const auto projected = wine.json["projected"].numbers();
  for (std::size_t i = 0; i < projected.size(); ++i)
    CHECK(wine.d.x[i] == Approx(projected[i]).epsilon(1e-5).margin(1e-6));
}

TEST_CASE("with fewer samples than features components are the same") {
  Wine wine("standardised");
  const std::vector<std::uint32_t> few{0, 20, 40, 55};
  const FittedStep wide = fit(wine.d, few, components(3));
  // The same samples many times are more than the features, with the same covariance.
  std::vector<std::uint32_t> many;
  for (int i = 0; i < 5; ++i) many.insert(many.end(), few.begin(), few.end());
  const FittedStep tall = fit(wine.d, many, components(3));
  check_near(wide.variance, tall.variance, 1e-9);
  check_near(wide.direction, tall.direction, 1e-7);
  CHECK(data_error([&] { fit(wine.d, few, components(4)); }) ==
        "wine: 4 principal components, but the training samples vary in 3 directions");
}
