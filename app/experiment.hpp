#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/data_store.hpp"
#include "app/settings.hpp"
#include "app/terminal.hpp"
#include "models/equations/entry.hpp"

namespace cajal::app {

/// What is known of an experiment once all of it is built.
struct Built {
  double memory = 0;                          ///< bytes that it is estimated to take, its data among them
  bool simulation = false, classes = false;   ///< classes: its data have labels
  std::vector<std::string> names;             ///< learners, or the recorded populations
  std::vector<std::string> validation, test;  ///< phases that show validation data, and test data
  std::vector<std::string> measures;          ///< that are asked for; of a simulation their numbers' names
};

/// A config as read, resolved and expanded.
struct Experiment {
  std::string path, source;  ///< file, and its text
  config::Value root;
  std::vector<Diagnostic> diagnostics;
  Run run;
  std::string result;  ///< its result's file without `.h5`: the name of the run, unless it is one of several
  Built built;

  /// Of the tree that `path` holds: its short form where that is asked for, `layers` and `like` expanded.
  static Experiment of(config::Value root, const std::string& path, const Settings& settings);
  config::Table table() { return {root, "", diagnostics}; }
  /// Where its result goes: `<out>/<name>.h5`.
  std::string result_path(const Settings& settings) const;
  std::string folder() const;
};

/// A run that began and could not be brought to its end: the disk is full, a number is not finite. Exit code 3.
class FailedRun : public Error {
 public:
  using Error::Error;
};

/// What experiments that run beside each other in one process share: data that are the same are loaded once, and one at
/// a time builds, reads and writes files.
struct Shared {
  DataStore data;
  std::mutex files;
};

/// Runs what a config says: a simulation, one learner, a comparison, or a sweep of those, as follows from what stands
/// in it. Writes the result, prints the table. Returns the exit code: 0, or 130 when it was interrupted. Throws
/// ConfigError, DataError; OutputError where the result may not be written; FailedRun, NumericalError.
int run_experiment(const std::string& path, const Settings& settings, Terminal& terminal);
/// Reads and builds everything, runs nothing.
void validate_experiment(const std::string& path, const Settings& settings);

/// How models that the config writes as equations are made: compiled unless `dry`; who waits for that is told.
EquationsOptions equations_options(Terminal& terminal, bool dry);

/// The two kinds of experiment. With `dry` they stop when all is built.
int simulate(Experiment& experiment, const Settings& settings, Terminal& terminal, bool dry);
int learn(Experiment& experiment, const Settings& settings, Terminal& terminal, bool dry, Shared& shared);
/// The one of them that the config asks for.
int run_single(Experiment& experiment, const Settings& settings, Terminal& terminal, bool dry, Shared& shared);
/// Many of them: `draft` has a `sweep`.
int run_sweep(config::Value draft, const std::string& path, const Settings& settings, Terminal& terminal, bool dry);

/// `predict RESULT.h5 --data ... --out predictions.csv`
int predict(const std::string& result, const std::string& learner, const std::string& data, const std::string& out,
            Terminal& terminal);

}  // namespace cajal::app
