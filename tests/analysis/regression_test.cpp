#include "analysis/regression.hpp"

#include <vector>

#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/reference/json.hpp"

using namespace cajal::analysis;

namespace {
using Numbers = std::vector<double>;
}

TEST_CASE("errors of predicted numbers are as computed with NumPy") {
  const auto json = cajal::reference::read_json("numpy/scores.json");
  const RegressionErrors e = regression_errors(json["prediction"].numbers(), json["target"].numbers(), 2);
  CHECK(*e.r2 == Approx(json["r2"].number()).epsilon(1e-12));
  CHECK(e.rmse == Approx(json["rmse"].number()).epsilon(1e-12));
  CHECK(e.mae == Approx(json["mae"].number()).epsilon(1e-12));
}

TEST_CASE("the mean explains nothing, and nothing is to be explained of a constant") {
  CHECK(regression_errors(Numbers{2, 2, 2}, Numbers{1, 2, 3}, 1).r2 == 0.0);
  CHECK(regression_errors(Numbers{3, 2, 1}, Numbers{1, 2, 3}, 1).r2 == -3.0);
  const RegressionErrors e = regression_errors(Numbers{2, 4}, Numbers{1, 1}, 1);
  CHECK(!e.r2);
  CHECK(e.mae == 2);
  CHECK(e.rmse == Approx(std::sqrt(5.0)));
  CHECK_THROWS_AS(regression_errors(Numbers{}, Numbers{}, 1), cajal::Error);
  CHECK_THROWS_AS(regression_errors(Numbers{1}, Numbers{1, 2}, 1), cajal::Error);
  CHECK_THROWS_AS(regression_errors(Numbers{1, 2, 3}, Numbers{1, 2, 3}, 2), cajal::Error);
}
