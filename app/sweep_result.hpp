#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/sweep_table.hpp"
#include "app/sweep_choice.hpp"
#include "sim/record/reader.hpp"

namespace cajal::app {

/// What became of a point.
struct SweepPoint {
  std::string state = "not run";  ///< `complete`, `failed`
  std::string failure;
  std::vector<Measured> rows;
};

/// What became of the point whose result is `part`; `not run` if there is no finished one.
SweepPoint read_point(const std::string& part);

/// Writes `/sweep`, `/measures` with the point of each row, and below `/runs/<point>` the results `parts/<point>.h5` of
/// points that ran. Returns the chosen setting's first point, if one is chosen.
std::optional<std::size_t> write_sweep(const record::ResultFile& file, const SweepPlan& plan, const SweepChoice& choice,
                                       const std::vector<SweepPoint>& points, const std::string& parts);

/// What `write_sweep` wrote, as a table. Throws DataError.
analysis::SweepTable read_sweep(const record::ResultReader& reader);

/// The config of a point's result as a file of its own, to be run again: named `<name>.best`, with the files that it
/// names where they are, seen from `folder`. Throws OutputError.
void write_best(const std::string& part, const std::string& name, const std::string& folder, const std::string& comment,
                const std::string& path);

}  // namespace cajal::app
