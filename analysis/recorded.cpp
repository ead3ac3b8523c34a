#include "analysis/recorded.hpp"

#include <algorithm>

namespace cajal::analysis {

const RecordedNode* RecordedRun::node(std::string_view wanted) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const RecordedNode& n) { return n.name == wanted; });
  return found == nodes.end() ? nullptr : &*found;
}

const RecordedNode* RecordedRun::representation() const { return node(represents); }

RecordedOutline outline_of(const Recorded& recorded) {
  RecordedOutline out{recorded.simulation, {}, recorded.stop};
  if (recorded.simulation) return out;
  for (const RecordedRun& run : recorded.runs) {
    auto known =
        std::find_if(out.learners.begin(), out.learners.end(), [&](const auto& l) { return l.name == run.learner; });
    if (known == out.learners.end()) known = out.learners.insert(known, {run.learner, {}});
    for (const RecordedNode& node : run.nodes)
      if (std::find(known->nodes.begin(), known->nodes.end(), node.name) == known->nodes.end())
        known->nodes.push_back(node.name);
  }
  return out;
}

}  // namespace cajal::analysis
