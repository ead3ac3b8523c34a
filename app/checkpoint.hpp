#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/recording.hpp"
#include "learning/process.hpp"
#include "sim/clock.hpp"

namespace cajal::app {

/// All that a simulation has changed by the time it has run `step` steps, in one HDF5 file that is replaced whole: the
/// columns of every node, what was sent and is still under way, what was learned, and what was recorded. A run that
/// goes on from it gives the same result, to the last bit, as one that was never interrupted, on any number of threads.
///
/// `of`: what the checkpoint belongs to, the config as it is run and the program.
template <class Real>
class Checkpoint {
 public:
  /// Those of `[learn]`, attached; each can resume.
  using Processes = std::vector<std::unique_ptr<Process<Real>>>;

  Checkpoint(std::string path, std::string of) : path_(std::move(path)), of_(std::move(of)) {}

  /// `results/brunel.h5` -> `results/brunel.checkpoint.h5`
  static std::string path_of(const std::string& result);
  const std::string& path() const { return path_; }

  /// Throws OutputError; the checkpoint before it is then untouched.
  void save(Clock<Real>& clock, const Processes& processes, const Recording<Real>& recording, std::int64_t step) const;
  /// To be called after the clock was reset; gives the number of steps that were run. Throws DataError: there is no
  /// checkpoint, or it belongs to something else.
  std::int64_t restore(Clock<Real>& clock, const Processes& processes, Recording<Real>& recording) const;
  void remove() const;

 private:
  std::string path_, of_;
};

}  // namespace cajal::app
