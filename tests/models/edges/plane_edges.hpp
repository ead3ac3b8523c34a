#pragma once

#include <string>
#include <vector>

#include "models/edges/entry.hpp"
#include "tests/catch.hpp"
#include "tests/models/edges/edge_fixture.hpp"
#include "tests/models/edges/gradient_check.hpp"

// What convolution and pooling are tested with: edges whose source has the shape of an image or of a series.

namespace cajal::test {

/// An edge as a config writes it, and the shape of its source.
struct PlaneCase {
  Shape shape;
  std::string kind, keys;
};

template <class Use>
auto with_table(const PlaneCase& one, std::vector<Diagnostic>& diagnostics, Use&& use) {
  const config::Value root = config::parse("edge = { " + one.keys + " }", "test.toml");
  const config::Table table(*root.find("edge"), "edge.e", diagnostics);
  return use(table);
}

/// What a source of the shape brings; empty with errors.
inline Shape brought(const PlaneCase& one, std::vector<Diagnostic>& diagnostics) {
  return with_table(one, diagnostics,
                    [&](const config::Table& table) { return find_edge_entry(one.kind)->shape(table, one.shape); });
}

inline std::size_t product_of(const Shape& shape) {
  std::size_t units = 1;
  for (const std::size_t n : shape) units *= n;
  return units;
}

inline Trial sized(Trial trial, const PlaneCase& one) {
  std::vector<Diagnostic> wrong;
  trial.sources = product_of(one.shape);
  trial.targets = product_of(brought(one, wrong));
  REQUIRE(wrong.empty());
  return trial;
}

template <class Real>
std::unique_ptr<Edge<Real>> made(Bench<Real>& bench, const PlaneCase& one, std::vector<Diagnostic>& wrong) {
  bench.from.shape = one.shape;
  return with_table(one, wrong, [&](const config::Table& table) {
    auto edge = find_edge_entry(one.kind)->template make<Real>(
        {.table = table, .name = "e", .delay = bench.trial.delay, .unit = "", .seed = 3, .folder = ""}, bench.from,
        bench.to);
    table.refuse_unused();
    return edge;
  });
}

template <class Real>
std::unique_ptr<Edge<Real>> join(Bench<Real>& bench, const PlaneCase& one) {
  std::vector<Diagnostic> wrong;
  auto edge = made(bench, one, wrong);
  REQUIRE(wrong.empty());
  edge->trained = true;
  edge->prepare(bench.plan);
  return edge;
}

/// What is wrong with it, as one text.
inline std::string complaint(const PlaneCase& one) {
  std::vector<Diagnostic> wrong;
  CHECK(brought(one, wrong).empty());
  std::string out;
  for (const Diagnostic& d : wrong) out += d.address + ": " + d.message + "\n";
  return out;
}

/// Steps, samples and (forwards) units may be cut without changing a bit.
template <class Real>
void check_cuts(const PlaneCase& one) {
  for (const Trial& any : trials()) {
    Bench<Real> bench(sized(any, one));
    const Trial& trial = bench.trial;
    const auto edge = join(bench, one);
    const auto whole = bench.arrive(*edge, Real(1));
    const auto rewound = bench.rewound(*edge);
    const std::int64_t steps = trial.port_held ? 1 : trial.steps;
    for (const std::int64_t stride : {1, 4}) {
      bench.fill(Real(1));
      bench.from.output_gradient.zero();
      for (std::size_t b = 0; b < trial.batch; ++b) {
        for (std::int64_t s = 0; s < trial.steps; s += stride)
          edge->advance({s, std::min(trial.steps, s + stride)}, {b, b + 1, 0, 1});
        for (std::int64_t s = (trial.steps - 1) / stride * stride; s >= 0; s -= stride)
          edge->rewind({s, std::min(trial.steps, s + stride)}, trial.steps, {b, b + 1, 0, 1});
      }
      CHECK(same_bits(bench.read(bench.arrivals(), steps, trial.targets), whole));
      CHECK(same_bits(bench.read(bench.from.output_gradient, trial.source_held ? 1 : trial.steps, trial.sources),
                      rewound));
    }
    for (const std::size_t parts : {2, 3}) {
      bench.fill(Real(1));
      for (std::size_t part = 0; part < parts; ++part) edge->advance({0, trial.steps}, {0, trial.batch, part, parts});
      CHECK(same_bits(bench.read(bench.arrivals(), steps, trial.targets), whole));
    }
    // An edge that sets leaves nothing of what stood there.
    const auto added = bench.arrive(*edge, Real(0));
    edge->adds = false;
    CHECK(bench.arrive(*edge, Real(7)) == added);
  }
}

}  // namespace cajal::test
