#pragma once

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/build.hpp"
#include "models/expand_short_term.hpp"
#include "sim/clock.hpp"

namespace cajal::test {

/// Columns by name.
using Trace = std::map<std::string, std::vector<double>>;

/// A table of tests/reference with a head line.
inline Trace read_trace(const std::string& name) {
  const std::string path = std::string(CAJAL_SOURCE_DIR) + "/tests/reference/" + name;
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::vector<std::string> names;
  std::string line, cell;
  std::getline(in, line);
  for (std::istringstream head(line); std::getline(head, cell, ',');) names.push_back(cell);
  Trace out;
  while (std::getline(in, line)) {
    std::istringstream row(line);
    for (const std::string& column : names) {
      if (!std::getline(row, cell, ',')) throw std::runtime_error(path + ": a short row");
      out[column].push_back(std::stod(cell));
    }
  }
  return out;
}

/// A network of one sample built from a config, as a simulation builds it.
template <class Real>
struct Simulation {
  std::unique_ptr<Network<Real>> network;
  std::unique_ptr<Clock<Real>> clock;

  Simulation(const std::string& text, double dt, const std::vector<NodeEntry>& nodes = node_catalogue(), Plan plan = {},
             bool trained = false) {
    config::Value root = config::parse(text, "test.toml");
    std::vector<Diagnostic> diagnostics;
    expand_short_term(root, diagnostics);
    const config::Table table(root, "", diagnostics);
    const BuildRequest request{table, 1, dt, 0, true, {}, {}, [trained](const std::string&) { return trained; },
                               &nodes};
    network = build_network<Real>(request);
    table.refuse_unused({"trial"});
    config::raise(diagnostics);
    make_weights(*network);
    plan.dt = dt;
    clock = std::make_unique<Clock<Real>>(*network, plan, 1);
  }

  Node<Real>& node(const std::string& name) { return *network->node(name); }
  std::vector<double> row(Signal<Real>& signal, std::int64_t step) {
    return {signal.at(step, 0), signal.at(step, 0) + signal.units()};
  }

  /// Runs step by step and keeps, of unit 0 of a node, every column that can be recorded, `output`, and the times of
  /// its spikes as `spikes`.
  Trace run(std::int64_t steps, const std::string& name) {
    Trace out;
    Node<Real>& observed = node(name);
    clock->reset_all();
    for (std::int64_t t = 0; t < steps; ++t) {
      clock->run({t, t + 1}, 1);
      for (const Column<Real>& column : observed.columns())
        out[column.name].push_back(static_cast<double>(column.signal->at(t + 1, 0)[0]));
      const auto sent = static_cast<double>(observed.output.at(t, 0)[0]);
      out["output"].push_back(sent);
      if (observed.spiking() && sent > 0.5) out["spikes"].push_back(static_cast<double>(t + 1) * clock->plan().dt);
    }
    return out;
  }
};

/// The largest difference of two columns over rows [0, rows).
inline double distance(const std::vector<double>& a, const std::vector<double>& b, std::size_t rows) {
  if (a.size() < rows || b.size() < rows) throw std::runtime_error("a trace is too short");
  double most = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    if (!(std::fabs(a[i] - b[i]) < 1e300)) return INFINITY;
    most = std::max(most, std::fabs(a[i] - b[i]));
  }
  return most;
}

}  // namespace cajal::test
