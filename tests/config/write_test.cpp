#include <limits>

#include "models/expand_layers.hpp"
#include "tests/catch.hpp"
#include "tests/config/config_test.hpp"

namespace cajal::config {

TEST_CASE("what is written reads back to the same tree in the same order") {
  const Folder folder("write");
  folder.add("diehl_cook.toml", diehl_cook);
  for (const std::string& text : {brunel, hybrid, diehl_cook, comparison}) {
    Value root = read(folder.add("a.toml", text));
    CHECK(equal(parse(write(root), "b.toml"), root));
    std::vector<Diagnostic> diagnostics;
    expand_layers(root, diagnostics);
    CHECK(diagnostics.empty());
    CHECK(equal(parse(write(root), "b.toml"), root));
  }
}

TEST_CASE("a plain key behind a section keeps its place") {
  const Value root = parse("[node]\nE = {}\n[learner.a]\nnode.x = 1\n", "a.toml", {"data=digits", "learner.a.data=x"});
  CHECK(root.members.back().first == "data");
  CHECK(equal(parse(write(root), "b.toml"), root));
}

TEST_CASE("sections are written as a person would") {
  CHECK(write(parse("data = \"digits\"\n[node]\nE = { size = 1 }\n[learner.a.node]\nx = {}\n[[phase]]\nname = \"p\"\n",
                    "a.toml")) ==
        "data = \"digits\"\n\n[node]\nE = { size = 1 }\n\n[learner.a]\n\n[learner.a.node]\nx = {}\n\n[[phase]]\nname = "
        "\"p\"\n");
}

TEST_CASE("numbers, texts and keys of every kind survive") {
  Value run = Value::table({});
  int number = 0;
  const auto add = [&](Value value) { run.set("k" + std::to_string(number++), std::move(value)); };
  for (const double x : {0.0, 1.0, -2.0, 0.1, 1e-300, 1e300, 5e-324, 1.7976931348623157e308, 1.0 / 3,
                         123456789012345678.0, 1e22, -1e-7, std::numeric_limits<double>::infinity(), std::nan("")}) {
    add(Value::of(x, {}));
  }
  for (const std::int64_t n : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::max(),
                               std::numeric_limits<std::int64_t>::min()}) {
    add(Value::of(n, {}));
  }
  std::string all;
  for (char c = 0; c < 0x7f; ++c) all += c;
  for (const std::string& text : {all + "\x7f", std::string("äöü→𝄞"), std::string(), std::string("'''\"\"\"\\")}) {
    add(Value::of(text, {}));
    run.set(text, Value::of(true, {}));
  }
  add(Value::table({}));
  Value list = Value::table({});
  list.kind = Value::Kind::array;
  add(list);
  list.items = {Value::of(1, {}), Value::of("x", {}), run};
  add(list);
  Value root = Value::table({});
  root.set("run", run);
  CHECK(equal(parse(write(root), "b.toml"), root));
}

}  // namespace cajal::config
