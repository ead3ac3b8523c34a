#pragma once

#include <array>
#include <string>

namespace cajal::app {

/// Spike times in ms of the pairings below; the synapse has a delay of 1.5 ms behind it (dendritic), steps of 0.1 ms.
inline constexpr std::array<double, 17> nest_pre = {10,  25,  40,  42,  60,  80,  81.5, 100, 130,
                                                    150, 170, 190, 230, 300, 304, 310,  350};
inline constexpr std::array<double, 17> nest_post = {12,  20,  41,  55,  63,  79,  101, 102.7, 120,
                                                     149, 175, 228, 240, 303, 307, 309, 330};

/// What NEST 3.10.0 recorded: the weight after each pre spike.
using NestWeights = std::array<double, 17>;

/// stdp_synapse: 1 at first, Wmax 3, lambda 0.05, alpha 1.1, tau_plus and tau_minus 20 ms; mu_plus and mu_minus
/// 0.
inline constexpr NestWeights nest_stdp_additive = {1,
                                                   0.978967571656358,
                                                   0.869682399259311,
                                                   0.770797086037952,
                                                   1.0781403363616,
                                                   1.15426045676925,
                                                   1.0978807580678,
                                                   0.974184253838945,
                                                   1.37384429061106,
                                                   1.29195040987662,
                                                   1.42419058773355,
                                                   1.4757918617797,
                                                   1.33169357092318,
                                                   1.41990170607639,
                                                   1.40827866147448,
                                                   1.61315889344394,
                                                   1.9539611189754};
/// The same with mu_plus and mu_minus 1.
inline constexpr NestWeights nest_stdp_multiplicative = {1,
                                                         1.05010427541603,
                                                         1.01185066649146,
                                                         0.978498276461707,
                                                         1.226733516255,
                                                         1.29415791129126,
                                                         1.28979685926037,
                                                         1.23661573837508,
                                                         1.46195613626172,
                                                         1.42204771577439,
                                                         1.49276669686272,
                                                         1.51590964606754,
                                                         1.44179181931201,
                                                         1.4879065649763,
                                                         1.48214189685357,
                                                         1.5562738037311,
                                                         1.6995051734734};

/// The largest difference, in mV, between these weights and those of a synapse of ours under this rule with the same
/// spikes. `learn` as in a config.
double furthest_from_nest(const NestWeights& weights, const std::string& learn, const std::string& start = "1 mV");

}  // namespace cajal::app
