#pragma once

#include <string>
#include <vector>

#include "analysis/table.hpp"
#include "app/learning.hpp"
#include "sim/record/result.hpp"

namespace cajal::app {

/// One number of `/measures`.
struct Measured {
  std::string learner, measure, part;  ///< part: a class, a node, a phase; empty for the whole
  std::uint64_t seed = 0;
  double value = 0, low = 0, high = 0, n = 0;
};

/// Names under `[measure]`; all that cost nothing where there is no such table. Errors go to the diagnostics.
/// `learning`: whether there are data; a simulation and a learner have measures of their own.
std::vector<std::string> read_measures(const config::Table& root, bool learning);
/// The numbers that were asked for, of one learner and seed.
std::vector<Measured> measure(const AnyLearner& learner, std::uint64_t seed, const std::vector<std::string>& names,
                              const Data& data);
/// Long columns: learner, seed, measure, part, value, low, high, n.
void write_measures(const record::Group& group, const std::vector<Measured>& rows);
/// Learners side by side, averaged over seeds.
analysis::Comparison comparison(const std::vector<std::string>& learners, const std::vector<Measured>& rows,
                                const std::vector<const AnyLearner*>& any);

}  // namespace cajal::app
