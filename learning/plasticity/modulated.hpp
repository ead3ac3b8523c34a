#pragma once

#include <memory>
#include <tuple>

#include "learning/plasticity/modulated/mstdp.hpp"
#include "learning/plasticity/modulated/mstdpet.hpp"
#include "learning/plasticity/modulated/stdp_dopamine.hpp"
#include "learning/process.hpp"
#include "sim/config/table.hpp"
#include "sim/network.hpp"

namespace cajal {

/// The catalogue of rules that a neuromodulator gates: a rule is one file and one word here.
using ModulatedRules = std::tuple<StdpDopamine, Mstdp, Mstdpet>;

/// The process that an entry of `[learn]` with one of these rules describes: see make_process.
template <ModulatedRule Rule, class Real>
std::unique_ptr<Process<Real>> make_modulated(const config::Table& learn, Network<Real>& network, double dt);

}  // namespace cajal
