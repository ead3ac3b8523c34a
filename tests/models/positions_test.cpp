#include "models/positions.hpp"

#include <cmath>

#include "sim/record/npy.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;

namespace {

struct Read {
  Positions positions;
  std::vector<Diagnostic> diagnostics;
};

Read read(const std::string& positions, std::size_t size, const std::string& folder = "", std::uint64_t seed = 1,
          const std::string& name = "E") {
  const config::Value root = config::parse("[node.E]\npositions = " + positions + "\n", "a.toml");
  Read out;
  const config::Table node(*root.find("node")->find("E"), "node.E", out.diagnostics);
  out.positions = read_positions(node, name, size, seed, folder);
  if (out.diagnostics.empty()) node.refuse_unused();
  return out;
}

}  // namespace

TEST_CASE("a grid places units in the centres of its boxes", "[positions]") {
  const Read r = read("{ grid = [2, 3], extent = [\"1 mm\", \"300 um\"], periodic = true }", 6);
  REQUIRE(r.diagnostics.empty());
  CHECK(r.positions.dimensions == 2);
  CHECK(r.positions.periodic);
  CHECK(r.positions.extent == std::vector<double>{1, 0.3});
  const std::vector<double> expected{0.25, 0.05, 0.25, 0.15, 0.25, 0.25, 0.75, 0.05, 0.75, 0.15, 0.75, 0.25};
  REQUIRE(r.positions.values.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(r.positions.values[i] == Approx(expected[i]));
  CHECK(read("{ grid = [2, 3, 4], extent = [\"1 mm\", \"1 mm\", \"1 mm\"] }", 24).positions.dimensions == 3);
}

TEST_CASE("uniform positions fill their extent, keyed by seed, name and unit", "[positions]") {
  const std::string keys = "{ uniform = [\"2 mm\", \"1 mm\", \"0.5 mm\"] }";
  const Read r = read(keys, 3000);
  REQUIRE(r.diagnostics.empty());
  REQUIRE(r.positions.values.size() == 9000);
  for (std::size_t i = 0; i < 3; ++i) {
    double sum = 0;
    for (std::size_t unit = 0; unit < 3000; ++unit) {
      const double x = r.positions.of(unit)[i] / r.positions.extent[i];
      REQUIRE((x >= 0 && x < 1));
      sum += x;
    }
    CHECK(std::fabs(sum / 3000 - 0.5) < 4 * std::sqrt(1.0 / 12 / 3000));
  }
  const std::vector<double> few = read(keys, 10).positions.values;
  CHECK(std::equal(few.begin(), few.end(), r.positions.values.begin()));
  CHECK(read(keys, 10, "", 2).positions.values != few);
  CHECK(read(keys, 10, "", 1, "I").positions.values != few);
}

TEST_CASE("positions are given one by one, in the config or in a file", "[positions]") {
  const record::TemporaryDirectory directory;
  record::write_npy(directory.file("p.npy"), {2, 2}, std::vector<double>{0.5, 1, -2, 0.25});
  const Read values = read("{ values = [[0.5, 1], [-2, 0.25]] }", 2);
  CHECK(values.diagnostics.empty());
  CHECK(values.positions.values == std::vector<double>{0.5, 1, -2, 0.25});
  CHECK(values.positions.extent.empty());
  CHECK(read("{ file = \"p.npy\" }", 2, directory.file("")).positions.values == values.positions.values);
  CHECK(read("{ values = [[0.5, 1], [1, 0]], extent = [\"1 mm\", \"1 mm\"], periodic = true }", 2).positions.periodic);
}

TEST_CASE("wrong positions are refused at their key", "[positions]") {
  const record::TemporaryDirectory directory;
  record::write_npy(directory.file("p.npy"), {4}, std::vector<double>{0.5, 1, 2, 0.25});
  record::write_npy(directory.file("nan.npy"), {1, 2}, std::vector<double>{0.5, std::nan("")});
  const auto refused = [&](const std::string& positions, std::size_t size, int column, const std::string& what) {
    const Read r = read(positions, size, directory.file(""));
    INFO(positions);
    REQUIRE(r.diagnostics.size() == 1);
    INFO(r.diagnostics[0].text());
    CHECK(r.diagnostics[0].at.column == column);
    CHECK(record::contains(r.diagnostics[0].message, what));
  };
  const std::string square = "extent = [\"1 mm\", \"1 mm\"]";
  refused("{ }", 4, 1, "one of `grid`, `uniform`, `values` and `file` is needed");
  refused("{ grid = [2, 2], uniform = [\"1 mm\", \"1 mm\"] }", 4, 1, "found `grid`, `uniform`");
  refused("{ grid = [2, 2] }", 4, 1, "missing key `extent`");
  refused("{ grid = [2, 3], " + square + " }", 4, 15, "2 x 3 are 6 places for 4 units");
  refused("{ grid = [4], " + square + " }", 4, 15, "two or three counts");
  refused("{ grid = [1.5, 2], " + square + " }", 3, 15, "found 1.5");
  refused("{ grid = [0, 2], " + square + " }", 0, 15, "found 0");
  refused("{ grid = [1e300, 1e300], " + square + " }", 4, 15, "places for 4 units");
  refused("{ grid = [1, 2, 2], " + square + " }", 4, 33, "2 lengths for a grid of 3 dimensions");
  refused("{ grid = [2, 2], extent = [\"1 mm\", \"0 mm\"] }", 4, 30, "an extent of 0 mm");
  refused("{ uniform = [\"1 mm\"] }", 4, 15, "two or three lengths");
  refused("{ uniform = [\"1 mm\", \"1 ms\"] }", 4, 34, "length");
  refused("{ uniform = [\"1 mm\", \"1 mm\"], " + square + " }", 4, 43, "extent");
  refused("{ values = [[1, 2], [3]] }", 2, 15, "position 1 is [3]");
  refused("{ values = [[1], [3]] }", 2, 15, "two or three numbers");
  refused("{ values = [[1, \"2 mm\"]] }", 1, 15, "expected numbers in mm");
  refused("{ values = [] }", 1, 15, "expected a list");
  refused("{ values = [[1, nan]] }", 1, 15, "unit 0 is at nan mm along dimension 1");
  refused("{ values = [[1, 2]] }", 2, 15, "1 positions for 2 units");
  refused("{ values = [[1, 2]], " + square + " }", 1, 15, "unit 0 is at 2 mm along dimension 1; 0 to 1 mm are allowed");
  refused("{ values = [[1, 2, 0]], " + square + " }", 1, 37, "2 lengths for positions in 3 dimensions");
  refused("{ values = [[1, 2]], periodic = true }", 1, 34, "a torus needs its `extent`");
  refused("{ file = \"p.npy\" }", 4, 15, "no array of units x 2");
  refused("{ file = \"nan.npy\" }", 1, 15, "nan.npy");
  refused("{ file = \"none.npy\" }", 1, 15, "none.npy");
}
