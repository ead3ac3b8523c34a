#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "models/catalogue.hpp"
#include "tests/catch.hpp"

namespace cajal::test {

namespace {

/// The names of the models that the headers of a folder define.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(CAJAL_SOURCE_DIR) + "/models/" + folder)) {
    if (entry.path().extension() != ".hpp") continue;
    std::ifstream in(entry.path());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    // A class with loops of its own is no model of this kind.
    static const std::regex model("(^|\\n)struct [A-Za-z0-9]+ \\{"), name("string_view name = \"([^\"]+)\"");
    std::smatch found;
    if (!std::regex_search(text, model)) continue;
    REQUIRE(std::regex_search(text, found, name));
    names.push_back(found[1]);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> catalogued(const std::string& group) {
  // Classes with loops of their own have tests of their own.
  const std::set<std::string> loops{"dropout", "softmax", "layer_norm", "batch_norm", "switch"};
  std::vector<std::string> names;
  for (const NodeEntry& entry : node_catalogue())
    if (entry.group == group && !loops.contains(entry.name)) names.push_back(entry.name);
  return sorted(names);
}

}  // namespace

TEST_CASE("every model of the folders is in the catalogue", "[models]") {
  CHECK(names_in("neurons").size() >= 3);
  for (const std::string folder : {"neurons", "rates", "layers"}) CHECK(names_in(folder) == catalogued(folder));
  CHECK(names_in("cells") == catalogued("cells"));
  CHECK(names_in("synapses") == catalogued("synapses"));
}

TEST_CASE("every entry of the catalogue describes itself", "[models]") {
  for (const NodeEntry& entry : node_catalogue()) {
    INFO(entry.name);
    const std::string text = entry.describe();
    CHECK(text.find(entry.name) != std::string::npos);
    CHECK(text.find(entry.meaning) != std::string::npos);
    CHECK(text.find("source: ") != std::string::npos);
    CHECK(text.find("example\n") != std::string::npos);
  }
  for (const ReceptorEntry& entry : receptor_catalogue()) {
    INFO(entry.name);
    CHECK(entry.describe().find(entry.meaning) != std::string::npos);
    CHECK(entry.describe().find("unit of weights: ") != std::string::npos);
  }
}

}  // namespace cajal::test
