#pragma once

#include <cstdint>
#include <vector>

#include "learning/node_units.hpp"
#include "learning/traces.hpp"

namespace cajal {

/// The course of a neuromodulator n(t), as synapses need it whose eligibility decays with tau_c:
///     integral(u, s) = integral from u to s of exp(-(t - u) / tau_c) (n(t) - b) dt
/// exact where n decays freely between the ends of steps, as a node of kind `modulator` does; for as many steps back as
/// the horizon says. Times are ends of steps, -1 the start of the run.
///
/// It is kept in stretches of a few tau_c, so that nothing is lost to rounding: within a stretch that begins at r,
/// g(t) = integral(r, t).
template <class Real>
class ModulatorCourse {
 public:
  /// One unit of a node of kind `modulator`. `horizon` in steps.
  ModulatorCourse(const NodeUnits<Real>& unit, double dt, double tau_c, double b, std::int64_t horizon);

  /// What a unit of a modulator is made of.
  struct Kinetics {
    double tau, baseline, initial;  ///< initial: of the excess over the baseline
  };
  static Kinetics kinetics_of(const NodeUnits<Real>& unit);

  /// The start of a trial: what comes before the step that is advanced to next is not known.
  void reset();
  /// Knows n up to the end of `step`. Called at every step, once the modulator's output of the step before is there.
  void advance(std::int64_t step);
  double integral(std::int64_t u, std::int64_t s) const;
  /// n at the end of a step, just before what arrives there.
  double before(std::int64_t step) const { return n_[place(step)]; }

 private:
  std::size_t place(std::int64_t time) const { return static_cast<std::size_t>(time + 1) & mask_; }
  std::int64_t stretch_of(std::int64_t time) const { return (time + 1) / stretch_; }
  /// exp(-steps dt / tau_c)
  double left(std::int64_t steps) const {
    return steps <= stretch_ ? left_[static_cast<std::size_t>(steps)] : far(steps);
  }
  double far(std::int64_t steps) const;

  NodeUnits<Real> unit_;
  Kinetics kinetics_;
  double dt_, tau_c_;
  std::int64_t stretch_;
  double tonic_, phasic_, decay_;  // of a step: what the baseline and what an excess of 1 add, what is left of n
  std::vector<double> left_;       // [steps] within a stretch
  std::size_t mask_ = 0;
  std::vector<double> g_, n_;  // by end of step, in a ring
  std::vector<double> whole_;  // by stretch, in a ring: g at its end
  std::int64_t last_ = -1;     // known up to here
  bool begun_ = false;
};

}  // namespace cajal
