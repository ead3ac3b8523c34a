#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "tests/models/connectivity/made.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;
using namespace cajal::tests;

namespace {

/// Counts of each pair over seeds, [source][target].
std::vector<double> pair_counts(const std::string& keys, std::size_t n, std::size_t m, std::uint64_t seeds,
                                const Beside& beside = {}, bool same = false) {
  std::vector<double> counts(n * m, 0);
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const Made made = make(keys, n, m, same, seed, "edge.rec", beside);
    REQUIRE(made.error() == "");
    for (const auto& [i, j] : made.pairs()) ++counts[i * m + j];
  }
  return counts;
}

/// Chi-square of counts of independent draws, each with a probability of its own, as standard deviations from its mean.
double binomial_deviation(const std::vector<double>& counts, const std::vector<double>& p, double draws) {
  double chi = 0, freedom = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (p[i] * draws < 5) continue;
    chi += (counts[i] - p[i] * draws) * (counts[i] - p[i] * draws) / (p[i] * (1 - p[i]) * draws);
    ++freedom;
  }
  REQUIRE(freedom > 10);
  return (chi - freedom) / std::sqrt(2 * freedom);
}

Positions scattered(std::size_t size, std::size_t dimensions, bool periodic, std::uint64_t id = 0) {
  Positions p{dimensions, {}, std::vector<double>(dimensions, 1.0), periodic};
  Draws draws(Stream(5, "test.positions"), id);
  for (std::size_t i = 0; i < size * dimensions; ++i) p.values.push_back(draws.uniform());
  return p;
}

/// The distance as its definition says, image by image.
double distance(const Positions& a, std::size_t i, const Positions& b, std::size_t j, bool periodic) {
  double sum = 0;
  for (std::size_t k = 0; k < a.dimensions; ++k) {
    double nearest = std::fabs(a.of(i)[k] - b.of(j)[k]);
    if (periodic)
      for (const double shift : {-1.0, 1.0}) nearest = std::min(nearest, std::fabs(a.of(i)[k] - b.of(j)[k] + shift));
    sum += nearest * nearest;
  }
  return std::sqrt(sum);
}

}  // namespace

TEST_CASE("fixed_out_degree draws targets uniformly, by source", "[connectivity]") {
  const auto pairs = make("connect = { rule = \"fixed_out_degree\", k = 5 }", 3000, 20).pairs();
  REQUIRE(pairs.size() == 15000);
  std::vector<double> counts(20, 0);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    REQUIRE(pairs[i].first == i / 5);
    ++counts[pairs[i].second];
  }
  CHECK(std::fabs(deviation(counts, 750)) < 4);
  const std::string others = "connect = { rule = \"fixed_out_degree\", k = 3, self = false, multapses = false }";
  const std::vector<double> each = pair_counts(others, 8, 8, 1500, {}, true);
  double chi = 0;
  for (std::size_t i = 0; i < 64; ++i) {
    const double p = i % 9 == 0 ? 0 : 3.0 / 7, expected = 1500 * p;
    if (p == 0)
      CHECK(each[i] == 0);
    else
      chi += (each[i] - expected) * (each[i] - expected) / (expected * (1 - p));
  }
  // The seven counts of a source sum to what is given.
  CHECK(std::fabs(chi * 6 / 7 - 48) < 4 * std::sqrt(2 * 48.0));
}

TEST_CASE("a set larger than half of its candidates is a set", "[connectivity]") {
  for (const int k : {0, 1, 299, 300}) {
    const auto pairs =
        make("connect = { rule = \"fixed_out_degree\", k = " + std::to_string(k) + ", multapses = false }", 3, 300)
            .pairs();
    CHECK(std::set(pairs.begin(), pairs.end()).size() == 3 * static_cast<std::size_t>(k));
  }
}

TEST_CASE("fixed_total_number is exact, and each synapse a pair drawn uniformly", "[connectivity]") {
  const std::size_t n = 7, m = 5, seeds = 1000;
  std::vector<double> counts(n * m, 0), totals;
  double together = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const Made made = make("connect = { rule = \"fixed_total_number\", n = 100 }", n, m, false, seed);
    REQUIRE(made.synapses.size() == 100);
    REQUIRE(made.expected == 100);
    std::vector<double> own(n * m, 0);
    for (const auto& [i, j] : made.pairs()) ++own[i * m + j];
    for (std::size_t i = 0; i < n * m; ++i) counts[i] += own[i];
    // What two sources get is as for independent draws: a covariance of -n p p.
    const double a = std::accumulate(own.begin(), own.begin() + 5, 0.0);
    const double b = std::accumulate(own.begin() + 15, own.begin() + 20, 0.0);
    together += (a - 100.0 / 7) * (b - 100.0 / 7);
  }
  CHECK(std::fabs(deviation(counts, 100.0 * seeds / (n * m))) < 4);
  CHECK(together / seeds == Approx(-100.0 / 49).margin(4 * 12.3 / std::sqrt(seeds)));
}

TEST_CASE("fixed_total_number without multapses draws each set of pairs equally often", "[connectivity]") {
  const std::size_t seeds = 6000;
  std::map<std::set<std::pair<std::uint32_t, std::uint32_t>>, double> sets;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const auto pairs =
        make("connect = { rule = \"fixed_total_number\", n = 3, multapses = false, self = false }", 3, 3, true, seed)
            .pairs();
    for (const auto& [i, j] : pairs) REQUIRE(i != j);
    ++sets[{pairs.begin(), pairs.end()}];
  }
  REQUIRE(sets.size() == 20);
  std::vector<double> counts;
  for (const auto& [drawn, count] : sets) {
    CHECK(drawn.size() == 3);
    counts.push_back(count);
  }
  CHECK(std::fabs(deviation(counts, seeds / 20.0)) < 4);
  const auto all = make("connect = { rule = \"fixed_total_number\", n = 900, multapses = false }", 30, 30).pairs();
  CHECK(std::set(all.begin(), all.end()).size() == 900);
  CHECK(make("connect = { rule = \"fixed_total_number\", n = 0 }", 30, 30).synapses.size() == 0);
}

TEST_CASE("distance_dependent joins each pair with the probability of its distance", "[connectivity]") {
  const std::string head = "connect = { rule = \"distance_dependent\", p_max = 0.9, kernel = ";
  struct Case {
    std::string keys;
    double (*p)(double);
    std::size_t dimensions;
    bool periodic;
  };
  const std::vector<Case> cases{
      {"\"gaussian\", sigma = \"0.2 mm\"", [](double d) { return 0.9 * std::exp(-d * d / 0.08); }, 2, true},
      {"\"gaussian\", sigma = \"0.2 mm\", max_distance = \"0.3 mm\"",
       [](double d) { return d > 0.3 ? 0 : 0.9 * std::exp(-d * d / 0.08); }, 3, true},
      {"\"exponential\", lambda = \"300 um\"", [](double d) { return 0.9 * std::exp(-d / 0.3); }, 2, false},
      {"\"linear\", slope = \"2 1/mm\"", [](double d) { return std::max(0.0, 0.9 - 2 * d); }, 3, false}};
  const std::size_t n = 12, m = 60, seeds = 250;
  for (const Case& c : cases) {
    INFO(c.keys);
    const Positions source = scattered(n, c.dimensions, c.periodic, 1),
                    target = scattered(m, c.dimensions, c.periodic, 2);
    std::vector<double> p;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < m; ++j) p.push_back(c.p(distance(source, i, target, j, c.periodic)));
    const auto counts = pair_counts(head + c.keys + " }", n, m, seeds, {&source, &target});
    CHECK(std::fabs(binomial_deviation(counts, p, seeds)) < 4);
    for (std::size_t i = 0; i < p.size(); ++i)
      if (p[i] == 0) CHECK(counts[i] == 0);
    CHECK(make(head + c.keys + " }", n, m, false, 1, "edge.rec", {&source, &target}).expected ==
          Approx(std::accumulate(p.begin(), p.end(), 0.0)));
  }
}

TEST_CASE("distance_dependent of many units has its expected number, and rows in order", "[connectivity]") {
  const std::size_t n = 2500;
  const Positions p = scattered(n, 2, true);
  const Made made = make(
      "connect = { rule = \"distance_dependent\", kernel = \"gaussian\", p_max = 0.5, sigma = \"0.03 mm\", self = "
      "false }",
      n, n, true, 1, "edge.rec", {&p, &p});
  REQUIRE(made.error() == "");
  // Density times the integral of the kernel over the plane; the positions themselves scatter.
  const double mean = static_cast<double>(n) * static_cast<double>(n) * 0.5 * 2 * 3.14159265358979 * 0.03 * 0.03;
  CHECK(static_cast<double>(made.synapses.size()) == Approx(mean).epsilon(0.04));
  CHECK(made.expected == Approx(mean).epsilon(0.1));
  const auto pairs = made.pairs();
  CHECK(std::is_sorted(pairs.begin(), pairs.end()));
  CHECK(std::set(pairs.begin(), pairs.end()).size() == pairs.size());
  CHECK(std::none_of(pairs.begin(), pairs.end(), [](const auto& pair) { return pair.first == pair.second; }));
}

TEST_CASE("distance_dependent stands units in one place, in a line and in none", "[connectivity]") {
  const std::string keys =
      "connect = { rule = \"distance_dependent\", kernel = \"linear\", p_max = 1, slope = \"0 1/mm\" }";
  const Positions one{2, std::vector<double>(200, 0.3), {}, false};
  CHECK(make(keys, 100, 100, true, 1, "edge.rec", {&one, &one}).synapses.size() == 10000);
  Positions line{3, {}, {}, false};
  for (int i = 0; i < 100; ++i) line.values.insert(line.values.end(), {0.01 * i, 0, 1e-9 * (i % 2)});
  CHECK(make(keys, 100, 100, true, 1, "edge.rec", {&line, &line}).synapses.size() == 10000);
  const std::string near = keys.substr(0, keys.size() - 1) + ", max_distance = \"0.015 mm\" }";
  CHECK(make(near, 100, 100, true, 1, "edge.rec", {&line, &line}).synapses.size() == 298);
}

TEST_CASE("a table joins the pairs whose entry is not zero", "[connectivity]") {
  const auto matrix = [](int exponent, std::string_view unit) {
    config::Matrix m;
    m.rows = 2;
    m.columns = 3;
    m.values = {0, 1.5, 0, -2, 0, 0.25};
    std::string why;
    if (!unit.empty()) m.dimension = config::parse_measure("1 " + std::string(unit), why)->dimension;
    m.exponent = exponent;
    return std::make_shared<const config::Matrix>(m);
  };
  const Matrices matrices{{"W", matrix(0, "")}, {"bad", matrix(0, "ms")}};
  const Beside beside{nullptr, nullptr, "", &matrices, true};
  const std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs{{0, 1}, {1, 0}, {2, 1}};
  for (const char* connect : {"\"W\"", "{ rule = \"table\", of = \"W\" }"}) {
    const Made made = make(std::string("connect = ") + connect, 3, 2, false, 1, "edge.rec", beside);
    CHECK(made.error() == "");
    CHECK(made.pairs() == pairs);
    CHECK(made.synapses.weight == std::vector<double>{-2, 1.5, 0.25});
    CHECK(made.expected == 3);
  }
  const Made own = make("connect = \"W\"\nweight = \"3 mV\"", 3, 2, false, 1, "edge.rec", beside);
  CHECK(own.synapses.weight == std::vector<double>{3});
  const auto said = [&](const std::string& connect, std::size_t n, const Matrices* all) {
    return make("connect = " + connect, n, 2, false, 1, "edge.rec", {nullptr, nullptr, "", all, true}).error();
  };
  CHECK(contains(said("\"w\"", 3, &matrices), "a.toml:2:1: error: edge.rec.connect: unknown connectivity rule \"w\""));
  CHECK(contains(said("{ rule = \"table\", of = \"U\" }", 3, &matrices), "a.toml:2:29"));
  CHECK(contains(said("{ rule = \"table\", of = \"U\" }", 3, &matrices), "no table \"U\""));
  CHECK(contains(said("{ rule = \"table\", of = \"U\" }", 3, nullptr), "the config has no [table]"));
  CHECK(contains(said("\"W\"", 4, &matrices), "2 targets and 3 sources; the nodes have 2 and 4 units"));
  CHECK(contains(said("\"bad\"", 3, &matrices), "\"bad\" is in another unit than the weights, which are in mV"));
  CHECK(contains(said("\"table\"", 3, &matrices), "of"));
}

TEST_CASE("rules refuse what cannot be, at its key", "[connectivity]") {
  const Positions flat = scattered(4, 2, false), torus = scattered(4, 2, true), deep = scattered(4, 3, true);
  Positions wide = torus;
  wide.extent = {2, 1};
  const auto refused = [](const std::string& connect, const std::string& place, const std::string& what,
                          const Beside& beside = {}, std::size_t n_target = 4) {
    const Made made = make("connect = { rule = " + connect + " }", 4, n_target, false, 1, "edge.rec", beside);
    INFO(connect << "\n" << made.error());
    CHECK(made.diagnostics.size() == 1);
    CHECK(contains(made.error(), "a.toml:2:" + place));
    CHECK(contains(made.error(), what));
  };
  refused("\"fixed_out_degree\", k = 5, multapses = false", "40", "5 targets for each source unit");
  refused("\"fixed_out_degree\", k = 1, self = false", "47", "4 and 9", {}, 9);
  refused("\"fixed_total_number\", n = 17, multapses = false", "42", "at most 16");
  refused("\"fixed_total_number\", n = -1", "42", "-1");
  refused("\"fixed_total_number\", n = 5e10", "42", "5e+10");
  refused("\"fixed_total_number\"", "", "n");
  const std::string rule = "\"distance_dependent\", ", p = "p_max = 0.5";
  refused(rule + "kernel = \"gaussian\", sigma = \"1 mm\", " + p, "13", "the source node has none");
  const Beside both{&flat, &flat};
  refused(rule + "kernel = \"gausian\", sigma = \"1 mm\", " + p, "42", "gaussian", both);
  refused(rule + "kernel = \"gaussian\", " + p, "", "sigma", both);
  refused(rule + "kernel = \"gaussian\", sigma = \"0 mm\", " + p, "63", "at least 1e-09 mm", both);
  refused(rule + "kernel = \"gaussian\", sigma = \"1 ms\", " + p, "63", "length", both);
  refused(rule + "kernel = \"gaussian\", sigma = \"1 mm\", lambda = \"1 mm\", " + p, "79", "lambda", both);
  refused(rule + "kernel = \"linear\", slope = \"1 1/mm\", p_max = 1.5", "79", "1.5", both);
  refused(rule + "kernel = \"linear\", slope = \"1 1/mm\", boundary = \"closed\", " + p, "79", "open, periodic", both);
  const std::string linear = rule + "kernel = \"linear\", slope = \"1 1/mm\", " + p;
  refused(linear + ", boundary = \"periodic\"", "92", "periodic = true", both);
  refused(linear, "13", "dimensions", {&torus, &deep});
  refused(linear, "13", "boundary", {&torus, &flat});
  refused(linear, "13", "the same extent", {&torus, &wide});
  CHECK(make("connect = { rule = " + linear + ", boundary = \"open\" }", 4, 4, false, 1, "edge.rec", {&torus, &flat})
            .error() == "");
  const Made weightless = make("connect = \"one_to_one\"", 4, 4, false, 1, "edge.rec", {.weight_required = true});
  CHECK(contains(weightless.error(), "missing key `weight`: in mV"));
}

TEST_CASE("rows of a rule do not depend on each other", "[connectivity]") {
  const Positions p = scattered(50, 2, true);
  for (const char* connect : {"\"fixed_total_number\", n = 700", "\"fixed_total_number\", n = 700, multapses = false",
                              "\"fixed_out_degree\", k = 9", "\"fixed_probability\", p = 0.2",
                              "\"distance_dependent\", kernel = \"exponential\", lambda = \"0.2 mm\", p_max = 0.6"}) {
    const config::Value root =
        config::parse("[edge.rec]\nconnect = { rule = " + std::string(connect) + " }\n", "a.toml");
    std::vector<Diagnostic> diagnostics;
    const config::Table edge(*root.find("edge")->find("rec"), "edge.rec", diagnostics);
    const auto connection = cajal::connect(
        {.edge = edge, .populations = {50, 50, true, &p, &p}, .seed = 1, .address = "edge.rec", .sources = {}});
    REQUIRE(connection);
    SynapseRow first, again, other;
    connection->row(31, first);
    for (std::uint32_t unit = 50; unit-- > 0;) connection->row(unit, other);
    connection->row(31, again);
    CHECK(first.partner == again.partner);
  }
}

TEST_CASE("an edge takes synapses, weights and delays from a file, unless it says otherwise", "[connectivity]") {
  const record::TemporaryDirectory directory;
  record::write_bytes(directory.file("edges.csv"), "9,1,2,2\n3,1,0.5,1.5\n9,0,1,0.14\n");
  const auto make = [&](const std::string& keys, bool weight_required = true) {
    return tests::make(keys, 10, 20, false, 1, "edge.rec",
                       {nullptr, nullptr, directory.file(""), nullptr, weight_required});
  };
  const std::string connect = "connect = { rule = \"edge_list\", file = \"edges.csv\" }\n";
  const auto made = make(connect);
  REQUIRE(made.error() == "");
  CHECK(made.pairs() == std::vector<std::pair<std::uint32_t, std::uint32_t>>{{3, 1}, {9, 1}, {9, 0}});
  CHECK(made.synapses.weight == std::vector<double>{0.5, 2, 1});
  CHECK(made.synapses.delay == std::vector<std::uint32_t>{15, 20, 1});
  CHECK(made.min_delay == 1);
  CHECK(made.max_delay == 20);
  CHECK(made.expected == 3);
  const auto own = make(connect + "weight = [\"1 mV\", \"2 mV\", \"3 mV\"]\ndelay = \"0.3 ms\"");
  CHECK(own.synapses.weight == std::vector<double>{1, 2, 3});
  CHECK(own.synapses.delay == std::vector<std::uint32_t>{3});
  record::write_bytes(directory.file("edges.csv"), "9,1,2,200000\n");
  CHECK(contains(make(connect).error(), "a.toml:2:33: error: edge.rec.connect.file: holds a delay of 2e+05 ms"));
  record::write_bytes(directory.file("edges.csv"), "9,1\n");
  CHECK(contains(make(connect).error(), "missing key `weight`: in mV"));
  CHECK(make(connect, false).synapses.weight == std::vector<double>{1});
  CHECK(make(connect, false).synapses.delay == std::vector<std::uint32_t>{7});
  record::write_bytes(directory.file("edges.csv"), "9,20\n");
  const auto wrong = make(connect);
  CHECK(wrong.diagnostics.size() == 1);
  CHECK(contains(wrong.error(), "edges.csv:1: target 20; the node has 20 units"));
  CHECK(contains(make("connect = { rule = \"edge_list\" }").error(), "file"));
}
