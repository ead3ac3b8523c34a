#include "models/build.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "models/connectivity/connect.hpp"
#include "models/cycle.hpp"
#include "models/edges/entry.hpp"
#include "models/edges/initial.hpp"
#include "models/observe.hpp"
#include "models/ports.hpp"
#include "models/positions.hpp"
#include "models/shapes.hpp"
#include "models/targets.hpp"
#include "sim/config/text.hpp"
#include "sim/memory.hpp"

namespace cajal {

namespace {

/// Bytes that one synapse takes while its edge is made and run: as a list, and where it is stored but never listed.
constexpr double bytes_of_listed = 40, bytes_of_static = 8;

std::vector<std::string> kinds_of(const std::vector<NodeEntry>& entries) {
  std::vector<std::string> kinds;
  for (const NodeEntry& e : entries) kinds.push_back(e.name);
  return kinds;
}

template <class Real>
class Builder {
 public:
  explicit Builder(const BuildRequest& request)
      : request_(request),
        errors_(request.root.diagnostics().size()),
        node_tables_(request.root.tables("node")),
        edge_tables_(request.root.tables("edge")) {}

  double bytes() const { return bytes_; }

  std::unique_ptr<Network<Real>> build() {
    for (const auto* tables : {&node_tables_, &edge_tables_})
      for (const auto& [name, table] : *tables)
        if (const std::string wrong = config::wrong_name(name); !wrong.empty()) table.error("", wrong);
    matrices_ = used_matrices(request_.root);
    targets_ = read_targets(request_.root, node_tables_, edge_tables_);
    shapes_ = find_shapes(request_, node_tables_, targets_.all);
    for (const auto& [name, table] : node_tables_) add_node(name, table);
    for (const Target& target : targets_.all) add_edge(target);
    auto& diagnostics = request_.root.diagnostics();
    if (good()) diagnostics.insert(diagnostics.end(), unsized_.begin(), unsized_.end());
    if (good()) check_history();
    if (good()) order();
    return std::move(network_);
  }

 private:
  bool good() const { return request_.root.diagnostics().size() == errors_; }

  /// Where the size would follow from something else that is wrong, that is told first.
  void refuse_unsized(const std::string& name, const config::Table& table) {
    const auto& found = request_.root.diagnostics();
    const bool told = std::any_of(found.begin(), found.end(), [&](const Diagnostic& d) {
      return d.at.line == table.at().line && d.at.column == table.at().column && d.at.file == table.at().file;
    });
    const bool follows =
        targets_.dangling || std::any_of(targets_.all.begin(), targets_.all.end(), [&](const Target& t) {
          const config::Value* kind = t.table->peek("kind");
          const EdgeEntry* entry = kind ? find_edge_entry(kind->text) : nullptr;
          return (t.is_private && t.from == name) || (entry && entry->shape && t.to == name);
        });
    const std::string message = "missing key `size`: the number of units";
    if (follows)
      unsized_.push_back({table.at(), table.address(), message});
    else if (!told)
      table.error("", message);
    table.skip();
  }

  /// An input that counts its units when it is made is followed by what it is joined to one to one.
  Shape shape_of_source(const std::string& name) const {
    for (const Target& t : targets_.all)
      if (const Node<Real>* from = network_->node(t.from);
          from && t.to == name && is_text(t.table->peek("kind"), "one_to_one") && !t.table->peek("into"))
        return from->shape;
    return {};
  }

  void add_node(const std::string& name, const config::Table& table) {
    const std::string kind = table.required_text("kind");
    const auto entry = std::find_if(request_.nodes->begin(), request_.nodes->end(),
                                    [&](const NodeEntry& e) { return e.name == kind; });
    if (entry == request_.nodes->end()) {
      if (is_text(table.peek("kind"), kind))
        table.error("kind",
                    fmt::format("unknown kind \"{}\"{}", kind, config::alternatives(kind, kinds_of(*request_.nodes))));
      return table.skip();
    }
    if (table.has("clock")) table.choice("clock", {"trial", "step"}, "step");
    if (shapes_[name].empty()) shapes_[name] = shape_of_source(name);
    const Shape& shape = shapes_[name];
    const std::size_t size = units_of(shape);
    if (size == 0 && kind != "spikes") {
      // A size that is there and wrong was told, and so was an edge that cannot say what it brings.
      const bool told = std::any_of(targets_.all.begin(), targets_.all.end(),
                                    [&](const Target& t) { return t.to == name && t.shapeless; });
      if (told || table.has("size") || table.has("shape") || kind == "data") return table.skip();
      return refuse_unsized(name, table);
    }
    NodeRequest r{table,
                  name,
                  size,
                  request_.dt,
                  request_.seed,
                  request_.show,
                  request_.trial_resets,
                  {},
                  request_.folder,
                  shape,
                  request_.sample,
                  request_.tokens};
    std::set<std::string> ports;
    for (const Target& t : targets_.all)
      if (t.to == name) {
        r.connected_ports.push_back(t.port);
        ports.insert(t.port);
      }
    // Of a size that follows from another that is too large, nothing more is said.
    if (!claim_node(table, size, ports.size(), table.has("size") || good())) return table.skip();
    const std::size_t before = table.diagnostics().size();
    auto node = entry->template make<Real>(r);
    if (!node) return table.skip();
    for (std::size_t i = before; i < table.diagnostics().size(); ++i) {
      const std::string& address = table.diagnostics()[i].address;
      if (address == table.address() + ".preset" || address.starts_with(table.address() + ".receptors"))
        unclear_ports_.insert(name);
    }
    states_[name] = entry->states;
    if (node->size() == size) node->shape = shape;
    node->positions = read_positions(table, name, node->size(), request_.seed, request_.folder);
    network_->nodes.push_back(std::move(node));
  }

  /// Whether so many bytes more are there; else an error at `key`.
  bool claim(const config::Table& table, std::string_view key, const std::string& what, double bytes,
             bool told = true) {
    const double before = std::exchange(bytes_, bytes_ + bytes);
    if (bytes_ <= usable_memory()) return true;
    const std::string all = before > 0.05 * bytes_ ? fmt::format(", {} with the rest", bytes_text(bytes_)) : "";
    if (told)
      table.error(key, fmt::format("{} take about {}{}; {} of memory are there", what, bytes_text(bytes), all,
                                   bytes_text(usable_memory())));
    bytes_ = before;
    return false;
  }

  /// Output and arrivals of each step that buffers hold, with their gradients; some numbers of state and parameters.
  bool claim_node(const config::Table& table, std::size_t size, std::size_t ports, bool told) {
    constexpr double state = 16, state_of_a_step = 4;
    const double signals = static_cast<double>(1 + ports) * (request_.tape ? 2 : 1);
    const double held = static_cast<double>(request_.held_steps) * static_cast<double>(request_.held_samples);
    const double numbers = state + held * (signals + (request_.tape ? state_of_a_step : 0));
    signals_ += static_cast<double>(size) * signals * sizeof(Real);
    return claim(table, "size", fmt::format("{} units", size), static_cast<double>(size) * numbers * sizeof(Real),
                 told);
  }

  bool claim_dense(const config::Table& table, std::size_t from, std::size_t to, bool trained) {
    const double weights = static_cast<double>(from) * static_cast<double>(to);
    if (weights > static_cast<double>(most_dense_weights)) return true;
    // The weight, where it stands, its first value; gradient, transposed weights and two states of an optimizer.
    const double bytes = sizeof(Real) + sizeof(std::uint32_t) + sizeof(double) + (trained ? 4 * sizeof(Real) : 0);
    return claim(table, "", fmt::format("{} x {} weights", to, from), weights * bytes);
  }

  /// The longest delay of a dense edge says how far back all outputs are kept.
  void check_history() {
    const auto longest = std::max_element(joins_.begin(), joins_.end(), [](const Join& a, const Join& b) {
      return (a.sparse ? 0 : a.delay) < (b.sparse ? 0 : b.delay);
    });
    if (longest == joins_.end() || longest->sparse) return;
    const auto i = static_cast<std::size_t>(longest - joins_.begin());
    claim(*join_tables_[i], "delay", fmt::format("buffers for a delay of {} steps", longest->delay),
          signals_ * static_cast<double>(longest->delay) * static_cast<double>(request_.held_samples));
  }

  void order() {
    if (const auto cycle = find_cycle(joins_)) {
      const bool sparse = joins_[cycle->edge].sparse;
      return join_tables_[cycle->edge]->error(
          "delay",
          fmt::format("{}: {}; {} a delay of at least one step ({:g} ms)",
                      sparse ? "an edge without delay in a cycle" : "a cycle without delay",
                      fmt::join(cycle->nodes, " -> "), sparse ? "it needs" : "one of its edges needs", request_.dt));
    }
    network_->order();
    refuse_reversed_cycles();
    for (std::size_t i = 0; i < network_->edges.size(); ++i)
      if (const Edge<Real>& edge = *network_->edges[i]; edge.kind() == "observation" && edge.from().wants_gradient)
        edge_tables_of_[i]->error("from",
                                  fmt::format("no gradient goes back through \"{}\", and edges before \"{}\" are "
                                              "trained; read its output: \"{}\"",
                                              edge.name(), edge.from().name(), edge.from().name()));
    for (const auto& [name, table] : node_tables_)
      if (is_text(table.peek("clock"), "trial") && !network_->node(name)->held)
        table.error("clock",
                    "runs once a trial only where all that ends there does: data shown as a current, through "
                    "layers without memory");
  }

  /// What arrives within a cycle cannot wait for the end of the trial.
  void refuse_reversed_cycles() {
    for (const auto& group : network_->groups())
      for (const Edge<Real>* edge : group.inner) {
        const auto i = std::find_if(network_->edges.begin(), network_->edges.end(),
                                    [&](const auto& e) { return e.get() == edge; });
        if (edge->whole_trial())
          edge_tables_of_[static_cast<std::size_t>(i - network_->edges.begin())]->error(
              "from", fmt::format("\"{}\" depends on \"{}\": a cycle cannot wait for the end of the trial",
                                  edge->from().name(), edge->to().name()));
      }
  }

  void add_edge(const Target& t) {
    Node<Real>* from = network_->node(t.from);
    Node<Real>* to = network_->node(t.to);
    if (!from || !to || unclear_ports_.contains(t.to)) return t.table->skip();
    const auto port = find_port(*to, t);
    if (!port) return t.table->skip();
    const config::Table& table = *t.table;
    if (table.has("connect") && table.has("kind") && table.text("kind", "") != "sparse")
      table.error("connect", "`connect` is for sparse edges: leave out `kind`");
    std::vector<std::string> kinds{"sparse"};
    for (const EdgeEntry& e : edge_catalogue()) kinds.push_back(e.name);
    const std::string kind = table.choice("kind", kinds, "sparse");
    if (table.has("release") && (kind != "sparse" || t.is_private))
      table.error("release",
                  "`release` is for sparse edges with synapses of their own: "
                  "give `connect`, and neither another `kind` nor \"private\"");
    if (t.shapeless) return table.skip();
    if (!t.variable.empty() && !(from = observed(t))) return table.skip();
    if (to->ports[*port].name == "spikes" && !from->spiking()) {
      table.error("from", fmt::format("\"{}\" sends no spikes, which short-term plasticity needs", from->name()));
      return table.skip();
    }
    // A source with a unit of its own (a current in pA) needs no unit in the weight.
    std::string unit = to->ports[*port].unit;
    if (!from->output_unit().empty()) {
      if (from->output_unit() != unit)
        table.error("to", fmt::format("\"{}\" gives {}; it can only end at a port of that unit, such as \"{}.current\"",
                                      t.from, from->output_unit(), t.to));
      unit.clear();
    }
    const bool trained = request_.trained(t.edge);
    if (is_coupling(to->ports[*port])) {
      if (refuses_coupling(t, *network_->node(t.from), to->ports[*port], states_[t.from], kind, trained))
        return table.skip();
    } else if (!t.variable.empty()) {
      unit = weight_unit(unit, unit_of_variable(*network_->node(t.from), t.variable));
    }
    const std::int64_t delay = read_delay(table);
    if (kind == "sparse" && !t.is_private) return add_sparse(t, *from, *to, *port, unit, trained);
    if (kind == "dense" && !claim_dense(table, from->size(), to->port_units(*port), trained)) return table.skip();
    EdgeRequest request{table, t.name,        *port,           delay,           0,
                        unit,  request_.seed, request_.folder, request_.tokens, !request_.sample.empty(),
                        t.into};
    request.feedback = request_.feedback(t.edge);
    if (t.is_private) {
      table.take("connect");
      request.source_offset = private_offset_[t.from];
      private_offset_[t.from] += to->size();
      if (request.source_offset + to->size() > from->size()) {
        table.error("connect", fmt::format("\"{}\" has {} units, fewer than the targets of its private edges", t.from,
                                           from->size()));
        return table.skip();
      }
    }
    auto edge = find_edge_entry(t.is_private ? "one_to_one" : kind)->template make<Real>(request, *from, *to);
    if (!edge) return table.skip();
    edge->trained = trained;
    network_->edges.push_back(std::move(edge));
    edge_tables_of_.push_back(t.table);
    joins_.push_back({t.from, t.to, delay, false});
    join_tables_.push_back(t.table);
  }

  /// The node that stands for a variable that an edge reads.
  Node<Real>* observed(const Target& t) {
    Node<Real>* node = observed_node(*network_, t, states_[t.from]);
    if (!node || edge_tables_of_.size() == network_->edges.size()) return node;
    edge_tables_of_.push_back(t.table);
    claim_node(*t.table, node->size(), 1, false);
    return node;
  }

  void add_sparse(const Target& t, Node<Real>& from, Node<Real>& to, std::size_t port, const std::string& unit,
                  bool trained) {
    if (to.port_units(port) != to.size()) {
      t.table->error("to", fmt::format("\"{}\" takes {} numbers at its port \"{}\": only an edge that computes a row "
                                       "of that length can end there, such as kind = \"dense\"",
                                       t.to, to.port_units(port), to.ports[port].name));
      return t.table->skip();
    }
    auto edge = std::make_unique<SparseEdge<Real>>();
    edge->name = t.name;
    edge->from = &from;
    edge->to = &to;
    edge->port = port;
    edge->trained = trained;
    edge->connection = connect({.edge = *t.table,
                                .populations = {from.size(), to.size(), t.from == t.to, &from.positions, &to.positions},
                                .seed = request_.seed,
                                .address = "edge." + t.name,
                                .sources = {request_.folder, &matrices_, request_.dt, unit},
                                .weight_required = !unit.empty()});
    edge->weight.unit = unit;
    if (const double p = t.table->number("release", 1, config::fraction); p < 1)
      edge->release.emplace(p, Stream(request_.seed, "edge." + t.name + ".release"));
    if (is_coupling(to.ports[port]) && edge->connection) add_conductance(*edge, t);
    joins_.push_back({t.from, t.to, edge->connection ? edge->min_delay() : 1, true});
    join_tables_.push_back(t.table);
    const double synapses = edge->connection ? edge->connection->expected : 0;
    claim(*t.table, "connect", fmt::format("about {} synapses", config::written_number(synapses)),
          synapses * (request_.lists || edge->release ? bytes_of_listed : bytes_of_static));
    network_->sparse.push_back(std::move(edge));
  }

  /// The delay of all synapses in steps; 0 where each has its own. One that is no multiple of the step is refused,
  /// since nothing would say that it was rounded.
  std::int64_t read_delay(const config::Table& table) {
    const config::Value* given = table.peek("delay");
    const config::Value* kind = table.peek("kind");
    const bool sparse = !(kind && find_edge_entry(kind->text)) && !is_text(table.peek("connect"), "private");
    // A sparse edge may have a distribution or an expression of delays, which it reads itself.
    if (sparse && (!given || given->kind != config::Value::Kind::text || given->expression)) return 0;
    const std::size_t errors = table.diagnostics().size();
    if (!sparse && table.has("delay_steps")) {
      if (table.has("delay"))
        table.error("delay_steps", "`delay` and `delay_steps` both say how long; give one of them");
      return table.integer("delay_steps", 1, 0, longest_delay);
    }
    const double delay = table.quantity("delay", "ms", 0, config::not_negative), steps = delay / request_.dt;
    if (table.diagnostics().size() > errors) return 0;
    if (steps > static_cast<double>(longest_delay))
      table.error("delay", fmt::format("a delay of {:g} ms, with steps of {:g} ms; 0 to {} steps are allowed", delay,
                                       request_.dt, longest_delay));
    else if (std::fabs(std::round(steps) - steps) > 1e-6)
      table.error("delay", fmt::format("{:g} ms is no multiple of dt = {:g} ms", delay, request_.dt));
    else
      return std::llround(steps);
    return 0;
  }

  const BuildRequest& request_;
  std::size_t errors_;
  NamedTables node_tables_, edge_tables_;
  Targets targets_;
  std::map<std::string, Shape> shapes_;
  std::map<std::string, std::size_t> private_offset_;
  std::map<std::string, std::vector<std::string>> states_;  ///< by node, the names of its state variables
  std::vector<Diagnostic> unsized_;
  std::set<std::string> unclear_ports_;  ///< nodes whose ports are not known
  std::vector<Join> joins_;
  std::vector<const config::Table*> join_tables_, edge_tables_of_;  ///< by join, and by edge that is not sparse
  double bytes_ = 0, signals_ = 0;
  Matrices matrices_;
  std::unique_ptr<Network<Real>> network_ = std::make_unique<Network<Real>>();
};

}  // namespace

template <class Real>
std::unique_ptr<Network<Real>> build_network(const BuildRequest& request) {
  Builder<Real> builder(request);
  auto network = builder.build();
  if (request.bytes) *request.bytes = builder.bytes();
  return network;
}

template std::unique_ptr<Network<float>> build_network(const BuildRequest&);
template std::unique_ptr<Network<double>> build_network(const BuildRequest&);

}  // namespace cajal
