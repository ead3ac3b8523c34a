#pragma once

#include <string>
#include <vector>

#include "analysis/report/report.hpp"
#include "app/terminal.hpp"
#include "sim/record/reader.hpp"

namespace cajal::app {

/// What a report shows of a result. Parts that are absent or too large to draw are left out, with a note. Throws
/// DataError.
analysis::report::Report read_report(const record::ResultReader& reader);

/// Writes the report of results as one HTML page; returns where. What learns is set side by side, other results follow
/// one by one. `out` may be empty for a single result: beside it, `.html` for `.h5`. Throws DataError, OutputError.
std::string write_report(const std::vector<std::string>& results, const std::string& out = "");

/// At the end of a run: the same, with a line that says where it is. What goes wrong is a line too, because the result
/// stands whatever becomes of its report.
void report_run(const std::string& result, Terminal& terminal);

}  // namespace cajal::app
