#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "app/measures.hpp"
#include "app/recorders.hpp"

namespace cajal::app {

inline constexpr std::string_view connectivity_name = "functional_connectivity";
inline constexpr std::string_view connectivity_fit_name = "functional_connectivity_fit";
/// Where its matrices stand in a result, below the name of the record.
inline constexpr std::string_view connectivity_place = "functional_connectivity/";

/// Reads the table of the measure. Errors go to the diagnostics.
ConnectivityMeasure read_connectivity_measure(const config::Table& root, const config::Table& table, double duration,
                                              std::span<const RecordRequest> records);

/// Its numbers of what was recorded: the mean over pairs, and the fit where there is an empirical matrix. The matrices
/// go to `functional_connectivity/<record>/`. Nothing if the run ended before two rows were recorded.
std::vector<Measured> measure_connectivity(const ConnectivityMeasure& measure, const KeptRows& rows, std::uint64_t seed,
                                           const record::ResultFile& file);

}  // namespace cajal::app
