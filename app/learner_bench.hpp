#pragma once

#include <memory>
#include <string>
#include <vector>

#include "learning/learner.hpp"

namespace cajal::app {

/// Numbers, [row][column].
using Rows = std::vector<std::vector<double>>;

/// A learner of a config that is held in memory, in double precision: it learns by rules or by gradient from samples
/// that are given as numbers. What claims about rules by values are checked on.
class LearnerBench {
 public:
  /// Learns from all samples `epochs` times, in an order of its own each time, then shows each once more. `config`:
  /// `[node]`, `[edge]` and `[learn]`; a node Y answers. `targets`: none, or a row for each sample. Throws ConfigError.
  LearnerBench(const std::string& config, std::int64_t epochs, const Rows& samples, const Rows& targets = {});
  LearnerBench(const LearnerBench&) = delete;
  LearnerBench& operator=(const LearnerBench&) = delete;

  /// Of a dense edge: [target][source].
  Rows weights(const std::string& edge);
  /// The fixed weights by which errors go back through an edge: [target][source].
  Rows feedback(const std::string& edge);
  std::vector<double> bias(const std::string& edge);
  /// What Y answered at last, [sample][unit].
  Rows answers() const;
  /// What an entry of `[learn]` keeps for its first target, one number for each unit.
  std::vector<double> state(const std::string& entry);

 private:
  data::Dataset dataset_;
  data::Split split_;
  std::unique_ptr<Learner<double>> learner_;
};

/// The config of samples X, joined with `units` units Y of one kind by a dense edge w that learns; `weight` and `rule`
/// as in a config. `nodes`: further lines.
std::string dense_layer(const std::string& kind, std::size_t units, const std::string& weight, const std::string& rule,
                        const std::string& nodes = "");

}  // namespace cajal::app
