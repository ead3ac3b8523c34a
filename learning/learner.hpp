#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "learning/activity.hpp"
#include "learning/data/augment.hpp"
#include "learning/data/dataset.hpp"
#include "learning/data/split.hpp"
#include "learning/gradient/trainer.hpp"
#include "learning/options.hpp"
#include "learning/process.hpp"
#include "learning/readout.hpp"
#include "sim/clock.hpp"

namespace cajal {

/// What a learner is told beside its network and its data.
struct LearnerOptions {
  std::string name;
  std::uint64_t seed = 0;
  double dt = 1;  ///< ms
  std::size_t threads = 1;
  std::size_t batch = 1;                                    ///< of phases in which nothing trains by gradient
  std::size_t activity_samples = 1000, spike_samples = 20;  ///< of the test phase, kept for the result
  Trial trial;
  Predict predict;
  data::AugmentOptions augment;            ///< of samples that are shown for training
  std::vector<GradientOptions> gradients;  ///< in the order of their turns
  bool teaches = false;                    ///< labels or targets are shown to it, beside those that a gradient takes
  /// What the outputs are: answers, or samples that are given back or made up. Of samples few are kept.
  enum class Outputs { answers, inputs_again, new_samples } outputs = Outputs::answers;
  static constexpr std::size_t kept_outputs = 100;
  std::vector<Phase> phases;
  Budget budget;  ///< of all phases that train together
};

struct EpochRecord {
  std::string phase;
  std::int64_t epoch = 0, presentations = 0;
  double loss = 0, accuracy = 0;                        ///< on the samples as they were shown
  double validation_loss = 0, validation_accuracy = 0;  ///< after the epoch; NaN where it was not asked for
  double seconds = 0;                                   ///< without the validation
  // With a gradient; else NaN, and empty.
  double gradient_norm = 0, rate = 0;                ///< of the last batch
  double penalty = 0;                                ///< l1 and l2, after the epoch
  std::vector<double> losses;                        ///< [gradient], of the samples as they were shown
  std::vector<double> gradient_norms, weight_norms;  ///< [trained edge]
  std::vector<double> activity_rms, activity_zeros;  ///< [node]: of the last batch
};

struct PhaseRecord {
  std::string name;
  std::size_t outputs = 0;
  std::vector<std::uint32_t> sample;
  std::vector<std::int32_t> label, predicted;
  std::vector<double> scores;  ///< [sample][output]; of outputs that are samples those of the first samples alone
  double loss = 0, accuracy = 0, seconds = 0;
  std::int64_t presentations = 0;
};

/// What a node did during the last measured phase.
struct NodeActivity {
  std::string node;
  bool spiking = false, input = false;
  std::size_t units = 0;
  double nonzero = 0, total = 0, sum = 0;  ///< outputs: not zero, all, added up
};

struct LearnerRecord {
  std::vector<EpochRecord> epochs;
  std::vector<PhaseRecord> phases;
  std::vector<NodeActivity> activity;
  double measured_samples = 0, measured_ms = 0;
  /// By edge, per presentation: operations whose input and weight were not zero, and all that a dense pass does.
  struct EdgeOperations {
    std::string edge;
    bool binary = false;  ///< every input was -1, 0 or 1: accumulates; else multiply-accumulates
    double effective = 0, dense = 0;
  };
  std::vector<EdgeOperations> operations;
  std::vector<std::string> gradients, trained_edges, nodes;  ///< what the columns of an EpochRecord are of
  std::string stopped;                                       ///< why training ended before its last epoch
  std::int64_t kept_epoch = 0;  ///< whose weights were put back; 0: training ended with its last ones
  bool interrupted = false;
};

/// Classes that are learned one group after the other.
struct Tasks {
  std::vector<std::vector<std::int32_t>> classes;
};

/// What came of it.
struct TaskRecord {
  /// [tasks learned][task]: share of the task's test samples that are answered right, before the first task, after it,
  /// and so on.
  std::vector<std::vector<double>> accuracy;
  /// The same where the learner is told which task a sample is of: the answer is the best of that task's classes.
  std::vector<std::vector<double>> accuracy_known;
  std::vector<std::size_t> samples;  ///< [task], test samples
};

/// Bytes that a learner takes.
struct LearnerMemory {
  double parameters = 0, training = 0;  ///< training: gradients, the optimizer's state, weights that are kept
  double buffers = 0;                   ///< of a batch, and of the activity that is recorded
  std::size_t batch = 1;
};

struct Progress {
  const std::string& phase;
  std::int64_t epoch, epochs, done, total;
  double loss, accuracy;
};

/// Fits a data set and predicts, whatever it is made of: gradients, plasticity, or both in one network. Shows samples
/// in phases, runs what learns in each, and keeps what a comparison needs to know.
template <class Real>
class Learner {
 public:
  /// `processes` are those of `[learn]` other than the gradient. The data must outlive the learner.
  Learner(std::unique_ptr<Network<Real>> network, std::vector<std::unique_ptr<Process<Real>>> processes,
          LearnerOptions options, const data::Dataset& dataset, const data::Split& split);
  ~Learner();

  /// Runs all phases. `stop` set from outside ends it after the current batch.
  const LearnerRecord& run(const std::function<void(const Progress&)>& progress, const std::atomic<bool>& stop);
  /// Class or value of samples of any data set with the right number of features.
  PhaseRecord predict(const data::Dataset& dataset, const std::vector<std::uint32_t>& samples);

  /// Answers of what has learned to all samples of a data set: `predict`, with the same noise at each call and nothing
  /// changed by it. Of each trial the first `steps` steps are run; where these are not all, no presentation is
  /// repeated.
  PhaseRecord ask(const data::Dataset& dataset, std::int64_t steps);
  /// Per presentation of the samples: how often the membrane potential of a neuron was another than a step before, and
  /// once for each neuron at the first step. Neurons are the units of populations that spike or filter. Nothing where
  /// all steps of a trial have to run at once.
  std::optional<double> membrane_updates(const data::Dataset& dataset);
  /// Parameters are about to be changed from outside: they hold all that was learned, and what runs next is built of
  /// them anew.
  void release();

  /// Learns tasks one after the other: for each, the phases that train, with its samples alone; then those that fit the
  /// read-out, with the samples of all tasks so far. After each task it answers the test samples of all. Instead of
  /// `run`. Throws Error if there is no class, or not one score for each.
  TaskRecord run_tasks(const Tasks& tasks, const std::atomic<bool>& stop);
  /// Before `run`: every phase that trains shows at least so many samples, in whole epochs.
  void show_at_least(std::int64_t presentations);
  void set_budget(const Budget& budget) { options_.budget = budget; }

  /// What a run will take, found by making the buffers of a few samples. Before the first run.
  LearnerMemory memory();

  /// d score / d value of samples given as rows [sample][feature], for one output each of the predicting node's
  /// read-out: [sample][feature]. Inputs that are shown as spikes leave zeros.
  std::vector<double> input_gradient(std::span<const float> rows, std::span<const std::int32_t> outputs);

  Network<Real>& network() { return *network_; }
  const LearnerOptions& options() const { return options_; }
  const LearnerRecord& record() const { return record_; }
  std::vector<std::unique_ptr<Process<Real>>>& processes() { return processes_; }
  /// Which class each unit of the predicting node stands for, -1: none; only with `assigned_rate`.
  std::vector<std::int32_t>& assignment() { return assignment_; }
  /// Weights that changed in the stores stand in the parameters after this.
  void collect();
  /// Called at the end of each training epoch with its number: to save weights.
  std::function<void(std::int64_t epoch)> epoch_ended = [](std::int64_t) {};
  /// What the nodes did in the test phase; null before it.
  const Activity* activity() const { return activity_ ? &activity_->activity() : nullptr; }

 private:
  struct Batch;
  class Membranes;
  void prepare(std::size_t batch, bool tape);
  /// Samples side by side while a gradient trains on so many samples.
  std::size_t training_batch(std::size_t samples) const;
  /// How many times the samples of a batch stand side by side, at most.
  std::size_t shown_parts() const;
  void run_phase(const Phase& phase);
  void train_epochs(const Phase& phase, const std::vector<std::uint32_t>& samples);
  EpochRecord train_epoch(const Phase& phase, std::int64_t epoch, const std::vector<std::uint32_t>& samples);
  void train_batches(const Phase& phase, std::int64_t epoch, const std::vector<std::uint32_t>& order,
                     EpochRecord& record);
  void validate(EpochRecord& record);
  void watch(std::size_t samples, EpochRecord& record) const;
  PhaseRecord evaluate(const std::string& name, const data::Dataset& dataset, const std::vector<std::uint32_t>& samples,
                       bool fit, bool measure);
  void run_batch(Batch& batch);
  void repeat_silent(Batch& batch);
  void run_part(Batch& batch, std::size_t part);
  void run_slice(Batch& batch, const Slice& slice, std::size_t part);
  void teach(const Batch& batch, std::size_t b);
  void gradient_part(Batch& batch, std::size_t part, const Slice& slice);
  void measure(Steps steps, const Slice& slice, std::size_t part);
  void finish_measure(double samples);
  std::vector<std::uint32_t> part_of(const Phase& phase) const;
  /// Those of a class that is shown.
  std::vector<std::uint32_t> shown_of(std::vector<std::uint32_t> samples) const;
  void answer_tasks(const Tasks& tasks, TaskRecord& record);
  /// Whether training may go on; where it may not any more, the record says why.
  bool budget_left();
  void spend(std::size_t presentations, double seconds);
  const Readout<Real>& prediction() const { return own_prediction_ ? *own_prediction_ : trainers_.front()->readout(); }
  /// Whether the prediction is a class, which may be right.
  bool answers_classes() const {
    return dataset_->classification() && options_.predict.kind != Predict::Kind::assigned_rate &&
           options_.predict.kind != Predict::Kind::value;
  }
  /// The samples of the batch are for this trainer: its edges alone are trained; null: for all.
  void take_turn(Batch& batch, Trainer<Real>* trainer);
  void check_loss(const Batch& batch, std::int64_t epoch, std::size_t done, std::size_t all) const;
  bool learns_by_gradient(const Phase& phase) const;
  void report(const std::string& phase, std::int64_t epoch, std::int64_t epochs, std::int64_t done, std::int64_t total,
              double loss, double accuracy);

  std::unique_ptr<Network<Real>> network_;
  std::vector<std::unique_ptr<Process<Real>>> processes_;
  LearnerOptions options_;
  const data::Dataset* dataset_;
  const data::Split* split_;
  std::unique_ptr<Clock<Real>> clock_;
  std::vector<std::unique_ptr<Trainer<Real>>> trainers_;  ///< in the order of their turns; the first one's loss counts
  std::vector<bool> trained_;                             ///< by any of them: dense edges, then sparse ones
  std::vector<Node<Real>*> inputs_;
  std::vector<Node<Real>*> teachers_;              ///< inputs that show what is to be predicted, where something learns
  std::unique_ptr<Readout<Real>> own_prediction_;  ///< null where it is the trainer's
  std::unique_ptr<Readout<Real>> retry_;
  std::vector<Readout<Real>*> readouts_;  ///< all of them
  std::vector<std::int32_t> assignment_;
  std::vector<bool> shown_classes_;  ///< empty: all
  Budget spent_;
  std::uint64_t trial_ = 0;
  std::int64_t now_ = 0;  ///< step at which the next trial begins
  std::unique_ptr<ActivityRecorder<Real>> activity_;
  std::vector<std::vector<double>> counts_;  ///< [part][4 x node] while measuring
  LearnerRecord record_;
  const std::function<void(const Progress&)>* progress_ = nullptr;
  const std::atomic<bool>* stop_ = nullptr;
};

}  // namespace cajal
