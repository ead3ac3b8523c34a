#include "analysis/treves_rolls.hpp"

#include "tests/analysis/recorded_of.hpp"

namespace cajal::analysis {

TEST_CASE("sparseness is numpy's, without what is silent") {
  const auto& of = reference_of("representations");
  const Sparseness s = sparseness(floats(of["x"]), 12);
  CHECK(*s.population == Approx(of["population_sparseness"].number()).epsilon(1e-12));
  CHECK(*s.lifetime == Approx(of["lifetime_sparseness"].number()).epsilon(1e-12));
  CHECK(s.samples == 39);
  CHECK(s.units == 11);
}

TEST_CASE("sparseness goes from 0, all alike, to 1, one alone") {
  CHECK(*treves_rolls(std::vector<double>{2, 2, 2, 2}) == Approx(0).margin(1e-15));
  CHECK(*treves_rolls(std::vector<double>{0, 0, 5, 0}) == Approx(1));
  // a = (2/4)^2 / (2/4) = 1/2
  CHECK(*treves_rolls(std::vector<double>{1, 0, 1, 0}) == Approx(2.0 / 3));
  CHECK(!treves_rolls(std::vector<double>{0, 0}));
  CHECK(!treves_rolls(std::vector<double>{1}));
}

TEST_CASE("a node with negative outputs has no sparseness, and it is said") {
  Recorded recorded;
  recorded.runs.push_back(run_of("mlp", 1, {1, -1, 2, 3}, 2));
  const Findings found = taken(treves_rolls_measure, recorded);
  CHECK(found.rows.empty());
  CHECK(found.left_out == std::vector<std::string>{"treves_rolls: outputs of mlp.hid can be negative"});
}

}  // namespace cajal::analysis
