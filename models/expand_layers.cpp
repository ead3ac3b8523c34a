#include "models/expand_layers.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/catalogue.hpp"
#include "models/edges/entry.hpp"
#include "sim/config/text.hpp"

namespace cajal {

namespace {

using config::Value;

const std::vector<std::string> recurrent_kinds{"elman", "jordan", "lstm", "gru"};
const std::vector<std::string> normal_kinds{"batch_norm", "layer_norm"};

bool is_one_of(const std::vector<std::string>& kinds, const std::string& kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

/// The names of `kind` in a layer.
const std::vector<std::string>& layer_kinds() {
  static const std::vector<std::string> kinds = [] {
    std::vector<std::string> out{"flatten"};
    for (const EdgeEntry& e : edge_catalogue()) out.push_back(e.name);
    for (const NodeEntry& e : node_catalogue())
      if (e.group == "layers" || e.group == "neurons" || e.group == "rates") out.push_back(e.name);
    for (const auto* more : {&recurrent_kinds, &normal_kinds})
      for (const std::string& kind : *more)
        if (!is_one_of(out, kind)) out.push_back(kind);
    out.emplace_back("concatenate");
    return out;
  }();
  return kinds;
}

/// The layers of one tree (a root or a learner), from first to last.
class Expansion {
 public:
  /// `models`: names of models that the config itself writes.
  Expansion(Value& tree, std::string address, const std::vector<std::string>& models,
            std::vector<Diagnostic>& diagnostics)
      : tree_(tree), address_(std::move(address)), kinds_(layer_kinds()), diagnostics_(diagnostics) {
    kinds_.insert(kinds_.end(), models.begin(), models.end());
  }

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
    const std::string address = config::join(address_, index);
    if (layer.kind != Value::Kind::table) {
      error(layer, address, "expected a table (like { kind = \"dense\", units = 100 }), found " + layer.written());
      return;
    }
    const std::optional<std::string> name = name_of(layer, address, index);
    const std::optional<std::string> kind = kind_of(layer, address);
    if (kind && *kind == "flatten") return refuse_others(layer, address, {"name", "kind"});
    if (name && is_new(layer, address, *name)) {
      Value node = Value::table(layer.at), edge = Value::table(layer.at);
      edge.set("from", Value::of(previous_, layer.at));
      edge.set("to", Value::of(*name, layer.at));
      if (!kind)
        fill_unknown(layer, node, edge);
      else if (*kind == "concatenate")
        fill_concatenation(layer, address, *name, node, edge);
      else if (is_one_of(recurrent_kinds, *kind) && layer.find("bidirectional"))
        fill_bidirectional(layer, address, *name, *kind, node, edge);
      else if (is_one_of(recurrent_kinds, *kind))
        fill_recurrent(layer, address, *name, *kind, node, edge);
      else if (is_one_of(normal_kinds, *kind))
        fill_normal(layer, *name, *kind, node, edge);
      else if (find_edge_entry(*kind))
        fill_edge(layer, address, *kind, node, edge);
      else
        fill_elementwise(layer, node, edge);
      add_node(*name, std::move(node));
      add_edge(*name, std::move(edge));
      for (auto& [other, branch] : branches_) add_edge(other, std::move(branch));
      branches_.clear();
      add_branch(layer, address, *name);
    }
    if (name) previous_ = *name;
  }

  void add_node(const std::string& name, Value node) { tree_.find("node")->set(name, std::move(node)); }
  void add_edge(const std::string& name, Value edge) { tree_.find("edge")->set(name, std::move(edge)); }

  void refuse_others(const Value& layer, const std::string& address, const std::vector<std::string>& known) {
    for (const auto& [key, value] : layer.members)
      if (!is_one_of(known, key))
        error(value, config::join(address, key), "unknown key; allowed here: " + config::listed(known));
  }

  /// A second way into the layer, past those in between.
  void add_branch(const Value& layer, const std::string& address, const std::string& name) {
    const Value* add = layer.find("add");
    if (!add) return;
    if (add->kind != Value::Kind::text || add->text.empty())
      return error(*add, config::join(address, "add"), "expected the name of a node, found " + add->written());
    Value edge = Value::table(add->at);
    edge.set("from", *add);
    edge.set("to", Value::of(name, add->at));
    edge.set("kind", Value::of("one_to_one", add->at));
    add_edge(name + "_add", std::move(edge));
  }

  std::optional<std::string> name_of(const Value& layer, const std::string& address, std::size_t index) {
    const Value* name = layer.find("name");
    if (!name) return "layer" + std::to_string(index + 1);
    const bool good =
        name->kind == Value::Kind::text && !name->text.empty() && name->text.find('.') == std::string::npos;
    if (good) return name->text;
    error(*name, config::join(address, "name"), "expected a name without a dot, found " + name->written());
    return {};
  }

  std::optional<std::string> kind_of(const Value& layer, const std::string& address) {
    const Value* kind = layer.find("kind");
    if (!kind) {
      error(layer, address, "missing key `kind`: one of " + config::listed(kinds_));
      return {};
    }
    const bool is_text = kind->kind == Value::Kind::text;
    if (is_text && is_one_of(kinds_, kind->text)) return kind->text;
    error(*kind, config::join(address, "kind"),
          "unknown kind of layer " + kind->written() + config::alternatives(kind->text, kinds_));
    return {};
  }

  bool is_new(const Value& layer, const std::string& address, const std::string& name) {
    for (const char* section : {"node", "edge"}) {
      if (!tree_.find(section)->find(name)) continue;
      error(layer, address,
            "a layer makes a node and an edge of its name, and there is " + std::string(section) + '.' +
                config::written_key(name) + " already");
      return false;
    }
    return true;
  }

  /// The node of a layer: its `activation`, or `fallback`.
  void fill_activation(const Value& layer, const std::string& address, const char* fallback, Value& node) {
    const Value* activation = layer.find("activation");
    if (!activation) {
      node.set("kind", Value::of(fallback, layer.at));
    } else if (activation->kind == Value::Kind::text) {
      node.set("kind", Value::of(activation->text, activation->at));
    } else if (activation->kind == Value::Kind::table) {
      node.members = activation->members;
    } else {
      error(*activation, config::join(address, "activation"),
            "expected a name or a table with `kind`, found " + activation->written());
      node.set("kind", Value::of(fallback, layer.at));
    }
    if (const Value* size = node.find("size"))
      error(*size, config::join(config::join(address, "activation"), "size"), "the size of a layer is its `units`");
  }

  /// The keys of an edge that a layer gives.
  void fill_keys(const Value& layer, const std::string& address, const std::vector<std::string>& others, Value& edge) {
    for (const auto& [key, value] : layer.members) {
      if (is_one_of({"name", "kind", "units", "activation", "add"}, key) || is_one_of(others, key)) continue;
      if (key == "from" || key == "to")
        error(value, config::join(address, key),
              "the order of the layers says what they join; `from` and `to` belong to [edge]");
      else
        edge.set(key, value);
    }
  }

  void fill_units(const Value& layer, const std::string& address, Value& node) {
    if (const Value* units = layer.find("units"))
      node.set("size", *units);
    else
      error(layer, address, "missing key `units`: a whole number of at least 1");
  }

  void fill_edge(const Value& layer, const std::string& address, const std::string& kind, Value& node, Value& edge) {
    edge.set("kind", Value::of(kind, layer.at));
    fill_activation(layer, address, "linear", node);
    const bool sized = !find_edge_entry(kind)->shape;
    if (sized)
      fill_units(layer, address, node);
    else if (const Value* units = layer.find("units"))
      error(*units, config::join(address, "units"), "the size of this layer follows from what comes before");
    fill_keys(layer, address, {}, edge);
  }

  void fill_recurrent(const Value& layer, const std::string& address, const std::string& name, const std::string& kind,
                      Value& node, Value& edge) {
    const bool is_cell = kind == "lstm" || kind == "gru";
    if (is_cell) {
      node.set("kind", Value::of(kind, layer.at));
      if (const Value* activation = layer.find("activation"))
        error(*activation, config::join(address, "activation"), "\"" + kind + "\" has activations of its own");
    } else {
      fill_activation(layer, address, "tanh", node);
    }
    fill_units(layer, address, node);
    edge.set("kind", Value::of("dense", layer.at));
    if (kind == "gru") edge.set("to", Value::of(name + ".input", layer.at));
    fill_keys(layer, address, {"feedback", "recurrent_init"}, edge);
    fill_uniform(layer, edge);
    Value back = edge;
    back.set("from", Value::of(name, layer.at));
    if (const Value* feedback = layer.find("feedback"); kind == "jordan" && feedback)
      back.set("from", *feedback);
    else if (kind == "jordan")
      error(layer, address, "missing key `feedback`: the node whose output comes back, like \"out\"");
    if (kind == "gru") back.set("to", Value::of(name + ".recurrent", layer.at));
    if (const Value* init = layer.find("recurrent_init")) back.set("init", *init);
    back.set("delay_steps", Value::of(std::int64_t{1}, layer.at));
    add_edge(name + "_recurrent", std::move(back));
  }

  /// A way into a part of a node, after those before it.
  static Value branch(const Value& layer, const std::string& from, const std::string& to, const char* kind) {
    Value edge = Value::table(layer.at);
    edge.set("from", Value::of(from, layer.at));
    edge.set("to", Value::of(to, layer.at));
    edge.set("kind", Value::of(kind, layer.at));
    edge.set("into", Value::of("next", layer.at));
    return edge;
  }

  /// The first branch is `edge`, the others are named NAME_2, NAME_3 ...
  void fill_concatenation(const Value& layer, const std::string& address, const std::string& name, Value& node,
                          Value& edge) {
    refuse_others(layer, address, {"name", "kind", "of", "activation", "add"});
    fill_activation(layer, address, "linear", node);
    const Value* of = layer.find("of");
    const bool good = of && of->kind == Value::Kind::array && of->items.size() > 1 &&
                      std::all_of(of->items.begin(), of->items.end(), [](const Value& item) {
                        return item.kind == Value::Kind::text && !item.text.empty();
                      });
    if (!good) {
      error(of ? *of : layer, of ? config::join(address, "of") : address,
            "expected `of` with the names of two nodes or more, like of = [\"a\", \"b\"]");
      return fill_unknown(layer, node, edge);
    }
    edge = branch(layer, of->items[0].text, name, "one_to_one");
    for (std::size_t i = 1; i < of->items.size(); ++i)
      branches_.emplace_back(name + "_" + std::to_string(i + 1), branch(layer, of->items[i].text, name, "one_to_one"));
  }

  /// A layer that reads forwards and one that reads backwards, side by side.
  void fill_bidirectional(const Value& layer, const std::string& address, const std::string& name,
                          const std::string& kind, Value& node, Value& edge) {
    const Value& given = *layer.find("bidirectional");
    const bool last = given.kind == Value::Kind::text && given.text == "last";
    if ((given.kind != Value::Kind::boolean && !last) || kind == "jordan")
      error(given, config::join(address, "bidirectional"),
            kind == "jordan" ? "what comes back from the output cannot be reversed"
                             : "expected true, false or \"last\", found " + given.written());
    Value single = layer;
    single.members.clear();
    for (const auto& [key, value] : layer.members)
      if (key != "bidirectional") single.set(key, value);
    if (kind == "jordan" || (given.kind == Value::Kind::boolean && !given.boolean))
      return fill_recurrent(single, address, name, kind, node, edge);
    const std::string from = edge.find("from")->text, reversed = name + "_reversed";
    Value turned = Value::table(layer.at), turn = branch(layer, from, reversed, "reverse");
    turned.set("kind", Value::of("linear", layer.at));
    std::erase_if(turn.members, [](const auto& member) { return member.first == "into"; });
    add_node(reversed, std::move(turned));
    add_edge(reversed, std::move(turn));
    for (const bool backward : {false, true}) {
      const std::string part = name + (backward ? "_backward" : "_forward");
      Value part_node = Value::table(layer.at), part_edge = Value::table(layer.at);
      part_edge.set("from", Value::of(backward ? reversed : from, layer.at));
      part_edge.set("to", Value::of(part, layer.at));
      fill_recurrent(single, address, part, kind, part_node, part_edge);
      add_node(part, std::move(part_node));
      add_edge(part, std::move(part_edge));
    }
    node.set("kind", Value::of("linear", layer.at));
    edge = branch(layer, name + "_forward", name, "one_to_one");
    branches_.emplace_back(name + "_2", branch(layer, name + "_backward", name, last ? "one_to_one" : "reverse"));
  }

  /// PyTorch's first values of recurrent layers: uniform in +-1 / sqrt(units), weights and biases alike.
  static void fill_uniform(const Value& layer, Value& edge) {
    const Value* units = layer.find("units");
    if (!units || units->kind != Value::Kind::integer || units->integer < 1) return;
    const double bound = 1 / std::sqrt(static_cast<double>(units->integer));
    Value uniform = Value::table(layer.at), range = Value::table(layer.at);
    range.kind = Value::Kind::array;
    range.items = {Value::of(-bound, layer.at), Value::of(bound, layer.at)};
    uniform.set("uniform", std::move(range));
    if (edge.find("init") || edge.find("weight")) return;
    edge.set("init", uniform);
    if (!edge.find("bias")) edge.set("bias", uniform);
  }

  void fill_normal(const Value& layer, const std::string& name, const std::string& kind, Value& node, Value& edge) {
    Value normal = Value::table(layer.at);
    bool scaled = true;
    for (const auto& [key, value] : layer.members) {
      if (key == "scale" && value.kind == Value::Kind::boolean)
        scaled = value.boolean;
      else if (!is_one_of({"name", "kind", "activation", "add"}, key))
        normal.set(key, value);
    }
    normal.set("kind", Value::of(kind, layer.at));
    fill_activation(layer, config::join(address_, name), "linear", node);
    Value into = Value::table(layer.at);
    into.set("from", *edge.find("from"));
    into.set("to", Value::of(name + "_normal", layer.at));
    into.set("kind", Value::of("one_to_one", layer.at));
    add_node(name + "_normal", std::move(normal));
    add_edge(name + "_normal", std::move(into));
    edge.set("from", Value::of(name + "_normal", layer.at));
    edge.set("kind", Value::of(scaled ? "scale" : "one_to_one", layer.at));
    if (scaled && kind == "layer_norm") edge.set("per", Value::of("unit", layer.at));
  }

  /// Something in the place of a layer that is not understood, so that what follows is checked too.
  static void fill_unknown(const Value& layer, Value& node, Value& edge) {
    node.set("kind", Value::of("linear", layer.at));
    if (const Value* units = layer.find("units")) node.set("size", *units);
    edge.set("kind", Value::of(node.find("size") ? "dense" : "one_to_one", layer.at));
  }

  static void fill_elementwise(const Value& layer, Value& node, Value& edge) {
    edge.set("kind", Value::of("one_to_one", layer.at));
    for (const auto& [key, value] : layer.members)
      if (key != "name" && key != "add") node.set(key, value);
  }

  Value& tree_;
  std::string address_;
  std::string previous_ = "input";
  std::vector<std::pair<std::string, Value>> branches_;  ///< edges that come after the one of the layer's name
  std::vector<std::string> kinds_;                       ///< that a layer may have
  std::vector<Diagnostic>& diagnostics_;
};

/// The names in `[model]`.
std::vector<std::string> models_of(const Value& tree) {
  std::vector<std::string> names;
  if (const Value* models = tree.find("model"))
    for (const auto& [name, model] : models->members) names.push_back(name);
  return names;
}

void expand_tree(Value& tree, const std::string& address, const std::vector<std::string>& models,
                 std::vector<Diagnostic>& diagnostics) {
  const auto named = [](const auto& member) { return member.first == "layers"; };
  const auto found = std::find_if(tree.members.begin(), tree.members.end(), named);
  if (found == tree.members.end()) return;
  const Value layers = std::move(found->second);
  tree.members.erase(found);
  Expansion(tree, config::join(address, "layers"), models, diagnostics).expand(layers);
}

}  // namespace

void expand_layers(Value& root, std::vector<Diagnostic>& diagnostics) {
  const std::vector<std::string> models = models_of(root);
  expand_tree(root, "", models, diagnostics);
  Value* learners = root.find("learner");
  if (!learners) return;
  for (auto& [name, learner] : learners->members) {
    std::vector<std::string> all = models_of(learner);
    all.insert(all.end(), models.begin(), models.end());
    expand_tree(learner, config::join("learner", name), all, diagnostics);
  }
}

}  // namespace cajal
