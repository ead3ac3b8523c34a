#pragma once

#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "learning/plasticity/read_process.hpp"
#include "learning/plasticity/rules/diehl_cook.hpp"
#include "learning/plasticity/rules/stdp.hpp"
#include "learning/plasticity/rules/stdp_additive.hpp"
#include "learning/plasticity/rules/stdp_power.hpp"
#include "learning/plasticity/rules/triplet.hpp"
#include "learning/plasticity/rules/triplet_metaplastic.hpp"
#include "learning/plasticity/rules/vogels.hpp"
#include "learning/process.hpp"
#include "sim/config/table.hpp"
#include "sim/network.hpp"

namespace cajal {

/// The catalogue of rules with traces: a rule is one file and one word here.
using TraceRules =
    std::tuple<PairStdp, AdditiveStdp, PowerStdp, TripletStdp, MetaplasticTriplet, VogelsSprekeler, DiehlCook>;

std::vector<ProcessEntry> process_entries();
/// The words that `rule` may take in an entry of `[learn]` for make_process.
std::vector<std::string> process_names();
/// Whether a process composes with those that learn: see Process::composes.
bool process_composes(std::string_view name);

/// The process that an entry of `[learn]` describes; its name is the last part of the table's address. Its edges become
/// plastic: call before `SparseEdge::make_weight` and before any clock is made. After an error, which goes to the
/// table's diagnostics, nothing. `dt` in ms.
template <class Real>
std::unique_ptr<Process<Real>> make_process(const config::Table& learn, Network<Real>& network, double dt);

/// The same of a rule with traces. One translation unit for each rule makes it: make_plastic.hpp.
template <TraceRule Rule, class Real>
std::unique_ptr<Process<Real>> make_plastic(const config::Table& learn, Network<Real>& network, double dt);

}  // namespace cajal
