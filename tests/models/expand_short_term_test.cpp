#include "models/expand_short_term.hpp"

#include "models/build.hpp"
#include "tests/catch.hpp"

using namespace cajal;

namespace {

struct Expanded {
  config::Value root;
  std::vector<Diagnostic> diagnostics;

  explicit Expanded(const std::string& text) : root(config::parse(text, "t.toml")) {
    expand_like(root, diagnostics);
    expand_short_term(root, diagnostics);
  }
  std::string at(const char* section, const char* name, const char* key) const {
    const config::Value* table = root.find(section)->find(name);
    const config::Value* value = table ? table->find(key) : nullptr;
    return value ? value->written() : "";
  }
  std::string error() const {
    return diagnostics.size() == 1 ? diagnostics[0].address + ": " + diagnostics[0].message : "";
  }
};

}  // namespace

TEST_CASE("an edge with short-term plasticity becomes a node and an edge to it", "[models]") {
  const Expanded e(
      "[node]\nE = { kind = \"lif\", size = 3 }\n[edge]\nX = { from = \"E\", to = \"E\", weight = \"1 mV\", short_term "
      "= { "
      "kind = \"tsodyks_markram\", U = 0.3 } }\nY = { like = \"X\", weight = \"2 mV\" }\nZ = { from = \"E\", to = "
      "\"E\" }\n");
  CHECK(e.diagnostics.empty());
  CHECK(e.at("node", "X_release", "kind") == "\"tsodyks_markram\"");
  CHECK(e.at("node", "X_release", "U") == "0.3");
  CHECK(e.at("node", "Y_release", "U") == "0.3");
  CHECK(e.at("edge", "X_release", "from") == "\"E\"");
  CHECK(e.at("edge", "X_release", "to") == "\"X_release\"");
  CHECK(e.at("edge", "X_release", "kind") == "\"one_to_one\"");
  CHECK(e.at("edge", "X", "from") == "\"X_release\"");
  CHECK(e.at("edge", "X", "weight") == "\"1 mV\"");
  CHECK(e.at("edge", "X", "short_term").empty());
  CHECK(e.at("edge", "Y", "weight") == "\"2 mV\"");
  CHECK(e.at("edge", "Z", "from") == "\"E\"");
}

TEST_CASE("what is wrong with short-term plasticity is said where it stands", "[models]") {
  const auto error = [](const std::string& short_term, const std::string& more = "") {
    return Expanded("[node]\nE = { kind = \"lif\", size = 3 }\n" + more +
                    "[edge]\nX = { from = \"E\", to = \"E\", short_term = " + short_term + " }\n")
        .error();
  };
  CHECK(error("\"tsodyks_markram\"").empty());
  CHECK(error("\"tsodyks_markam\"") ==
        "edge.X.short_term: unknown kind \"tsodyks_markam\"; did you mean `tsodyks_markram`? allowed here: "
        "tsodyks_markram");
  CHECK(error("3").starts_with("edge.X.short_term: expected a table"));
  CHECK(error("{ U = 0.5 }") == "edge.X.short_term.kind: missing key `kind`; allowed: tsodyks_markram");
  CHECK(error("{ kind = 7 }").starts_with("edge.X.short_term.kind: unknown kind 7"));
  CHECK(error("{ kind = \"tsodyks_markram\", size = 4 }") ==
        "edge.X.short_term.size: follows from the source of the edge: leave it out");
  CHECK(error("\"tsodyks_markram\"", "X_release = { kind = \"lif\", size = 3 }\n").find("one of that name") !=
        std::string::npos);
}

TEST_CASE("a private edge with short-term plasticity gives each target a source of its own", "[models]") {
  config::Value root = config::parse(
      "[node]\ndrive = { kind = \"poisson\", rate = \"50 Hz\" }\nE = { kind = \"lif\", size = 4 }\nI = { kind = "
      "\"lif\", size "
      "= 3 }\n[edge]\nX = { from = \"drive\", to = [\"E\", \"I\"], connect = \"private\", weight = \"1 mV\", "
      "short_term = "
      "\"tsodyks_markram\" }\n",
      "t.toml");
  std::vector<Diagnostic> diagnostics;
  expand_short_term(root, diagnostics);
  const config::Table table(root, "", diagnostics);
  const auto network = build_network<float>({table, 1, 1, 0, true, {}, ""});
  config::raise(diagnostics);
  CHECK(network->node("drive")->size() == 7);
  CHECK(network->node("X_release")->size() == 7);
}
