#include "models/expand_layers.hpp"
#include "tests/catch.hpp"
#include "tests/config/config_test.hpp"

namespace cajal::config {

namespace {

Value expanded(const std::string& text) {
  Value root = parse(text, "a.toml");
  std::vector<Diagnostic> diagnostics;
  expand_layers(root, diagnostics);
  raise(diagnostics);
  return root;
}

std::string errors(const std::string& text) {
  return errors_of([&] { expanded(text); });
}

/// The same tree, written out.
bool same(const std::string& sugar, const std::string& plain) { return equal(expanded(sugar), parse(plain, "b.toml")); }

}  // namespace

TEST_CASE("layers become nodes and edges of their names") {
  CHECK(same(R"(
layers = [ { name = "hid", kind = "dense", units = 256, activation = "relu", bias = false, init = { normal = [0, 1] } },
           { kind = "dropout", p = 0.5 },
           { kind = "dense", units = 10, activation = { kind = "lif", preset = "snntorch" } } ]
)",
             R"(
[node]
input = { kind = "data", field = "x" }
hid = { kind = "relu", size = 256 }
layer2 = { kind = "dropout", p = 0.5 }
layer3 = { kind = "lif", preset = "snntorch", size = 10 }
[edge]
hid = { from = "input", to = "hid", kind = "dense", bias = false, init = { normal = [0, 1] } }
layer2 = { from = "hid", to = "layer2", kind = "one_to_one" }
layer3 = { from = "layer2", to = "layer3", kind = "dense" }
)"));
}

TEST_CASE("without an activation a layer is linear, and an input of one's own stays") {
  CHECK(same(R"(
layers = [ { name = "out", kind = "dense", units = 2 } ]
[node]
input = { kind = "data", field = "image", encode = "poisson" }
other = { kind = "lif" }
[edge]
x = { from = "other", to = "input" }
)",
             R"(
[node]
input = { kind = "data", field = "image", encode = "poisson" }
other = { kind = "lif" }
out = { kind = "linear", size = 2 }
[edge]
x = { from = "other", to = "input" }
out = { from = "input", to = "out", kind = "dense" }
)"));
}

TEST_CASE("layers of learners expand in their learner") {
  const Folder folder("layers");
  folder.add("diehl_cook.toml", diehl_cook);
  Value root = read(folder.add("a.toml", comparison));
  std::vector<Diagnostic> diagnostics;
  expand_layers(root, diagnostics);
  CHECK(diagnostics.empty());
  CHECK(root.find("node") == nullptr);
  CHECK(at(root, "learner", "mlp").find("layers") == nullptr);
  CHECK(at(root, "learner", "mlp", "node", "hid", "kind").text == "relu");
  CHECK(at(root, "learner", "snn", "node", "hid", "preset").text == "snntorch");
  CHECK(at(root, "learner", "snn", "edge", "out", "from").text == "hid");
  CHECK(at(root, "learner", "dc", "node").members.size() == 3);
}

TEST_CASE("what a layer makes stands where the layer stands") {
  const Value root = expanded("layers = [\n  { kind = \"dense\", units = 3 }\n]\n");
  CHECK(at(root, "node", "layer1").at.line == 2);
  CHECK(at(root, "node", "layer1").at.column == 3);
  CHECK(at(root, "node", "layer1", "kind").at.line == 2);
  CHECK(at(root, "node", "layer1", "size").at.column == 21);
  CHECK(at(root, "edge", "layer1", "from").at.line == 2);
}

TEST_CASE("wrong layers say what is wrong") {
  CHECK(errors("layers = 3\n") == "a.toml:1:1: error: layers: expected a list of layers, found 3");
  CHECK(errors("layers = []\n") == "a.toml:1:1: error: layers: expected a list of layers, found []");
  CHECK(errors("layers = [1]\n") ==
        "a.toml:1:11: error: layers[0]: expected a table (like { kind = \"dense\", units = 100 }), found 1");
  CHECK(errors("layers = [{ units = 1 }]\n")
            .starts_with("a.toml:1:11: error: layers[0]: missing key `kind`: one of flatten, dense, "));
  CHECK(errors("layers = [{ kind = \"dens\", units = 1 }]\n")
            .starts_with("a.toml:1:13: error: layers[0].kind: unknown kind of layer \"dens\"; did you mean `dense`? "
                         "allowed here: flatten, dense, "));
  CHECK(
      errors("layers = [{ kind = 1 }]\n")
          .starts_with("a.toml:1:13: error: layers[0].kind: unknown kind of layer 1; allowed here: flatten, dense, "));
  CHECK(errors("layers = [{ kind = \"dense\" }]\n") ==
        "a.toml:1:11: error: layers[0]: missing key `units`: a whole number of at least 1");
  CHECK(errors("layers = [{ kind = \"dense\", name = \"a.b\", units = 1 }]\n") ==
        "a.toml:1:29: error: layers[0].name: expected a name without a dot, found \"a.b\"");
  CHECK(errors("layers = [{ kind = \"dense\", units = 1, activation = 3 }]\n") ==
        "a.toml:1:40: error: layers[0].activation: expected a name or a table with `kind`, found 3");
  CHECK(errors("layers = [{ kind = \"dense\", units = 1, activation = { kind = \"lif\", size = 3 } }]\n") ==
        "a.toml:1:69: error: layers[0].activation.size: the size of a layer is its `units`");
  CHECK(errors("layers = [{ kind = \"dense\", units = 1, from = \"x\" }]\n") ==
        "a.toml:1:40: error: layers[0].from: the order of the layers says what they join; `from` and `to` belong to "
        "[edge]");
  CHECK(errors("layers = [{ kind = \"dense\", name = \"E\", units = 1 }]\nnode.E = {}\n") ==
        "a.toml:1:11: error: layers[0]: a layer makes a node and an edge of its name, and there is node.E already");
  CHECK(errors("layers = [{ kind = \"dense\", name = \"E\", units = 1 }]\nedge.E = {}\n") ==
        "a.toml:1:11: error: layers[0]: a layer makes a node and an edge of its name, and there is edge.E already");
  CHECK(errors("node = 1\nlearner.a.layers = [{ kind = \"dropout\" }, 3]\nlayers = [{ kind = \"dropout\" }]\n") ==
        "a.toml:1:1: error: node: expected a table, found 1\n"
        "a.toml:2:43: error: learner.a.layers[1]: expected a table (like { kind = \"dense\", units = 100 }), found 3");
}

TEST_CASE("recurrent layers feed themselves one step later") {
  CHECK(same(R"(
layers = [ { name = "hid", kind = "elman", units = 4 }, { name = "cell", kind = "gru", units = 1, bias = false },
           { name = "out", kind = "dense", units = 2, add = "hid" } ]
)",
             R"(
[node]
input = { kind = "data", field = "x" }
hid = { kind = "tanh", size = 4 }
cell = { kind = "gru", size = 1 }
out = { kind = "linear", size = 2 }
[edge]
hid_recurrent = { from = "hid", to = "hid", kind = "dense", init = { uniform = [-0.5, 0.5] }, bias = { uniform = [-0.5, 0.5] }, delay_steps = 1 }
hid = { from = "input", to = "hid", kind = "dense", init = { uniform = [-0.5, 0.5] }, bias = { uniform = [-0.5, 0.5] } }
cell_recurrent = { from = "cell", to = "cell.recurrent", kind = "dense", bias = false, init = { uniform = [-1.0, 1.0] }, delay_steps = 1 }
cell = { from = "hid", to = "cell.input", kind = "dense", bias = false, init = { uniform = [-1.0, 1.0] } }
out = { from = "cell", to = "out", kind = "dense" }
out_add = { from = "hid", to = "out", kind = "one_to_one" }
)"));
}

TEST_CASE("a normalised layer is scaled by an edge") {
  CHECK(same(R"(
layers = [ { kind = "flatten" }, { name = "norm", kind = "batch_norm", eps = 1e-3, activation = "relu" } ]
)",
             R"(
[node]
input = { kind = "data", field = "x" }
norm_normal = { eps = 1e-3, kind = "batch_norm" }
norm = { kind = "relu" }
[edge]
norm_normal = { from = "input", to = "norm_normal", kind = "one_to_one" }
norm = { from = "norm_normal", to = "norm", kind = "scale" }
)"));
}

TEST_CASE("a bidirectional layer reads forwards and backwards") {
  CHECK(same(R"(
layers = [ { name = "h", kind = "elman", units = 3, bidirectional = true, init = "ones", bias = false },
           { name = "all", kind = "concatenate", of = ["h", "input"], activation = "relu" } ]
)",
             R"(
[node]
input = { kind = "data", field = "x" }
h_reversed = { kind = "linear" }
h_forward = { kind = "tanh", size = 3 }
h_backward = { kind = "tanh", size = 3 }
h = { kind = "linear" }
all = { kind = "relu" }
[edge]
h_reversed = { from = "input", to = "h_reversed", kind = "reverse" }
h_forward_recurrent = { from = "h_forward", to = "h_forward", kind = "dense", init = "ones", bias = false, delay_steps = 1 }
h_forward = { from = "input", to = "h_forward", kind = "dense", init = "ones", bias = false }
h_backward_recurrent = { from = "h_backward", to = "h_backward", kind = "dense", init = "ones", bias = false, delay_steps = 1 }
h_backward = { from = "h_reversed", to = "h_backward", kind = "dense", init = "ones", bias = false }
h = { from = "h_forward", to = "h", kind = "one_to_one", into = "next" }
h_2 = { from = "h_backward", to = "h", kind = "reverse", into = "next" }
all = { from = "h", to = "all", kind = "one_to_one", into = "next" }
all_2 = { from = "input", to = "all", kind = "one_to_one", into = "next" }
)"));
  CHECK(equal(expanded(R"(layers = [ { name = "h", kind = "elman", units = 3, bidirectional = false } ])"),
              expanded(R"(layers = [ { name = "h", kind = "elman", units = 3 } ])")));
}

}  // namespace cajal::config
