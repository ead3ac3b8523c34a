#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "learning/modulated.hpp"
#include "learning/process.hpp"

namespace cajal {

/// A rule that a neuromodulator gates on sparse edges, where the clock keeps no tape and runs one sample.
template <ModulatedRule Rule, class Real>
class ModulatedProcess final : public Process<Real> {
 public:
  /// An edge and the rule's numbers in the unit of its weights.
  struct Target {
    SparseEdge<Real>* edge;
    ParametersOf<Rule, double> parameters;
    SynapseTiming timing;
  };

  /// Makes the edges plastic.
  ModulatedProcess(typename Process<Real>::Identity identity, const std::vector<Target>& targets,
                   const NodeUnits<Real>& modulator)
      : Process<Real>(std::move(identity)), modulator_(modulator) {
    for (const Target& target : targets) {
      target.edge->plastic = true;
      targets_.push_back({target, {}});
    }
  }
  ~ModulatedProcess() override {
    for (Attached& t : targets_) leave(t);
  }

  std::string_view rule() const override { return Rule::name; }
  std::optional<std::pair<double, double>> weight_bounds(std::string_view target) const override {
    for (const Attached& t : targets_)
      if ("edge." + t.edge->name == target) return std::pair(t.parameters.w_min, t.parameters.w_max);
    return std::nullopt;
  }

  void attach(Clock<Real>& clock) override {
    clock_ = &clock;
    const auto& sparse = clock.network().sparse;
    for (Attached& t : targets_) {
      leave(t);
      t.online.reset();
      t.index = static_cast<std::size_t>(
          std::find_if(sparse.begin(), sparse.end(), [&](const auto& e) { return e.get() == t.edge; }) -
          sparse.begin());
      if (t.index == sparse.size()) throw Error("edge " + t.edge->name + " is not of the network that runs");
      if (clock.plan().tape || clock.plan().batch != 1) continue;
      t.online = std::make_unique<Modulated<Rule, Real>>(t.parameters, clock.plan().dt, t.timing, modulator_);
      for (const auto& part : clock.delivery().plastic(t.index)) t.online->attach(part);
      enter(t);
    }
  }

  void begin_trial() override {
    if (!this->frozen() && clock_ && (clock_->plan().tape || clock_->plan().batch != 1))
      throw Error("learn." + this->name() + ": " + std::string(Rule::name) +
                  " follows one network while it runs, not several samples at once");
  }

  void end_batch(Steps steps, std::size_t) override {
    if (this->frozen() || !clock_) return;
    for (Attached& t : targets_) {
      if (!t.online) continue;
      for (std::size_t part = 0; part < clock_->parts(); ++part) t.online->settle(steps.end, part);
      if (t.edge->listed())
        for (auto& store : clock_->stores()) store->collect(t.index);
    }
  }

 private:
  struct Attached : Target {
    std::unique_ptr<Modulated<Rule, Real>> online;
    std::size_t index = 0;  // of the edge in the network
  };

  void enter(Attached& t) {
    if (t.online && !this->frozen()) t.edge->rule = t.online.get();
  }
  static void leave(Attached& t) {
    if (t.online && t.edge->rule == t.online.get()) t.edge->rule = nullptr;
  }
  void frozen_changed() override {
    for (Attached& t : targets_) {
      leave(t);
      if (t.online) t.online->reset();  // what came before does not pair with what comes
      enter(t);
    }
  }

  NodeUnits<Real> modulator_;
  std::vector<Attached> targets_;
  Clock<Real>* clock_ = nullptr;
};

}  // namespace cajal
