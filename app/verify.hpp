#pragma once

#include <string>
#include <vector>

#include "models/catalogue.hpp"

namespace cajal::app {

/// What the fast step of a model, the one that `auto` takes, does at one dt, against Odeint (dopri5, tolerances 1e-12).
struct VerifiedStep {
  double dt = 0;              ///< ms
  double error = 0;           ///< largest of the first state variable, in its unit, under a smooth subthreshold drive
  double relative_error = 0;  ///< largest of all variables, each by its excursion
  std::size_t spikes = 0;     ///< that were compared
  double mean_shift = 0, largest_shift = 0;  ///< ms, of spikes on the grid against precise ones
  double allowed_shift = 0;                  ///< ms
};

struct VerifiedModel {
  std::string name, integrator, variable_unit;
  bool spiking = false, stochastic = false;
  double order = 0;  ///< of the relative error; 0: the error is of rounding at every dt
  std::vector<VerifiedStep> steps;
  std::string wrong;  ///< what is not as it must be; empty: all is
};

/// A model of dynamics of the catalogue, with its default parameters, at four sizes of the step: for neurons 0.2, 0.1,
/// 0.05 and 0.025 ms, for rate models the same shares of their own time scale.
///
/// The drive is a current that changes every 0.2 ms, so that every step sees the same: a smooth course that takes the
/// model a tenth of the way to its threshold, then, for the spikes, constant ones under which it fires.
VerifiedModel verify_model(const NodeEntry& entry);

/// A table of these models; of all neurons and rate models of the catalogue where none is named. Exit code: 0, or 3
/// where something is wrong. Throws Error for a name that is no model.
int verify_models(const std::vector<std::string>& names, std::string& text);

}  // namespace cajal::app
