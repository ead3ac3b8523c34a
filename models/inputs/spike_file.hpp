#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/record/spikes.hpp"

namespace cajal {

/// Spikes as a file lists them, in any order.
struct SpikeFile {
  record::Spikes spikes;
  std::string row_name;              ///< `row` of an array, `line` of a text
  std::size_t first_row = 0;         ///< number of the first spike's row
  std::vector<std::size_t> line_of;  ///< of a text, which may have other lines between

  /// Where spike i stands: `line 3`.
  std::string place(std::size_t i) const;
};

/// Reads spikes from SONATA (`.h5`: /spikes/<population>/timestamps in ms and node_ids; of older files /spikes/gids),
/// or from two columns, id and ms (`.csv`, with or without the header `id,time`; `.npy`). `population` may be empty
/// where there is one. Times are finite. Throws DataError with the file and, where one is wrong, the row. Source:
/// SONATA developer guide 0.1 (Dai et al. 2020, PLOS Comput. Biol. 16:e1007696).
SpikeFile read_spike_file(const std::string& path, const std::string& population);

/// The text of a `.csv` file; `path` stands in messages.
SpikeFile parse_spike_text(std::string_view text, const std::string& path);

}  // namespace cajal
