#include "models/edges/dense.hpp"

#include <cmath>
#include <filesystem>

#include "sim/record/npy.hpp"
#include "tests/catch.hpp"
#include "tests/models/edges/edge_fixture.hpp"
#include "tests/models/edges/gradient_check.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

template <class Real>
struct Values {
  std::vector<double> weight, bias;
  Values(const Trial& t, bool with_bias = true) : weight(t.targets * t.sources), bias(with_bias ? t.targets : 0) {
    const Stream stream(5, "values");
    for (std::size_t i = 0; i < weight.size(); ++i) weight[i] = static_cast<double>(Real(stream.uniform(0, i) - 0.5));
    for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = static_cast<double>(Real(stream.uniform(1, i) - 0.5));
  }
};

template <class Real>
std::unique_ptr<DenseEdge<Real>> join(Bench<Real>& bench, bool with_bias = true) {
  const Values<Real> values(bench.trial, with_bias);
  auto edge =
      std::make_unique<DenseEdge<Real>>("d", bench.from, bench.to, 0, bench.trial.delay, values.weight, values.bias);
  edge->trained = true;
  edge->prepare(bench.plan);
  return edge;
}

/// The definition, one number at a time.
template <class Real>
std::vector<Real> defined(Bench<Real>& bench, bool with_bias, bool adds, Real before) {
  const Trial& t = bench.trial;
  const Values<Real> values(t, with_bias);
  std::vector<Real> out;
  for (std::int64_t s = 0; s < (t.port_held ? 1 : t.steps); ++s)
    for (std::size_t b = 0; b < t.batch; ++b)
      for (std::size_t o = 0; o < t.targets; ++o) {
        Real sum = 0;
        if (s >= t.delay)
          for (std::size_t k = 0; k < t.sources; ++k)
            sum = std::fma(bench.from.output.at(s - t.delay, b)[k], Real(values.weight[o * t.sources + k]), sum);
        if (with_bias) sum += Real(values.bias[o]);
        out.push_back(adds ? before + sum : sum);
      }
  return out;
}

std::unique_ptr<Edge<float>> made(const std::string& keys, Bench<float>& bench, std::vector<Diagnostic>& diagnostics,
                                  const std::string& folder = "") {
  const config::Value root = config::parse("edge = { " + keys + " }", "test.toml");
  const config::Table table(*root.find("edge"), "edge.d", diagnostics);
  auto edge = dense_entry().make<float>({.table = table, .name = "d", .unit = "", .seed = 3, .folder = folder},
                                        bench.from, bench.to);
  table.refuse_unused();
  return edge;
}

}  // namespace

TEMPLATE_TEST_CASE("a dense edge carries the product and the bias", "[edges]", float, double) {
  for (const Trial& trial : trials())
    for (const bool with_bias : {false, true})
      for (const bool adds : {false, true}) {
        Bench<TestType> bench(trial);
        const auto edge = join(bench, with_bias);
        edge->adds = adds;
        CHECK(same_bits(bench.arrive(*edge, TestType(0.25)), defined(bench, with_bias, adds, TestType(0.25))));
      }
}

TEMPLATE_TEST_CASE("steps, samples and units may be cut without changing a bit", "[edges]", float, double) {
  for (const Trial& trial : trials()) {
    Bench<TestType> bench(trial);
    const auto edge = join(bench);
    const auto whole = bench.arrive(*edge, TestType(1));
    const auto rewound = bench.rewound(*edge);
    const std::int64_t held_steps = trial.port_held ? 1 : trial.steps;
    for (const std::int64_t stride : {1, 4}) {
      for (std::size_t parts = 1; parts <= 4; ++parts) {
        bench.fill(TestType(1));
        bench.from.output_gradient.zero();
        for (std::size_t b = 0; b < trial.batch; ++b)
          for (std::size_t part = 0; part < parts; ++part)
            for (std::int64_t s = 0; s < trial.steps; s += stride)
              edge->advance({s, std::min(trial.steps, s + stride)}, {b, b + 1, part, parts});
        CHECK(same_bits(bench.read(bench.arrivals(), held_steps, trial.targets), whole));
        for (std::size_t part = 0; part < parts; ++part)
          for (std::int64_t s = (trial.steps - 1) / stride * stride; s >= 0; s -= stride)
            edge->rewind({s, std::min(trial.steps, s + stride)}, trial.steps, {0, trial.batch, part, parts});
        const auto cut = bench.read(bench.from.output_gradient, trial.source_held ? 1 : trial.steps, trial.sources);
        CHECK(same_bits(cut, rewound));
      }
    }
  }
}

TEST_CASE("a dense edge's gradients are those of the loss", "[edges]") {
  for (const Trial& trial : trials()) check_gradients(trial, [](Bench<double>& b) { return join(b); });
  // More than one tile either way.
  check_gradients({.sources = 150, .targets = 140, .batch = 2, .steps = 3, .delay = 1},
                  [](Bench<double>& b) { return join(b); });
}

TEMPLATE_TEST_CASE("a dense edge's weight gradient sums in ascending order", "[edges]", float, double) {
  for (const Trial& trial : trials()) {
    if (trial.source_held && !trial.port_held) continue;  // sums the steps first
    Bench<TestType> bench(trial);
    const auto edge = join(bench);
    for (std::size_t tile = 0; tile < edge->tiles(); ++tile) edge->accumulate(tile, {0, trial.steps}, trial.batch);
    std::vector<TestType> expected, found;
    const auto& gradient = bench.to.ports[0].arrivals_gradient;
    for (std::size_t o = 0; o < trial.targets; ++o)
      for (std::size_t k = 0; k < trial.sources; ++k) {
        TestType sum = 0;
        for (std::int64_t s = trial.delay; s < (trial.port_held ? 1 : trial.steps); ++s)
          for (std::size_t b = 0; b < trial.batch; ++b)
            sum = std::fma(bench.from.output.at(s - trial.delay, b)[k], gradient.at(s, b)[o], sum);
        expected.push_back(sum);
        found.push_back(edge->weight().gradient[edge->weight().order[o * trial.sources + k]]);
      }
    CHECK(same_bits(found, expected));
  }
}

TEST_CASE("what a held source sent in the last trial arrives until its delay has passed", "[edges]") {
  Bench<double> bench({.delay = 2, .source_held = true});
  const auto edge = join(bench, false);
  edge->adds = false;
  bench.arrive(*edge);
  const double old_value = bench.arrivals().at(2, 0)[5];
  bench.from.trial_begin = bench.to.trial_begin = 6;
  for (std::size_t k = 0; k < 20; ++k) bench.from.output.at(0, 0)[k] *= 2;
  edge->advance({6, 10}, bench.all());
  CHECK(bench.arrivals().at(7, 0)[5] == old_value);
  CHECK(bench.arrivals().at(8, 0)[5] == 2 * old_value);
}

TEST_CASE("a dense edge counts operations with active inputs, when asked", "[edges]") {
  Bench<float> bench({.delay = 1, .spikes = true});
  const auto edge = join(bench);
  std::uint64_t active = 0;
  for (std::int64_t s = 0; s < 5; ++s)
    for (std::size_t b = 0; b < 3; ++b)
      for (std::size_t k = 0; k < 20; ++k) active += bench.from.output.at(s, b)[k] != 0;
  REQUIRE(active > 0);
  bench.arrive(*edge);
  CHECK(edge->operations() == 0);
  edge->counts = true;
  bench.arrive(*edge);
  CHECK(edge->operations() == active * 40);
  edge->reset_operations();
  for (std::size_t part = 0; part < 3; ++part) edge->advance({0, 6}, {0, 3, part, 3});
  CHECK(edge->operations() == active * 40);
}

TEST_CASE("rewinding uses weights that changed", "[edges]") {
  Bench<double> bench({});
  const auto edge = join(bench);
  auto weights = edge->weight().row_major();
  const auto before = bench.rewound(*edge);
  for (double& w : weights) w *= 2;
  SECTION("by assignment") { edge->weight().assign(weights); }
  SECTION("in place") {
    for (double& w : edge->weight().value) w *= 2;
    edge->refresh();
  }
  const auto after = bench.rewound(*edge);
  REQUIRE(before[0] != 0);
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(after[i] == 2 * before[i]);
}

TEST_CASE("a held port refuses a source that changes", "[edges]") {
  Bench<float> bench({.port_held = true});
  CHECK_THROWS_AS(join(bench), Error);
}

TEST_CASE("initial weights follow their scheme", "[edges]") {
  Bench<float> bench({.sources = 100, .targets = 60});
  std::vector<Diagnostic> wrong;
  const auto values = [&](const std::string& keys) {
    const auto edge = made(keys, bench, wrong);
    REQUIRE(wrong.empty());
    REQUIRE(edge);
    return edge->parameters()[0]->row_major();
  };
  const auto spread = [](const std::vector<double>& v) {
    double square = 0;
    for (const double x : v) square += x * x;
    return std::sqrt(square / static_cast<double>(v.size()));
  };
  const auto largest = [](const std::vector<double>& v) {
    double most = 0;
    for (const double x : v) most = std::max(most, std::fabs(x));
    return most;
  };
  CHECK(largest(values("")) <= 0.1 + 1e-7);
  CHECK(spread(values("")) == Approx(0.1 / std::sqrt(3.0)).epsilon(0.03));
  CHECK(values("") == values("init = 'kaiming_uniform'"));
  CHECK(spread(values("init = 'glorot_uniform'")) == Approx(std::sqrt(2 / 160.0)).epsilon(0.03));
  CHECK(spread(values("init = 'he_normal'")) == Approx(std::sqrt(2 / 100.0)).epsilon(0.03));
  CHECK(largest(values("init = 'he_normal'")) <= 2 * std::sqrt(2 / 100.0) / 0.8796 + 1e-6);
  CHECK(spread(values("init = 'zeros'")) == 0);
  CHECK(values("init = 0.25")[17] == 0.25);
  CHECK(spread(values("init = { normal = [0, 2] }")) == Approx(2).epsilon(0.05));
  CHECK(largest(values("weight = { uniform = [0.5, 0.75] }")) <= 0.75);
  const double first = Stream(3, "edge.d.weight").uniform(61, 0);
  CHECK(values("init = { uniform = [0, 1] }")[61] == static_cast<double>(static_cast<float>(first)));
}

TEST_CASE("a bias is there with `init` and not with `weight`, unless the config says so", "[edges]") {
  Bench<float> bench({.sources = 100, .targets = 60});
  std::vector<Diagnostic> wrong;
  CHECK(made("", bench, wrong)->parameters().size() == 2);
  CHECK(made("bias = false", bench, wrong)->parameters().size() == 1);
  CHECK(made("weight = 1", bench, wrong)->parameters().size() == 1);
  CHECK(made("weight = 1, bias = true", bench, wrong)->parameters()[1]->row_major() == std::vector<double>(60, 0.0));
  CHECK(made("weight = 1, bias = 0.5", bench, wrong)->parameters()[1]->row_major() == std::vector<double>(60, 0.5));
  const auto drawn = made("", bench, wrong)->parameters()[1]->row_major();
  for (const double b : drawn) CHECK(std::fabs(b) <= 0.1 + 1e-7);
  CHECK(drawn[0] != drawn[1]);
  CHECK(wrong.empty());
}

TEST_CASE("weights come from files in row-major order", "[edges]") {
  const auto folder = std::filesystem::temp_directory_path() / "cajal_dense_edge_test";
  std::filesystem::create_directories(folder);
  std::vector<double> values(60 * 100);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  record::write_npy((folder / "w.npy").string(), {60, 100}, values);
  record::write_npy((folder / "turned.npy").string(), {100, 60}, values);
  Bench<float> bench({.sources = 100, .targets = 60});
  std::vector<Diagnostic> wrong;
  const auto edge = made("init = { npy = 'w.npy' }", bench, wrong, folder.string());
  REQUIRE(wrong.empty());
  CHECK(edge->parameters()[0]->row_major() == values);
  CHECK(!made("init = { npy = 'turned.npy' }", bench, wrong, folder.string()));
  CHECK(!made("init = { npy = 'none.npy' }", bench, wrong, folder.string()));
  REQUIRE(wrong.size() == 2);
  CHECK(wrong[0].message.find("100 x 60") != std::string::npos);
  CHECK(wrong[0].message.find("60 x 100") != std::string::npos);
  CHECK(wrong[1].message.find("none.npy") != std::string::npos);
  std::filesystem::remove_all(folder);
}

TEST_CASE("what is wrong with a dense edge's table is said", "[edges]") {
  Bench<float> bench({.sources = 3, .targets = 2});
  const auto message = [&](const std::string& keys) {
    std::vector<Diagnostic> wrong;
    CHECK(!made(keys, bench, wrong));
    REQUIRE(wrong.size() == 1);
    return wrong[0].message;
  };
  CHECK(message("init = 'kaiming'").find("kaiming_uniform") != std::string::npos);
  CHECK(message("init = 1, weight = 1").find("one of them") != std::string::npos);
  CHECK(message("weight = [1, 2, 3]").find("2 x 3") != std::string::npos);
  CHECK(message("weight = 1e300").find("1e+300") != std::string::npos);
  CHECK(message("weight = 1, bias = [1, 2, 3]").find("2 values") != std::string::npos);
  bench.to.ports[0].unit = "mV";
  CHECK(message("").find("mV") != std::string::npos);
  CHECK(message("weight = 1").find("mV") != std::string::npos);
  std::vector<Diagnostic> wrong;
  CHECK(made("weight = '2 mV'", bench, wrong));
  CHECK(made("init = '2 mV', bias = '1 mV'", bench, wrong));
  CHECK(wrong.empty());
}

TEST_CASE("more weights than memory can name are refused before any are made", "[edges]") {
  PlainNode<float> from("from", 1000000), to("to", 1000000);
  std::vector<Diagnostic> wrong;
  const config::Value root = config::parse("edge = { init = 'zeros' }", "test.toml");
  const config::Table table(*root.find("edge"), "edge.d", wrong);
  CHECK(!dense_entry().make<float>({.table = table, .name = "d", .unit = "", .seed = 3, .folder = ""}, from, to));
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].message.find("1000000 sources") != std::string::npos);
}
