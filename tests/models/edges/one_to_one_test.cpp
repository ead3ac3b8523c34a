#include "models/edges/one_to_one.hpp"

#include "tests/catch.hpp"
#include "tests/models/edges/edge_fixture.hpp"
#include "tests/models/edges/gradient_check.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

constexpr std::size_t offset = 5;

/// 40 units of a source of 50, from the sixth on.
Trial sized(Trial trial) {
  trial.sources = 50;
  trial.targets = 40;
  return trial;
}

std::vector<double> per_unit() {
  std::vector<double> weight(40);
  for (std::size_t u = 0; u < 40; ++u) weight[u] = static_cast<double>(u) / 8 - 2;
  return weight;
}

template <class Real>
std::unique_ptr<OneToOneEdge<Real>> join(Bench<Real>& bench, const std::vector<double>& weight) {
  auto edge = std::make_unique<OneToOneEdge<Real>>("o", bench.from, bench.to, 0, bench.trial.delay,
                                                   Joined{offset, 0, bench.trial.targets}, weight);
  edge->trained = true;
  edge->prepare(bench.plan);
  return edge;
}

std::unique_ptr<Edge<float>> made(const std::string& keys, Node<float>& from, Node<float>& to,
                                  std::vector<Diagnostic>& diagnostics, const std::string& unit = "") {
  const config::Value root = config::parse("edge = { " + keys + " }", "test.toml");
  const config::Table table(*root.find("edge"), "edge.o", diagnostics);
  return one_to_one_entry().make<float>({.table = table, .name = "o", .unit = unit, .seed = 3, .folder = ""}, from, to);
}

}  // namespace

TEMPLATE_TEST_CASE("a one-to-one edge weighs each unit", "[edges]", float, double) {
  for (Trial trial : trials()) {
    trial = sized(trial);
    for (const auto& weight : {per_unit(), std::vector<double>{-0.75}})
      for (const bool adds : {false, true}) {
        Bench<TestType> bench(trial);
        const auto edge = join(bench, weight);
        edge->adds = adds;
        const TestType before(0.25);
        std::vector<TestType> expected;
        for (std::int64_t s = 0; s < (trial.port_held ? 1 : trial.steps); ++s)
          for (std::size_t b = 0; b < trial.batch; ++b)
            for (std::size_t u = 0; u < trial.targets; ++u) {
              const TestType w = static_cast<TestType>(weight[weight.size() == 1 ? 0 : u]);
              if (s < trial.delay) {
                expected.push_back(adds ? before : TestType(0));
              } else {
                const TestType product = w * bench.from.output.at(s - trial.delay, b)[u + offset];
                expected.push_back(adds ? before + product : product);
              }
            }
        CHECK(same_bits(bench.arrive(*edge, before), expected));
      }
  }
}

TEMPLATE_TEST_CASE("a one-to-one edge may be cut without changing a bit", "[edges]", float, double) {
  for (Trial trial : trials()) {
    Bench<TestType> bench(sized(trial));
    const auto edge = join(bench, per_unit());
    const auto whole = bench.arrive(*edge, TestType(1));
    const auto rewound = bench.rewound(*edge);
    for (std::size_t parts = 1; parts <= 4; ++parts) {
      bench.fill(TestType(1));
      bench.from.output_gradient.zero();
      for (std::size_t part = 0; part < parts; ++part) {
        for (std::int64_t s = 0; s < trial.steps; ++s) edge->advance({s, s + 1}, {0, trial.batch, part, parts});
        for (std::int64_t s = trial.steps; s-- > 0;)
          edge->rewind({s, s + 1}, trial.steps, {0, trial.batch, part, parts});
      }
      CHECK(same_bits(bench.read(bench.arrivals(), trial.port_held ? 1 : trial.steps, 40), whole));
      CHECK(same_bits(bench.read(bench.from.output_gradient, trial.source_held ? 1 : trial.steps, 50), rewound));
    }
  }
}

TEST_CASE("a one-to-one edge's gradients are those of the loss", "[edges]") {
  for (const Trial& trial : trials())
    for (const auto& weight : {per_unit(), std::vector<double>{-0.75}})
      check_gradients(sized(trial), [&](Bench<double>& b) { return join(b, weight); });
}

TEST_CASE("a one-to-one edge counts operations with active inputs, when asked", "[edges]") {
  Bench<float> bench(sized({.spikes = true}));
  const auto edge = join(bench, {1.0});
  edge->counts = true;
  std::uint64_t active = 0;
  for (std::int64_t s = 0; s < 6; ++s)
    for (std::size_t b = 0; b < 3; ++b)
      for (std::size_t u = 0; u < 40; ++u) active += bench.from.output.at(s, b)[u + offset] != 0;
  REQUIRE(active > 0);
  bench.arrive(*edge);
  CHECK(edge->operations() == active);
  edge->reset_operations();
  CHECK(edge->operations() == 0);
}

TEST_CASE("a one-to-one edge reads its weight", "[edges]") {
  PlainNode<float> from("from", 4), to("to", 4), small("small", 3);
  std::vector<Diagnostic> wrong;
  CHECK(made("", from, to, wrong)->parameters()[0]->row_major() == std::vector<double>{1});
  CHECK(made("weight = 2.5", from, to, wrong)->parameters()[0]->row_major() == std::vector<double>{2.5});
  CHECK(made("weight = [1, 2, 3, 4]", from, to, wrong)->parameters()[0]->row_major() ==
        std::vector<double>{1, 2, 3, 4});
  CHECK(made("weight = '2 mV'", from, to, wrong, "mV")->parameters()[0]->row_major() == std::vector<double>{2});
  REQUIRE(wrong.empty());
  for (const char* keys : {"weight = [1, 2]", "weight = { npy = 'w.npy' }", "weight = '1 mV'", "weight = 1e300"}) {
    wrong.clear();
    CHECK(!made(keys, from, to, wrong));
    CHECK(wrong.size() == 1);
  }
  wrong.clear();
  CHECK(!made("", from, to, wrong, "mV"));
  CHECK(!made("kind = 'one_to_one'", from, small, wrong));
  CHECK(!made("", small, to, wrong));
  CHECK(wrong.size() == 3);
  CHECK_THROWS_AS(OneToOneEdge<float>("o", small, to, 0, 0, Joined{0, 0, 4}, {1.0}), Error);
}

TEMPLATE_TEST_CASE("one-to-one edges side by side concatenate their sources", "[edges]", float, double) {
  Bench<TestType> bench({.sources = 20, .targets = 45});
  OneToOneEdge<TestType> first("first", bench.from, bench.to, 0, 0, Joined{0, 3, 20}, {1.0});
  OneToOneEdge<TestType> second("second", bench.from, bench.to, 0, 0, Joined{0, 25, 20}, {2.0});
  first.adds = false;
  for (std::size_t parts = 1; parts <= 3; ++parts) {
    bench.fill(TestType(9));
    for (std::size_t part = 0; part < parts; ++part)
      for (auto* edge : {&first, &second}) edge->advance({0, 6}, {0, 3, part, parts});
    bool fits = true;
    for (std::int64_t s = 0; s < 6; ++s)
      for (std::size_t b = 0; b < 3; ++b)
        for (std::size_t u = 0; u < 45; ++u) {
          const TestType* x = bench.from.output.at(s, b);
          const TestType expected = u >= 25 ? 2 * x[u - 25] : u >= 3 && u < 23 ? x[u - 3] : TestType(0);
          fits = fits && bench.arrivals().at(s, b)[u] == expected;
        }
    CHECK(fits);
  }
  check_gradients({.sources = 20, .targets = 45}, [&](Bench<double>& b) {
    return std::make_unique<OneToOneEdge<double>>("o", b.from, b.to, 0, 0, Joined{0, 21, 20}, std::vector<double>{3.0});
  });
}

TEST_CASE("one to one says where a part does not fit", "[edges]") {
  PlainNode<float> from("from", 4), to("to", 10), other("other", 4);
  std::vector<Diagnostic> wrong;
  CHECK(made("kind = 'one_to_one', into = 6", from, to, wrong));
  CHECK(wrong.empty());
  CHECK(!made("kind = 'one_to_one', into = 7", from, to, wrong));
  CHECK(!made("kind = 'one_to_one', into = -1", from, to, wrong));
  CHECK(!made("kind = 'one_to_one'", from, to, wrong));
  REQUIRE(wrong.size() == 3);
  CHECK(wrong[0].message == "units 7 to 10 of \"to\", which has 10");
  CHECK(wrong[2].message.find("`into`") != std::string::npos);
}
