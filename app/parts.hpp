#pragma once

#include <cstddef>
#include <string>

namespace cajal::app {

/// The finished parts of a run of many, each a result of its own in one folder, kept until all are put together: an
/// interrupted run goes on with those that are there.
class Parts {
 public:
  /// Those of the result `<folder>/<name>.h5` lie in `<folder>/<name>.parts`. `identity`: what an earlier run must
  /// share with this one for its parts to count. `what` they are called in messages: `points`.
  Parts(const std::string& folder, const std::string& name, std::string identity, std::string what);

  const std::string& folder() const { return folder_; }
  /// The result of one part.
  std::string path(const std::string& name) const;
  /// Makes the folder, or finds it when the run goes on. Throws DataError where there is nothing to go on with or what
  /// is there is of another run, OutputError where parts would be lost or nothing can be written.
  void begin(bool resume, bool force) const;
  void remove() const;

 private:
  std::string folder_, identity_, what_;
};

/// Whether the result at `path` is one that was interrupted: that may be replaced by the run that goes on.
bool is_interrupted(const std::string& path);

/// How many of `count` runs that take `memory` bytes each fit side by side, on at most `threads` threads; at least one.
std::size_t side_by_side(std::size_t count, double memory, std::size_t threads);

}  // namespace cajal::app
