#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "learning/plasticity/rule.hpp"

namespace cajal {

/// exp(-n dt / tau) for n = 0, 1, ...: from a table up to 37 tau, where a trace has lost its last digit and becomes 0.
/// Where that table would be too long, what is beyond it is computed.
template <class Real>
class Decay {
 public:
  Decay() = default;
  Decay(double tau, double dt);

  Real operator()(std::uint32_t steps) const {
    // Units fall silent unpredictably: no branch on that where the table is whole.
    if (!whole_ && steps > last_) return beyond(steps);
    return table_[std::min(steps, last_)];
  }
  /// out[i] = change(i, decay over steps(i)) for i < count, steps(i) >= 0: packs of them at once.
  template <class Steps, class Change>
  void scaled(std::size_t count, const Steps& steps, const Change& change, Real* __restrict out) const {
    if (!whole_) {
      for (std::size_t i = 0; i < count; ++i) out[i] = change(i, (*this)(static_cast<std::uint32_t>(steps(i))));
      return;
    }
    const Real* const table = table_.data();
    const auto last = static_cast<std::int32_t>(last_);
    for (std::size_t i = 0; i < count; ++i) out[i] = change(i, table[std::min<std::int32_t>(steps(i), last)]);
  }

 private:
  [[gnu::pure]] Real beyond(std::uint32_t steps) const;

  double tau_ = 1, dt_ = 1;
  std::vector<Real> table_;
  std::uint32_t last_ = 0;
  bool whole_ = false;
};

/// Traces as they were just after the last spike. Its step is kept modulo 2^32: intervals are far shorter.
template <class S>
struct Trace {
  std::uint32_t step = 0;
  S value{};

  Trace() = default;
  Trace(std::int64_t at, const S& after) : step(static_cast<std::uint32_t>(at)), value(after) {}
};

/// The decay of all members of a struct of traces.
template <class S, class Real>
class Decays {
 public:
  template <class Taus>
  Decays(const Taus& taus, double dt) {
    each_member(taus, [&](double tau, std::size_t i) { decays_[i] = Decay<Real>(tau, dt); });
  }
  S at(const Trace<S>& trace, std::int64_t step) const {
    S value = trace.value;
    const std::uint32_t steps = static_cast<std::uint32_t>(step) - trace.step;
    each_member(value, [&](Real& x, std::size_t i) { x *= decays_[i](steps); });
    return value;
  }
  /// Of the trace with this number in S.
  const Decay<Real>& operator[](std::size_t member) const { return decays_[member]; }

 private:
  std::array<Decay<Real>, member_count<S>> decays_;
};

/// A rule with its numbers, as the loops use it.
template <TraceRule Rule, class Real>
struct RuleRun {
  using Pre = PreOf<Rule, Real>;
  using Post = PostOf<Rule, Real>;

  RuleRun(const ParametersOf<Rule, double>& given, double dt)
      : sign(inhibitory(given) ? -1 : 1),
        parameters(inhibitory(given) ? magnitudes<Rule>(given) : given),
        pre(Rule::pre_taus(parameters), dt),
        post(Rule::post_taus(parameters), dt) {
    if constexpr (CountsFirstPost<Rule>) first_post_only = Rule::first_post_only(parameters);
    if constexpr (CountsFirstPre<Rule>) first_pre_only = Rule::first_pre_only(parameters);
  }

  double sign;  ///< of the weights
  ParametersOf<Rule, double> parameters;
  Decays<Pre, Real> pre;
  Decays<Post, Real> post;
  bool first_post_only = false, first_pre_only = false;
};

}  // namespace cajal
