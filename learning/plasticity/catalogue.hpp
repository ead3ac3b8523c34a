#pragma once

#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "learning/plasticity/diehl_cook.hpp"
#include "learning/plasticity/read_process.hpp"
#include "learning/plasticity/stdp.hpp"
#include "learning/process.hpp"
#include "sim/config/table.hpp"
#include "sim/network.hpp"

namespace cajal {

/// The catalogue of rules with traces: a rule is one file and one word here.
using TraceRules = std::tuple<PairStdp, DiehlCook>;

std::vector<ProcessEntry> process_entries();
/// The words that `rule` may take in an entry of `[learn]` for make_process.
std::vector<std::string> process_names();
/// Whether a process composes with those that learn: see Process::composes.
bool process_composes(std::string_view name);

/// The process that an entry of `[learn]` describes; its name is the last part of the table's address. Its edges become
/// plastic: call before `SparseEdge::make_weight` and before any clock is made. After an error, which goes to the
/// table's diagnostics, nothing.
template <class Real>
std::unique_ptr<Process<Real>> make_process(const config::Table& learn, Network<Real>& network);

}  // namespace cajal
