#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "analysis/subject.hpp"
#include "app/learning_process.hpp"
#include "app/settings.hpp"
#include "learning/learner.hpp"
#include "models/catalogue.hpp"
#include "sim/record/reader.hpp"
#include "sim/record/result.hpp"

namespace cajal::app {

/// A learner whose number type is known to itself alone: what experiments work with.
class AnyLearner {
 public:
  virtual ~AnyLearner() = default;
  virtual const LearnerRecord& run(const std::function<void(const Progress&)>& progress,
                                   const std::atomic<bool>& stop) = 0;
  virtual PhaseRecord predict(const data::Dataset& dataset, const std::vector<std::uint32_t>& samples) = 0;
  /// Why there is no gradient of its answers by what it is shown; empty where there is one.
  virtual std::string without_gradient() const = 0;
  /// See Learner::input_gradient. Throws Error where there is none.
  virtual std::vector<double> input_gradient(std::span<const float> rows, std::span<const std::int32_t> outputs) = 0;
  /// Learns the tasks one after the other instead of all samples at once: see Learner::run_tasks. Throws Error where it
  /// cannot.
  virtual TaskRecord run_tasks(const Tasks& tasks, const std::atomic<bool>& stop) = 0;
  /// Before it runs: every phase that trains has at least so many presentations, in whole epochs.
  virtual void show_at_least(std::int64_t presentations) = 0;
  /// Before it runs.
  virtual void set_budget(const Budget& budget) = 0;
  virtual const LearnerRecord& record() const = 0;
  virtual const LearnerOptions& options() const = 0;
  virtual const Activity* activity() const = 0;
  /// The node that stands for what it makes of its input: the largest one that the answer is read from through weights,
  /// or the one that answers where there is none such or its units were assigned to classes. Empty without nodes.
  virtual std::string representation() const { return {}; }
  virtual std::size_t parameters() const = 0;
  /// Bytes that it is estimated to take.
  virtual double memory() const = 0;
  /// What it will take, measured before it runs; nothing where that is not known.
  virtual std::optional<LearnerMemory> measured_memory() { return {}; }
  /// Weights as they stand now, below `weights/<edge>/<when>`.
  virtual void write_weights(const record::Group& group, const std::string& when) = 0;
  /// What `write_weights` wrote, from a result. Throws DataError where shapes differ.
  virtual void read_weights(const record::ResultReader& reader, const std::string& path, const std::string& when) = 0;
  virtual std::string summary() const = 0;
  /// The learner as measures see it. It must outlive what is returned, and has learned.
  virtual std::unique_ptr<analysis::Subject> subject(const Data& data) = 0;
  /// The entries of `[learn]`; none where it learns otherwise.
  virtual std::vector<LearningProcess> learning_processes() const { return {}; }
};

/// The seeds of one run of a comparison: what varies and what stays.
struct Seeds {
  std::uint64_t init = 1, order = 1;
};

/// Builds the learner that a tree (a config's root, or `[learner.X]`) describes. What is wrong goes to the tree's
/// diagnostics; then nothing is returned. `nodes`: the kinds that its nodes may have. `split`: another split of the
/// data than their own, which must outlive the learner like them.
std::unique_ptr<AnyLearner> make_learner(const config::Table& tree, const std::string& name, const Run& run,
                                         const Data& data, const Seeds& seeds, std::size_t threads,
                                         const std::string& folder,
                                         const std::vector<NodeEntry>& nodes = node_catalogue(),
                                         const data::Split* split = nullptr);

/// What is left when all of a learner's results are in one subtree: training/, predictions/, activity/, measures.
void write_learner(const record::Group& group, AnyLearner& learner, const Data& data);
/// The data's part: split, hash, statistics of the preprocessing.
void write_data(const record::Group& group, const Data& data);

}  // namespace cajal::app
