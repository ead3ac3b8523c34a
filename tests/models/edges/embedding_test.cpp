#include "models/edges/embedding.hpp"

#include <cmath>

#include "tests/catch.hpp"
#include "tests/models/edges/edge_fixture.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

constexpr std::size_t tokens = 7;

/// One unit that names tokens; the last one is never named.
template <class Real>
struct Words : Bench<Real> {
  explicit Words(Trial trial, std::size_t units = 150) : Bench<Real>(sized(trial, units)) {
    for (std::int64_t s = 0; s < this->from.output.slots(); ++s)
      for (std::size_t b = 0; b < this->trial.batch; ++b)
        this->from.output.at(s, b)[0] = std::floor(static_cast<Real>(this->draw(2, s, b, 0) * (tokens - 1)));
  }
  static Trial sized(Trial trial, std::size_t units) {
    trial.sources = 1;
    trial.targets = units;
    return trial;
  }
};

std::vector<double> table_of(std::size_t units) {
  std::vector<double> out(tokens * units);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(i % 113) / 16 - 3;
  return out;
}

template <class Real>
std::unique_ptr<Edge<Real>> made(const std::string& keys, Node<Real>& from, Node<Real>& to,
                                 std::vector<Diagnostic>& wrong, std::size_t known = 0) {
  const config::Value root = config::parse("edge = { " + keys + " }", "test.toml");
  const config::Table table(*root.find("edge"), "edge.w", wrong);
  auto edge = embedding_entry().make<Real>(
      {.table = table, .name = "w", .unit = "", .seed = 3, .folder = "", .tokens = known}, from, to);
  table.refuse_unused();
  return edge;
}

}  // namespace

TEMPLATE_TEST_CASE("an embedding gives the row of the token, however the run is cut", "[edges]", float, double) {
  for (Trial trial : trials()) {
    if (trial.spikes) continue;
    for (const bool adds : {false, true}) {
      Words<TestType> bench(trial);
      EmbeddingEdge<TestType> edge("w", bench.from, bench.to, 0, trial.delay, tokens, table_of(150));
      edge.adds = adds;
      edge.prepare(bench.plan);
      std::vector<TestType> expected;
      for (std::int64_t s = 0; s < (trial.port_held ? 1 : trial.steps); ++s)
        for (std::size_t b = 0; b < trial.batch; ++b)
          for (std::size_t u = 0; u < 150; ++u) {
            TestType y(0);
            if (s >= trial.delay) {
              const auto token = static_cast<std::size_t>(bench.from.output.at(s - trial.delay, b)[0]);
              y = static_cast<TestType>(table_of(150)[token * 150 + u]);
            }
            expected.push_back(adds ? TestType(0.25) + y : y);
          }
      CHECK(same_bits(bench.arrive(edge, TestType(0.25)), expected));
      bench.fill(TestType(0.25));
      for (std::size_t part = 0; part < 3; ++part)
        for (std::int64_t s = 0; s < trial.steps; ++s) edge.advance({s, s + 1}, {0, trial.batch, part, 3});
      CHECK(same_bits(bench.read(bench.arrivals(), trial.port_held ? 1 : trial.steps, 150), expected));
    }
  }
}

TEST_CASE("an embedding's gradients are those of the loss", "[edges]") {
  for (Trial trial : trials()) {
    if (trial.spikes) continue;
    Words<double> bench(trial);
    EmbeddingEdge<double> edge("w", bench.from, bench.to, 0, trial.delay, tokens, table_of(150));
    edge.trained = true;
    edge.adds = false;
    edge.prepare(bench.plan);
    const double base = bench.loss(edge);
    for (std::size_t tile = 0; tile < edge.tiles(); ++tile) edge.accumulate(tile, {0, trial.steps}, trial.batch);
    bool fits = true;
    Parameter<double>& weight = *edge.parameters()[0];
    for (std::size_t i = 0; i < weight.value.size(); i += 3) {
      weight.value[i] += 1;
      fits = fits && std::fabs(bench.loss(edge) - base - weight.gradient[i]) < 1e-10;
      weight.value[i] -= 1;
    }
    CHECK(fits);
    for (std::size_t u = 0; u < 150; ++u) CHECK(weight.gradient[(tokens - 1) * 150 + u] == 0);
  }
}

TEST_CASE("an embedding starts with standard normal numbers, or as the config says", "[edges]") {
  PlainNode<double> from("from", 1), to("to", 60);
  std::vector<Diagnostic> wrong;
  const auto drawn = made("tokens = 50", from, to, wrong)->parameters()[0]->row_major();
  REQUIRE(drawn.size() == 3000);
  double sum = 0, square = 0;
  for (const double x : drawn) sum += x / 3000, square += x * x / 3000;
  CHECK(std::fabs(sum) < 0.08);
  CHECK(square == Approx(1).epsilon(0.1));
  const auto known = made("init = 'zeros'", from, to, wrong, 9);
  CHECK(known->parameters()[0]->shape == std::vector<std::size_t>{9, 60});
  CHECK(known->parameters()[0]->row_major() == std::vector<double>(540, 0.0));
  CHECK(wrong.empty());
}

TEST_CASE("an embedding says what is wrong", "[edges]") {
  PlainNode<float> from("from", 1), wide("wide", 2), to("to", 6);
  std::vector<Diagnostic> wrong;
  CHECK(!made("bias = false", from, to, wrong, 5));
  CHECK(!made("weight = 1", from, to, wrong));
  CHECK(!made("tokens = 4", from, to, wrong, 5));
  CHECK(!made("tokens = 4", wide, to, wrong));
  REQUIRE(wrong.size() == 4);
  CHECK(wrong[0].message.find("has none") != std::string::npos);
  CHECK(wrong[1].message.find("how many different tokens") != std::string::npos);
  CHECK(wrong[2].message.find("consist of 5") != std::string::npos);
  CHECK(wrong[3].message.find("one whole number a step") != std::string::npos);
  Words<float> bench({});
  EmbeddingEdge<float> edge("w", bench.from, bench.to, 0, 0, tokens, table_of(150));
  edge.prepare(bench.plan);
  for (const float bad : {7.0f, -1.0f, 2.5f, NAN}) {
    bench.from.output.at(3, 1)[0] = bad;
    CHECK_THROWS_AS(bench.arrive(edge), Error);
  }
}
