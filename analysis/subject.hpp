#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/entry.hpp"
#include "analysis/measured.hpp"
#include "sim/config/table.hpp"

namespace cajal::analysis {

/// A learner that has learned, whatever it is made of, as measures see it that ask it something: it answers, and parts
/// of it can be changed and put back.
class Subject {
 public:
  virtual ~Subject() = default;

  virtual const std::string& name() const = 0;

  struct Answers {
    /// [sample]: a class, or -1 where a score is not finite; empty where the answers are no classes.
    std::vector<std::int32_t> predicted;
    std::vector<double> scores;  ///< [sample][output]
    std::size_t outputs = 0;
  };
  /// Answers to samples given as rows [sample][feature]. Whatever noise is its own is the same at each call.
  virtual Answers answer(std::span<const float> rows) = 0;
  /// The same when only the first `steps` steps of each trial are seen, 1 to `steps()`. Where these are not all,
  /// nothing is shown a second time.
  virtual Answers answer_within(std::span<const float> rows, std::int64_t steps) = 0;
  /// Steps of a trial, and ms of a step. A network that is no simulation in time has one step.
  virtual std::int64_t steps() const = 0;
  virtual double dt() const = 0;
  /// Whether the user asked to end it: between two answers a measure looks, and gives up.
  virtual bool stopped() const { return false; }

  /// Why there is no gradient of its answers by what it is shown; empty where there is one.
  virtual std::string without_gradient() const = 0;
  /// d score / d value [sample][feature] of one output each.
  virtual std::vector<double> input_gradient(std::span<const float> rows, std::span<const std::int32_t> outputs) = 0;

  /// Bytes of a number as it computes.
  virtual std::size_t number_bytes() const = 0;
  /// A group of weights: what one edge holds, biases beside them.
  struct Weights {
    std::string edge, from, to;  ///< nodes; empty where there are none
    std::size_t values = 0;      ///< a convolution's count once; of a sparse edge one for each synapse
    std::size_t biases = 0;      ///< and whatever else it was fitted with
    double weight_bytes = 0;     ///< as they stand in memory: one for all synapses where all are equal
    double bias_bytes = 0;
    double index_bytes = 0;  ///< of what says where they belong
    bool trained = false;    ///< something of [learn] changes it
    bool synaptic = true;    ///< weights of synapses: not gains of a normalisation, nor wires
  };
  virtual std::vector<Weights> weights() const = 0;
  /// Of the i-th of them, without biases.
  virtual std::vector<double> weight_values(std::size_t i) = 0;
  /// Changes them; `restore` undoes it.
  virtual void set_weight_values(std::size_t i, std::span<const double> values) = 0;

  struct Units {
    std::string node;
    std::size_t units = 0;
    bool spiking = false, input = false;
    bool output = false;      ///< its units are the answers, one by one
    bool neurons = false;     ///< synapses end at its units
    double state_bytes = 0;   ///< of the state of one sample; 0: it remembers nothing
    double buffer_bytes = 0;  ///< of what learning left in it beside weights: statistics, thresholds
    double passes = 1;        ///< how often it is computed for one presentation
  };
  virtual std::vector<Units> nodes() const = 0;
  /// Silences units of the i-th node: their output is zero from now on. `restore` undoes it.
  virtual void lesion(std::size_t i, std::span<const std::uint32_t> units) = 0;
  /// As it was when it had learned.
  virtual void restore() = 0;

  /// Per presentation of the test phase, steps summed, of synapses as NeuroBench counts them.
  struct Operations {
    double dense = 0, effective_macs = 0, effective_acs = 0;
    double held = 0;              ///< of the dense ones those that are done once a presentation, whatever its steps
    double neuron_updates = 0;    ///< units of nodes that have a membrane, times steps
    double membrane_updates = 0;  ///< of them those at which the potential changed (NeuroBench); NaN: not counted
    double spikes = 0;            ///< of hidden and output nodes
    double neuron_steps = 0;      ///< spiking units, hidden and output ones, times steps
    double input_nonzero = 0;     ///< share of the input's values, by steps, that are not zero
  };
  /// Nothing where it is no network that was tested.
  virtual std::optional<Operations> operations() = 0;
};

/// What the learners of a comparison are asked about: test samples as they are shown.
struct Questions {
  std::vector<float> rows;          ///< [sample][feature]
  std::vector<std::int32_t> label;  ///< [sample]; empty: there are no classes
  std::vector<std::size_t> shape;   ///< of a sample, outermost first
  std::size_t features = 0, samples = 0, classes = 0;
  bool tokens = false;       ///< values are names, whole numbers
  double low = 0, high = 1;  ///< smallest and largest value of the training samples
  std::uint64_t seed = 1;    ///< of the run: what is drawn depends on it alone, so that learners meet the same noise
};

/// A measure that asks a learner, once it has learned.
struct SubjectMeasure {
  using Take = std::function<Findings(Subject&, const Questions&)>;
  /// One asked-for measure. Of two with the same `identity` the second is an error.
  struct Asked {
    std::string identity;
    std::size_t samples = 0;  ///< how many test samples it asks about, at most
    Take take;
  };

  const MeasureEntry& entry;
  /// Of a comparison without [measure].
  bool by_default;
  bool of_classes;  ///< it says something of answers that are classes alone
  /// Reads its table; what is wrong goes to the diagnostics. Of `questions` all but the rows is known.
  Asked (*make)(const config::Table&, const Questions& questions);
};

/// All of them.
std::span<const SubjectMeasure> subject_measures();

/// A row of `/measures` about a subject.
Measured row_of(const Subject& subject, const Questions& questions, std::string measure, std::string part, double value,
                double n, double level = std::numeric_limits<double>::quiet_NaN());
/// The same of the share of `predicted` that is right, with its 95 % Wilson interval. Throws Error if there is none, or
/// are more of them than questions.
Measured accuracy_row(const Subject& subject, const Questions& questions, std::string measure, std::string part,
                      std::span<const std::int32_t> predicted, double level);

}  // namespace cajal::analysis
