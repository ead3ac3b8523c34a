#include "models/build.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "models/connectivity/connect.hpp"
#include "models/edges/dense.hpp"
#include "models/edges/one_to_one.hpp"

namespace cajal {

void expand_like(config::Value& root, std::vector<Diagnostic>& diagnostics) {
  for (const char* group : {"node", "edge"}) {
    config::Value* tables = root.find(group);
    if (!tables) continue;
    for (auto& [name, table] : tables->members) {
      // A chain of `like` ends, or comes back to where it began.
      for (int depth = 0; config::Value* like = table.find("like"); ++depth) {
        const config::Value* other = like->kind == config::Value::Kind::text ? tables->find(like->text) : nullptr;
        if (!other || other == &table || depth > 20) {
          diagnostics.push_back({like->at, fmt::format("{}.{}.like", group, name),
                                 other ? "refers to itself" : fmt::format("no {} of that name: {}", group, like->written())});
          std::erase_if(table.members, [](const auto& m) { return m.first == "like"; });
          break;
        }
        config::Value merged = *other;
        for (const auto& [key, value] : table.members)
          if (key != "like") merged.set(key, value);
        merged.at = table.at;
        table = merged;
      }
    }
  }
}

namespace {

/// One target of an edge as a config writes it.
struct Target {
  std::string edge, name;  ///< name of the edge in the config, and of this part of it
  const config::Table* table;
  std::string from, to, port;
  bool is_private = false;
};

std::string suggest(const std::string& name, const std::vector<std::string>& known) {
  const std::string near = config::nearest(name, known);
  return near.empty() ? fmt::format("; there are: {}", fmt::join(known, ", ")) : fmt::format("; did you mean \"{}\"?", near);
}

template <class Real>
class Builder {
 public:
  explicit Builder(const BuildRequest& request)
      : request_(request), node_tables_(request.root.tables("node")), edge_tables_(request.root.tables("edge")) {}

  std::unique_ptr<Network<Real>> build() {
    for (const auto& [name, table] : node_tables_) names_.push_back(name);
    read_targets();
    find_sizes();
    for (const auto& [name, table] : node_tables_) add_node(name, table);
    for (const Target& target : targets_) add_edge(target);
    if (request_.root.diagnostics().empty()) {
      try {
        network_->order();
      } catch (const Error& e) {
        request_.root.error("edge", e.what());
      }
      for (const auto& [name, table] : node_tables_)
        if (const config::Value* clock = table.peek("clock"); clock && clock->text == "trial" && !network_->node(name)->held)
          table.error("clock", "runs once a trial only where all that ends there does: data shown as a current, through layers without memory");
    }
    return std::move(network_);
  }

 private:
  void read_targets() {
    for (const auto& [name, table] : edge_tables_) {
      const std::string from = table.required_text("from");
      if (std::find(names_.begin(), names_.end(), from) == names_.end()) {
        if (!from.empty()) table.error("from", fmt::format("no node \"{}\"{}", from, suggest(from, names_)));
        table.skip();
        continue;
      }
      const config::Value* connect = table.peek("connect");
      const bool is_private = connect && connect->kind == config::Value::Kind::text && connect->text == "private";
      const std::vector<std::string> to = table.texts("to");
      if (to.empty()) table.error("to", "missing: the target, like \"E.ex\"");
      for (const std::string& target : to) {
        const std::size_t dot = target.find('.');
        Target t{name, name, &table, from, target.substr(0, dot), dot == std::string::npos ? "" : target.substr(dot + 1), is_private};
        if (to.size() > 1) t.name += "." + t.to;
        if (std::find(names_.begin(), names_.end(), t.to) == names_.end()) {
          table.error("to", fmt::format("no node \"{}\"{}", t.to, suggest(t.to, names_)));
          table.skip();
          continue;
        }
        targets_.push_back(t);
      }
    }
  }

  void find_sizes() {
    for (const auto& [name, table] : node_tables_) {
      const std::string kind = table.required_text("kind");
      sizes_[name] = static_cast<std::size_t>(table.integer("size", 0, 1, 100000000));
      if (kind == "data") {
        if (table.has("size") && request_.features > 0 && sizes_[name] != request_.features)
          table.error("size", fmt::format("the data have {} values a sample, not {}", request_.features, sizes_[name]));
        sizes_[name] = request_.features;
        if (request_.features == 0) table.error("kind", "a node of kind \"data\" needs a data set: there is no `data` in this config");
      }
      if (kind == "current" && sizes_[name] == 0) sizes_[name] = 1;
    }
    // What is joined one to one has the size of its source; a private source that of all its targets.
    for (bool changed = true; changed;) {
      changed = false;
      for (const Target& t : targets_) {
        const config::Value* kind = t.table->peek("kind");
        if (!kind || kind->text != "one_to_one" || sizes_[t.to] != 0 || sizes_[t.from] == 0) continue;
        sizes_[t.to] = sizes_[t.from];
        changed = true;
      }
    }
    std::map<std::string, std::size_t> private_sizes;
    for (const Target& t : targets_)
      if (t.is_private) private_sizes[t.from] += sizes_[t.to];
    for (const auto& [name, size] : private_sizes)
      if (sizes_[name] == 0) sizes_[name] = size;
  }

  void add_node(const std::string& name, const config::Table& table) {
    const std::string kind = table.required_text("kind");
    const auto entry = std::find_if(request_.nodes->begin(), request_.nodes->end(), [&](const NodeEntry& e) { return e.name == kind; });
    if (entry == request_.nodes->end()) {
      std::vector<std::string> kinds;
      for (const auto& e : *request_.nodes) kinds.push_back(e.name);
      if (!kind.empty()) table.error("kind", fmt::format("unknown kind \"{}\"{}", kind, suggest(kind, kinds)));
      table.skip();
      return;
    }
    if (table.has("clock")) table.choice("clock", {"trial", "step"}, "step");
    if (sizes_[name] == 0 && kind != "spikes") {
      if (table.has("size") || kind == "data") return;
      table.error("size", fmt::format("missing: the number of units of \"{}\"", name));
      table.skip();
      return;
    }
    NodeRequest r{table, name, sizes_[name], request_.dt, request_.seed, request_.show, request_.trial_resets, {}};
    for (const Target& t : targets_)
      if (t.to == name) r.connected_ports.push_back(t.port);
    auto node = entry->template make<Real>(r);
    sizes_[name] = node->size();
    network_->nodes.push_back(std::move(node));
  }

  /// The port that an address names; without a name the only one there is.
  std::optional<std::size_t> find_port(const Node<Real>& node, const Target& t) {
    std::vector<std::string> names;
    for (const auto& p : node.ports) names.push_back(p.name);
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == t.port) return i;
    if (t.port.empty()) {
      // `current` is there without being declared: it is not counted where something else is.
      std::vector<std::size_t> open;
      for (std::size_t i = 0; i < names.size(); ++i)
        if (names.size() == 1 || names[i] != "current" || node.ports.size() == 1) open.push_back(i);
      if (open.size() == 1) return open[0];
      t.table->error("to", names.empty() ? fmt::format("\"{}\" is an input: no edge ends there", t.to)
                                         : fmt::format("\"{}\" has several ports; write \"{}.{}\" (ports: {})", t.to, t.to, names[0], fmt::join(names, ", ")));
    } else {
      t.table->error("to", fmt::format("\"{}\" has no port \"{}\"{}", t.to, t.port, suggest(t.port, names)));
    }
    return std::nullopt;
  }

  void add_edge(const Target& t) {
    Node<Real>* from = network_->node(t.from);
    Node<Real>* to = network_->node(t.to);
    if (!from || !to) return t.table->skip();
    const auto port = find_port(*to, t);
    if (!port) return t.table->skip();
    const config::Table& table = *t.table;
    if (table.has("connect") && table.has("kind") && table.text("kind", "") != "sparse")
      table.error("connect", "`connect` is for sparse edges: leave out `kind`");
    std::string kind = table.choice("kind", {"dense", "sparse", "one_to_one"}, "sparse");
    if (t.is_private) kind = "private";
    // A source with a unit of its own (a current in pA) needs no unit in the weight.
    std::string unit = to->ports[*port].unit;
    if (!from->output_unit().empty()) {
      if (from->output_unit() != unit) table.error("to", fmt::format("\"{}\" gives {}; it can only end at a port of that unit, such as \"{}.current\"", t.from, from->output_unit(), t.to));
      unit.clear();
    }
    const bool trained = request_.trained(t.edge);
    if (kind == "sparse") return add_sparse(t, *from, *to, *port, unit, trained);
    const std::int64_t delay = read_delay(table);
    std::unique_ptr<Edge<Real>> edge;
    if (kind == "dense") {
      edge = make_dense<Real>(table, t.name, *from, *to, *port, delay, request_.seed, request_.folder);
    } else {
      std::size_t offset = 0;
      if (t.is_private) {
        table.take("connect");
        offset = private_offset_[t.from];
        private_offset_[t.from] += to->size();
        if (offset + to->size() > from->size()) {
          table.error("connect", fmt::format("\"{}\" has {} units, fewer than the targets of its private edges", t.from, from->size()));
          return;
        }
      }
      edge = make_one_to_one<Real>(table, t.name, *from, *to, *port, delay, offset, unit, request_.seed);
    }
    if (!edge) return;
    edge->trained = trained;
    network_->edges.push_back(std::move(edge));
  }

  void add_sparse(const Target& t, Node<Real>& from, Node<Real>& to, std::size_t port, const std::string& unit, bool trained) {
    auto edge = std::make_unique<SparseEdge<Real>>();
    edge->name = t.name;
    edge->from = &from;
    edge->to = &to;
    edge->port = port;
    edge->trained = trained;
    if (!unit.empty() && !t.table->has("weight")) t.table->error("weight", fmt::format("missing: the weight in {}", unit));
    edge->synapses = connect(*t.table, from.size(), to.size(), &from == &to, request_.seed, "edge." + t.name, request_.dt, unit, 1);
    edge->weight.unit = unit;
    network_->sparse.push_back(std::move(edge));
  }

  std::int64_t read_delay(const config::Table& table) {
    const double delay = table.quantity("delay", "ms", 0, config::not_negative);
    return std::llround(delay / request_.dt);
  }

  const BuildRequest& request_;
  std::vector<std::pair<std::string, config::Table>> node_tables_, edge_tables_;
  std::vector<std::string> names_;
  std::vector<Target> targets_;
  std::map<std::string, std::size_t> sizes_, private_offset_;
  std::unique_ptr<Network<Real>> network_ = std::make_unique<Network<Real>>();
};

}  // namespace

template <class Real>
std::unique_ptr<Network<Real>> build_network(const BuildRequest& request) {
  return Builder<Real>(request).build();
}

template std::unique_ptr<Network<float>> build_network(const BuildRequest&);
template std::unique_ptr<Network<double>> build_network(const BuildRequest&);

}  // namespace cajal
