#include <cmath>

#include "tests/catch.hpp"
#include "tests/config/config_test.hpp"

namespace cajal::config {

namespace {

/// One table `node.E` of a config and what its getters found wrong.
struct Opened {
  explicit Opened(const std::string& members)
      : root(parse("[node.E]\n" + members + "\n", "a.toml")), table(at(root, "node", "E"), "node.E", diagnostics) {}

  /// All errors so far, then none.
  std::string errors() {
    const std::string out = errors_of([&] { raise(diagnostics); });
    diagnostics.clear();
    return out;
  }

  Value root;
  std::vector<Diagnostic> diagnostics;
  Table table;
};

const std::string place = "a.toml:2:1: error: node.E.";

}  // namespace

TEST_CASE("getters return what is written, in the unit asked for") {
  Opened e(
      "tau = \"0.02 s\"\nsize = 3\nlarge = 1e4\np = 0.5\non = true\nkind = \"lif\"\nto = [\"a\", \"b\"]\nlevels = [\"1 "
      "ms\", "
      "\"2 s\"]\none = 4");
  const Table& t = e.table;
  CHECK(t.quantity("tau", "ms", 1.0) == 20);
  CHECK(t.quantity("tau", "ms").value() == 20);
  CHECK(t.required_quantity("tau", "us") == 20000);
  CHECK(t.integer("size", 0, 1, 10) == 3);
  CHECK(t.required_integer("large", 1, 1000000) == 10000);
  CHECK(t.number("p", 0, fraction) == 0.5);
  CHECK(t.number("size", 0) == 3);
  CHECK(t.boolean("on", false));
  CHECK(t.text("kind", "x") == "lif");
  CHECK(t.required_text("kind") == "lif");
  CHECK(t.choice("kind", {"lif", "adex"}, "adex") == "lif");
  CHECK(t.texts("to") == std::vector<std::string>{"a", "b"});
  CHECK(t.texts("kind") == std::vector<std::string>{"lif"});
  CHECK(t.numbers("levels", "ms") == std::vector<double>{1, 2000});
  CHECK(t.numbers("one", "") == std::vector<double>{4});
  CHECK(e.errors().empty());
}

TEST_CASE("getters return the fallback of an absent key") {
  Opened e("");
  const Table& t = e.table;
  CHECK(t.quantity("tau", "ms", 1.5) == 1.5);
  CHECK_FALSE(t.quantity("tau", "ms").has_value());
  CHECK(t.integer("size", 7, 1, 10) == 7);
  CHECK(t.boolean("on", true));
  CHECK(t.text("kind", "x") == "x");
  CHECK(t.choice("kind", {"a"}, "a") == "a");
  CHECK(t.texts("to", {"q"}) == std::vector<std::string>{"q"});
  CHECK(t.numbers("levels", "ms", {3}) == std::vector<double>{3});
  CHECK(t.distribution("w", "mV", 2).a == 2);
  CHECK(t.distribution("w", "mV", 2).constant());
  CHECK_FALSE(t.table("w").has_value());
  CHECK_FALSE(t.named("w").has_value());
  CHECK(t.tables("w").empty());
  CHECK(t.list("w").empty());
  CHECK(t.take("w") == nullptr);
  CHECK(e.errors().empty());
}

TEST_CASE("an absent required key is an error where the table stands, and the value is harmless") {
  Opened e("");
  CHECK(positive.contains(e.table.required_quantity("tau_m", "ms", positive)));
  CHECK(e.errors() == "a.toml:1:7: error: node.E: missing key `tau_m`: a time (like \"20 ms\")");
  CHECK(e.table.required_quantity("p", "", {0.2, 0.3}) == 0.2);
  CHECK(e.errors() == "a.toml:1:7: error: node.E: missing key `p`: a plain number");
  CHECK(Range{0.2, 0.3, true, true}.contains(e.table.required_quantity("q", "", {0.2, 0.3, true, true})));
  e.errors();
  CHECK(e.table.required_integer("size", 1, 100) == 1);
  CHECK(e.errors() == "a.toml:1:7: error: node.E: missing key `size`: a whole number between 1 and 100");
  CHECK(e.table.required_text("to").empty());
  CHECK(e.errors() == "a.toml:1:7: error: node.E: missing key `to`: a text in quotes");
  CHECK(e.table.required_choice("kind", {"lif", "adex"}) == "lif");
  CHECK(e.errors() == "a.toml:1:7: error: node.E: missing key `kind`: one of lif, adex");
}

TEST_CASE("wrong quantities say what is wrong") {
  const auto error = [](const std::string& written, const char* unit, Range range = any_number) {
    Opened e("x = " + written);
    CHECK(e.table.quantity("x", unit, 42.0, range) == 42);
    return e.errors();
  };
  CHECK(error("20", "ms") == place + "x: expected a time, found 20; write \"20 ms\"");
  CHECK(error("0.5", "nS") == place + "x: expected a conductance, found 0.5; write \"0.5 nS\"");
  CHECK(error("\"20 mV\"", "ms") == place + "x: expected a time (like \"20 ms\"), found \"20 mV\", which is a voltage");
  CHECK(error("\"3 ms\"", "") == place + "x: expected a plain number, found \"3 ms\", which is a time");
  CHECK(error("true", "ms") == place + "x: expected a time (like \"20 ms\"), found true");
  CHECK(error("[1]", "") == place + "x: expected a plain number, found [1]");
  CHECK(error("nan", "") == place + "x: expected a plain number, found nan, which is not a finite number");
  CHECK(error("-inf", "") == place + "x: expected a plain number, found -inf, which is not a finite number");
  CHECK(error("inf", "ms") == place + "x: expected a time (like \"20 ms\"), found inf, which is not a finite number");
  CHECK(error("\"-1 ms\"", "ms", positive) == place + "x: must be positive, found \"-1 ms\"");
  CHECK(error("0", "", positive) == place + "x: must be positive, found 0");
  CHECK(error("1.5", "", fraction) == place + "x: must be between 0 and 1, found 1.5");
  CHECK(error("\"2 s\"", "ms", {1, 1000}) == place + "x: must be between 1 and 1000 ms, found \"2 s\"");
  CHECK(error("-1", "", not_negative) == place + "x: must be at least 0, found -1");
}

TEST_CASE("a range says which numbers it allows") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CHECK(any_number.text() == "any number");
  CHECK(positive.text("ms") == "positive");
  CHECK(not_negative.text("ms") == "at least 0 ms");
  CHECK(Range{-infinity, 0, false, true}.text() == "negative");
  CHECK(Range{-infinity, 3}.text() == "at most 3");
  CHECK(Range{0, 1, true, false}.text() == "above 0 and at most 1");
  CHECK(Range{0, 1, false, true}.text() == "at least 0 and below 1");
  CHECK_FALSE(Range{0, 1, true, true}.contains(0));
  CHECK_FALSE(Range{0, 1, true, true}.contains(1));
  CHECK(fraction.contains(1));
  CHECK_FALSE(any_number.contains(std::nan("")));
}

TEST_CASE("wrong values of other kinds say what is allowed") {
  const auto error = [](const std::string& written, auto&& get) {
    Opened e("x = " + written);
    get(e.table);
    return e.errors();
  };
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const auto integer = [](std::int64_t low, std::int64_t high) {
    return [low, high](const Table& t) { CHECK(t.integer("x", -7, low, high) == -7); };
  };
  CHECK(error("0", integer(1, most)) == place + "x: expected a whole number of at least 1, found 0");
  CHECK(error("1.5", integer(1, 9)) == place + "x: expected a whole number between 1 and 9, found 1.5");
  CHECK(error("1e300", integer(1, most)) == place + "x: expected a whole number of at least 1, found 1e+300");
  CHECK(error("nan", integer(-most - 1, most)) == place + "x: expected a whole number, found nan");
  CHECK(error("\"3\"", integer(1, 9)) == place + "x: expected a whole number between 1 and 9, found \"3\"");
  CHECK(error("1", [](const Table& t) { CHECK(t.boolean("x", true)); }) ==
        place + "x: expected true or false, found 1");
  CHECK(error("1", [](const Table& t) { CHECK(t.text("x", "f") == "f"); }) ==
        place + "x: expected a text in quotes, found 1");
  const std::vector<std::string> kinds{"lif", "adex", "izhikevich"};
  CHECK(error("\"lift\"", [&](const Table& t) { CHECK(t.choice("x", kinds, "adex") == "adex"); }) ==
        place + "x: unknown name \"lift\"; did you mean `lif`? allowed here: lif, adex, izhikevich");
  CHECK(error("\"hodgkin\"", [&](const Table& t) { CHECK(t.required_choice("x", kinds) == "lif"); }) ==
        place + "x: unknown name \"hodgkin\"; allowed here: lif, adex, izhikevich");
  CHECK(error("1", [&](const Table& t) { t.choice("x", kinds, ""); }) ==
        place + "x: expected one of lif, adex, izhikevich, found 1");
  CHECK(error("1", [](const Table& t) { CHECK(t.texts("x", {"f"}).size() == 1); }) ==
        place + "x: expected a text or a list of texts, found 1");
  CHECK(error("[\"a\", 1]", [](const Table& t) { CHECK(t.texts("x").empty()); }) ==
        "a.toml:2:11: error: node.E.x[1]: expected a text in quotes, found 1");
  CHECK(error("[\"1 ms\", 1]", [](const Table& t) { CHECK(t.numbers("x", "ms").empty()); }) ==
        "a.toml:2:14: error: node.E.x[1]: expected a time, found 1; write \"1 ms\"");
  CHECK(error("1", [](const Table& t) { CHECK_FALSE(t.table("x").has_value()); }) ==
        place + "x: expected a table, found 1");
  CHECK(error("{ a = 1, b = {} }", [](const Table& t) { CHECK(t.tables("x").size() == 1); }) ==
        "a.toml:2:7: error: node.E.x.a: expected a table, found 1");
  CHECK(error("{}", [](const Table& t) { CHECK(t.list("x").empty()); }) ==
        place + "x: expected a list of tables, found {}");
  CHECK(error("[{}, 2]", [](const Table& t) { CHECK(t.list("x").size() == 1); }) ==
        "a.toml:2:10: error: node.E.x[1]: expected a table, found 2");
  CHECK(error("1", [](const Table& t) { t.named("x"); }) ==
        place + "x: expected a name or a table with `kind`, found 1");
  CHECK(error("{ rate = 1 }", [](const Table& t) { t.named("x"); }) ==
        place + "x: missing key `kind`: a text in quotes");
  CHECK(error("{ rule = 1 }", [](const Table& t) { t.named("x", "rule"); }) ==
        "a.toml:2:7: error: node.E.x.rule: expected a text in quotes, found 1");
}

TEST_CASE("a distribution reads in the unit asked for") {
  Opened e(
      "c = \"2 s\"\nu = { uniform = [\"0 ms\", \"1 s\"], min = \"0.5 ms\" }\nn = { normal = [0, 0.1], max = 1 }\n"
      "l = { lognormal = [-1.5, 0.3] }\nx = { exponential = \"10 ms\" }\nv = [1, 2.5]\nf = { npy = \"w.npy\" }\n");
  const Table& t = e.table;
  const Quantity c = t.distribution("c", "ms", 0);
  CHECK(c.constant());
  CHECK(c.a == 2000);
  CHECK(c.at.line == 2);
  const Quantity u = t.distribution("u", "ms", 0, positive);
  CHECK(u.kind == Quantity::Kind::uniform);
  CHECK(u.a == 0);
  CHECK(u.b == 1000);
  CHECK(u.low == 0.5);
  CHECK(std::isinf(u.high));
  const Quantity n = t.distribution("n", "", 0);
  CHECK(n.kind == Quantity::Kind::normal);
  CHECK(n.b == 0.1);
  CHECK(n.high == 1);
  const Quantity l = t.distribution("l", "mV", 0, positive);
  CHECK(l.kind == Quantity::Kind::lognormal);
  CHECK(l.a == -1.5);
  const Quantity x = t.distribution("x", "ms", 0, positive);
  CHECK(x.kind == Quantity::Kind::exponential);
  CHECK(x.a == 10);
  const Quantity v = t.distribution("v", "", 0);
  CHECK(v.kind == Quantity::Kind::values);
  CHECK(v.values == std::vector<double>{1, 2.5});
  const Quantity f = t.distribution("f", "mV", 0);
  CHECK(f.kind == Quantity::Kind::file);
  CHECK(f.path == "w.npy");
  t.refuse_unused();
  CHECK(e.errors().empty());
}

TEST_CASE("wrong distributions say what is wrong") {
  const auto error = [](const std::string& written, const char* unit = "", Range range = any_number) {
    Opened e("x = " + written);
    const Quantity quantity = e.table.distribution("x", unit, 42, range);
    CHECK(quantity.constant());
    CHECK(quantity.a == 42);
    return e.errors();
  };
  const std::string inside = "a.toml:2:7: error: node.E.x.";
  CHECK(error("{ uniform = [2, 1] }") == inside + "uniform: the low end stands first, then the high one, found [2, 1]");
  CHECK(error("{ normal = [0, -1] }") ==
        inside + "normal: the second number is a standard deviation: at least 0, found [0, -1]");
  CHECK(error("{ lognormal = [0, -1] }").find(inside + "lognormal: the second number is the standard") == 0);
  CHECK(error("{ exponential = 0 }") == inside + "exponential: the mean must be positive, found 0");
  CHECK(error("{ normal = [0, 1, 2] }") == inside + "normal: expected a list of two numbers, found [0, 1, 2]");
  CHECK(error("{ normal = 1 }") == inside + "normal: expected a list of two numbers, found 1");
  CHECK(error("{ npy = 1 }") == inside + "npy: expected a text in quotes, found 1");
  CHECK(error("{ normal = [0, \"1 ms\"] }", "ms") ==
        "a.toml:2:17: error: node.E.x.normal[0]: expected a time, found 0; write \"0 ms\"");
  CHECK(error("{ gamma = [0, 1] }", "ms") ==
        place +
            "x: expected a time (like \"20 ms\"), a list of them, or a table with one of uniform, normal, lognormal, "
            "exponential, npy; found { gamma = [0, 1] }");
  CHECK(error("{ normal = [0, 1], uniform = [0, 1] }").find("found uniform, normal") != std::string::npos);
  CHECK(error("{ uniform = [0, 1], min = 2, max = 1 }") == "a.toml:2:25: error: node.E.x.min: `min` is above `max`");
  CHECK(error("{ normal = [\"1.5 ms\", \"0.5 ms\"] }", "ms", positive) ==
        inside + "normal: must be positive, and this distribution can draw less; add `min`");
  CHECK(error("{ uniform = [0, 1], min = -1 }", "", positive) ==
        "a.toml:2:25: error: node.E.x.min: must be positive, and this distribution can draw less; change `min`");
  CHECK(error("{ exponential = 1 }", "", fraction) ==
        inside + "exponential: must be between 0 and 1, and this distribution can draw more; add `max`");
  CHECK(error("[]") == place + "x: the list is empty");
  CHECK(error("[1, -1]", "", positive) == "a.toml:2:9: error: node.E.x[1]: must be positive, found -1");
  CHECK(error("nan") == place + "x: expected a plain number, found nan, which is not a finite number");
  CHECK(error("{ normal = [0, inf] }").find("which is not a finite number") != std::string::npos);
}

TEST_CASE("a distribution that stays in its range is allowed") {
  Opened e(
      "a = { normal = [1, 0.5], min = 0.1 }\nb = { exponential = 1, max = 1 }\nc = { uniform = [-1, 2], min = 0, max = "
      "1 }\n"
      "d = { normal = [1, 0] }\n");
  e.table.distribution("a", "", 0, positive);
  e.table.distribution("b", "", 0, {0, 1, true});
  e.table.distribution("c", "", 0, fraction);
  e.table.distribution("d", "", 0, fraction);
  CHECK(e.errors().empty());
}

TEST_CASE("a name may stand alone or in a table with its options") {
  Opened e("a = \"adam\"\nb = { kind = \"adam\", rate = 0.1 }\nc = { rule = \"stdp\" }");
  const auto a = e.table.named("a");
  REQUIRE(a.has_value());
  CHECK(a->first == "adam");
  CHECK(a->second.number("rate", 0.5) == 0.5);
  CHECK(a->second.keys().empty());
  CHECK(a->second.at().line == 2);
  const auto b = e.table.named("b");
  REQUIRE(b.has_value());
  CHECK(b->first == "adam");
  CHECK(b->second.number("rate", 0.5) == 0.1);
  CHECK(b->second.address() == "node.E.b");
  CHECK(e.table.named("c", "rule")->first == "stdp");
  e.table.refuse_unused();
  CHECK(e.errors().empty());
}

TEST_CASE("tables and lists come in the order of the source") {
  Opened e("");
  std::vector<Diagnostic> diagnostics;
  const Value root =
      parse("node.z = { a = 1 }\nnode.b = {}\n[[phase]]\nname = \"x\"\n[[phase]]\nname = \"y\"\n", "a.toml");
  const Table t(root, "", diagnostics);
  const auto nodes = t.tables("node");
  REQUIRE(nodes.size() == 2);
  CHECK(nodes[0].first == "z");
  CHECK(nodes[0].second.address() == "node.z");
  CHECK(nodes[0].second.integer("a", 0, 0, 9) == 1);
  const auto phases = t.list("phase");
  REQUIRE(phases.size() == 2);
  CHECK(phases[1].address() == "phase[1]");
  CHECK(phases[1].text("name", "") == "y");
  CHECK(phases[0].text("name", "") == "x");
  CHECK(t.keys() == std::vector<std::string>{"node", "phase"});
  CHECK(t.at("phase").line == 3);
  CHECK(t.at("absent").line == 1);
  t.refuse_unused();
  CHECK(diagnostics.empty());
}

TEST_CASE("a key that nothing read is an error with the nearest name") {
  Opened e("taum = \"20 ms\"\nsize = 3\n\"odd key\" = 1\noptimizer = { kind = \"adam\", momentum = 0.9 }\n");
  e.table.quantity("tau_m", "ms", 10.0);
  e.table.integer("size", 1, 1, 100);
  e.table.named("optimizer")->second.number("rate", 0.1);
  Table(at(e.root, "node", "E"), "node.E", e.diagnostics).refuse_unused({"like"});
  CHECK(e.errors() ==
        "a.toml:2:1: error: node.E.taum: unknown key `taum`; did you mean `tau_m`? allowed here: like, tau_m, size, "
        "optimizer\n"
        "a.toml:4:1: error: node.E.\"odd key\": unknown key `\"odd key\"`; allowed here: like, tau_m, size, optimizer\n"
        "a.toml:5:30: error: node.E.optimizer.momentum: unknown key `momentum`; allowed here: kind, rate");
}

TEST_CASE("take and skip mark all below, peek and has mark nothing") {
  Opened e("a = { b = [ { c = 1 } ] }\nd = { f = 1 }\ng = 2");
  REQUIRE(e.table.take("a") != nullptr);
  e.table.table("d")->skip();
  CHECK(e.table.has("g"));
  CHECK(e.table.peek("g")->integer == 2);
  e.table.refuse_unused();
  CHECK(e.errors() == "a.toml:4:1: error: node.E.g: unknown key `g`; allowed here: a, d");
}

TEST_CASE("an error of one's own stands at its key or at the table") {
  Opened e("a = 1");
  e.table.error("a", "is odd");
  e.table.error("b", "is absent");
  CHECK(e.errors() == "a.toml:1:7: error: node.E: is absent\na.toml:2:1: error: node.E.a: is odd");
}

TEST_CASE("an error found twice is reported once") {
  Opened e("a = 1");
  e.table.text("a", "");
  e.table.text("a", "");
  CHECK(e.errors() == place + "a: expected a text in quotes, found 1");
}

}  // namespace cajal::config
