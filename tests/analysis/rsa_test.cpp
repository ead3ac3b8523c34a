#include "analysis/rsa.hpp"

#include <cmath>

#include "tests/analysis/recorded_of.hpp"

namespace cajal::analysis {

TEST_CASE("dissimilarities and their rank correlation are those of numpy and scipy") {
  const auto& of = reference_of("representations");
  const SampleMatrix x = dissimilarities(floats(of["x"]), 12), y = dissimilarities(floats(of["y"]), 7);
  const std::vector<double> expected = of["rdm"].numbers();
  constexpr std::size_t silent = 11;
  for (std::size_t s = 0, i = 0; s < 40; ++s)
    for (std::size_t t = 0; t < 40; ++t)
      if (s == silent || t == silent)
        CHECK(std::isnan(x.at(s, t)));
      else
        CHECK(x.at(s, t) == Approx(expected[i++]).margin(1e-12));
  CHECK(*rank_correlation(x, y) == Approx(of["rsa"].number()).epsilon(1e-12));
}

TEST_CASE("ties share their mean rank") {
  // Pairs in order 01, 02, 12; ranks 1.5 1.5 3 and 1 2 3: r = 1.5 / sqrt(1.5 * 2).
  const SampleMatrix a{3, {0, 1, 1, 1, 0, 2, 1, 2, 0}}, b{3, {0, 1, 2, 1, 0, 3, 2, 3, 0}};
  CHECK(*rank_correlation(a, b) == Approx(1.5 / std::sqrt(3.0)));
  CHECK(*rank_correlation(b, b) == Approx(1));
  CHECK(!rank_correlation(a, SampleMatrix{3, std::vector<double>(9, 1.0)}));
  CHECK(!rank_correlation(SampleMatrix{2, {0, 1, 1, 0}}, SampleMatrix{2, {0, 1, 1, 0}}));
  CHECK_THROWS_AS(rank_correlation(a, SampleMatrix{2, {0, 1, 1, 0}}), Error);
}

TEST_CASE("samples are as many of each class, in the order of classes") {
  const std::vector<std::int32_t> label{2, 0, 1, 0, -1, 2, 0, 1};
  CHECK(rows_by_class(label, 8, 6) == std::vector<std::size_t>{1, 3, 2, 7, 0, 5});
  CHECK(rows_by_class(label, 8, 100) == std::vector<std::size_t>{1, 3, 6, 2, 7, 0, 5});
  CHECK(rows_by_class(label, 3, 3) == std::vector<std::size_t>{1, 2, 0});
  CHECK(rows_by_class({}, 8, 3) == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("RSA files its matrices and tells of silent samples") {
  const auto& of = reference_of("representations");
  const std::vector<std::int32_t> label = of["label"].integers();
  Recorded recorded;
  recorded.runs.push_back(run_of("mlp", 1, floats(of["x"]), 12, label));
  recorded.runs.push_back(run_of("snn", 1, floats(of["y"]), 7, label));
  const Findings found = taken(rsa_measure, recorded, "samples = 1000");
  // All samples, in another order: the same pairs.
  CHECK(row(found, "rsa", "mlp.hid ~ snn.hid").value == Approx(of["rsa"].number()).epsilon(1e-12));
  const auto& rows = std::get<std::vector<std::uint32_t>>(array(found, "runs/mlp/1/rsa/sample").values);
  const auto& sorted = std::get<std::vector<std::int32_t>>(array(found, "runs/mlp/1/rsa/label").values);
  CHECK(std::is_sorted(sorted.begin(), sorted.end()));
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(label[rows[i]] == sorted[i]);
  CHECK(array(found, "runs/snn/1/rsa/hid/dissimilarity").dims == std::vector<std::size_t>{40, 40});
  CHECK(found.left_out ==
        std::vector<std::string>{"rsa: 1 of 40 samples without mlp.hid (seed 1), all of whose units do the same"});
}

}  // namespace cajal::analysis
