#include "models/edges/scale.hpp"

#include "models/edges/one_to_one.hpp"
#include "tests/catch.hpp"
#include "tests/models/edges/edge_fixture.hpp"
#include "tests/models/edges/gradient_check.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

Trial sized(Trial trial) {
  trial.sources = trial.targets = 40;
  return trial;
}

template <class Real>
std::unique_ptr<Edge<Real>> made(const std::string& keys, Bench<Real>& bench, std::vector<Diagnostic>& wrong) {
  const config::Value root = config::parse("edge = { kind = 'scale', " + keys + " }", "test.toml");
  const config::Table table(*root.find("edge"), "edge.s", wrong);
  auto edge = scale_entry().make<Real>(
      {.table = table, .name = "s", .delay = bench.trial.delay, .unit = bench.to.ports[0].unit, .folder = ""},
      bench.from, bench.to);
  table.take("kind");
  table.refuse_unused();
  return edge;
}

template <class Real>
std::unique_ptr<Edge<Real>> joined(Bench<Real>& bench, const std::string& keys = "per = 'channel'") {
  bench.from.shape = {5, 4, 2};
  std::vector<Diagnostic> wrong;
  auto edge = made(keys, bench, wrong);
  REQUIRE(wrong.empty());
  for (Parameter<Real>* p : edge->parameters()) {
    std::vector<double> values(p->shape[0]);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<double>(i) / 8 - (p->name == "bias" ? 1 : 2);
    p->assign(values);
  }
  edge->trained = true;
  edge->prepare(bench.plan);
  return edge;
}

}  // namespace

TEMPLATE_TEST_CASE("a scale weighs each channel and adds its bias", "[edges]", float, double) {
  for (const Trial& trial : trials())
    for (const bool adds : {false, true}) {
      Bench<TestType> bench(sized(trial));
      const auto edge = joined(bench);
      edge->adds = adds;
      const TestType before(0.25);
      std::vector<TestType> expected;
      for (std::int64_t s = 0; s < (trial.port_held ? 1 : trial.steps); ++s)
        for (std::size_t b = 0; b < trial.batch; ++b)
          for (std::size_t u = 0; u < 40; ++u) {
            const auto c = static_cast<double>(u / 8);
            const TestType x = s < trial.delay ? TestType(0) : bench.from.output.at(s - trial.delay, b)[u];
            const TestType y = static_cast<TestType>(c / 8 - 2) * x + static_cast<TestType>(c / 8 - 1);
            expected.push_back(adds ? before + y : y);
          }
      CHECK(same_bits(bench.arrive(*edge, before), expected));
    }
}

TEST_CASE("a scale's gradients are those of the loss", "[edges]") {
  for (const Trial& trial : trials())
    for (const char* keys : {"per = 'channel'", "per = 'unit'", "bias = false"})
      check_gradients(sized(trial), [&](Bench<double>& b) { return joined(b, keys); });
}

TEMPLATE_TEST_CASE("a scale may be cut without changing a bit", "[edges]", float, double) {
  for (const Trial& trial : trials()) {
    Bench<TestType> bench(sized(trial));
    const auto edge = joined(bench);
    const auto whole = bench.arrive(*edge, TestType(1));
    const auto rewound = bench.rewound(*edge);
    bench.fill(TestType(1));
    bench.from.output_gradient.zero();
    for (std::size_t part = 0; part < 3; ++part) {
      for (std::int64_t s = 0; s < trial.steps; ++s) edge->advance({s, s + 1}, {0, trial.batch, part, 3});
      for (std::int64_t s = trial.steps; s-- > 0;) edge->rewind({s, s + 1}, trial.steps, {0, trial.batch, part, 3});
    }
    CHECK(same_bits(bench.read(bench.arrivals(), trial.port_held ? 1 : trial.steps, 40), whole));
    CHECK(same_bits(bench.read(bench.from.output_gradient, trial.source_held ? 1 : trial.steps, 40), rewound));
  }
}

TEST_CASE("a scale starts as the identity, with a weight of each channel or unit", "[edges]") {
  Bench<float> bench(sized({}));
  std::vector<Diagnostic> wrong;
  const auto sizes = [&](const std::string& keys) {
    std::vector<std::size_t> out;
    const auto edge = made(keys, bench, wrong);
    for (const auto* p : edge->parameters()) {
      out.push_back(p->shape[0]);
      CHECK(p->row_major() == std::vector<double>(p->shape[0], p->name == "weight" ? 1.0 : 0.0));
    }
    return out;
  };
  CHECK(sizes("bias = true") == std::vector<std::size_t>{40, 40});
  bench.from.shape = {5, 4, 2};
  CHECK(sizes("bias = true") == std::vector<std::size_t>{5, 5});
  CHECK(sizes("bias = false") == std::vector<std::size_t>{5});
  CHECK(sizes("per = 'unit'") == std::vector<std::size_t>{40, 40});
  CHECK(wrong.empty());
}

TEST_CASE("a scale says what is wrong", "[edges]") {
  std::vector<Diagnostic> wrong;
  Bench<float> sizes({}), fits(sized({}));
  CHECK(!made("bias = true", sizes, wrong));
  CHECK(!made("per = 'layer'", fits, wrong));
  fits.to.ports[0].unit = "pA";
  CHECK(!made("bias = true", fits, wrong));
  REQUIRE(wrong.size() == 3);
  CHECK(wrong[0].message.find("same size") != std::string::npos);
  CHECK(wrong[1].message.find("channel, unit") != std::string::npos);
  CHECK(wrong[2].message.find("takes pA") != std::string::npos);
}
