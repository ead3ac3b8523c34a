#include "app/weights.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/edges/feedback.hpp"
#include "sim/connect/connection.hpp"
#include "sim/error.hpp"
#include "sim/population_base.hpp"

namespace cajal::app {

template <class Real>
std::size_t count_parameters(const Network<Real>& network) {
  std::size_t n = 0;
  for (const auto& e : network.edges)
    for (const auto* p : e->parameters()) {
      std::size_t count = 1;
      for (std::size_t d : p->shape) count *= d;
      n += count;
    }
  for (const auto& e : network.sparse) n += e->weight.value.size();
  return n;
}

namespace {

template <class Real>
void write_positions(const record::Group& group, const Node<Real>& node) {
  const Positions& p = node.positions;
  const std::string place = "nodes/" + node.name() + "/";
  group.write(place + "positions", p.values, {node.size(), p.dimensions},
              {"mm", "where each unit is", {"unit", "dimension"}});
  group.group(place + "positions").attribute("periodic", p.periodic);
  if (!p.extent.empty())
    group.write(place + "extent", p.extent, {p.dimensions}, {"mm", "of the space, from 0", {"dimension"}});
}

}  // namespace

template <class Real>
void write_synapses(const record::Group& group, const SparseEdge<Real>& edge, const Synapses& list,
                    const std::string& when) {
  const std::string place = fmt::format("weights/{}/{}/", edge.name, when);
  const std::vector<Real> weight(list.weight.begin(), list.weight.end());
  group.write(place + "weight", weight, {weight.size()},
              {edge.weight.unit, "weight of each synapse, or one of all", {"synapse"}});
  // Who is joined does not change: it is written once.
  if (when != "initial") return;
  const record::Group all = group.group("weights/" + edge.name);
  all.attribute("source_units", edge.from->size());
  all.attribute("target_units", edge.to->size());
  group.write(place + "source", list.source, {list.size()}, {"", "source unit of each synapse", {"synapse"}});
  group.write(place + "target", list.target, {list.size()}, {"", "target unit of each synapse", {"synapse"}});
  group.write(place + "delay", list.delay, {list.delay.size()},
              {"steps", "delay of each synapse, or one of all", {"synapse"}});
}

namespace {

/// What a result keeps of an edge: its parameters and, once, the fixed weights by which errors go back.
template <class Real>
std::vector<Parameter<Real>*> stored_parameters(Edge<Real>& edge, const std::string& when) {
  std::vector<Parameter<Real>*> all = edge.parameters();
  if (when != "initial") return all;
  if (auto* const e = dynamic_cast<FeedbackEdge<Real>*>(&edge); e && e->feedback()) all.push_back(e->feedback());
  return all;
}

}  // namespace

template <class Real>
void write_network(const record::Group& group, const Network<Real>& network, const std::string& when) {
  // Where the units are does not change.
  if (when == "initial")
    for (const auto& n : network.nodes)
      if (!n->positions.empty()) write_positions(group, *n);
  for (const auto& n : network.nodes)
    for (const auto& s : n->statistics())
      group.write(fmt::format("weights/node.{}.{}/{}", n->name(), s.name, when),
                  std::vector<Real>(s.values.begin(), s.values.end()), {s.values.size()},
                  {s.unit, s.meaning, {"channel"}});
  for (const auto& e : network.edges)
    for (const auto* p : stored_parameters(*e, when)) {
      const std::vector<double> values = p->row_major();
      const std::vector<Real> stored(values.begin(), values.end());
      static const std::vector<std::string> names{"target", "source", "kernel height", "kernel width"};
      std::vector<std::string> axes(
          names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), p->shape.size())));
      if (p->shape.size() == 3) axes[2] = "kernel";
      group.write(fmt::format("weights/{}/{}/{}", e->name(), when, p->name), stored, p->shape,
                  {p->unit, p->name + " of edge " + e->name(), axes});
    }
  for (const auto& e : network.sparse) {
    // What is not listed may be too much for a file: see write_plastic.
    if (!e->listed()) continue;
    Synapses now = e->synapses;
    now.weight.assign(e->weight.value.begin(), e->weight.value.end());
    write_synapses(group, *e, now, when);
  }
}

template <class Real>
void write_plastic(const record::Group& group, Clock<Real>& clock, std::int64_t now, const std::string& when,
                   const std::vector<std::string>& recorded) {
  constexpr double most = 4e6;
  const auto& edges = clock.network().sparse;
  const auto wanted = [&](const SparseEdge<Real>& e) {
    return e.count() <= most || std::find(recorded.begin(), recorded.end(), e.name) != recorded.end();
  };
  for (std::size_t e = 0; e < edges.size(); ++e)
    if (edges[e]->plastic && !edges[e]->listed() && wanted(*edges[e]))
      write_synapses(group, *edges[e], clock.delivery().synapses(e, now), when);
}

namespace {

template <class Real>
void read_parameter(const record::ResultReader& reader, const std::string& path, Parameter<Real>& p) {
  const auto stored = reader.read<double>(path);
  if (stored.dims != p.shape)
    throw DataError(reader.path(), fmt::format("{}: shape [{}], expected [{}]", path, fmt::join(stored.dims, ", "),
                                               fmt::join(p.shape, ", ")));
  p.assign(stored.values);
}

template <class Real>
void read_statistic(const record::ResultReader& reader, const std::string& path, const Statistic<Real>& s) {
  const auto stored = reader.read<double>(path);
  if (stored.values.size() != s.values.size())
    throw DataError(reader.path(),
                    fmt::format("{}: {} values, expected {}", path, stored.values.size(), s.values.size()));
  std::transform(stored.values.begin(), stored.values.end(), s.values.begin(),
                 [](double x) { return static_cast<Real>(x); });
}

}  // namespace

template <class Real>
void read_network(const record::ResultReader& reader, const std::string& path, Network<Real>& network,
                  const std::string& when) {
  for (const auto& n : network.nodes)
    for (const auto& s : n->statistics())
      read_statistic(reader, fmt::format("{}weights/node.{}.{}/{}", path, n->name(), s.name, when), s);
  for (const auto& e : network.edges) {
    for (auto* p : e->parameters())
      read_parameter(reader, fmt::format("{}weights/{}/{}/{}", path, e->name(), when, p->name), *p);
    e->refresh();
  }
  for (const auto& e : network.sparse)
    if (e->listed()) read_parameter(reader, fmt::format("{}weights/{}/{}/weight", path, e->name, when), e->weight);
}

namespace {

/// How the synapses of an edge will stand in memory, and how many of a source unit arrive at once: what speed depends
/// on.
template <class Real>
std::string stored_as(const SparseEdge<Real>& edge) {
  if (edge.release) return fmt::format(", released with probability {:g}", edge.release->probability());
  if (edge.listed()) return "";
  const Connection& c = *edge.connection;
  const std::size_t bytes = sizeof(std::uint16_t) + (c.weight && !edge.plastic ? 0 : sizeof(Real));
  const double delays = static_cast<double>(c.max_delay - c.min_delay + 1);
  const double fan_out = c.expected / static_cast<double>(edge.from->size());
  return fmt::format(", {} bytes each, delays of {} to {} steps, at least {:.3g} at once", bytes, c.min_delay,
                     c.max_delay, fan_out / delays);
}

/// How a population goes through time, and whether `auto` chose it.
template <class Real>
std::string integrated_by(const Node<Real>& node) {
  const auto* population = dynamic_cast<const PopulationBase<Real>*>(&node);
  if (!population) return "";
  const PopulationOptions& o = population->options();
  return fmt::format(", integrator {}{}{}", integrator_names[static_cast<std::size_t>(o.integrator)],
                     o.automatic ? " (auto)" : "", o.precise_spikes ? ", precise spike times" : "");
}

}  // namespace

template <class Real>
std::string network_summary(const Network<Real>& network) {
  std::string out;
  for (const auto& n : network.nodes)
    out += fmt::format("  node {:<12} {:<18} {:>9} units{}{}\n", n->name(), n->kind(), n->size(), integrated_by(*n),
                       n->held ? ", once a trial" : "");
  for (const auto& e : network.edges)
    out += fmt::format("  edge {:<12} {:<18} {:>9} synapses  {} -> {}{}\n", e->name(), e->kind(), e->synapses(),
                       e->from().name(), e->to().name(), e->trained ? ", trained" : "");
  for (const auto& e : network.sparse)
    out += fmt::format("  edge {:<12} {:<18} {:>9} synapses  {} -> {}{}{}{}\n", e->name, "sparse",
                       static_cast<std::uint64_t>(e->count()), e->from->name(), e->to->name(), stored_as(*e),
                       e->trained ? ", trained" : "", e->plastic ? ", plastic" : "");
  return out;
}

template std::size_t count_parameters(const Network<float>&);
template std::size_t count_parameters(const Network<double>&);
template void write_network(const record::Group&, const Network<float>&, const std::string&);
template void write_network(const record::Group&, const Network<double>&, const std::string&);
template void write_synapses(const record::Group&, const SparseEdge<float>&, const Synapses&, const std::string&);
template void write_synapses(const record::Group&, const SparseEdge<double>&, const Synapses&, const std::string&);
template void write_plastic(const record::Group&, Clock<float>&, std::int64_t, const std::string&,
                            const std::vector<std::string>&);
template void write_plastic(const record::Group&, Clock<double>&, std::int64_t, const std::string&,
                            const std::vector<std::string>&);
template void read_network(const record::ResultReader&, const std::string&, Network<float>&, const std::string&);
template void read_network(const record::ResultReader&, const std::string&, Network<double>&, const std::string&);
template std::string network_summary(const Network<float>&);
template std::string network_summary(const Network<double>&);

}  // namespace cajal::app
