#include "analysis/auc.hpp"

#include <cmath>

#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/reference/json.hpp"

using namespace cajal::analysis;

namespace {
using Scores = std::vector<double>;
using Marks = std::vector<std::uint8_t>;
}  // namespace

TEST_CASE("the area under the ROC curve counts pairs in order, ties half") {
  CHECK(auc(Scores{1, 2, 3, 4}, Marks{0, 0, 1, 1}) == 1.0);
  CHECK(auc(Scores{1, 2, 3, 4}, Marks{1, 1, 0, 0}) == 0.0);
  CHECK(auc(Scores{1, 2, 3, 4}, Marks{0, 1, 0, 1}) == 0.75);
  CHECK(auc(Scores{5, 5, 5}, Marks{0, 1, 0}) == 0.5);
  CHECK(auc(Scores{1, 2, 2, 3}, Marks{0, 0, 1, 1}) == 0.875);
  CHECK(auc(Scores{-INFINITY, 0, INFINITY}, Marks{0, 0, 1}) == 1.0);
  CHECK(!auc(Scores{1, 2}, Marks{1, 1}));
  CHECK(!auc(Scores{}, Marks{}));
  CHECK_THROWS_AS(auc(Scores{1}, Marks{}), cajal::Error);
  CHECK_THROWS_AS(auc(Scores{NAN, 1}, Marks{0, 1}), cajal::Error);
}

TEST_CASE("areas of classes are Mann and Whitney's, as SciPy computes them") {
  const auto json = cajal::reference::read_json("numpy/scores.json");
  const ClassAuc found = auc(json["scores"].numbers(), json["label"].integers(), 3);
  const auto expected = json["area"].numbers();
  double sum = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(*found.one_vs_rest[k] == Approx(expected[k]).epsilon(1e-12));
    sum += expected[k];
  }
  CHECK(*found.macro == Approx(sum / 3));
}

TEST_CASE("two classes have one area, by the difference of their scores") {
  const Scores scores{3, 1, 9, 8, 0, 1, 5, 7};
  const std::vector<std::int32_t> label{0, 1, 0, 1};
  const ClassAuc found = auc(scores, label, 2);
  // Differences -2, -1, 1, 2.
  CHECK(found.macro == 0.75);
  CHECK(found.one_vs_rest[0] == found.one_vs_rest[1]);
  CHECK_THROWS_AS(auc(scores, label, 3), cajal::Error);
}
