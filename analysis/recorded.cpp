#include "analysis/recorded.hpp"

#include <algorithm>

namespace cajal::analysis {

const RecordedNode* RecordedRun::node(std::string_view wanted) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const RecordedNode& n) { return n.name == wanted; });
  return found == nodes.end() ? nullptr : &*found;
}

const RecordedNode* RecordedRun::representation() const { return node(represents); }

}  // namespace cajal::analysis
