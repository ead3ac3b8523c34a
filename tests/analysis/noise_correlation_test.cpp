#include "analysis/noise_correlation.hpp"

#include "tests/analysis/recorded_of.hpp"

namespace cajal::analysis {

TEST_CASE("noise correlations are numpy's, of residuals") {
  const auto& of = reference_of("representations");
  const NoiseCorrelation c = noise_correlation(floats(of["x"]), 12, of["label"].integers());
  CHECK(*c.mean == Approx(of["noise_correlation"].number()).epsilon(1e-12));
  CHECK(static_cast<double>(c.units) == of["noise_units"].number());
}

TEST_CASE("what the class explains is no noise") {
  // Means 10 and 0 of both units; residuals of the second have the opposite sign. A third does not vary.
  const std::vector<float> values{11, 9, 3, 9, 11, 3, 1, -1, 5, -1, 1, 5};
  const NoiseCorrelation c = noise_correlation(values, 3, std::vector<std::int32_t>{0, 0, 1, 1});
  CHECK(*c.mean == Approx(-1));
  CHECK(c.units == 2);
  Recorded recorded;
  recorded.runs.push_back(run_of("mlp", 1, values, 3, {0, 1, 2, 3}));
  CHECK(taken(noise_correlation_measure, recorded).left_out ==
        std::vector<std::string>{"noise_correlation: mlp.hid (seed 1) has not two units that vary within a class"});
}

}  // namespace cajal::analysis
