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
