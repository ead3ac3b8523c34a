#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "learning/learner.hpp"
#include "learning/linear_algebra.hpp"
#include "learning/plasticity/catalogue.hpp"
#include "models/build.hpp"
#include "sim/random.hpp"

// Learners that learn by values, made as the program makes them from a config.

namespace cajal::test {

/// Samples with targets, or with none: then each is 0.
inline data::Dataset samples_of(const std::vector<std::vector<double>>& x,
                                const std::vector<std::vector<double>>& y = {}) {
  data::Dataset d;
  d.name = "rates";
  d.samples = x.size();
  d.features = x[0].size();
  d.shape = {d.features};
  d.targets = y.empty() ? 1 : y[0].size();
  for (const auto& row : x) d.x.insert(d.x.end(), row.begin(), row.end());
  for (const auto& row : y) d.y.insert(d.y.end(), row.begin(), row.end());
  d.y.resize(d.samples * d.targets, 0.0f);
  return d;
}

/// All samples are for training, and for testing too.
inline data::Split all_of(const data::Dataset& d) {
  data::Split split;
  for (std::uint32_t s = 0; s < d.samples; ++s) split.train.push_back(s);
  split.test = split.train;
  return split;
}

/// What is wrong with the entries of `[learn]`, and with them alone, is thrown as ConfigError. Edges named `read` are
/// trained by `learn.bp`, if there is one.
template <class Real>
std::unique_ptr<Learner<Real>> rate_learner(const std::string& text, const data::Dataset& dataset,
                                            const data::Split& split, std::size_t threads = 1) {
  const config::Value root = config::parse(text, "test.toml");
  std::vector<Diagnostic> diagnostics;
  const config::Table table(root, "", diagnostics);
  BuildRequest request{table, 1, 1, 0, true, dataset.shape, ""};
  request.targets = dataset.classification() ? dataset.classes : dataset.targets;
  const bool gradient = table.table("learn")->has("bp");
  request.trained = [&](const std::string& edge) { return gradient && edge == "read"; };
  auto network = build_network<Real>(request);
  config::raise(diagnostics);
  LearnerOptions o;
  o.name = "test";
  o.seed = 1;
  o.threads = threads;
  o.trial = Trial::read(table, 1);
  std::vector<std::string> names;
  std::vector<std::unique_ptr<Process<Real>>> processes;
  for (const auto& [name, entry] : table.tables("learn")) {
    names.push_back(name);
    if (name == "bp") {
      o.gradients.push_back(GradientOptions::read(name, entry));
      entry.take("rule");
      entry.take("on");
      o.gradients[0].trains = [](std::string_view edge) { return edge == "read"; };
    } else if (auto process = make_process(entry, *network, 1)) {
      processes.push_back(std::move(process));
    }
  }
  o.predict.of = table.table("predict")->text("of", "Y");
  o.predict.kind = Predict::Kind::max_last;
  o.phases = read_phases(table, names, o.predict, 1, false);
  for (const char* read_elsewhere : {"node", "edge", "predict"}) table.take(read_elsewhere);
  table.refuse_unused();
  config::raise(diagnostics);
  for (auto& e : network->sparse) e->make_list();
  make_weights(*network);
  return std::make_unique<Learner<Real>>(std::move(network), std::move(processes), std::move(o), dataset, split);
}

template <class Real>
void run(Learner<Real>& learner) {
  const std::atomic<bool> stop = false;
  learner.run({}, stop);
}

/// Weights [target][source] of a dense or sparse edge.
template <class Real>
std::vector<std::vector<double>> weights_of(Learner<Real>& learner, const std::string& edge) {
  auto& network = learner.network();
  std::vector<std::vector<double>> out;
  if (Edge<Real>* e = network.edge(edge)) {
    const auto rows = e->parameters()[0]->row_major();
    const std::size_t sources = e->from().size();
    for (std::size_t k = 0; k < e->to().size(); ++k)
      out.emplace_back(rows.begin() + static_cast<std::ptrdiff_t>(k * sources),
                       rows.begin() + static_cast<std::ptrdiff_t>((k + 1) * sources));
    return out;
  }
  SparseEdge<Real>& e = *network.sparse_edge(edge);
  out.assign(e.to->size(), std::vector<double>(e.from->size(), 0.0));
  for (std::size_t i = 0; i < e.synapses.size(); ++i)
    out[e.synapses.target[i]][e.synapses.source[i]] = static_cast<double>(e.weight.value[i]);
  return out;
}

/// The numbers in a row.
inline std::vector<double> flat(const std::vector<std::vector<double>>& rows) {
  std::vector<double> out;
  for (const auto& row : rows) out.insert(out.end(), row.begin(), row.end());
  return out;
}

inline double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// Degrees between the lines that two vectors span.
inline double angle(const std::vector<double>& a, const std::vector<double>& b) {
  const double cosine = std::fabs(dot(a, b)) / std::sqrt(dot(a, a) * dot(b, b));
  return std::acos(std::min(cosine, 1.0)) * 180 / 3.14159265358979323846;
}

/// Eigenvectors of <x x^T>, from the largest eigenvalue on.
inline std::vector<std::vector<double>> components(const data::Dataset& d) {
  Matrix c(d.features, d.features);
  for (std::size_t s = 0; s < d.samples; ++s)
    for (std::size_t i = 0; i < d.features; ++i)
      for (std::size_t j = 0; j < d.features; ++j)
        c[i][j] += static_cast<double>(d.x[s * d.features + i]) * static_cast<double>(d.x[s * d.features + j]) /
                   static_cast<double>(d.samples);
  const Eigensystem e = eigen_symmetric(c);
  std::vector<std::vector<double>> out;
  for (std::size_t k = 0; k < d.features; ++k) out.emplace_back(e.vectors[k], e.vectors[k] + d.features);
  return out;
}

}  // namespace cajal::test
