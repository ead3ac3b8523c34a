#include "analysis/weights.hpp"

#include <cmath>

#include "analysis/connection_sparsity.hpp"
#include "tests/analysis/recorded_of.hpp"

namespace cajal::analysis {

TEST_CASE("the distribution of weights is that of numpy and scipy") {
  const auto& of = reference_of("weights");
  const std::vector<double> weights = of["weights"].numbers();
  const WeightDistribution d = weight_distribution(weights);
  const auto same = [&](double value, const char* name) { CHECK(value == Approx(of[name].number()).epsilon(1e-10)); };
  same(d.mean, "mean");
  same(d.deviation, "deviation");
  same(*d.skewness, "skewness");
  same(*d.kurtosis, "kurtosis");
  same(d.zeros, "zeros");
  same(*d.gini, "gini");
  same(d.lognormal->mu, "mu");
  same(d.lognormal->sigma, "sigma");
  same(d.lognormal->distance, "distance");
  const Histogram h = histogram(weights, 20);
  CHECK(h.counts == of["counts"].numbers());
  const std::vector<double> edges = of["edges"].numbers();
  for (std::size_t i = 0; i < edges.size(); ++i) CHECK(h.edges[i] == Approx(edges[i]));
}

TEST_CASE("weights that are all the same have no shape, those of both signs no logarithm") {
  const WeightDistribution same = weight_distribution(std::vector<double>(7, 0.1));
  CHECK(same.mean == 0.1);
  CHECK(same.deviation == 0);
  CHECK(!same.skewness);
  CHECK(!same.kurtosis);
  CHECK(!same.lognormal);
  CHECK(*same.gini == Approx(0).margin(1e-15));
  CHECK(histogram(std::vector<double>(7, 0.1), 3).counts == std::vector<double>{0, 7, 0});
  CHECK(!weight_distribution(std::vector<double>{1, -2, 3}).lognormal);
  const auto negative = weight_distribution(std::vector<double>{-1, -std::exp(2.0), 0}).lognormal;
  REQUIRE(negative);
  CHECK(negative->mu == Approx(1));
  CHECK(negative->sigma == Approx(1));
  CHECK(!weight_distribution(std::vector<double>{0, 0}).gini);
  CHECK_THROWS_AS(weight_distribution({}), Error);
  CHECK_THROWS_AS(weight_distribution(std::vector<double>{1, NAN}), Error);
}

TEST_CASE("each edge has its rows and its histogram") {
  Recorded recorded;
  recorded.runs.push_back(run_of("mlp", 1, {1, 2}, 1));
  recorded.runs[0].edges.push_back({"hid", "nS", {1, 2, 3, 0}, 4, 4});
  recorded.runs[0].edges.push_back({"bad", "", {1, INFINITY}, 2, 2});
  const Findings found = taken(weights_measure, recorded, "bins = 3");
  CHECK(row(found, "weight_mean", "hid").value == 1.5);
  CHECK(row(found, "weight_zeros", "hid").value == 0.25);
  CHECK(row(found, "weight_lognormal_mu", "hid").n == 3);
  CHECK(array(found, "runs/mlp/1/weight_distribution/hid/edges").units == "nS");
  CHECK(found.left_out == std::vector<std::string>{"weights: one of bad of mlp (seed 1) is not finite"});
}

TEST_CASE("connection sparsity counts what is zero and what is not joined") {
  // 2 of 6 are zero; 3 synapses of 10 pairs share a weight; the whole: 1 - (4 + 3) / 16.
  const std::vector<RecordedEdge> edges{{"dense", "", {1, 0, 2, 0, -1, 3}, 6, 6}, {"sparse", "", {0.5}, 3, 10}};
  CHECK(*connection_sparsity(std::span(edges).first(1)) == 0.3333);
  CHECK(*connection_sparsity(std::span(edges).last(1)) == 0.7);
  CHECK(*connection_sparsity(edges) == 0.5625);
  CHECK(!connection_sparsity({}));
  Recorded recorded;
  recorded.runs.push_back(run_of("mlp", 1, {1, 2}, 1));
  CHECK(taken(connection_sparsity_measure, recorded).left_out ==
        std::vector<std::string>{"connection_sparsity: mlp (seed 1) kept no weights"});
  recorded.runs[0].edges = edges;
  CHECK(row(taken(connection_sparsity_measure, recorded), "connection_sparsity", "").value == 0.5625);
  CHECK(row(taken(connection_sparsity_measure, recorded), "connection_sparsity", "sparse").n == 10);
}

}  // namespace cajal::analysis
