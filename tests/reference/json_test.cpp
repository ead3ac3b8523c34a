#include "tests/reference/json.hpp"

#include "tests/catch.hpp"

using cajal::reference::Json;
using cajal::reference::JsonParser;

namespace {
Json parse(std::string_view text) { return JsonParser(text).parse(); }
}  // namespace

TEST_CASE("the reader of reference files knows all of JSON") {
  const Json json = parse(
      R"( {"a": [1, -2.5e-3, true, null], "s": "x\n\u00e9\"", "m": {"shape": [2, 1], "data": [3, 4]}, "e": []} )");
  CHECK(json["a"].items().at(0).number() == 1);
  CHECK(json["a"].items().at(1).number() == -2.5e-3);
  CHECK(json["a"].items().at(2).boolean());
  CHECK(json["a"].items().at(3).null());
  CHECK(json["s"].text() == "x\n\xc3\xa9\"");
  CHECK(json["m"].array().shape == std::vector<std::size_t>{2, 1});
  CHECK(json["m"].integers() == std::vector<std::int32_t>{3, 4});
  CHECK(json["e"].items().empty());
  CHECK(json.has("m"));
  CHECK_FALSE(json.has("n"));
}

TEST_CASE("the reader of reference files refuses what is no JSON") {
  for (const char* text :
       {"", "{", "[1,", "[1 2]", "{\"a\" 1}", "{1: 2}", "\"a", "tru", "1 2", "\"\\x\"", "\"\\u12\""}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse(text), std::runtime_error);
  }
  CHECK_THROWS_AS(parse(std::string(100000, '[')), std::runtime_error);
  CHECK_THROWS_AS(parse("{}")["a"], std::runtime_error);
  CHECK_THROWS_AS(parse("[1.5]").integers(), std::runtime_error);
  CHECK_THROWS_AS(parse(R"({"shape": [2], "data": [1]})").array(), std::runtime_error);
}
