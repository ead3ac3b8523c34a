#include "sim/odeint.hpp"

#include <boost/numeric/odeint/integrate/integrate_adaptive.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <string>

#include "sim/error.hpp"

namespace cajal {

void integrate_dopri5(const Slopes& slopes, std::vector<double>& x, double h, double absolute, double relative) {
  namespace odeint = boost::numeric::odeint;
  using Stepper = odeint::runge_kutta_dopri5<std::vector<double>>;
  // A solution that blows up would shrink the step for ever: the count of evaluations is bounded instead.
  std::size_t evaluations = 0;
  const auto bounded = [&](const std::vector<double>& state, std::vector<double>& out, double t) {
    if (++evaluations > 1000000)
      throw NumericalError("dopri5: the step size collapses; the solution is not smooth here");
    slopes(state, out, t);
  };
  try {
    odeint::integrate_adaptive(odeint::make_controlled(absolute, relative, Stepper()), bounded, x, 0.0, h, h);
  } catch (const odeint::odeint_error& e) {
    throw NumericalError(std::string("dopri5: ") + e.what());
  }
  // Odeint takes a step whose error is NaN for a good one.
  for (const double v : x)
    if (!std::isfinite(v))
      throw NumericalError("dopri5: the solution is not finite after a step of " + std::to_string(h) + " ms");
}

}  // namespace cajal
