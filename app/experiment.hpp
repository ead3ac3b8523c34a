#pragma once

#include <string>

#include "app/settings.hpp"
#include "app/terminal.hpp"

namespace cajal::app {

/// A config as read, resolved and expanded.
struct Experiment {
  std::string path, source;  ///< file, and its text
  config::Value root;
  std::vector<Diagnostic> diagnostics;
  Run run;

  /// Reads the file, what it extends, and the overrides; expands `layers` and `like`. Throws ConfigError, DataError.
  static Experiment read(const std::string& path, const Settings& settings);
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

/// Runs what a config says: a simulation, one learner, or a comparison, as follows from what stands in it. Writes the
/// result, prints the table. Returns the exit code: 0, or 130 when it was interrupted.
/// Throws ConfigError, DataError; OutputError where the result may not be written; FailedRun, NumericalError.
int run_experiment(const std::string& path, const Settings& settings, Terminal& terminal);
/// Reads and builds everything, runs nothing.
void validate_experiment(const std::string& path, const Settings& settings);

/// The two kinds of experiment. With `dry` they stop when all is built.
int simulate(Experiment& experiment, const Settings& settings, Terminal& terminal, bool dry);
int learn(Experiment& experiment, const Settings& settings, Terminal& terminal, bool dry);

/// `predict RESULT.h5 --data ... --out predictions.csv`
int predict(const std::string& result, const std::string& learner, const std::string& data, const std::string& out,
            Terminal& terminal);

}  // namespace cajal::app
