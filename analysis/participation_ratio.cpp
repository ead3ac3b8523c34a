#include "analysis/participation_ratio.hpp"

#include <fmt/format.h>

#include "analysis/node_choice.hpp"
#include "analysis/sample_matrix.hpp"

namespace cajal::analysis {

namespace {

constexpr std::string_view numbers[] = {"participation_ratio"};

RecordedMeasure::Take make(const config::Table& table, const RecordedOutline& outline) {
  const NodeChoice choice = NodeChoice::read(table, outline);
  const std::size_t samples = read_samples(table, 1000, 2);
  return [=](const Recorded& recorded) {
    Findings found;
    each_node(recorded, choice, numbers[0], found, [&](const RecordedRun& run, const RecordedNode& node) {
      const auto rows = first_rows(node, samples);
      if (const auto ratio = participation_ratio(rows, node.units))
        found.rows.push_back(row_of(run, numbers[0], node.name, *ratio, static_cast<double>(rows.size() / node.units)));
      else
        found.leave_out(fmt::format("participation_ratio: no unit of {} (seed {}) varies with the sample",
                                    shown_node(run, node), run.seed));
    });
    return found;
  };
}

}  // namespace

std::optional<double> participation_ratio(std::span<const float> values, std::size_t units) {
  // The Gram matrix of the samples and the covariance of the units have the same eigenvalues, but for a factor.
  const SampleMatrix gram = centred_gram(values, units);
  double trace = 0;
  for (std::size_t s = 0; s < gram.samples; ++s) trace += gram.at(s, s);
  const double squares = inner(gram, gram);
  if (!(squares > 0)) return {};
  return trace * trace / squares;
}

const RecordedMeasure participation_ratio_measure{
    participation_ratio_entry, RecordedMeasure::Taken::by_default, RecordedMeasure::Taken::never, false, numbers, make};

}  // namespace cajal::analysis
