#include "app/weight_request.hpp"

#include <fmt/format.h>

#include "app/record_request.hpp"
#include "app/steps.hpp"
#include "models/build.hpp"
#include "sim/config/text.hpp"

namespace cajal::app {

namespace {

constexpr std::int64_t most_synapses_traced = 100'000, most_bins = 10'000;

/// The parts of the edges that `of` names; whether something changes one of them.
template <class Real>
std::vector<const SparseEdge<Real>*> read_parts(const config::Table& table, const Network<Real>& network,
                                                const std::vector<std::string>& of) {
  std::vector<std::string> names;
  for (const auto& e : network.sparse) names.push_back("edge." + e->name);
  std::vector<const SparseEdge<Real>*> found;
  for (const std::string& name : of) {
    const std::size_t before = found.size();
    for (const auto& e : network.sparse)
      if (name.starts_with("edge.") && is_part_of(e->name, name.substr(5))) found.push_back(e.get());
    if (found.size() == before)
      table.error("of", fmt::format("no sparse edge \"{}\"{}", name, config::alternatives(name, names, "there are")));
  }
  return found;
}

/// `range = ["0 nS", "1 nS"]`, in the unit of each edge.
template <class Real>
void read_ranges(const config::Table& table, const std::vector<const SparseEdge<Real>*>& edges, WeightRequest& w) {
  if (!table.has("range")) return;
  for (const SparseEdge<Real>* edge : edges) {
    const std::size_t errors = table.diagnostics().size();
    const std::vector<double> range = table.numbers("range", edge->to->ports[edge->port].unit);
    if (table.diagnostics().size() > errors) return;
    if (range.size() != 2 || !(range[0] < range[1])) {
      table.error("range",
                  fmt::format("expected two weights, the smaller one first, found {}", table.peek("range")->written()));
      return;
    }
    w.ranges.emplace_back(range[0], range[1]);
  }
  if (edges.empty()) table.take("range");
}

/// The keys of each way of keeping weights; those of another way are errors.
template <class Real>
WeightRequest read_way(const config::Table& table, const std::vector<const SparseEdge<Real>*>& edges) {
  using As = WeightRequest::As;
  const std::vector<std::string> words{"all", "traces", "histogram", "changes"};
  const std::string word = table.choice("as", words, table.has("synapses") ? "traces" : "all");
  WeightRequest w;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == word) w.as = static_cast<As>(i);
  const auto only = [&](const char* key, As as) {
    if (w.as == as) return true;
    if (table.take(key))
      table.error(key, fmt::format("is for weights as = \"{}\"", words[static_cast<std::size_t>(as)]));
    return false;
  };
  if (only("synapses", As::traces))
    w.synapses = static_cast<std::size_t>(table.integer("synapses", 100, 1, most_synapses_traced));
  if (only("bins", As::histogram)) w.bins = static_cast<std::size_t>(table.integer("bins", 50, 1, most_bins));
  if (only("range", As::histogram)) read_ranges(table, edges, w);
  if (only("threshold", As::changes))
    for (const SparseEdge<Real>* edge : edges)
      w.threshold = table.quantity("threshold", edge->to->ports[edge->port].unit, 0, config::not_negative);
  return w;
}

}  // namespace

template <class Real>
void read_weights(const config::Table& table, const Network<Real>& network, double dt, RecordRequest& r) {
  const std::vector<const SparseEdge<Real>*> edges = read_parts(table, network, r.of);
  r.kind = RecordRequest::Kind::weight;
  r.of.clear();
  bool changes = false;
  for (const SparseEdge<Real>* edge : edges) {
    r.of.push_back(edge->name);
    changes = changes || edge->plastic;
  }
  r.every = 0;
  r.weights = read_way(table, edges);
  const bool over_time = r.weights.as != WeightRequest::As::all;
  if (table.has("every")) {
    const double time = table.quantity("every", "ms", dt, config::positive);
    const auto steps = steps_of(time, dt);
    if (!steps) table.error("every", no_multiple(time, dt));
    r.every = steps.value_or(1);
  } else if (over_time) {
    table.error("every", "missing key `every`: how often the weights are looked at, like \"1 s\"");
  }
  if (changes || edges.empty()) return;
  if (over_time || table.has("every"))
    table.error(table.has("every") ? "every" : "as", "nothing changes these weights: they are written once");
  r.weights.as = WeightRequest::As::all;
}

template <class Real>
void fit_ranges(const config::Table& root, const std::vector<std::unique_ptr<Process<Real>>>& processes,
                std::vector<RecordRequest>& requests) {
  for (RecordRequest& r : requests) {
    WeightRequest& w = r.weights;
    if (r.kind != RecordRequest::Kind::weight || w.as != WeightRequest::As::histogram || !w.ranges.empty()) continue;
    for (const std::string& edge : r.of) {
      std::optional<std::pair<double, double>> bounds;
      for (const auto& p : processes)
        if (!bounds) bounds = p->weight_bounds("edge." + edge);
      if (!bounds)
        root.table("record")->table(r.name)->error(
            "range", fmt::format("missing key `range`: no rule of [learn] bounds the weights of edge.{}", edge));
      w.ranges.push_back(bounds.value_or(std::pair(0.0, 1.0)));
    }
  }
}

template void read_weights(const config::Table&, const Network<float>&, double, RecordRequest&);
template void read_weights(const config::Table&, const Network<double>&, double, RecordRequest&);
template void fit_ranges(const config::Table&, const std::vector<std::unique_ptr<Process<float>>>&,
                         std::vector<RecordRequest>&);
template void fit_ranges(const config::Table&, const std::vector<std::unique_ptr<Process<double>>>&,
                         std::vector<RecordRequest>&);

}  // namespace cajal::app
