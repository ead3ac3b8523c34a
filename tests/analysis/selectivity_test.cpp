#include "analysis/selectivity.hpp"

#include <cmath>

#include "tests/analysis/recorded_of.hpp"

namespace cajal::analysis {

TEST_CASE("tuning and selectivity are numpy's") {
  const auto& of = reference_of("representations");
  const Tuning t = tuning(floats(of["x"]), 12, of["label"].integers());
  CHECK(*t.selectivity == Approx(of["selectivity"].number()).epsilon(1e-12));
  CHECK(t.counted == 11);
  const std::vector<double> expected = of["tuning"].numbers();
  REQUIRE(t.mean.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(t.mean[i] == Approx(expected[i]).margin(1e-12));
}

TEST_CASE("a unit of one class has selectivity 1, one of all classes 0") {
  //                              one alone, all alike, silent, negative
  const std::vector<float> values{4, 1, 0, 1, 2, 1, 0, 1, 0, 1, 0, -2, 0, 1, 0, 1};
  const std::vector<std::int32_t> label{0, 0, 1, 2};
  const Tuning t = tuning(values, 4, label);
  CHECK(*t.index[0] == 1);
  CHECK(*t.index[1] == Approx(0).margin(1e-15));
  CHECK(!t.index[2]);
  CHECK(!t.index[3]);
  CHECK(*t.selectivity == Approx(0.5));
  CHECK(!tuning(std::vector<float>{1, 2}, 1, std::vector<std::int32_t>{0, 0}).selectivity);
  CHECK_THROWS_AS(tuning(values, 3, label), Error);
}

TEST_CASE("selectivity files tuning curves, and needs classes") {
  Recorded recorded;
  recorded.runs.push_back(run_of("mlp", 1, {1, 0, 0, 0}, 2, {4, 7}));
  const Findings found = taken(selectivity_measure, recorded);
  CHECK(row(found, "selectivity", "hid").value == 1);
  CHECK(row(found, "selectivity", "hid").n == 1);
  CHECK(std::get<std::vector<std::int32_t>>(array(found, "runs/mlp/1/selectivity/hid/class").values) ==
        std::vector<std::int32_t>{4, 7});
  const auto& index = std::get<std::vector<float>>(array(found, "runs/mlp/1/selectivity/hid/index").values);
  CHECK(index[0] == 1);
  CHECK(std::isnan(index[1]));
  recorded.runs[0].label.clear();
  CHECK(taken(selectivity_measure, recorded).left_out ==
        std::vector<std::string>{"selectivity: the samples that mlp was shown have no classes"});
}

}  // namespace cajal::analysis
