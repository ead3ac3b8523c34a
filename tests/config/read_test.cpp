#include "tests/catch.hpp"
#include "tests/config/config_test.hpp"

namespace cajal::config {

TEST_CASE("a config reads as a tree in the order of its source") {
  const Value root = parse(
      "run = { seed = 7, name = \"a\", dt = 0.5, fast = true }\n"
      "[node]\nzeta = { size = 3 }\nalpha = { list = [1, 2.5, \"x\"] }\n"
      "[node.beta]\nsize = 0x10\n",
      "a.toml");
  REQUIRE(root.members.size() == 2);
  CHECK(at(root, "run", "seed").integer == 7);
  CHECK(at(root, "run", "name").text == "a");
  CHECK(at(root, "run", "dt").real == 0.5);
  CHECK(at(root, "run", "fast").boolean);
  CHECK(at(root, "run").members[0].first == "seed");
  CHECK(at(root, "run").members[3].first == "fast");
  const Value& node = at(root, "node");
  REQUIRE(node.members.size() == 3);
  CHECK(node.members[0].first == "zeta");
  CHECK(node.members[1].first == "alpha");
  CHECK(node.members[2].first == "beta");
  CHECK(at(node, "alpha", "list", 0).kind == Value::Kind::integer);
  CHECK(at(node, "alpha", "list", 1).kind == Value::Kind::real);
  CHECK(at(node, "alpha", "list", 2).kind == Value::Kind::text);
  CHECK(at(node, "beta", "size").integer == 16);
}

TEST_CASE("a value knows where it was written") {
  const Value root = parse("run = { seed = 7 }\n\n[node]\n  E = { size = 3,  w = [ 1, \"ä\", 2 ] }\n", "a.toml");
  const Position& size = at(root, "node", "E", "size").at;
  CHECK(size.file == "a.toml");
  CHECK(size.line == 4);
  CHECK(size.column == 9);
  CHECK(at(root, "run", "seed").at.column == 9);
  CHECK(at(root, "node").at.line == 3);
  CHECK(at(root, "node").at.column == 2);
  CHECK(at(root, "node", "E", "w", 0).at.column == 26);
  CHECK(at(root, "node", "E", "w", 2).at.column == 34);  // columns count characters, not bytes
}

TEST_CASE("dotted keys are plain TOML") {
  const Value root = parse("[learner.mlp]\nlearn.bp = { rule = \"backprop\" }\nlearn.hebb.rule = \"oja\"\n", "a.toml");
  CHECK(at(root, "learner", "mlp", "learn", "bp", "rule").text == "backprop");
  CHECK(at(root, "learner", "mlp", "learn", "hebb", "rule").text == "oja");
}

TEST_CASE("the configs of the documentation read") {
  CHECK(at(parse(brunel, "a.toml"), "edge", "EE", "connect", "k").integer == 1000);
  CHECK(at(parse(hybrid, "a.toml"), "learn", "bp", "optimizer", "rate").real == 1e-3);
  const Value dc = parse(diehl_cook, "a.toml");
  CHECK(at(dc, "trial", "retry", "add", "node.X.gain").integer == 1);
  CHECK(at(dc, "phase", 1, "samples").integer == 10000);
  CHECK(at(dc, "phase", 2, "learn").items.empty());
}

TEST_CASE("a file that cannot be read is a DataError") {
  const Folder folder("read");
  CHECK_THROWS_AS(read(folder.path("absent.toml")), DataError);
  CHECK_THROWS_AS(read(folder.path("")), DataError);
  CHECK_THROWS_AS(read(std::string("a\0b", 3)), DataError);
  CHECK_THROWS_AS(read(folder.add("large.toml", std::string(5 << 20, '\n'))), DataError);
  CHECK_THROWS_AS(parse(std::string(5 << 20, '\n'), "a.toml"), DataError);
  CHECK(at(read(folder.add("good.toml", brunel)), "run", "seed").integer == 12345);
}

TEST_CASE("deep nesting is an error and no overflow of the stack") {
  const auto repeated = [](const std::string& part, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += part;
    return out;
  };
  for (const int depth : {101, 1000, 300000}) {
    CHECK_THROWS_AS(parse("run = " + repeated("[", depth), "a.toml"), ConfigError);
    CHECK_THROWS_AS(parse("run = " + repeated("[", depth) + repeated("]", depth), "a.toml"), ConfigError);
    CHECK_THROWS_AS(parse("run = " + repeated("{a=", depth) + "1" + repeated("}", depth), "a.toml"), ConfigError);
    CHECK_THROWS_AS(parse("[run" + repeated(".a", depth) + "]\n", "a.toml"), ConfigError);
    CHECK_THROWS_AS(parse("run" + repeated(" . \"a\"", depth) + " = 1\n", "a.toml"), ConfigError);
    CHECK_THROWS_AS(parse("run = { x = '''a'''', y" + repeated(".a", depth) + " = 1 }\n", "a.toml"), ConfigError);
    CHECK_THROWS_AS(parse("run = 1", "a.toml", {"run=" + repeated("[", depth) + repeated("]", depth)}), ConfigError);
    CHECK_THROWS_AS(parse("run = 1", "a.toml", {"run" + repeated("[0]", depth) + "=1"}), ConfigError);
  }
  CHECK_NOTHROW(parse("run.a = " + repeated("[", 97) + repeated("]", 97), "a.toml"));
  CHECK(errors_of_text("run = 1\ndata = " + repeated("[", 101) + repeated("]", 101)) ==
        "a.toml:2:108: error: tables and lists are nested more than 100 deep");
  // Dots and brackets that do not nest.
  CHECK_NOTHROW(parse("run = [" + repeated("1.5, ", 500) + "]\ndata = \"" + repeated("[.", 500) + "\" # " +
                          repeated("[.", 500) + "\n" + "trial = '''" + repeated("{.\n", 500) + "'''\n",
                      "a.toml"));
}

TEST_CASE("deep nesting through extends and overrides is refused too") {
  std::string deep = "run";
  for (int i = 0; i < 60; ++i) deep += ".a";
  std::string list(60, '[');
  list += std::string(60, ']');
  CHECK_THROWS_AS(parse(deep + " = 1", "a.toml", {deep + "=" + list}), ConfigError);
}

TEST_CASE("a sweep is not one config") {
  CHECK(errors_of_text("run = { seed = 1 }\n[sweep]\n\"run.seed\" = [1, 2]\n") ==
        "a.toml:2:2: error: sweep: makes many configs of one; here one is expected");
}

TEST_CASE("an error of syntax has its position") {
  CHECK(errors_of_text("run = {\n  seed = 1\n}\n") ==
        "a.toml:1:8: error: not TOML: while parsing inline table: expected key or closing '}', saw '\\n'; a table in "
        "braces stands on one line");
  CHECK(errors_of_text("run = { dt = 20 ms }\n") ==
        "a.toml:1:17: error: not TOML: while parsing inline table: expected comma or closing '}', saw 'm'; a quantity "
        "with a unit "
        "stands in quotes, \"20 ms\"");
  CHECK(errors_of_text("run = 1\nrun = 2\n") ==
        "a.toml:2:7: error: not TOML: while parsing key-value pair: cannot redefine existing integer 'run'");
  CHECK(errors_of_text("run = 1\n\n[.a]\n") == "a.toml:3:1: error: not TOML: this line cannot be read");
  CHECK(errors_of_text("run = \"a\xff\"\n").find("a.toml:1:") == 0);
  CHECK(errors_of_text(std::string("run = 1\0", 8)).find("a.toml:1:") == 0);
}

TEST_CASE("all errors of a file come at once, in its order") {
  const std::string keys =
      "extends, let, table, run, data, trial, predict, model, node, edge, learn, record, measure, layers, preprocess, "
      "augment, classical, phase";
  CHECK(
      errors_of_text("nodes = 1\nrun = { at = 2024-01-01, x = \"= 1 +\" }\n[learner]\na = 1\nb = { compare = 1 }\n") ==
      "a.toml:1:1: error: nodes: unknown key `nodes` at the root of a config; did you mean `node`? allowed here: " +
          keys +
          ", learner, compare, sweep, search, environment\n"
          "a.toml:2:9: error: run.at: a config has no dates and times; put quotes around it to make it a text\n"
          "a.toml:2:26: error: run.x: expected a number, a name or `(`, found the end, at character 6 of \"= 1 +\"\n"
          "a.toml:4:1: error: learner.a: expected a table, found 1\n"
          "a.toml:5:7: error: learner.b.compare: unknown key `compare` in a learner; allowed here: " +
          keys);
}

TEST_CASE("a flood of errors is cut") {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "unknown" + std::to_string(i) + " = 1\n";
  try {
    parse(text, "a.toml");
    FAIL("no error");
  } catch (const ConfigError& error) {
    REQUIRE(error.diagnostics().size() == 101);
    CHECK(error.diagnostics().back().text() == "a.toml: error: 200 more errors");
  }
}

TEST_CASE("a diagnostic leaves out what it does not know") {
  CHECK(Diagnostic{{"a.toml", 3, 4}, "node.E", "wrong"}.text() == "a.toml:3:4: error: node.E: wrong");
  CHECK(Diagnostic{{"--set", 0, 0}, "node.E", "wrong"}.text() == "--set: error: node.E: wrong");
  CHECK(Diagnostic{{}, "", "wrong"}.text() == "error: wrong");
  const ConfigError error({{{"a", 1, 1}, "x", "one"}, {{"a", 2, 1}, "y", "two"}});
  CHECK(std::string(error.what()) == "a:1:1: error: x: one\na:2:1: error: y: two");
  CHECK(error.diagnostics().size() == 2);
}

TEST_CASE("a value is shown on one short line") {
  const Value root =
      parse("run = { a = \"20 mV\", b = [1, 2.0, true], c = { kind = \"lif\" }, d = {}, e = \"q\\\"\\\\\\n\\u0001\" }",
            "a.toml");
  CHECK(at(root, "run", "a").written() == "\"20 mV\"");
  CHECK(at(root, "run", "b").written() == "[1, 2.0, true]");
  CHECK(at(root, "run", "c").written() == "{ kind = \"lif\" }");
  CHECK(at(root, "run", "d").written() == "{}");
  CHECK(at(root, "run", "e").written() == "\"q\\\"\\\\\\n\\u0001\"");
  CHECK(root.written() == "{ run = { a = \"20 mV\", b = [1, 2.0, true], c = { kind = \"lif...");
  const std::string cut = Value::of(std::string("x") + std::string(1000, '\xc3') + "\xa4", {}).written();
  CHECK(cut.size() < 70);
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "ä";
  CHECK(Value::of(umlauts, {}).written() == "\"" + umlauts.substr(0, 58) + "...");
}

TEST_CASE("the nearest name is found") {
  const std::vector<std::string> names{"tau_m", "tau_syn", "t_ref", "V_th", "lif", "cross_entropy"};
  CHECK(nearest("taum", names) == "tau_m");
  CHECK(nearest("tau_n", names) == "tau_m");
  CHECK(nearest("tref", names) == "t_ref");
  CHECK(nearest("LIF", names) == "lif");
  CHECK(nearest("lfi", names) == "lif");
  CHECK(nearest("Vth", names) == "V_th");
  CHECK(nearest("crossentropi", names) == "cross_entropy");
  CHECK(nearest("E", {"I", "X"}).empty());
  CHECK(nearest("weight", names).empty());
  CHECK(nearest("", names).empty());
  CHECK(nearest(std::string(100000, 'a'), {std::string(100000, 'b')}).empty());
}

}  // namespace cajal::config
