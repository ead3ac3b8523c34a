#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/measured.hpp"
#include "analysis/recorded.hpp"
#include "analysis/subject.hpp"
#include "analysis/table.hpp"
#include "app/learning.hpp"
#include "app/record_request.hpp"
#include "sim/config/matrix.hpp"
#include "sim/record/result.hpp"

namespace cajal::app {

using analysis::Findings;
using analysis::Measured;

/// The functional connectivity of a recorded variable.
struct ConnectivityMeasure {
  std::string record;                               ///< entry of [record]
  double start = 0;                                 ///< ms; what is recorded earlier does not count
  std::shared_ptr<const config::Matrix> empirical;  ///< null: there is none to compare with
};

/// What is measured of a simulation.
struct SimulationMeasures {
  std::vector<analysis::RecordedMeasure::Take> of_results;  ///< that read spikes and weights
  bool needs_weights = false;                               ///< one of `of_results` reads weights
  std::optional<ConnectivityMeasure> connectivity;
  bool behaviour = false;  ///< of what acts upon an environment

  std::vector<std::string> names = {};  ///< what their numbers are called
};

/// What is measured of learners.
struct LearnerMeasures {
  std::vector<std::string> names;
  std::vector<analysis::SubjectMeasure::Asked> of_subjects;  ///< that ask the learner
  std::vector<analysis::RecordedMeasure::Take> of_results;   ///< that read the finished result
  bool needs_weights = false;                                ///< one of `of_results` reads weights
  bool by_default = true;  ///< nobody asked for them: those that say nothing of these data are left out

  bool has(std::string_view name) const;
};

/// Names under `[measure]` of what learns from data; where there is no such table all that cost nothing and say
/// something: of classes that are two, or of which one has 1.5 times the samples of another, F1, balanced accuracy and
/// AUC beside the accuracy. Errors go to the diagnostics.
LearnerMeasures read_measures(const config::Table& root);
/// What is known of the learners of a config before they are built.
analysis::RecordedOutline outline_of(const config::Table& root, const std::string& name);
/// Those that ask a learner or read the finished result, of `[measure]` or by default. What has no answer is told of
/// those that were asked for.
/// `name`: of the learner where there is one alone.
void read_further_measures(LearnerMeasures& measures, const config::Table& root, const std::string& name,
                           const analysis::Questions& questions);
/// Leaves out what is by default and says nothing of these data; an error where what was asked for does not apply.
void fit_measures(LearnerMeasures& measures, const config::Table& root, const data::Dataset& dataset);
/// The same of a simulation of `duration` ms with these records.
SimulationMeasures read_simulation_measures(const config::Table& root, double duration,
                                            std::span<const RecordRequest> records);
/// The numbers that were asked for, of one learner and seed.
std::vector<Measured> measure(const AnyLearner& learner, std::uint64_t seed, const LearnerMeasures& measures,
                              const Data& data);
/// Long columns: learner, seed, measure, part, value, low, high, n.
void write_measures(const record::Group& group, const std::vector<Measured>& rows);
/// What `write_measures` wrote. Throws DataError.
std::vector<Measured> read_measured(const record::ResultReader& reader);
/// How long one run of a learner trained, s.
struct TrainingTime {
  std::string learner;
  double seconds;
};
/// Learners side by side, averaged over seeds.
analysis::Comparison comparison(const std::vector<std::string>& learners, const std::vector<Measured>& rows,
                                const std::vector<TrainingTime>& times);

}  // namespace cajal::app
