#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/record/reader.hpp"

namespace cajal::app {

/// Where the runs of one learner stand in a result.
struct LearnerRuns {
  struct Run {
    std::uint64_t seed;
    std::string path;  ///< with a slash at its end
  };
  std::string name;
  std::vector<Run> runs;  ///< by seed
};

/// The learners of a result: `/runs/<learner>/<seed>/`, in the order of its measures, or the one at the root, called by
/// the name of the run. None of a simulation or a sweep. `base`: of the result, with a slash at its end; of a point of
/// a sweep its group.
std::vector<LearnerRuns> learner_runs(const record::ResultReader& reader, const std::string& base = "/");

}  // namespace cajal::app
