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
constexpr double coinciding_pre[] = {20, 60, 100, 140, 180};
constexpr double coinciding_post[] = {18.5, 60, 98.4, 98.5, 138.6, 141.5, 150, 178.5};
constexpr double coinciding[] = {1, 0.992556559421986, 1.055576589516, 1.0386114620691, 1.27240801718305};

}  // namespace

const NestPairing nest_stdp_additive{pre, post, additive};
const NestPairing nest_stdp_multiplicative{pre, post, multiplicative};
const NestPairing nest_stdp_coincidence{coinciding_pre, coinciding_post, coinciding};

double furthest_from_nest(const NestPairing& nest, const std::string& learn, const std::string& start) {
  constexpr double step = 0.1, delay = 1.5;
  // Told to, a post unit spikes a step later.
  SpikeTrains told(1);
  for (const double t : nest.post) told[0].push_back(t - step);
  RuleBench bench(paired_units({{nest.pre.begin(), nest.pre.end()}}, told, start,
                               learn + R"(, dendritic_delay = "all", coincidence = "post_first")", "1.5 ms"),
                  step, 1, true);
  double furthest = 0;
  for (std::size_t i = 0; i < nest.weights.size(); ++i) {
    bench.run(nest.pre[i] + delay);
    furthest = std::max(furthest, std::fabs(bench.delivered("XE")[0] - nest.weights[i]));
  }
  return furthest;
}

}  // namespace cajal::app
