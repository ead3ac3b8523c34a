#include "models/rates/balloon_windkessel.hpp"

#include <algorithm>

#include "tests/catch.hpp"
#include "tests/models/rates/course.hpp"

namespace cajal::test {

namespace {

struct Response {
  double peak, peak_at, least, least_at, last;  ///< times in s
};

/// BOLD after half a second of activity.
Response response(std::span<const Setting> settings) {
  Unit<BalloonWindkessel> u;
  set<BalloonWindkessel>(u.p, settings);
  u.input[0] = 1;
  u.run(500);
  u.input[0] = 0;
  const auto bold = u.course(295, 100, [](auto& w) { return BalloonWindkessel::output(w.x, w.p); });
  const auto [least, peak] = std::minmax_element(bold.begin(), bold.end());
  const auto time = [&](auto at) { return 0.6 + 0.1 * static_cast<double>(at - bold.begin()); };
  return {*peak, time(peak), *least, time(least), bold.back()};
}

}  // namespace

TEST_CASE("a short activity is followed by a BOLD response and its undershoot", "[models][rates]") {
  // Stephan et al. 2007, figure 3: the peak about 5 s after the stimulus, an undershoot behind it, back to rest by 30
  // s.
  const Response revised = response(BalloonWindkessel::stephan_settings);
  CHECK((revised.peak_at > 4 && revised.peak_at < 6));
  CHECK((revised.least_at > 9 && revised.least_at < 16));
  CHECK((revised.least < -0.05 * revised.peak && revised.least > -0.3 * revised.peak));
  CHECK(std::fabs(revised.last) < 0.02 * revised.peak);
  // With the constants of 2003 blood passes in one second instead of two.
  const Response first = response({});
  CHECK((first.peak_at > 2.5 && first.peak_at < 4));
  CHECK((first.least < -0.05 * first.peak && first.least_at < revised.least_at));
}

TEST_CASE("a lasting activity leads to the closed form of the BOLD signal", "[models][rates]") {
  Unit<BalloonWindkessel> u;
  const auto& p = u.p;
  CHECK(BalloonWindkessel::output(u.x, p) == 0);
  for (const double z : {-0.1, 0.2, 1.0}) {
    u.input[0] = z;
    u.run(60000);
    const double f = 1 + z / p.gamma, v = std::pow(f, p.alpha), q = v * (1 - std::pow(1 - p.rho, 1 / f)) / p.rho;
    CHECK(u.x.f == Approx(f).epsilon(1e-6));
    CHECK(u.x.v == Approx(v).epsilon(1e-6));
    CHECK(u.x.q == Approx(q).epsilon(1e-6));
    CHECK(BalloonWindkessel::output(u.x, p) ==
          Approx(p.V_0 * (p.k1 * (1 - q) + p.k2 * (1 - q / v) + p.k3 * (1 - v))).epsilon(1e-6));
  }
  // An activity far below zero empties the vessels; it breaks nothing.
  u.input[0] = -5;
  u.run(20000);
  CHECK(std::isfinite(BalloonWindkessel::output(u.x, p)));
}

}  // namespace cajal::test
