#include "app/rule_bench.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "learning/plasticity/catalogue.hpp"
#include "models/build.hpp"
#include "sim/config/value.hpp"

namespace cajal::app {

RuleBench::RuleBench(const std::string& config, double dt, std::uint64_t seed, bool lists) {
  config::Value tree = config::parse(config, "rule");
  std::vector<Diagnostic> diagnostics;
  expand_like(tree, diagnostics);
  const config::Table root(tree, "", diagnostics);
  BuildRequest request{root, seed, dt, 0, true, {}, ""};
  request.lists = lists;
  network_ = build_network<double>(request);
  for (const auto& [name, entry] : root.tables("learn"))
    if (auto process = make_process<double>(entry, *network_, dt)) processes_.push_back(std::move(process));
  check_targets<double>(processes_, diagnostics);
  root.refuse_unused();
  config::raise(std::move(diagnostics));
  if (lists)
    for (auto& edge : network_->sparse) edge->make_list();
  make_weights(*network_);
  Plan plan;
  plan.dt = dt;
  plan.seed = seed;
  plan.window = 64;
  clock_ = std::make_unique<Clock<double>>(*network_, plan, 1);
  for (auto& process : processes_) process->attach(*clock_);
  clock_->reset_all();
  course_ = std::make_unique<ProcessCourse<double>>(processes_, dt);
  course_->begin({}, 0);
  for (const auto& node : network_->nodes) counts_.emplace_back(node->size(), 0.0);
}

RuleBench::~RuleBench() {
  // They let go of the network.
  processes_.clear();
}

void RuleBench::run(double until) {
  const std::int64_t end = std::llround(until / clock_->plan().dt);
  while (step_ < end) {
    const Steps window{step_, std::min({end, step_ + clock_->plan().window, course_->next(step_)})};
    clock_->run(window, 1);
    step_ = window.end;
    course_->act(step_);
    for (std::size_t n = 0; n < counts_.size(); ++n)
      for (std::int64_t t = window.begin; t < window.end; ++t) {
        const double* const row = network_->nodes[n]->output.at(t, 0);
        for (std::size_t u = 0; u < counts_[n].size(); ++u) counts_[n][u] += row[u] != 0;
      }
  }
}

std::size_t RuleBench::sparse(const std::string& edge) const {
  for (std::size_t e = 0; e < network_->sparse.size(); ++e)
    if (network_->sparse[e]->name == edge) return e;
  throw Error("no sparse edge " + edge);
}

std::vector<double> RuleBench::weights(const std::string& edge) {
  for (const auto& e : network_->edges)
    if (e->name() == edge) return e->parameters().at(0)->row_major();
  return clock_->delivery().synapses(sparse(edge), step_).weight;
}

std::vector<double> RuleBench::delivered(const std::string& edge) {
  const auto stored = clock_->stores().at(0)->weights(sparse(edge));
  return {stored.begin(), stored.end()};
}

std::vector<double> RuleBench::values(const std::string& node) const {
  const Node<double>* const n = network_->node(node);
  if (!n) throw Error("no node " + node);
  const double* const row = n->output.at(step_ - 1, 0);
  return {row, row + n->size()};
}

std::vector<double> RuleBench::state(const std::string& entry) const {
  for (const auto& process : processes_)
    if (process->name() == entry) {
      const auto values = process->state().at(0).values;
      return {values.begin(), values.end()};
    }
  throw Error("no entry learn." + entry);
}

const std::vector<double>& RuleBench::spikes(const std::string& node) {
  for (std::size_t n = 0; n < counts_.size(); ++n)
    if (network_->nodes[n]->name() == node) return counts_[n];
  throw Error("no node " + node);
}

namespace {

std::string written(const SpikeTrains& trains) {
  std::vector<std::string> units;
  for (const auto& train : trains) {
    std::vector<std::string> times;
    for (const double t : train) times.push_back(fmt::format("\"{} ms\"", t));
    units.push_back(fmt::format("[{}]", fmt::join(times, ", ")));
  }
  return fmt::format("[{}]", fmt::join(units, ", "));
}

}  // namespace

std::string paired_units(const SpikeTrains& pre, const SpikeTrains& post, const std::string& weight,
                         const std::string& learn, const std::string& delay, const std::string& nodes,
                         const std::string& edges, const std::string& reset) {
  // What a pre unit adds is nothing beside the threshold; what tells a post unit to spike is far beyond it.
  return fmt::format(R"([node]
X = {{ kind = "spikes", size = {0}, times = {1} }}
T = {{ kind = "spikes", size = {0}, times = {2} }}
E = {{ kind = "lif", size = {0}, E_L = "0 mV", V_reset = "{8}", V_th = "1 V", t_ref = "0 ms", receptors = {{ input = "delta" }} }}
{6}[edge]
XE = {{ from = "X", to = "E.input", connect = "one_to_one", weight = "{3}", delay = "{5}" }}
TE = {{ from = "T", to = "E.input", connect = "one_to_one", weight = "5 V", delay = "0.1 ms" }}
{7}[learn]
rule = {{ on = "edge.XE", {4} }}
)",
                     pre.size(), written(pre), written(post), weight, learn, delay, nodes, edges, reset);
}

}  // namespace cajal::app
