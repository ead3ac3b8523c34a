#include "analysis/catalogue.hpp"

#include <set>
#include <string>

#include "sim/config/value.hpp"
#include "tests/catch.hpp"

using namespace cajal::analysis;

TEST_CASE("each measure says what it is, by a name of its own") {
  std::set<std::string_view> names;
  for (const MeasureEntry& entry : measure_entries()) {
    CAPTURE(entry.name);
    CHECK(names.insert(entry.name).second);
    CHECK(!entry.meaning.empty());
    CHECK(!entry.definition.empty());
    CHECK(!entry.source.empty());
    const cajal::config::Value root = cajal::config::parse(std::string(entry.snippet), "snippet.toml");
    REQUIRE(root.find("measure"));
    CHECK(root.find("measure")->find(entry.name));
  }
  CHECK(names.size() >= 32);
}
