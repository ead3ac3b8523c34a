#include <string>
#include <vector>

#include "models/build.hpp"
#include "models/connectivity/connect.hpp"
#include "models/population_reader.hpp"
#include "tests/catch.hpp"
#include "tests/config/config_test.hpp"

using namespace cajal;

namespace {

struct Built {
  explicit Built(const std::string& text) : root(config::parse(text, "a.toml")), table(root, "", diagnostics) {
    network = build_network<double>({table, 7, 0.1, 0, true, {}, ""});
  }
  std::string errors() {
    return config::errors_of([&] { config::raise(diagnostics); });
  }

  config::Value root;
  std::vector<Diagnostic> diagnostics;
  config::Table table;
  std::unique_ptr<Network<double>> network;
};

}  // namespace

TEST_CASE("weights and delays of synapses are expressions over tables", "[expression]") {
  Built built(
      "let = { G = 2, speed = \"4 m/s\" }\n[table]\nW = { values = [[0, 1], [2, 3], [4, 5]] }\n"
      "L = { values = [[4, 8], [12, 16], [20, 24]], unit = \"mm\" }\n"
      "[node]\nA = { kind = \"lif\", size = \"= columns(W)\" }\nB = { kind = \"lif\", size = \"= rows(W)\" }\n"
      "[edge]\ne = { from = \"A\", to = \"B.input\", connect = \"all_to_all\", weight = \"= G * W * 1 mV\", "
      "delay = \"= L / speed\" }\n");
  CHECK(built.errors().empty());
  REQUIRE(built.network->sparse.size() == 1);
  built.network->sparse.front()->make_list();
  const Synapses& synapses = built.network->sparse.front()->synapses;
  REQUIRE(synapses.size() == 6);
  for (std::size_t s = 0; s < 6; ++s) {
    const std::size_t element = synapses.target[s] * 2 + synapses.source[s];
    CHECK(synapses.weight_of(s) == 2.0 * static_cast<double>(element));
    CHECK(synapses.delay_of(s) == 10 * (element + 1));
  }
}

TEST_CASE("a table of another shape than the edge is refused", "[expression]") {
  Built built(
      "[table]\nW = { values = [[0, 1], [2, 3]] }\n[node]\nA = { kind = \"lif\", size = 2 }\nB = { kind = \"lif\", "
      "size = "
      "3 }\n[edge]\ne = { from = \"A\", to = \"B.input\", connect = \"all_to_all\", weight = \"= W * 1 mV\" }\n");
  CHECK(built.errors() ==
        "a.toml:7:59: error: edge.e.weight: `W` has 2 x 2 numbers; needed: 3 x 2 (targets x sources)");
}

TEST_CASE("parameters and initial values of neurons are expressions over their number", "[expression]") {
  const auto values = [](const std::string& text, std::size_t size, std::string* errors = nullptr) {
    std::vector<Diagnostic> diagnostics;
    const config::Value root = config::parse("[node]\nE = { x = '" + text + "' }\n", "a.toml");
    const config::Table table(*root.find("node")->find("E"), "node.E", diagnostics);
    const config::Quantity q = table.distribution("x", "mV", 0, config::any_number, config::unit_variables);
    if (errors) *errors = config::errors_of([&] { config::raise(diagnostics); });
    return draw(q, size, 1, "node.E.x");
  };
  CHECK(values("= -70 mV + 10 mV * i / n", 4) == std::vector<double>{-70, -67.5, -65, -62.5});
  CHECK(values("= if(i < 2, 1 mV, 2 mV)", 4) == std::vector<double>{1, 1, 2, 2});
  const std::vector<double> drawn = values("= uniform(-70 mV, -55 mV)", 100);
  const std::vector<double> more = values("= uniform(-70 mV, -55 mV)", 200);
  CHECK(std::equal(drawn.begin(), drawn.end(), more.begin()));  // a unit's draw does not depend on how many there are
  CHECK(drawn[0] != drawn[1]);
  // The same draws as those of the distribution that says the same.
  std::vector<Diagnostic> diagnostics;
  const config::Value root = config::parse("node.x = { uniform = [\"-70 mV\", \"-55 mV\"] }\n", "a.toml");
  const config::Table table(*root.find("node"), "node", diagnostics);
  CHECK(draw(table.distribution("x", "mV", 0), 100, 1, "node.E.x") == drawn);

  Built built("[node]\nE = { kind = \"lif\", size = 3, tau_m = \"= 10 ms * (i - 1)\" }\n");
  CHECK(built.errors() ==
        "a.toml:2:31: error: node.E.tau_m: must be positive, found \"= 10 ms * (i - 1)\" = -10 where i = 0");
  Built placed("[node]\nE = { kind = \"lif\", size = 3, init = { V_m = \"= x * 1 mV / 1 mm\" } }\n");
  CHECK(placed.errors() ==
        "a.toml:2:40: error: node.E.init.V_m: `x` is not known here, found \"= x * 1 mV / 1 mm\"; what varies here is: "
        "i, n");
}
