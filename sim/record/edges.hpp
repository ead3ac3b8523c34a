#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cajal::record {

/// What the synapses of a file must fit.
struct EdgeLimits {
  std::size_t sources = 0, targets = 0;  ///< units of the two nodes
  double dt = 0.1;                       ///< ms: no delay is shorter
  std::string weight_unit;               ///< of the port: a file that states another is refused
};

/// The synapses of a file, in its order. A list is empty where the file has no such column.
struct Edges {
  std::vector<std::uint32_t> source, target;  ///< units, from 0
  std::vector<double> weight;                 ///< in the unit of the port
  std::vector<double> delay;                  ///< ms
};

/// Reads synapses from
///  - text: two to four columns parted by comma, semicolon, tab or blanks: source, target, weight, delay in this order,
///    or as a first line names them; lines that are empty or begin with `#` are left out;
///  - NPY: an array of n x 2 to 4 with the same columns;
///  - HDF5: a group with datasets `source`, `target` and perhaps `weight`, `delay`, as results hold them at
///    `weights/<edge>/initial`; or a SONATA population, with `source_node_id`, `target_node_id` and perhaps
///    `0/syn_weight`, `0/delay`. `group` is its path; empty: the only population of `/edges`, else `/`.
/// Which of them follows from the first bytes. Weights are in the unit of the port, delays in ms unless an attribute
/// `units` says `steps` (then of the file's `dt`). Throws DataError, which names the file and the line or row (from 0)
/// of a unit that is not there, a value that is not finite or beyond single precision, or a delay under one step.
Edges read_edges(const std::string& path, const std::string& group, const EdgeLimits& limits);

}  // namespace cajal::record
