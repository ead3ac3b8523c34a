#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "learning/plasticity/rate_edge.hpp"
#include "learning/process.hpp"

namespace cajal {

/// A rule by values on dense and sparse edges: once a trial, or at every step of a network that runs without a tape.
template <RateRule Rule, class Real>
class RateProcess final : public Process<Real> {
 public:
  struct Target {
    RateTarget<Real> edge;
    ParametersOf<Rule, double> parameters;  ///< `rate` by trial or second, `tau` in trials or ms
    RateBounds bounds;
  };

  RateProcess(typename Process<Real>::Identity identity, const std::vector<Target>& targets, const RateOptions& options)
      : Process<Real>(std::move(identity)), options_(options) {
    for (const Target& t : targets)
      edges_.push_back(std::make_unique<RateEdge<Rule, Real>>(t.edge, t.parameters, t.bounds, options));
  }

  std::string_view rule() const override { return Rule::name; }

  void attach(Clock<Real>& clock) override {
    clock_ = &clock;
    for (auto& e : edges_) {
      e->attach(clock);
      if (!this->frozen()) e->enter();
    }
  }

  void begin_trial() override {
    if (this->frozen() || !clock_) return;
    const Plan& plan = clock_->plan();
    const std::string what = "learn." + this->name() + ": " + std::string(Rule::name);
    if (options_.every_step && plan.tape)
      throw Error(what + " cannot change weights at every step while a gradient is taken; every = \"trial\" can");
    if (!plan.tape && plan.batch != 1)
      throw Error(what + " cannot follow " + std::to_string(plan.batch) +
                  " samples at once without a tape of what they did");
    for (auto& e : edges_) e->begin_trial();
  }

  void end_batch(Steps steps, std::size_t samples) override {
    if (this->frozen() || !clock_) return;
    for (auto& e : edges_) e->end_batch(steps, samples);
  }

  std::vector<typename Process<Real>::State> state() override {
    std::vector<typename Process<Real>::State> out;
    const auto add = [&](RateEdge<Rule, Real>& edge, const AverageText& text, RunningMeans<Real>& means) {
      out.push_back({"edge." + edge.target().name() + "." + std::string(text.name), "", std::string(text.meaning),
                     means.values()});
    };
    for (auto& e : edges_) {
      if constexpr (KeepsPreAverage<Rule>) add(*e, Rule::pre_state, e->pre());
      if constexpr (KeepsPostAverage<Rule>) add(*e, Rule::post_state, e->post());
    }
    return out;
  }
  void restore() override {
    for (auto& e : edges_) e->restore();
  }

 private:
  void frozen_changed() override {
    for (auto& e : edges_) {
      e->leave();
      if (!this->frozen()) e->enter();
    }
  }

  RateOptions options_;
  std::vector<std::unique_ptr<RateEdge<Rule, Real>>> edges_;
  Clock<Real>* clock_ = nullptr;
};

}  // namespace cajal
