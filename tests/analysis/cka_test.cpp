#include "analysis/cka.hpp"

#include <cmath>

#include "sim/random.hpp"
#include "tests/analysis/recorded_of.hpp"

namespace cajal::analysis {

namespace {

std::vector<float> noise(std::size_t values, std::uint64_t seed) {
  Draws draws(Stream(seed, "tests.cka"), 0);
  std::vector<float> out;
  for (std::size_t i = 0; i < values; ++i) out.push_back(static_cast<float>(draws.uniform()) - 0.5f);
  return out;
}

}  // namespace

TEST_CASE("CKA and its debiased form are numpy's") {
  const auto& of = reference_of("representations");
  const SampleMatrix k = centred_gram(floats(of["x"]), 12), l = centred_gram(floats(of["y"]), 7);
  CHECK(*linear_cka(k, l) == Approx(of["cka"].number()).epsilon(1e-12));
  CHECK(*linear_cka(l, k) == Approx(of["cka"].number()).epsilon(1e-12));
  CHECK(*debiased_cka(k, l) == Approx(of["cka_debiased"].number()).epsilon(1e-10));
}

TEST_CASE("CKA is 1 of what is turned, scaled and moved") {
  const std::vector<float> x = noise(60, 1);
  std::vector<float> turned;
  for (std::size_t s = 0; s < 30; ++s) {
    turned.push_back(3 * (0.6f * x[2 * s] - 0.8f * x[2 * s + 1]) + 5);
    turned.push_back(3 * (0.8f * x[2 * s] + 0.6f * x[2 * s + 1]) - 2);
  }
  const SampleMatrix k = centred_gram(x, 2), l = centred_gram(turned, 2);
  CHECK(*linear_cka(k, l) == Approx(1).epsilon(1e-6));
  CHECK(*debiased_cka(k, l) == Approx(1).epsilon(1e-6));
}

TEST_CASE("many units push up CKA of what is independent, not its debiased form") {
  double biased = 0, debiased = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const SampleMatrix k = centred_gram(noise(20 * 100, seed), 100), l = centred_gram(noise(20 * 100, seed + 100), 100);
    biased += *linear_cka(k, l) / 20;
    debiased += *debiased_cka(k, l) / 20;
  }
  CHECK(biased > 0.8);
  // Each is off by some 0.1: the mean of 20 by 0.02.
  CHECK(std::fabs(debiased) < 0.1);
}

TEST_CASE("CKA of what does not vary is none") {
  const SampleMatrix k = centred_gram(noise(30, 1), 3), constant = centred_gram(std::vector<float>(30, 0.3f), 3);
  CHECK(!linear_cka(k, constant));
  CHECK(!debiased_cka(k, constant));
  CHECK(!debiased_cka(centred_gram(noise(9, 1), 3), centred_gram(noise(9, 2), 3)));
  CHECK_THROWS_AS(linear_cka(k, centred_gram(noise(27, 1), 3)), Error);
  CHECK_THROWS_AS(centred_gram(noise(10, 1), 3), Error);
}

TEST_CASE("CKA compares learners of a seed, and each with itself over seeds") {
  Recorded recorded;
  for (const std::uint64_t seed : {1, 2, 3}) {
    recorded.runs.push_back(run_of("mlp", seed, noise(80, seed), 4));
    recorded.runs.push_back(run_of("snn", seed, noise(60, 10 + seed), 3));
  }
  const Findings found = taken(cka_measure, recorded);
  CHECK(found.rows.size() == 2 * (3 + 1 + 1));
  const auto gram = [&](std::size_t run) {
    return centred_gram(recorded.runs[run].nodes[0].mean, recorded.runs[run].nodes[0].units);
  };
  CHECK(row(found, "cka", "mlp.hid ~ snn.hid", 2).value == *linear_cka(gram(2), gram(3)));
  CHECK(row(found, "cka", "mlp.hid ~ snn.hid", 2).learner == "mlp");
  CHECK(row(found, "cka", "mlp.hid ~ snn.hid", 2).n == 20);
  const Measured& over_seeds = row(found, "cka", "mlp.hid ~ mlp.hid", 1);
  CHECK(over_seeds.value ==
        Approx((*linear_cka(gram(0), gram(2)) + *linear_cka(gram(0), gram(4)) + *linear_cka(gram(2), gram(4))) / 3));
  CHECK(over_seeds.n == 3);
  const auto& matrix = std::get<std::vector<double>>(array(found, "cka/cka").values);
  REQUIRE(matrix.size() == 4);
  CHECK(matrix[0] == 1);
  CHECK(matrix[1] == matrix[2]);
  CHECK(matrix[1] ==
        Approx((*linear_cka(gram(0), gram(1)) + *linear_cka(gram(2), gram(3)) + *linear_cka(gram(4), gram(5))) / 3));
  CHECK(std::get<std::vector<std::string>>(array(found, "cka/node").values) ==
        std::vector<std::string>{"mlp.hid", "snn.hid"});
}

TEST_CASE("CKA takes the samples and the nodes that it is told") {
  Recorded recorded;
  recorded.runs.push_back(run_of("mlp", 1, noise(80, 1), 4));
  recorded.runs.push_back(run_of("snn", 1, noise(60, 2), 3));
  recorded.runs[0].nodes.push_back(recorded.runs[0].nodes[0]);
  recorded.runs[0].nodes[1].name = "out";
  CHECK(row(taken(cka_measure, recorded, "samples = 10\ntime = \"mean\""), "cka", "mlp.hid ~ snn.hid").n == 10);
  CHECK(taken(cka_measure, recorded, "of = \"layers\"").rows.size() == 6);
  CHECK(taken(cka_measure, recorded, "of = \"hid\"").rows.size() == 2);
  CHECK(row(taken(cka_measure, recorded, "of = { mlp = [\"hid\", \"out\"] }"), "cka", "mlp.hid ~ mlp.out").value ==
        Approx(1));
  CHECK(refused(cka_measure, recorded, "of = \"hit\"") ==
        "keys.toml:2:1: error: measure.m.of: no learner has a node \"hit\"; did you mean `hid`? allowed here: layers, "
        "hid, out");
  CHECK(refused(cka_measure, recorded, "of = { mpl = \"hid\" }") ==
        "keys.toml:2:8: error: measure.m.of.mpl: there is no learner \"mpl\"; did you mean `mlp`? there are: mlp, snn");
  CHECK(refused(cka_measure, recorded, "of = { snn = \"out\" }") ==
        "keys.toml:2:8: error: measure.m.of.snn: learner \"snn\" has no node \"out\"; there are: hid");
  CHECK(refused(cka_measure, recorded, "samples = 3") ==
        "keys.toml:2:1: error: measure.m.samples: expected a whole number of at least 4, found 3");
  CHECK(refused(cka_measure, recorded, "foo = 3").find("unknown key `foo`") != std::string::npos);
}

TEST_CASE("CKA says what it cannot compare") {
  Recorded recorded;
  recorded.runs.push_back(run_of("mlp", 1, noise(80, 1), 4));
  CHECK(
      taken(cka_measure, recorded).left_out ==
      std::vector<std::string>{"cka: there is mlp.hid alone; it takes two learners, or two seeds, or of = \"layers\""});
  recorded.runs.push_back(run_of("snn", 1, noise(60, 2), 3));
  recorded.runs[1].sample[7] = 99;
  Findings found = taken(cka_measure, recorded);
  CHECK(found.rows.empty());
  CHECK(found.left_out == std::vector<std::string>{"cka: mlp.hid and snn.hid were not shown the same samples"});
  recorded.runs[1] = run_of("snn", 1, std::vector<float>(60, 0.0f), 3);
  found = taken(cka_measure, recorded);
  CHECK(found.rows.empty());
  CHECK(found.left_out.size() == 2);
  recorded.runs[1].nodes[0].mean[5] = NAN;
  CHECK(taken(cka_measure, recorded).left_out[0] == "cka: the activity of snn.hid (seed 1) is not finite");
  recorded.runs[1].nodes.clear();
  CHECK(taken(cka_measure, recorded).left_out[0] == "cka: snn (seed 1) kept no activity");
}

}  // namespace cajal::analysis
