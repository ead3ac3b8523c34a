#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/recorded.hpp"

namespace cajal::analysis {

/// Which nodes of learners a measure looks at: its key `of`.
class NodeChoice {
 public:
  /// Without `of` the node that stands for what a learner makes of its input (RecordedRun::representation). A learner
  /// that a table of learners does not name is left out. Errors go to the diagnostics of the table.
  static NodeChoice read(const config::Table& table, const RecordedOutline& outline);

  /// In the order of the network.
  std::vector<const RecordedNode*> of(const RecordedRun& run) const;

 private:
  enum class Kind { representation, layers, named };
  struct Named {
    std::string learner, node;  ///< learner empty: any
  };
  Kind kind_ = Kind::representation;
  std::vector<Named> named_;
};

/// The first `samples` rows of what a node did, [sample][unit].
std::span<const float> first_rows(const RecordedNode& node, std::size_t samples);

/// Calls `take` for each chosen node of each run with the kept activity of at least two samples. `found` is told, by
/// the name of the measure, of runs that kept none, and of nodes whose activity is not finite.
void each_node(const Recorded& recorded, const NodeChoice& choice, std::string_view measure, Findings& found,
               const std::function<void(const RecordedRun&, const RecordedNode&)>& take);

/// A row of a run; there is no interval.
Measured row_of(const RecordedRun& run, std::string_view measure, const std::string& part, double value, double n);

/// `mlp.hid`, as texts name it.
std::string shown_node(const RecordedRun& run, const RecordedNode& node);

/// The key `samples`: of how many of the kept samples a measure is taken at most. Its default is `fallback`.
std::size_t read_samples(const config::Table& table, std::int64_t fallback, std::int64_t fewest);

}  // namespace cajal::analysis
