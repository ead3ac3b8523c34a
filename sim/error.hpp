#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace cajal {

/// What every error of cajal derives from. Libraries throw, they never print and never exit; `app/main` catches.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A place in a text file, counted from 1; line 0 means that the value came from elsewhere (`--set`, a default).
struct Position {
  std::string file;
  int line = 0;
  int column = 0;
};

/// One thing wrong with a config: where, at which address (`node.E.tau_m`), what was found and what is allowed.
struct Diagnostic {
  Position at;
  std::string address;
  std::string message;

  /// `file:line:column: error: address: message`; the parts that are empty (line 0: no place) are left out.
  std::string text() const;
};

/// All that is wrong with a config, in the order of the file. Exit code 2.
class ConfigError : public Error {
 public:
  explicit ConfigError(std::vector<Diagnostic> found);
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

/// A file of the world that is not what it should be: missing, truncated, of another shape. Exit code 2.
class DataError : public Error {
 public:
  DataError(const std::string& file, const std::string& what) : Error(file + ": " + what) {}
};

/// A result that cannot be written: no directory, no permission, a full disk. Exit code 2 before the run, 3 within it.
class OutputError : public Error {
 public:
  using Error::Error;
};

/// A run that went wrong by its numbers: which population, unit, variable and time. Exit code 3.
class NumericalError : public Error {
 public:
  using Error::Error;
};

/// The user asked to stop. What was finished is saved. Exit code 130.
class Interrupted : public Error {
 public:
  Interrupted() : Error("interrupted") {}
};

}  // namespace cajal
