#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "learning/plastic.hpp"
#include "learning/process.hpp"
#include "learning/tape_plastic.hpp"

namespace cajal {

/// A rule with traces on sparse edges: Plastic where the clock keeps no tape, TapePlastic where it does.
template <TraceRule Rule, class Real>
class PlasticProcess final : public Process<Real> {
 public:
  /// An edge and the rule's numbers in the unit of its weights.
  struct Target {
    SparseEdge<Real>* edge;
    ParametersOf<Rule, double> parameters;
    SynapseTiming timing;
  };

  /// Makes the edges plastic. `mean`: see TapePlastic.
  PlasticProcess(typename Process<Real>::Identity identity, const std::vector<Target>& targets, bool mean)
      : Process<Real>(std::move(identity)), mean_(mean) {
    for (const Target& target : targets) {
      target.edge->plastic = true;
      targets_.push_back({target, {}, {}, 0});
    }
  }
  ~PlasticProcess() override {
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
      t.index = static_cast<std::size_t>(
          std::find_if(sparse.begin(), sparse.end(), [&](const auto& e) { return e.get() == t.edge; }) -
          sparse.begin());
      if (t.index == sparse.size()) throw Error("edge " + t.edge->name + " is not of the network that runs");
      t.tape.reset();
      t.online.reset();
      if (clock.plan().tape) {
        t.tape = std::make_unique<TapePlastic<Rule, Real>>(t.parameters, clock.plan().dt, t.timing, mean_);
        for (auto& store : clock.stores()) t.tape->attach(*store, t.index);
      } else if (clock.plan().batch == 1) {
        t.online = std::make_unique<Plastic<Rule, Real>>(t.parameters, clock.plan().dt, t.timing);
        for (const auto& part : clock.delivery().plastic(t.index)) t.online->attach(part);
      }
      enter(t);
    }
  }

  void begin_trial() override {
    if (!this->frozen() && clock_ && !clock_->plan().tape && clock_->plan().batch != 1)
      throw Error("learn." + this->name() + ": " + std::string(Rule::name) + " cannot follow " +
                  std::to_string(clock_->plan().batch) + " samples at once without a tape of what they did");
  }

  void end_batch(Steps steps, std::size_t samples) override {
    if (this->frozen() || !clock_) return;
    for (Attached& t : targets_) {
      if (t.tape) t.tape->apply(clock_->team(), steps, samples);
      if (t.online) settle(t, steps.end);
      if (t.edge->listed())
        for (auto& store : clock_->stores()) store->collect(t.index);
    }
  }

  bool resumes() const override { return true; }
  std::vector<typename Process<Real>::Saved> save(std::int64_t now) override {
    std::vector<typename Process<Real>::Saved> out;
    for (Attached& t : targets_) {
      if (!t.online) continue;
      const std::string place = "edge." + t.edge->name + ".";
      out.push_back({place + "weight", clock_->delivery().synapses(t.index, now).weight});
      std::vector<double> pre, post;
      t.online->save(now, pre, post);
      out.push_back({place + "pre", std::move(pre)});
      out.push_back({place + "post", std::move(post)});
    }
    return out;
  }
  void load(const std::vector<typename Process<Real>::Saved>& saved, std::int64_t now) override {
    std::size_t next = 0;
    for (Attached& t : targets_) {
      if (!t.online) continue;
      if (next + 3 > saved.size()) throw Error("learn." + this->name() + ": a checkpoint of another process");
      clock_->delivery().assign(t.index, saved[next].values);
      t.online->load(now, saved[next + 1].values, saved[next + 2].values);
      next += 3;
    }
  }

 private:
  struct Attached : Target {
    std::unique_ptr<Plastic<Rule, Real>> online;
    std::unique_ptr<TapePlastic<Rule, Real>> tape;
    std::size_t index;  // of the edge in every store
  };

  void settle(Attached& t, std::int64_t now) {
    clock_->team().run([&](std::size_t thread) {
      for (std::size_t part = thread; part < clock_->parts(); part += clock_->team().size())
        t.online->settle(now, part);
    });
  }
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

  bool mean_;
  std::vector<Attached> targets_;
  Clock<Real>* clock_ = nullptr;
};

}  // namespace cajal
