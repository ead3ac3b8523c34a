// Oscillators alone, against closed forms.

#include <algorithm>

#include "models/rates/kuramoto.hpp"
#include "models/rates/oscillator_2d.hpp"
#include "models/rates/stuart_landau.hpp"
#include "tests/catch.hpp"
#include "tests/models/rates/course.hpp"

namespace cajal::test {

TEST_CASE("above its bifurcation a Stuart-Landau oscillator has the amplitude sqrt(a)", "[models][rates]") {
  Unit<StuartLandau> u;
  u.p = {0.25, 40, 50};
  // From the amplitude 0.1: r^2 = a / (1 + (a / r_0^2 - 1) e^(-2 a t / tau)), at the frequency f from the start.
  for (const double t : {30.0, 100.0, 400.0}) {
    u.x = {0.1, 0};
    u.run(t);
    const double r = std::sqrt(0.25 / (1 + (0.25 / 0.01 - 1) * std::exp(-2 * 0.25 * t / 50)));
    CHECK(u.x.x == Approx(r * std::cos(2 * M_PI * 0.04 * t)).margin(1e-9));
    CHECK(u.x.y == Approx(r * std::sin(2 * M_PI * 0.04 * t)).margin(1e-9));
  }
  u.p.a = -0.25;
  u.run(1000);
  CHECK(std::hypot(u.x.x, u.x.y) < 0.01);
}

TEST_CASE("a phase oscillator locks to a drive that is stronger than its detuning", "[models][rates]") {
  // Under sin and cos of a fixed phase 0: dtheta/dt = omega - K sin(theta); at rest sin(theta) = omega / K, else
  // turning at sqrt(omega^2 - K^2) (Adler 1946).
  Unit<Kuramoto> u;
  u.p.f = 1;
  const double omega = 2 * M_PI;
  u.input = {0, 2 * omega};
  u.run(3000);
  CHECK(std::sin(u.x.theta) == Approx(0.5).margin(1e-6));
  u.input = {0, 0.5 * omega};
  u.x.theta = 0;
  u.run(1000 / std::sqrt(0.75));
  CHECK(u.x.theta == Approx(2 * M_PI).margin(1e-8));
  for (const double theta : {-4.0, -3.0, 0.0, 3.0, 4.0}) {
    const double kept = Kuramoto::wrap(Kuramoto::S{theta}, u.p).theta;
    CHECK(std::fabs(kept) <= M_PI);
    CHECK(std::sin(kept) == Approx(std::sin(theta)));
    CHECK(std::cos(kept) == Approx(std::cos(theta)));
  }
}

TEST_CASE("the generic oscillator has the regimes of its presets", "[models][rates]") {
  const auto swing = [](std::span<const Setting> settings, double start) {
    Unit<Oscillator2d> u;
    set<Oscillator2d>(u.p, settings);
    u.x = {start, 0};
    u.run(3000);
    const auto v = u.course(1000, 2, [](auto& w) { return w.x.V; });
    return *std::max_element(v.begin(), v.end()) - *std::min_element(v.begin(), v.end());
  };
  for (const double start : {-1.5, 1.0, 3.0}) {
    CHECK(swing({}, start) < 1e-6);
    CHECK(swing(Oscillator2d::oscillating_settings, start) > 1);
  }
  CHECK(swing(Oscillator2d::bistable_settings, 1.0) > 2);
  CHECK(swing(Oscillator2d::bistable_settings, 3.0) < 0.2);
}

}  // namespace cajal::test
