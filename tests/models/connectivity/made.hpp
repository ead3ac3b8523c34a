#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "models/connectivity/connect.hpp"
#include "tests/catch.hpp"

namespace cajal::tests {

/// An edge of a config and the synapses that come of it.
struct Made {
  Synapses synapses;
  double expected = 0;
  std::uint32_t min_delay = 0, max_delay = 0;
  std::vector<Diagnostic> diagnostics;

  std::string error() const { return diagnostics.empty() ? "" : diagnostics.front().text(); }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs() const {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> out;
    for (std::size_t i = 0; i < synapses.size(); ++i) out.emplace_back(synapses.source[i], synapses.target[i]);
    return out;
  }
};

/// What else there may be beside the table of an edge.
struct Beside {
  const Positions *source = nullptr, *target = nullptr;
  std::string folder = {};
  const Matrices* matrices = nullptr;
  bool weight_required = false;
};

inline Made make(const std::string& keys, std::size_t n_source, std::size_t n_target, bool same = false,
                 std::uint64_t seed = 1, const std::string& address = "edge.rec", const Beside& beside = {}) {
  const config::Value root = config::parse("[edge.rec]\n" + keys + "\n", "a.toml");
  Made made;
  const config::Table edge(*root.find("edge")->find("rec"), "edge.rec", made.diagnostics);
  const auto connection = connect({.edge = edge,
                                   .populations = {n_source, n_target, same, beside.source, beside.target},
                                   .seed = seed,
                                   .address = address,
                                   .sources = {beside.folder, beside.matrices, 0.1, "mV"},
                                   .weight_required = beside.weight_required,
                                   .default_delay = 7});
  if (connection) {
    made.synapses = connection->list();
    made.expected = connection->expected;
    made.min_delay = connection->min_delay;
    made.max_delay = connection->max_delay;
  }
  if (made.diagnostics.empty()) edge.refuse_unused();
  return made;
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Chi-square of counts against one expectation, as standard deviations from its mean.
inline double deviation(const std::vector<double>& counts, double expected) {
  double chi = 0;
  for (const double count : counts) chi += (count - expected) * (count - expected) / expected;
  const auto freedom = static_cast<double>(counts.size() - 1);
  return (chi - freedom) / std::sqrt(2 * freedom);
}

}  // namespace cajal::tests
