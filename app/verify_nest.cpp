#include "app/verify_nest.hpp"

#include <algorithm>
#include <cmath>

#include "app/rule_bench.hpp"

namespace cajal::app {

namespace {

constexpr double pre[] = {10, 25, 40, 42, 60, 80, 81.5, 100, 130, 150, 170, 190, 230, 300, 304, 310, 350};
constexpr double post[] = {12, 20, 41, 55, 63, 79, 101, 102.7, 120, 149, 175, 228, 240, 303, 307, 309, 330};

constexpr double additive[] = {1,
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
constexpr double multiplicative[] = {1,
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
constexpr double triplet[] = {1,
                              0.997909032705938,
                              0.990296303480064,
                              0.982909748390991,
                              1.02221050464308,
                              1.0426669938087,
                              1.06312273639254,
                              1.0508088394463,
                              1.14537344937423,
                              1.13521805356634,
                              1.17242105969369,
                              1.19469690888994,
                              1.18759265367755,
                              1.20307820806059,
                              1.20066422818245,
                              1.26964389656474,
                              1.35973496143012};
constexpr double inhibitory[] = {
    0.9988,           1.02564323779152, 1.03106658157316, 1.03585963085931, 1.08664872394934, 1.11178621234535,
    1.14652982059296, 1.15282657842501, 1.20660284514988, 1.21036611064894, 1.22973751694107, 1.24699445464573,
    1.25870172009728, 1.26518907937073, 1.2646935063163,  1.3136817061127,  1.35138673445884};
constexpr double dopamine[] = {35,
                               35,
                               35,
                               35,
                               35.0155426791067,
                               35.0247148864908,
                               35.0253077163018,
                               34.6937186340669,
                               34.6859275421542,
                               34.4368621186107,
                               34.342079232522,
                               34.2237164773179,
                               33.7066492529776,
                               32.5465707002823,
                               32.4671801388492,
                               32.4765085956658,
                               33.0762687594287};
constexpr double coinciding_pre[] = {20, 60, 100, 140, 180};
constexpr double coinciding_post[] = {18.5, 60, 98.4, 98.5, 138.6, 141.5, 150, 178.5};
constexpr double coinciding[] = {1, 0.992556559421986, 1.055576589516, 1.0386114620691, 1.27240801718305};

}  // namespace

const NestPairing nest_stdp_additive{pre, post, additive};
const NestPairing nest_stdp_multiplicative{pre, post, multiplicative};
const NestPairing nest_stdp_coincidence{coinciding_pre, coinciding_post, coinciding};
const NestPairing nest_triplet{pre, post, triplet};
const NestPairing nest_vogels{pre, post, inhibitory};
const NestPairing nest_dopamine{pre, post, dopamine};

double furthest_from_nest(const NestPairing& nest, const std::string& learn, const std::string& start,
                          const std::string& nodes, const std::string& edges) {
  constexpr double step = 0.1, delay = 1.5;
  // Told to, a post unit spikes a step later.
  SpikeTrains told(1);
  for (const double t : nest.post) told[0].push_back(t - step);
  RuleBench bench(
      paired_units({{nest.pre.begin(), nest.pre.end()}}, told, start,
                   learn + R"(, dendritic_delay = "all", coincidence = "post_first")", "1.5 ms", nodes, edges),
      step, 1, true);
  double furthest = 0;
  for (std::size_t i = 0; i < nest.weights.size(); ++i) {
    bench.run(nest.pre[i] + delay);
    furthest = std::max(furthest, std::fabs(bench.delivered("XE")[0] - nest.weights[i]));
  }
  return furthest;
}

}  // namespace cajal::app
