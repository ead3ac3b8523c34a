#include "sim/odeint.hpp"

#include <cmath>

#include "sim/error.hpp"
#include "tests/catch.hpp"

namespace cajal::test {

TEST_CASE("dopri5 keeps the tolerance it is asked for", "[odeint]") {
  const auto rotation = [](const std::vector<double>& x, std::vector<double>& d, double) { d = {x[1], -x[0]}; };
  for (const double tolerance : {1e-6, 1e-9, 1e-12}) {
    std::vector<double> x{1, 0};
    integrate_dopri5(rotation, x, 2.5, tolerance, tolerance);
    CHECK(x[0] == Approx(std::cos(2.5)).epsilon(0).margin(20 * tolerance));
    CHECK(x[1] == Approx(-std::sin(2.5)).epsilon(0).margin(20 * tolerance));
  }
  // The slopes see the time.
  std::vector<double> x{0};
  integrate_dopri5([](const auto&, std::vector<double>& d, double t) { d[0] = 3 * t * t; }, x, 2, 1e-12, 1e-12);
  CHECK(x[0] == Approx(8).epsilon(1e-11));
}

TEST_CASE("rosenbrock4 takes a stiff system in few steps", "[odeint]") {
  // Van der Pol's oscillator: e-folding times of 1e-3 along a course of length 1.
  constexpr double mu = 1000;
  std::size_t calls = 0;
  const auto slopes = [&](const std::vector<double>& x, std::vector<double>& d, double) {
    ++calls;
    d = {x[1], mu * (1 - x[0] * x[0]) * x[1] - x[0]};
  };
  const auto derivatives = [](const std::vector<double>& x, std::vector<double>& j) {
    j = {0, 1, -2 * mu * x[0] * x[1] - 1, mu * (1 - x[0] * x[0])};
  };
  std::vector<double> stiff{2, 0}, plain{2, 0};
  integrate(*make_rosenbrock4(slopes, derivatives, {1e-8, 1e-8}), stiff, 100);
  const std::size_t implicit = calls;
  calls = 0;
  integrate(*make_dopri5(slopes, {1e-8, 1e-8}), plain, 100);
  CHECK(stiff[0] == Approx(plain[0]).epsilon(1e-7));
  CHECK(stiff[1] == Approx(plain[1]).epsilon(1e-5));
  CHECK(implicit < 3000);
  CHECK(calls > 100 * implicit);
}

TEST_CASE("rosenbrock4 keeps the tolerance it is asked for, whatever it did before", "[odeint]") {
  const auto rotation = [](const std::vector<double>& x, std::vector<double>& d, double) { d = {x[1], -x[0]}; };
  const auto derivatives = [](const std::vector<double>&, std::vector<double>& j) { j = {0, 1, -1, 0}; };
  const auto integrator = make_rosenbrock4(rotation, derivatives, {1e-10, 1e-10});
  std::vector<double> first{1, 0}, other{5, 3}, again{1, 0};
  integrate(*integrator, first, 2.5);
  CHECK(first[0] == Approx(std::cos(2.5)).epsilon(0).margin(3e-9));
  integrate(*integrator, other, 0.3);
  integrate(*integrator, again, 2.5);
  CHECK(first == again);
}

TEST_CASE("between the ends of a step the solution is read to the tolerance", "[odeint]") {
  const auto rotation = [](const std::vector<double>& x, std::vector<double>& d, double) { d = {x[1], -x[0]}; };
  const auto derivatives = [](const std::vector<double>&, std::vector<double>& j) { j = {0, 1, -1, 0}; };
  const auto check = [](AdaptiveIntegrator& integrator) {
    integrator.begin({1, 0}, 0.5, 1);
    std::vector<double> x;
    while (integrator.before(3)) {
      integrator.step(3);
      for (const double share : {0.0, 0.3, 0.7, 1.0}) {
        const double t = integrator.from() + share * (integrator.to() - integrator.from());
        integrator.at(t, x);
        CHECK(x[0] == Approx(std::cos(t - 0.5)).epsilon(0).margin(2e-8));
      }
    }
    CHECK(integrator.to() == Approx(3).epsilon(1e-14));
  };
  check(*make_dopri5(rotation, {1e-9, 1e-9}));
  check(*make_rosenbrock4(rotation, derivatives, {1e-9, 1e-9}));
}

TEST_CASE("dopri5 throws where the solution ends", "[odeint]") {
  std::vector<double> x{1};
  const auto pole = [](const std::vector<double>& v, std::vector<double>& d, double) { d[0] = v[0] * v[0]; };
  CHECK_THROWS_AS(integrate_dopri5(pole, x, 2, 1e-10, 1e-10), NumericalError);
  x = {1};
  const auto jumps = [](const std::vector<double>& v, std::vector<double>& d, double) {
    d[0] = v[0] > 1.5 ? std::nan("") : 1;
  };
  CHECK_THROWS_AS(integrate_dopri5(jumps, x, 2, 1e-10, 1e-10), NumericalError);
}

}  // namespace cajal::test
