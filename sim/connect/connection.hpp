#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/connect/synapses.hpp"

namespace cajal {

/// The synapses of one unit.
struct SynapseRow {
  std::vector<std::uint32_t> partner;  ///< units of the other side
  std::vector<double> weight;          ///< one for each; empty where the connection has one weight for all
  std::vector<std::uint32_t> delay;    ///< in steps, one for each; empty where the connection has one delay for all
};

/// Who is joined to whom, with weights and delays, as a recipe instead of a list: each row is a pure function of its
/// unit, so that any thread may make any row at any time, and no list of all synapses need ever stand in memory.
class Connection {
 public:
  /// Whether a row holds the synapses of a source unit or of a target unit.
  enum class Rows { source, target };

  virtual ~Connection() = default;
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Rows rows_of = Rows::source;
  std::size_t rows = 0;                        ///< units of that side
  double expected = 0;                         ///< number of synapses, or its mean
  std::optional<double> weight;                ///< of all synapses, where it is one
  std::uint32_t min_delay = 1, max_delay = 1;  ///< in steps: no synapse has less or more
  bool one_delay() const { return min_delay == max_delay; }

  /// The synapses of `unit`, in the order of their generation; `out` is replaced.
  virtual void row(std::uint32_t unit, SynapseRow& out) const = 0;

  /// All synapses, row by row.
  Synapses list() const;
};

}  // namespace cajal
