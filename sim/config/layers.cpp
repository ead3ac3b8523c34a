#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

/// The names of `kind` in a layer. All but `dense` are elementwise: a node joined one to one.
const std::vector<std::string>& layer_kinds() {
  static const std::vector<std::string> kinds{"dense", "dropout"};
  return kinds;
}

/// The layers of one tree (a root or a learner), from first to last.
class Expansion {
 public:
  Expansion(Value& tree, std::string address, std::vector<Diagnostic>& diagnostics)
      : tree_(tree), address_(std::move(address)), diagnostics_(diagnostics) {}

  void expand(const Value& layers) {
    if (layers.kind != Value::Kind::array || layers.items.empty()) {
      error(layers, address_, "expected a list of layers, found " + layers.written());
      return;
    }
    if (!section("node", layers) || !section("edge", layers)) return;
    if (!tree_.find("node")->find("input")) {
      Value input = Value::table(layers.at);
      input.set("kind", Value::of("data", layers.at));
      input.set("field", Value::of("x", layers.at));
      tree_.find("node")->set("input", std::move(input));
    }
    for (std::size_t i = 0; i < layers.items.size(); ++i) expand_layer(layers.items[i], i);
  }

 private:
  void error(const Value& value, std::string address, std::string message) {
    diagnostics_.push_back({value.at, std::move(address), std::move(message)});
  }

  bool section(const char* key, const Value& layers) {
    if (!tree_.find(key)) tree_.set(key, Value::table(layers.at));
    const Value& found = *tree_.find(key);
    if (found.kind == Value::Kind::table) return true;
    error(found, key, "expected a table, found " + found.written());
    return false;
  }

  void expand_layer(const Value& layer, std::size_t index) {
    const std::string address = join(address_, index);
    if (layer.kind != Value::Kind::table) {
      error(layer, address, "expected a table (like { kind = \"dense\", units = 100 }), found " + layer.written());
      return;
    }
    const std::optional<std::string> name = name_of(layer, address, index);
    const std::optional<std::string> kind = kind_of(layer, address);
    if (name && is_new(layer, address, *name)) {
      Value node = Value::table(layer.at), edge = Value::table(layer.at);
      edge.set("from", Value::of(previous_, layer.at));
      edge.set("to", Value::of(*name, layer.at));
      if (!kind) {
        fill_unknown(layer, node, edge);
      } else if (*kind == "dense") {
        fill_dense(layer, address, node, edge);
      } else {
        fill_elementwise(layer, node, edge);
      }
      tree_.find("node")->set(*name, std::move(node));
      tree_.find("edge")->set(*name, std::move(edge));
    }
    if (name) previous_ = *name;
  }

  std::optional<std::string> name_of(const Value& layer, const std::string& address, std::size_t index) {
    const Value* name = layer.find("name");
    if (!name) return "layer" + std::to_string(index + 1);
    const bool good =
        name->kind == Value::Kind::text && !name->text.empty() && name->text.find('.') == std::string::npos;
    if (good) return name->text;
    error(*name, join(address, "name"), "expected a name without a dot, found " + name->written());
    return {};
  }

  std::optional<std::string> kind_of(const Value& layer, const std::string& address) {
    const Value* kind = layer.find("kind");
    if (!kind) {
      error(layer, address, "missing key `kind`: one of " + listed(layer_kinds()));
      return {};
    }
    const bool is_text = kind->kind == Value::Kind::text;
    const auto& kinds = layer_kinds();
    if (is_text && std::find(kinds.begin(), kinds.end(), kind->text) != kinds.end()) return kind->text;
    // What builds the nodes says where a softmax belongs.
    if (is_text && kind->text == "softmax") return kind->text;
    error(*kind, join(address, "kind"), "unknown kind of layer " + kind->written() + alternatives(kind->text, kinds));
    return {};
  }

  bool is_new(const Value& layer, const std::string& address, const std::string& name) {
    for (const char* section : {"node", "edge"}) {
      if (!tree_.find(section)->find(name)) continue;
      error(layer, address,
            "a layer makes a node and an edge of its name, and there is " + std::string(section) + '.' +
                written_key(name) + " already");
      return false;
    }
    return true;
  }

  void fill_dense(const Value& layer, const std::string& address, Value& node, Value& edge) {
    edge.set("kind", Value::of("dense", layer.at));
    const Value* activation = layer.find("activation");
    if (!activation) {
      node.set("kind", Value::of("linear", layer.at));
    } else if (activation->kind == Value::Kind::text) {
      node.set("kind", Value::of(activation->text, activation->at));
    } else if (activation->kind == Value::Kind::table) {
      node.members = activation->members;
    } else {
      error(*activation, join(address, "activation"),
            "expected a name or a table with `kind`, found " + activation->written());
      node.set("kind", Value::of("linear", layer.at));
    }
    if (const Value* size = node.find("size")) {
      error(*size, join(join(address, "activation"), "size"), "the size of a layer is its `units`");
    }
    const Value* units = layer.find("units");
    if (!units) error(layer, address, "missing key `units`: a whole number of at least 1");
    if (units) node.set("size", *units);
    for (const auto& [key, value] : layer.members) {
      if (key == "name" || key == "kind" || key == "units" || key == "activation") continue;
      if (key == "from" || key == "to") {
        error(value, join(address, key),
              "the order of the layers says what they join; `from` and `to` belong to [edge]");
      } else {
        edge.set(key, value);
      }
    }
  }

  /// Something in the place of a layer that is not understood, so that what follows is checked too.
  static void fill_unknown(const Value& layer, Value& node, Value& edge) {
    node.set("kind", Value::of("linear", layer.at));
    if (const Value* units = layer.find("units")) node.set("size", *units);
    edge.set("kind", Value::of(node.find("size") ? "dense" : "one_to_one", layer.at));
  }

  static void fill_elementwise(const Value& layer, Value& node, Value& edge) {
    edge.set("kind", Value::of("one_to_one", layer.at));
    for (const auto& [key, value] : layer.members) {
      if (key != "name") node.set(key, value);
    }
  }

  Value& tree_;
  std::string address_;
  std::string previous_ = "input";
  std::vector<Diagnostic>& diagnostics_;
};

void expand_tree(Value& tree, const std::string& address, std::vector<Diagnostic>& diagnostics) {
  const auto named = [](const auto& member) { return member.first == "layers"; };
  const auto found = std::find_if(tree.members.begin(), tree.members.end(), named);
  if (found == tree.members.end()) return;
  const Value layers = std::move(found->second);
  tree.members.erase(found);
  Expansion(tree, join(address, "layers"), diagnostics).expand(layers);
}

}  // namespace

void expand_layers(Value& root, std::vector<Diagnostic>& diagnostics) {
  expand_tree(root, "", diagnostics);
  Value* learners = root.find("learner");
  if (!learners) return;
  for (auto& [name, learner] : learners->members) expand_tree(learner, join("learner", name), diagnostics);
}

}  // namespace cajal::config
