#include "analysis/participation_ratio.hpp"

#include "tests/analysis/recorded_of.hpp"

namespace cajal::analysis {

TEST_CASE("the participation ratio is numpy's, from eigenvalues") {
  const auto& of = reference_of("representations");
  CHECK(*participation_ratio(floats(of["x"]), 12) == Approx(of["participation_ratio"].number()).epsilon(1e-12));
}

TEST_CASE("the participation ratio counts directions") {
  // Three independent directions of the same variance; then one, of three units.
  CHECK(*participation_ratio(std::vector<float>{1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1}, 3) ==
        Approx(3));
  CHECK(*participation_ratio(std::vector<float>{1, 2, -1, 2, 4, -2, 0, 0, 0}, 3) == Approx(1));
  CHECK(!participation_ratio(std::vector<float>{0.1f, 7, 0.1f, 7, 0.1f, 7}, 2));
}

TEST_CASE("a node that does not vary is told, a single sample too") {
  Recorded recorded;
  recorded.runs.push_back(run_of("mlp", 1, std::vector<float>(20, 0.1f), 4));
  CHECK(taken(participation_ratio_measure, recorded).left_out ==
        std::vector<std::string>{"participation_ratio: no unit of mlp.hid (seed 1) varies with the sample"});
  recorded.runs[0] = run_of("mlp", 1, {1, 2, 3}, 3);
  CHECK(taken(participation_ratio_measure, recorded).left_out ==
        std::vector<std::string>{"participation_ratio: of mlp.hid only 1 samples of 3 units were kept"});
}

}  // namespace cajal::analysis
