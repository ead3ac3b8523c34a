#include "tests/catch.hpp"
#include "tests/config/config_test.hpp"

namespace cajal::config {

TEST_CASE("a file is put over what it extends: tables merge, lists and scalars replace") {
  const Folder folder("extends");
  folder.add("base/base.toml",
             "run = { name = \"base\", seed = 1 }\n[node]\nE = { size = 10, to = [1, 2, 3] }\nI = { size = 5 }\n");
  const std::string file = folder.add("a.toml",
                                      "extends = \"base/base.toml\"\nrun = { seed = 2 }\n"
                                      "node.E = { to = [9], new = true }\nnode.Z = { size = 1 }\n");
  const Value root = read(file);
  CHECK(root.find("extends") == nullptr);
  CHECK(at(root, "run", "name").text == "base");
  CHECK(at(root, "run", "seed").integer == 2);
  CHECK(at(root, "node", "E", "size").integer == 10);
  CHECK(at(root, "node", "E", "to").items.size() == 1);
  CHECK(at(root, "node", "E", "new").boolean);
  CHECK(at(root, "node").members[2].first == "Z");
  CHECK(at(root, "node", "I", "size").at.file == folder.path("base/base.toml"));
  CHECK(at(root, "run", "seed").at.file == file);
}

TEST_CASE("a file is named relative to the one that names it") {
  const Folder folder("relative");
  folder.add("x/y/c.toml", "run = { name = \"c\" }\n");
  folder.add("x/b.toml", "extends = \"y/c.toml\"\n");
  CHECK(at(read(folder.add("a.toml", "extends = \"x/b.toml\"\n")), "run", "name").text == "c");
  CHECK(at(read(folder.add("z/a.toml", "extends = \"../x/b.toml\"\n")), "run", "name").text == "c");
}

TEST_CASE("a circle of files is refused") {
  const Folder folder("circle");
  folder.add("b.toml", "extends = \"./a.toml\"\n");
  const std::string a = folder.add("a.toml", "extends = \"b.toml\"\n");
  const std::string text = errors_of([&] { read(a); });
  CHECK(text.find(folder.path("b.toml") + ":1:1: error: extends: a file cannot extend itself: ") == 0);
  CHECK_THROWS_AS(read(folder.add("c.toml", "extends = \"c.toml\"\n")), ConfigError);
  CHECK_THROWS_AS(read(folder.add("d.toml", "[learner.x]\nextends = \"d.toml\"\n")), ConfigError);
}

TEST_CASE("a long chain of files is refused") {
  const Folder folder("chain");
  for (int i = 0; i < 40; ++i) {
    folder.add(std::to_string(i) + ".toml", "extends = \"" + std::to_string(i + 1) + ".toml\"\n");
  }
  folder.add("40.toml", "run = { seed = 1 }\n");
  CHECK(at(read(folder.path("20.toml")), "run", "seed").integer == 1);
  CHECK(errors_of([&] { read(folder.path("0.toml")); }).find("more than 32 files extend each other") !=
        std::string::npos);
}

TEST_CASE("what cannot be extended is an error at its place") {
  const Folder folder("bad");
  const std::string file = folder.add("a.toml", "run = {}\nextends = \"absent.toml\"\n");
  CHECK(errors_of([&] { read(file); }) ==
        file + ":2:1: error: extends: " + folder.path("absent.toml") + ": there is no such file");
  CHECK(errors_of_text("extends = 3\n") == "a.toml:1:1: error: extends: expected the name of a file, found 3");
  CHECK(errors_of_text("extends = \"a\\u0000b\"\n").find("a.toml:1:1: error: extends: ") == 0);
  folder.add("broken.toml", "run = {\n");
  const std::string over = folder.add("over.toml", "extends = \"broken.toml\"\n");
  CHECK(errors_of([&] { read(over); }).find(folder.path("broken.toml") + ":1:8: error: not TOML: ") == 0);
}

TEST_CASE("a learner extends a learner or a file") {
  const Folder folder("learner");
  folder.add("diehl_cook.toml", diehl_cook);
  const Value root = read(folder.add("compare.toml", comparison));
  const Value& snn = at(root, "learner", "snn");
  CHECK(snn.find("extends") == nullptr);
  CHECK(at(snn, "learn", "bp", "epochs").integer == 10);
  CHECK(at(snn, "layers", 0, "activation", "preset").text == "snntorch");
  CHECK(at(snn, "trial", "show").text == "25 ms");
  CHECK(at(root, "learner", "mlp").find("trial") == nullptr);
  const Value& dc = at(root, "learner", "dc");
  CHECK(at(dc, "run").find("name") == nullptr);
  CHECK(at(dc, "run", "dt").text == "0.5 ms");
  CHECK(at(dc, "edge", "IE", "weight").text == "17 nS");
}

TEST_CASE("learners are resolved in any order and after the file's own extends") {
  const Folder folder("order");
  folder.add("base.toml",
             "[learner.c]\nextends = \"learner.b\"\n[learner.b]\nextends = \"learner.a\"\ntrial = { x = 1, y = 1 }\n"
             "[learner.a]\ntrial = { y = 0, z = 0 }\n");
  const Value root = read(folder.add("a.toml", "extends = \"base.toml\"\n[learner.a]\ntrial = { z = 5 }\n"));
  CHECK(at(root, "learner", "c", "trial", "x").integer == 1);
  CHECK(at(root, "learner", "c", "trial", "y").integer == 1);
  CHECK(at(root, "learner", "c", "trial", "z").integer == 5);
}

TEST_CASE("bad extends of learners") {
  CHECK(errors_of_text("[learner.mlp]\n[learner.snn]\nextends = \"learner.mpl\"\n") ==
        "a.toml:3:1: error: learner.snn.extends: there is no learner `mpl`; did you mean `mlp`? there are: mlp, snn");
  CHECK(errors_of_text("[learner.x]\nextends = \"learner.y\"\n[learner.y]\nextends = \"learner.x\"\n") ==
        "a.toml:4:1: error: learner.y.extends: a learner cannot extend itself: x -> y -> x");
  CHECK(errors_of_text("[learner.x]\nextends = \"mlp\"\n") ==
        "a.toml:2:1: error: learner.x.extends: expected \"learner.NAME\" or a file \"NAME.toml\", found \"mlp\"");
  CHECK(errors_of_text("[learner.x]\nextends = [1]\n") ==
        "a.toml:2:1: error: learner.x.extends: expected \"learner.NAME\" or the name of a file, found [1]");
  CHECK(errors_of_text("learner = 3\n") == "a.toml:1:1: error: learner: expected a table of learners, found 3");
}

TEST_CASE("learners that extend each other cannot grow without bound") {
  std::string large = "[learner.base]\npreprocess = [";
  for (int i = 0; i < 20000; ++i) large += "1,";
  large += "]\n";
  for (int i = 0; i < 200; ++i) large += "[learner.l" + std::to_string(i) + "]\nextends = \"learner.base\"\n";
  CHECK(errors_of_text(large).find("this config grows to more than a million values") != std::string::npos);
  std::string chained = "[learner.l0]\n";
  for (int i = 1; i < 5000; ++i) {
    chained = "[learner.l" + std::to_string(i) + "]\nextends = \"learner.l" + std::to_string(i - 1) + "\"\n" + chained;
  }
  CHECK(errors_of_text(chained).find("more than 32 learners extend each other") != std::string::npos);
}

TEST_CASE("an override sets a value at its address") {
  const std::string text =
      "run = { seed = 1 }\ndata = \"digits\"\n[node]\nE = { size = 10 }\n\"my E\" = { size = 1 }\n"
      "[learner.mlp]\nlayers = [ { units = 1 }, { units = 2 } ]\n";
  const Value root = parse(text, "a.toml",
                           {"node.E.size=800", "node.E.tau_m=20 ms", " node.\"my E\".size = 5", "node.'my E'.on = true",
                            "learner.mlp.layers[1].units=[1, 2]", "run.rate=1e-3", "run.name=\"a=b\"",
                            "run.day=2024-01-01", "run.empty=", "data={ source = 'mnist' }", "data.split=x = y"});
  CHECK(at(root, "node", "E", "size").integer == 800);
  CHECK(at(root, "node", "E", "tau_m").text == "20 ms");
  CHECK(at(root, "node", "my E", "size").integer == 5);
  CHECK(at(root, "node", "my E", "on").boolean);
  CHECK(at(root, "learner", "mlp", "layers", 1, "units", 1).integer == 2);
  CHECK(at(root, "run", "rate").real == 1e-3);
  CHECK(at(root, "run", "name").text == "a=b");
  CHECK(at(root, "run", "day").text == "2024-01-01");
  CHECK(at(root, "run", "empty").text.empty());
  CHECK(at(root, "data", "source").text == "mnist");
  CHECK(at(root, "data", "split").text == "x = y");
  CHECK(at(root, "node", "E", "size").at.file == "--set");
  CHECK(at(root, "data", "source").at.line == 0);
  CHECK(at(root, "node", "E").at.line == 4);
}

TEST_CASE("bad overrides say what is wrong") {
  const std::string text = "data = \"digits\"\n[node]\nEx = { size = 10 }\nw = [1, 2]\n";
  const auto error = [&](const std::string& set) { return errors_of_text(text, {set}); };
  CHECK(error("node.E.size=1") == "--set: error: node.E.size: there is no `node.E`; did you mean `node.Ex`?");
  CHECK(error("nodes.Ex.size=1") == "--set: error: nodes.Ex.size: there is no `nodes`; did you mean `node`?");
  CHECK(error("edge.rec.w=1") == "--set: error: edge.rec.w: there is no `edge`; there is: data, node");
  CHECK(error("node.Ex.size") == "--set: error: expected address=value, found \"node.Ex.size\"");
  CHECK(error("node..size=1") == "--set: error: expected an address (like node.E.size), found \"node..size\"");
  CHECK(error("=1") == "--set: error: expected an address (like node.E.size), found \"\"");
  CHECK(error("node.w[x]=1") == "--set: error: expected an address (like node.E.size), found \"node.w[x]\"");
  CHECK(error("node.w[2]=1") == "--set: error: node.w[2]: `node.w` has 2 items, counted from 0");
  CHECK(error("node.Ex[0]=1") == "--set: error: node.Ex[0]: `node.Ex` is no list but { size = 10 }");
  CHECK(error("data.split=1") == "--set: error: data.split: `data` is no table but \"digits\"");
  CHECK(error("node.w.x=1") ==
        "--set: error: node.w.x: `node.w` is no table but [1, 2]; an item is written `node.w[0]`");
  CHECK(error("node.w=[1, 2").find("--set: error: node.w: cannot read \"[1, 2\": not TOML: ") == 0);
  CHECK(error("node.Ex.size=\xff") == "--set: error: not valid UTF-8: \"node.Ex.size=\xff\"");
  CHECK(error("node.\xc3=1") == "--set: error: not valid UTF-8: \"node.\xc3=1\"");
  CHECK(error("node.Ex.size== 2 +") ==
        "--set: error: node.Ex.size: expected a number, a name or `(`, found the end, at character 6 of \"= 2 +\"");
  CHECK(error("extends=b.toml") == "--set: error: extends: `extends` cannot be set from outside the file");
  CHECK(error("node=1\nedge=2").empty());
  CHECK(at(parse(text, "a.toml", {"node=1\nedge=2"}), "node").text == "1\nedge=2");
}

}  // namespace cajal::config
