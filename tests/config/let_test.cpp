#include "tests/catch.hpp"
#include "tests/config/config_test.hpp"

namespace cajal::config {

TEST_CASE("entries of let refer to each other in any order", "[let]") {
  const Value root = parse(
      "let = { k = \"= 0.1 * N\", N = \"= 4 * M\", M = 2500, J = \"0.1 mV\", g = 5 }\n"
      "[node]\nE = { size = \"= N\" }\n[edge]\nII = { weight = { normal = [\"= -g * J\", \"= 0.1 * J\"] }, k = \"= k\" "
      "}\n",
      "a.toml");
  CHECK(at(root, "node", "E", "size").integer == 10000);
  CHECK(at(root, "edge", "II", "k").integer == 1000);
  CHECK(at(root, "edge", "II", "weight", "normal", 0).text == "-0.5 mV");
  CHECK(root.find("let") == nullptr);
  const Value again = parse(write(root), "b.toml");
  CHECK(equal(again, root));
}

TEST_CASE("a cycle of let is shown", "[let]") {
  CHECK(errors_of_text("let = { a = \"= b + 1\", b = \"= 2 * c\", c = \"= a\" }\nnode.E = \"= a\"\n") ==
        "a.toml:1:9: error: let.a: `a` depends on itself: let.a -> let.b -> let.c -> let.a");
  CHECK(errors_of_text("let.a = \"= a\"\nnode.E = \"= a\"\n") ==
        "a.toml:1:5: error: let.a: `a` depends on itself: let.a -> let.a");
  CHECK(errors_of_text("let.a = \"= rows(W)\"\n[table]\nW = { values = [[1]], divide = \"= a\" }\n") ==
        "a.toml:1:5: error: let.a: `a` depends on itself: let.a -> table.W -> let.a");
}

TEST_CASE("what let cannot hold says what it can", "[let]") {
  const auto error = [](const std::string& entry) { return errors_of_text("let = { " + entry + " }\n"); };
  const std::string place = "a.toml:1:9: error: let.";
  const std::string wanted =
      "expected a number, a quantity (like \"2 mV\") or an expression (like \"= 2 * g\"), found ";
  CHECK(error("a = true") == place + "a: " + wanted + "true");
  CHECK(error("a = [1]") == place + "a: " + wanted + "[1]");
  CHECK(error("a = nan") == place + "a: " + wanted + "nan");
  CHECK(error("a = \"fast\"") == place + "a: expected a quantity (like \"20 ms\"), found \"fast\"");
  CHECK(error("a = \"2\"") == place + "a: expected a quantity (like \"20 ms\"), found \"2\"; write 2 without quotes");
  CHECK(error("a = \"2 sec\"") ==
        place + "a: expected a quantity (like \"20 ms\"), found \"2 sec\": there is no unit `sec`");
  CHECK(error("ms = 1") == place + "ms: `ms` is a unit in expressions; choose another name");
  CHECK(error("n = 1") == place + "n: `n` is a variable of units and synapses in expressions; choose another name");
  CHECK(error("max = 1") == place + "max: `max` is a function in expressions; choose another name");
  CHECK(error("pi = 3") == place + "pi: `pi` is a constant in expressions; choose another name");
  CHECK(error("a-b = 3") ==
        place + "a-b: a name in expressions is made of letters, digits and underscores, found `a-b`");
  CHECK(errors_of_text("let = 3\n") == "a.toml:1:1: error: let: expected a table of values, found 3");
  CHECK(error("a = 1, b = 2") ==
        "a.toml:1:9: error: let.a: nothing uses `a`\n"
        "a.toml:1:16: error: let.b: nothing uses `b`");
}

TEST_CASE("a wrong entry is reported once, however often it is used", "[let]") {
  CHECK(errors_of_text("let = { a = \"= 1 mV + 1 ms\", b = \"= a\" }\n[node]\nE = \"= a\"\nF = \"= b\"\n") ==
        "a.toml:1:9: error: let.a: a voltage and a time cannot be added, at character 8 of \"= 1 mV + 1 ms\"");
}

TEST_CASE("let is set from outside and through extends", "[let]") {
  const Folder folder("let");
  folder.add("base.toml", "let = { g = 5, J = \"0.1 mV\" }\n[edge]\nw = \"= g * J\"\nv = \"= g\"\n");
  const std::string file = folder.add("sub/a.toml", "extends = \"../base.toml\"\nlet.g = 4\n");
  CHECK(at(read(file), "edge", "v").integer == 4);
  CHECK(at(read(file), "edge", "w").text == "0.4 mV");
  CHECK(at(read(file, {"let.g=2"}), "edge", "w").text == "0.2 mV");
  CHECK(at(read(file, {"let.g== 3 * 2"}), "edge", "v").integer == 6);
  CHECK(at(read(file, {"edge.v== g + 1"}), "edge", "v").integer == 5);
  CHECK(errors_of([&] { read(file, {"let.h=2"}); }) == "--set: error: let.h: nothing uses `h`");
}

TEST_CASE("a learner's names come before those of the root", "[let]") {
  const Value root = parse(
      "let = { units = 10, rate = 0.1, half = \"= units / 2\" }\n[learner.a]\nnode.E = [\"= units\", \"= rate\", \"= "
      "half\"]\n"
      "[learner.b]\nextends = \"learner.a\"\nlet.units = 20\n",
      "a.toml");
  CHECK(at(root, "learner", "a", "node", "E", 0).integer == 10);
  CHECK(at(root, "learner", "b", "node", "E", 0).integer == 20);
  CHECK(at(root, "learner", "b", "node", "E", 1).real == 0.1);
  CHECK(at(root, "learner", "b", "node", "E", 2).integer == 5);  // the root's, of the root's
  CHECK(at(root, "learner", "b").find("let") == nullptr);
}

TEST_CASE("long and growing chains of names are refused, not followed for ever", "[let]") {
  std::string chain = "let.a0 = \"= x / 1 mm\"\n", doubling = chain;
  for (int i = 1; i < 60; ++i) {
    const std::string before = "a" + std::to_string(i - 1);
    doubling += "let.a" + std::to_string(i) + " = \"= " + before + " + " + before + "\"\n";
  }
  CHECK(errors_of_text(doubling + "node.E = \"= a59\"\n").find("this expression is too long") != std::string::npos);
  chain.clear();
  for (int i = 0; i < 5000; ++i) chain += "let.a" + std::to_string(i) + " = \"= a" + std::to_string(i + 1) + "\"\n";
  CHECK(errors_of_text(chain + "let.a5000 = 1\n").find("more than 200 names refer to each other") != std::string::npos);
}

}  // namespace cajal::config
