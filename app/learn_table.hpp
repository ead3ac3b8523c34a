#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/edges/feedback.hpp"
#include "sim/config/table.hpp"

namespace cajal::app {

/// An entry `rule = "backprop"` and the edges that it trains, by their names in the config.
struct GradientEntry {
  std::string name;
  config::Table table;
  std::set<std::string> edges;
  Feedback feedback = Feedback::transpose;
};

/// `[learn]`, sorted by what works on it.
struct LearnTable {
  std::vector<std::pair<std::string, config::Table>> processes;  ///< other than gradients
  std::vector<GradientEntry> gradients;
  bool unclear = false;  ///< an entry's rule is not known

  /// Whether a gradient trains this edge, by its name in the config.
  bool trains(const std::string& edge) const {
    return std::any_of(gradients.begin(), gradients.end(),
                       [&](const GradientEntry& g) { return g.edges.contains(edge); });
  }
  /// How the gradient that trains an edge sends errors back through it.
  Feedback feedback(const std::string& edge) const {
    for (const GradientEntry& g : gradients)
      if (g.edges.contains(edge)) return g.feedback;
    return Feedback::transpose;
  }
};

/// Errors go to the diagnostics: a rule that is not known, an edge that two processes change, a name of nothing.
LearnTable read_learn(const config::Table& tree);

}  // namespace cajal::app
