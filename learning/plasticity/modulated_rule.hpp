#pragma once

#include "learning/plasticity/rule.hpp"

namespace cajal {

// A rule of plasticity that a neuromodulator n gates is a rule with traces (rule.hpp) whose on_pre and on_post give the
// change of an eligibility c instead of the weight, and which has
//   eligibility(p)   the time constant of c in ms: dw/dt = c (n - b);  0: the weight changes at once, by n times that
//   tonic(p)         b
template <class R>
concept ModulatedRule = TraceRule<R> && requires(ParametersOf<R, double> p) {
  { R::eligibility(p) } -> std::same_as<double>;
  { R::tonic(p) } -> std::same_as<double>;
};

}  // namespace cajal
