#include "analysis/class_scores.hpp"

#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/reference/json.hpp"

using namespace cajal::analysis;

namespace {
using Classes = std::vector<std::int32_t>;
}

TEST_CASE("precision, recall and F1 of each class and their means") {
  // Class 0: two of three found; class 1: predicted thrice, right once, one sample undecided; class 2: never predicted;
  // class 3: does not occur.
  const Classes label = {0, 0, 0, 1, 1, 2}, predicted = {0, 0, 1, 1, -1, 1};
  const ClassScores s = class_scores(confusion(predicted, label, 4));
  CHECK(s.f1 == std::vector<std::optional<double>>{0.8, 0.4, 0.0, std::nullopt});
  CHECK(s.error[0] == Approx(1.0 / 3));
  CHECK(s.error[1] == 0.5);
  CHECK(s.error[2] == 1.0);
  CHECK(!s.error[3]);
  CHECK(!s.precision[2]);
  CHECK(s.macro_precision == Approx((1 + 1.0 / 3 + 0) / 3));
  CHECK(s.macro_recall == Approx((2.0 / 3 + 0.5 + 0) / 3));
  CHECK(s.macro_f1 == Approx(0.4));
  CHECK(s.balanced_accuracy == Approx(s.macro_recall));
  CHECK(s.samples == std::vector<double>{3, 2, 1, 0});
}

TEST_CASE("a class that is only predicted counts in macro means, not in the balanced accuracy") {
  const ClassScores s = class_scores(confusion(Classes{0, 2}, Classes{0, 0}, 3));
  CHECK(s.balanced_accuracy == 0.5);
  CHECK(s.macro_recall == 0.25);
  CHECK(s.macro_precision == 0.5);
  CHECK_THROWS_AS(class_scores(confusion(Classes{}, Classes{}, 3)), cajal::Error);
}

TEST_CASE("class scores are as computed with NumPy") {
  const auto json = cajal::reference::read_json("numpy/scores.json");
  const auto scores = json["scores"].numbers();
  const Classes label = json["label"].integers();
  Classes predicted;
  for (std::size_t i = 0; i < label.size(); ++i)
    predicted.push_back(
        static_cast<std::int32_t>(std::max_element(scores.begin() + static_cast<std::ptrdiff_t>(3 * i),
                                                   scores.begin() + static_cast<std::ptrdiff_t>(3 * i + 3)) -
                                  scores.begin() - static_cast<std::ptrdiff_t>(3 * i)));
  const ClassScores s = class_scores(confusion(predicted, label, 3));
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(*s.precision[k] == Approx(json["precision"].numbers()[k]));
    CHECK(*s.recall[k] == Approx(json["recall"].numbers()[k]));
    CHECK(*s.f1[k] == Approx(json["f1"].numbers()[k]));
  }
}
