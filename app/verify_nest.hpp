#pragma once

#include <span>
#include <string>

namespace cajal::app {

/// A synapse that NEST 3.10.0 ran through given spikes, in steps of 0.1 ms and with a delay of 1.5 ms, all of it behind
/// the synapse: spike times in ms, and the weight after each pre spike.
struct NestPairing {
  std::span<const double> pre, post, weights;
};

/// stdp_synapse with Wmax 3, lambda 0.05, alpha 1.1, tau_plus and tau_minus 20 ms: mu_plus and mu_minus 0.
extern const NestPairing nest_stdp_additive;
/// The same with mu_plus and mu_minus 1.
extern const NestPairing nest_stdp_multiplicative;
/// The same, with spikes that reach the synapse at once.
extern const NestPairing nest_stdp_coincidence;

/// stdp_triplet_synapse with its default parameters.
extern const NestPairing nest_triplet;
/// vogels_sprekeler_synapse with Wmax 5, eta 0.01, alpha 0.12, tau 20 ms.
extern const NestPairing nest_vogels;
/// stdp_dopamine_synapse with its default parameters and Wmax 200, from 35 on; dopamine is set free at 50, 90, 92, 160
/// and 300 ms and is there 1 ms later.
extern const NestPairing nest_dopamine;

/// The largest difference between these weights and those of a synapse of ours under this rule, with the same spikes,
/// delay and order of coinciding ones. Weights are mV; `learn`, and further nodes and edges, as in a config.
double furthest_from_nest(const NestPairing& nest, const std::string& learn, const std::string& start = "1 mV",
                          const std::string& nodes = "", const std::string& edges = "");

}  // namespace cajal::app
