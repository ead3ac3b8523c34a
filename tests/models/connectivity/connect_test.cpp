#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "tests/models/connectivity/made.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;
using namespace cajal::tests;

TEST_CASE("all_to_all joins each pair once, by source, and is the default", "[connectivity]") {
  const std::vector<std::pair<std::uint32_t, std::uint32_t>> all{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}};
  CHECK(make("", 2, 3).pairs() == all);
  CHECK(make("connect = \"all_to_all\"", 2, 3).pairs() == all);
  const std::vector<std::pair<std::uint32_t, std::uint32_t>> others{{0, 1}, {0, 2}, {1, 0}, {1, 2}, {2, 0}, {2, 1}};
  CHECK(make("connect = { rule = \"all_to_all\", self = false }", 3, 3, true).pairs() == others);
  CHECK(make("connect = { rule = \"all_to_all\", self = false }", 3, 3, false).pairs() == others);
  CHECK(make("connect = { rule = \"all_to_all\", self = false }", 1, 1, true).synapses.size() == 0);
}

TEST_CASE("one_to_one joins equal numbers", "[connectivity]") {
  CHECK(make("connect = \"one_to_one\"", 3, 3).pairs() ==
        std::vector<std::pair<std::uint32_t, std::uint32_t>>{{0, 0}, {1, 1}, {2, 2}});
}

TEST_CASE("fixed_probability joins each pair equally often and independently", "[connectivity]") {
  const double p = 0.3;
  const std::size_t n = 12, m = 9, seeds = 2000;
  std::vector<double> counts(n * m, 0);
  double total = 0, squares = 0, neighbours = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const auto pairs = make("connect = { rule = \"fixed_probability\", p = 0.3 }", n, m, false, seed).pairs();
    REQUIRE(std::is_sorted(pairs.begin(), pairs.end()));
    REQUIRE(std::set(pairs.begin(), pairs.end()).size() == pairs.size());
    for (const auto& [i, j] : pairs) ++counts[i * m + j];
    for (std::size_t k = 1; k < pairs.size(); ++k)
      neighbours += pairs[k].first == pairs[k - 1].first && pairs[k].second == pairs[k - 1].second + 1;
    const double each = static_cast<double>(pairs.size()) - p * n * m;
    total += each;
    squares += each * each;
  }
  const double variance = p * (1 - p) * n * m;
  CHECK(std::fabs(total) < 4 * std::sqrt(variance * seeds));
  CHECK(squares / seeds == Approx(variance).epsilon(4 * std::sqrt(2.0 / seeds)));
  // The counts are binomial, so chi-square is smaller by 1 - p.
  for (double& count : counts) count = p * seeds + (count - p * seeds) / std::sqrt(1 - p);
  CHECK(std::fabs(deviation(counts, p * seeds)) < 4);
  const double expected = p * p * n * (m - 1) * seeds;
  CHECK(neighbours == Approx(expected).epsilon(0.03));
}

TEST_CASE("fixed_probability of 0, 1 and next to nothing", "[connectivity]") {
  CHECK(make("connect = { rule = \"fixed_probability\", p = 0 }", 50, 50).synapses.size() == 0);
  CHECK(make("connect = { rule = \"fixed_probability\", p = 1 }", 50, 40).pairs() == make("", 50, 40).pairs());
  CHECK(make("connect = { rule = \"fixed_probability\", p = 1, self = false }", 50, 50, true).pairs() ==
        make("connect = { rule = \"all_to_all\", self = false }", 50, 50, true).pairs());
  CHECK(make("connect = { rule = \"fixed_probability\", p = 1e-300 }", 50, 50).synapses.size() == 0);
  CHECK(make("connect = { rule = \"fixed_probability\", p = 1e-6 }", 3000, 3000).synapses.size() < 30);
  CHECK(make("connect = { rule = \"fixed_probability\", p = 1e-6 }", 3000, 3000).synapses.size() > 0);
}

TEST_CASE("fixed_in_degree draws sources uniformly, with replacement", "[connectivity]") {
  const std::size_t n = 20, m = 3000, k = 5;
  const auto pairs = make("connect = { rule = \"fixed_in_degree\", k = 5 }", n, m).pairs();
  REQUIRE(pairs.size() == m * k);
  std::vector<double> counts(n, 0);
  double twice = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    REQUIRE(pairs[i].second == i / k);
    ++counts[pairs[i].first];
    for (std::size_t other = i / k * k; other < i; ++other) twice += pairs[other].first == pairs[i].first;
  }
  CHECK(std::fabs(deviation(counts, static_cast<double>(m * k) / n)) < 4);
  const double expected = static_cast<double>(m * k * (k - 1) / 2) / n;
  CHECK(std::fabs(twice - expected) < 4 * std::sqrt(expected));
}

TEST_CASE("fixed_in_degree without multapses draws each set equally often", "[connectivity]") {
  const std::size_t m = 6000;
  const auto pairs = make("connect = { rule = \"fixed_in_degree\", k = 3, multapses = false }", 6, m).pairs();
  REQUIRE(pairs.size() == 3 * m);
  std::map<std::set<std::uint32_t>, double> sets;
  for (std::size_t j = 0; j < m; ++j) {
    const std::set<std::uint32_t> drawn{pairs[3 * j].first, pairs[3 * j + 1].first, pairs[3 * j + 2].first};
    REQUIRE(drawn.size() == 3);
    ++sets[drawn];
  }
  REQUIRE(sets.size() == 20);
  std::vector<double> counts;
  for (const auto& [drawn, count] : sets) counts.push_back(count);
  CHECK(std::fabs(deviation(counts, m / 20.0)) < 4);
}

TEST_CASE("fixed_in_degree without autapses draws all others equally often", "[connectivity]") {
  const std::size_t n = 10;
  std::vector<double> counts(n * n, 0);
  for (std::uint64_t seed = 0; seed < 1500; ++seed)
    for (const auto& [i, j] :
         make("connect = { rule = \"fixed_in_degree\", k = 3, self = false }", n, n, true, seed).pairs())
      ++counts[i * n + j];
  std::vector<double> others;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      if (i == j)
        CHECK(counts[i * n + j] == 0);
      else
        others.push_back(counts[i * n + j]);
    }
  CHECK(std::fabs(deviation(others, 500)) < 4);
  const auto whole =
      make("connect = { rule = \"fixed_in_degree\", k = 9, self = false, multapses = false }", n, n, true).pairs();
  CHECK(std::set(whole.begin(), whole.end()).size() == 90);
}

TEST_CASE("synapses depend on seed and address alone", "[connectivity]") {
  const std::string keys =
      "connect = { rule = \"fixed_probability\", p = 0.2 }\nweight = { normal = [\"1 mV\", \"1 mV\"] }\n"
      "delay = { uniform = [\"1 ms\", \"9 ms\"] }";
  const Made one = make(keys, 40, 40), again = make(keys, 40, 40), seed = make(keys, 40, 40, false, 2),
             address = make(keys, 40, 40, false, 1, "edge.other");
  REQUIRE(one.error().empty());
  CHECK(one.pairs() == again.pairs());
  CHECK(one.synapses.weight == again.synapses.weight);
  CHECK(one.synapses.delay == again.synapses.delay);
  CHECK(one.pairs() != seed.pairs());
  CHECK(one.pairs() != address.pairs());
  CHECK(one.synapses.weight[0] != seed.synapses.weight[0]);
  CHECK(one.synapses.weight[0] != address.synapses.weight[0]);
  // Other delays change neither who is joined nor the weights; more targets keep the first ones of each row.
  const Made constant = make(keys.substr(0, keys.find("delay")), 40, 40), wide = make(keys, 40, 80);
  CHECK(constant.pairs() == one.pairs());
  CHECK(constant.synapses.weight == one.synapses.weight);
  auto first = wide.pairs();
  first.erase(std::remove_if(first.begin(), first.end(), [](const auto& pair) { return pair.second >= 40; }),
              first.end());
  CHECK(first == one.pairs());
}

TEST_CASE("weights and delays have the distribution that the config names", "[connectivity]") {
  const Made made = make(
      "weight = { normal = [\"2 mV\", \"0.5 mV\"], min = \"0.5 mV\" }\ndelay = { uniform = [\"0 ms\", \"1 ms\"], min = "
      "\"0.5 ms\" }",
      200, 200);
  REQUIRE(made.error().empty());
  const auto& weight = made.synapses.weight;
  REQUIRE(weight.size() == 40000);
  double sum = 0, squares = 0;
  for (const double w : weight) {
    sum += w;
    squares += (w - 2) * (w - 2);
  }
  CHECK(std::fabs(sum / 40000 - 2) < 4 * 0.5 / 200);
  CHECK(std::sqrt(squares / 40000) == Approx(0.5).epsilon(0.02));
  CHECK(*std::min_element(weight.begin(), weight.end()) == 0.5);
  std::map<std::uint32_t, double> steps;
  for (const std::uint32_t delay : made.synapses.delay) ++steps[delay];
  REQUIRE(steps.size() == 6);
  CHECK(steps.begin()->first == 5);
  CHECK(steps.rbegin()->first == 10);
  // Half of the draws are clipped to 0.5 ms, and 0.5 to 0.55 ms is rounded there; an end gets half a step.
  CHECK(steps[5] / 40000 == Approx(0.55).margin(0.01));
  CHECK(steps[7] / 40000 == Approx(0.1).margin(0.006));
  CHECK(steps[10] / 40000 == Approx(0.05).margin(0.0045));
}

TEST_CASE("constants are kept once, lists one for each synapse, delays rounded to the nearest step", "[connectivity]") {
  const Made constant = make("weight = \"-0.5 mV\"\ndelay = \"1.56 ms\"", 2, 2);
  CHECK(constant.synapses.weight == std::vector<double>{-0.5});
  CHECK(constant.synapses.delay == std::vector<std::uint32_t>{16});
  const Made list = make(
      "weight = [\"1 mV\", \"2 mV\", \"3 mV\", \"4 mV\"]\ndelay = [\"0.1 ms\", \"0.14 ms\", \"0.26 ms\", \"0 ms\"]", 2,
      2);
  CHECK(list.synapses.weight == std::vector<double>{1, 2, 3, 4});
  CHECK(list.synapses.delay == std::vector<std::uint32_t>{1, 1, 3, 0});
  const Made fallback = make("", 2, 2);
  CHECK(fallback.synapses.weight == std::vector<double>{1});
  CHECK(fallback.synapses.delay == std::vector<std::uint32_t>{7});
}

TEST_CASE("wrong connectivity is refused at its key", "[connectivity]") {
  const auto refused = [](const std::string& keys, std::size_t n, std::size_t m, const std::string& place,
                          const std::string& what) {
    const Made made = make(keys, n, m);
    INFO(keys << "\n" << made.error());
    CHECK(made.diagnostics.size() == 1);
    CHECK(contains(made.error(), "a.toml:2:" + place));
    CHECK(contains(made.error(), what));
    CHECK(made.synapses.size() == 0);
  };
  refused("connect = { rule = \"fixed_probability\", p = 1.5 }", 4, 4, "41", "1.5");
  refused("connect = { rule = \"fixed_probability\" }", 4, 4, "", "p");
  refused("connect = { rule = \"fixed_in_degree\", k = 5, multapses = false }", 4, 9, "39", "at most 4");
  refused("connect = { rule = \"fixed_in_degree\", k = -1 }", 4, 9, "39", "-1");
  refused("connect = \"one_to_one\"", 4, 9, "1", "4 source and 9 target");
  refused("connect = { rule = \"one_to_one\" }", 4, 9, "13", "4 source and 9 target");
  refused("connect = { rule = \"all_to_all\", self = false }", 4, 9, "34", "4 and 9");
  refused("connect = \"all_to_al\"", 4, 4, "1", "did you mean `all_to_all`?");
  refused("connect = { rule = \"fixed_indegree\", indegree = 3 }", 4, 4, "13", "did you mean `fixed_in_degree`?");
  refused("connect = 3", 4, 4, "1", "rule");
  refused("connect = \"all_to_all\"", 1000000, 1000000, "1", "synapses");
  refused("delay = \"-1 ms\"", 4, 4, "1", "-1");
  refused("delay = { normal = [\"1 ms\", \"1 ms\"] }", 4, 4, "", "min");
  refused("delay = \"1e9 ms\"", 4, 4, "1", "1000000 steps");
  refused("delay = \"inf ms\"", 4, 4, "1", "");
  refused("delay = [\"1 ms\", \"2 ms\"]", 4, 4, "1", "16 synapses");
  refused("weight = [\"1 mV\", \"2 mV\"]", 4, 4, "1", "16 synapses");
  refused("weight = \"1 nS\"", 4, 4, "1", "");
  refused("weight = \"1e300 mV\"", 4, 4, "1", "single precision");
  refused("weight = { lognormal = [900, 1] }", 4, 4, "1", "single precision");
  refused("weight = { npy = \"w.npy\" }", 4, 4, "1", "file");
  const Made unknown = make("connect = { rule = \"all_to_all\", p = 0.1 }", 4, 4);
  CHECK(contains(unknown.error(), "a.toml:2:34"));
  const Made nobody = make("connect = { rule = \"fixed_in_degree\", k = 1, self = false }", 1, 1, true);
  CHECK(contains(nobody.error(), "no source"));
}

TEST_CASE("the catalogue tells each rule's keys, and its snippets are configs", "[connectivity]") {
  const auto& catalogue = connectivity_catalogue();
  REQUIRE(catalogue.size() == std::variant_size_v<ConnectivityRule>);
  // What some of the rules need beside their keys.
  const record::TemporaryDirectory directory;
  record::write_bytes(directory.file("edges.csv"), "0,1\n");
  config::Matrix ones;
  ones.rows = ones.columns = 200;
  ones.values.assign(40000, 1);
  const Matrices matrices{{"W", std::make_shared<const config::Matrix>(ones)}};
  const Positions line{2, std::vector<double>(400, 0.5), {}, false};
  for (const ConnectivityEntry& entry : catalogue) {
    INFO(entry.name);
    CHECK(contains(entry.snippet, "\"" + entry.name + "\""));
    const Made made = make(entry.snippet, 200, 200, true, 1, "edge.rec", {&line, &line, directory.file(""), &matrices});
    CHECK(made.error() == "");
    CHECK(made.synapses.size() > 0);
  }
  CHECK(catalogue[3].keys.size() == 3);
  CHECK(catalogue[3].keys[0].fallback.empty());
  CHECK(catalogue[3].keys[1].name == "multapses");
  CHECK(catalogue[3].keys[1].fallback == "true");
}
