#pragma once

#include <functional>
#include <memory>
#include <vector>

namespace cajal {

/// dx/dt of a system at time t.
using Slopes = std::function<void(const std::vector<double>& x, std::vector<double>& slopes, double t)>;
/// d slope_i / d x_j of a system whose slopes do not depend on the time, row by row.
using SlopeDerivatives = std::function<void(const std::vector<double>& x, std::vector<double>& derivatives)>;

/// What an adaptive step may err by: each variable x by absolute + relative |x|.
struct Tolerance {
  double absolute = 1e-10, relative = 1e-10;
};

/// Integrates by steps of its own choice; within the last one the solution can be read anywhere. One object may
/// integrate many solutions, one after the other, and none depends on those before.
class AdaptiveIntegrator {
 public:
  virtual ~AdaptiveIntegrator() = default;
  /// From state x at time t on. `h`: the step that is tried first.
  virtual void begin(const std::vector<double>& x, double t, double h) = 0;
  /// One step that keeps the tolerance and does not pass `end`. Throws NumericalError where the solution ceases to be
  /// finite or smooth: the step size collapses.
  virtual void step(double end) = 0;
  /// Whether there is still a step to do; rounding aside.
  bool before(double end) const;
  /// The last step.
  virtual double from() const = 0;
  virtual double to() const = 0;
  /// The solution at a time within it, to about the order of the tolerance; at its end, as the step gave it.
  virtual void at(double t, std::vector<double>& x) = 0;
};

/// The method of Dormand and Prince, order 5, with its own interpolation of order 4.
/// Source: Dormand & Prince 1980, J. Comput. Appl. Math. 6:19; Hairer, Norsett & Wanner 1993, Solving Ordinary
/// Differential Equations I, II.6.
std::unique_ptr<AdaptiveIntegrator> make_dopri5(Slopes slopes, const Tolerance& tolerance);

/// A linearly implicit method of order 4 for stiff systems, with an interpolation of order 3.
/// Source: Hairer & Wanner 1996, Solving Ordinary Differential Equations II, IV.7 (RODAS).
std::unique_ptr<AdaptiveIntegrator> make_rosenbrock4(Slopes slopes, SlopeDerivatives derivatives,
                                                     const Tolerance& tolerance);

/// Integrates x from 0 to h. Throws NumericalError.
void integrate(AdaptiveIntegrator& integrator, std::vector<double>& x, double h);
/// The same by dopri5.
void integrate_dopri5(const Slopes& slopes, std::vector<double>& x, double h, double absolute, double relative);

}  // namespace cajal
