#pragma once

#include <span>
#include <string>
#include <vector>

#include "learning/environments/environment.hpp"

namespace cajal {

// Each in the file of its name.
EnvironmentKind bandit_environment();
EnvironmentKind cart_pole_environment();
EnvironmentKind coincidence_environment();
EnvironmentKind instrumental_environment();

/// The catalogue of environments, as `cajal describe` lists them.
const std::vector<EnvironmentKind>& environments();

}  // namespace cajal
