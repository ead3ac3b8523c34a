#pragma once

#include <functional>
#include <vector>

namespace cajal {

/// dx/dt of a system at time t.
using Slopes = std::function<void(const std::vector<double>& x, std::vector<double>& slopes, double t)>;

/// Integrates x from 0 to h by the adaptive Dormand-Prince 5(4) method of Boost.Odeint.
/// Source: Dormand & Prince 1980, J. Comput. Appl. Math. 6:19. Throws NumericalError if the step size collapses.
void integrate_dopri5(const Slopes& slopes, std::vector<double>& x, double h, double absolute, double relative);

}  // namespace cajal
