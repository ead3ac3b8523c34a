#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "learning/plasticity/rule.hpp"
#include "sim/connect/store.hpp"
#include "sim/parallel/team.hpp"

namespace cajal {

/// Calls visit(unit) for the units [0, units) of a row of a Signal that are not 0, ascending. Silent packs are passed
/// by.
template <class Real, class Visit>
void for_each_spike(const Real* row, std::size_t units, const Visit& visit) {
  using W = Wide<Real>;
  constexpr std::size_t lanes = W::lanes;
  for (std::size_t u = 0; u < units; u += lanes) {
    if (!any(W::load(row + u) != W(0.0))) continue;
    for (std::size_t k = u; k < std::min(u + lanes, units); ++k)
      if (row[k] != Real(0)) visit(k);
  }
}

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

 private:
  std::array<Decay<Real>, member_count<S>> decays_;
};

/// What both loops share: a rule with its numbers.
template <TraceRule Rule, class Real>
struct RuleRun {
  using Pre = PreOf<Rule, Real>;
  using Post = PostOf<Rule, Real>;

  RuleRun(const ParametersOf<Rule, double>& given, double dt)
      : parameters(cast_parameters<Rule, Real>(given)),
        pre(Rule::pre_taus(given), dt),
        post(Rule::post_taus(given), dt) {}

  ParametersOf<Rule, Real> parameters;
  Decays<Pre, Real> pre;
  Decays<Post, Real> post;
};

/// Runs a rule at events, for one sample: weights change while the network runs. A pre spike acts when it arrives, a
/// post spike when it is sent; within a step pre spikes come first. A value other than 0 counts as one spike. A trace
/// of a pre spike train is held for each segment, that of a post one for each unit; both decay when they are read.
template <TraceRule Rule, class Real>
class Plastic final : public SynapseRule<Real> {
 public:
  Plastic(const ParametersOf<Rule, double>& parameters, double dt) : run_(parameters, dt) {}

  void attach(SparseStore<Real>& store, std::size_t edge) override {
    shards_.resize(std::max(shards_.size(), store.parts()));
    Shard& shard = shards_[store.part()];
    shard.output = &store.edge(edge).to->output;
    shard.weight = store.weights(edge);
    shard.afferents = store.afferents(edge);
    shard.pre.assign(store.segments(edge).size(), {});
    shard.post.assign(shard.afferents.begin.size() - 1, {});
  }

  void reset(const Slice& slice) override { rest(shards_[slice.part]); }
  void reset() {
    for (Shard& shard : shards_) rest(shard);
  }

  void arrive(std::int64_t step, std::size_t segment, std::uint32_t, Real, const SegmentView<Real>& view) override {
    Shard& shard = shards_[view.part];
    const auto p = run_.parameters;
    const std::uint32_t first = shard.afferents.first_unit;
    for (std::size_t i = 0; i < view.target.size(); ++i) {
      const Post y = run_.post.at(shard.post[view.target[i] - first], step);
      view.weight[i] = bounded(view.weight[i] + Rule::on_pre(view.weight[i], y, p), p);
    }
    Trace<Pre>& trace = shard.pre[segment];
    trace = {step, Rule::after_pre(run_.pre.at(trace, step), p)};
  }

  void advance(std::int64_t step, const Slice& slice) override {
    Shard& shard = shards_[slice.part];
    const Real* const output = shard.output->at(step, slice.sample_begin) + shard.afferents.first_unit;
    for_each_spike(output, shard.post.size(), [&](std::size_t unit) { spike(shard, unit, step); });
  }

 private:
  using Pre = PreOf<Rule, Real>;
  using Post = PostOf<Rule, Real>;
  struct Shard {
    const Signal<Real>* output = nullptr;
    std::span<Real> weight;
    Afferents afferents;
    std::vector<Trace<Pre>> pre;    // by segment
    std::vector<Trace<Post>> post;  // by unit of the shard
  };

  static void rest(Shard& shard) {
    std::fill(shard.pre.begin(), shard.pre.end(), Trace<Pre>{});
    std::fill(shard.post.begin(), shard.post.end(), Trace<Post>{});
  }

  void spike(Shard& shard, std::size_t unit, std::int64_t step) {
    const auto p = run_.parameters;
    const Post y = run_.post.at(shard.post[unit], step);
    for (const auto& [position, segment] :
         shard.afferents.of(static_cast<std::uint32_t>(unit) + shard.afferents.first_unit)) {
      Real& w = shard.weight[position];
      w = bounded(w + Rule::on_post(w, run_.pre.at(shard.pre[segment], step), y, p), p);
    }
    shard.post[unit] = {step, Rule::after_post(y, p)};
  }

  RuleRun<Rule, Real> run_;
  std::vector<Shard> shards_;
};

/// Runs a rule over the tape of a batch: the spikes of each sample meet as in Plastic, with the weights of the batch's
/// start; the changes of all samples are added up, in double precision and in the order of the samples, and applied
/// once, within the bounds. Work is cut by source units, so that every number of threads gives the same bits.
template <TraceRule Rule, class Real>
class TapePlastic {
 public:
  /// `mean`: whether the sum of the samples' changes is divided by their number.
  TapePlastic(const ParametersOf<Rule, double>& parameters, double dt, bool mean) : run_(parameters, dt), mean_(mean) {}

  /// Once for the store of each shard.
  void attach(SparseStore<Real>& store, std::size_t edge) { shards_.push_back({&store, edge}); }

  /// Changes the stored weights by what samples [0, samples) did in `steps`.
  void apply(Team& team, Steps steps, std::size_t samples);

 private:
  using Pre = PreOf<Rule, Real>;
  using Post = PostOf<Rule, Real>;
  struct Shard {
    SparseStore<Real>* store;
    std::size_t edge;
  };
  template <class S>
  struct Spike {
    std::int64_t step;
    S before, after;  // traces
  };
  template <class S>
  using Train = std::vector<Spike<S>>;
  /// Of one sample, by unit.
  struct Tape {
    std::vector<Train<Pre>> pre;
    std::vector<Train<Post>> post;
  };
  using Segments = std::span<const LearnedSegment>;
  static constexpr std::size_t tiles = 64;

  void collect(Tape& tape, const SparseEdge<Real>& edge, Steps steps, std::size_t sample) const;
  void apply_tile(const Shard& shard, std::size_t tile, Steps steps, std::size_t samples) const;
  double change(Real w, const Train<Pre>& pre, std::int64_t delay, const Train<Post>& post, std::int64_t stop) const;

  RuleRun<Rule, Real> run_;
  bool mean_;
  std::vector<Shard> shards_;
  std::vector<Tape> tapes_;
};

template <TraceRule Rule, class Real>
void TapePlastic<Rule, Real>::apply(Team& team, Steps steps, std::size_t samples) {
  if (shards_.empty() || samples == 0) return;
  tapes_.resize(std::max(tapes_.size(), samples));
  const SparseEdge<Real>& edge = shards_[0].store->edge(shards_[0].edge);
  team.run([&](std::size_t part) {
    for (std::size_t b = part; b < samples; b += team.size()) collect(tapes_[b], edge, steps, b);
  });
  team.run([&](std::size_t part) {
    for (std::size_t task = part; task < shards_.size() * tiles; task += team.size())
      apply_tile(shards_[task / tiles], task % tiles, steps, samples);
  });
}

template <TraceRule Rule, class Real>
void TapePlastic<Rule, Real>::collect(Tape& tape, const SparseEdge<Real>& edge, Steps steps, std::size_t sample) const {
  const auto read = [&](const Node<Real>& node, auto& trains, const auto& decays, const auto& after) {
    trains.resize(node.size());
    for (auto& train : trains) train.clear();
    for (std::int64_t t = steps.begin; t < steps.end; ++t)
      for_each_spike(node.output.at(t, sample), node.size(), [&](std::size_t unit) {
        auto& train = trains[unit];
        auto traces = decltype(train.back().after){};
        if (!train.empty()) traces = decays.at({train.back().step, train.back().after}, t);
        train.push_back({t, traces, after(traces)});
      });
  };
  const auto& p = run_.parameters;
  read(*edge.from, tape.pre, run_.pre, [&](const Pre& x) { return Rule::after_pre(x, p); });
  read(*edge.to, tape.post, run_.post, [&](const Post& y) { return Rule::after_post(y, p); });
}

template <TraceRule Rule, class Real>
void TapePlastic<Rule, Real>::apply_tile(const Shard& shard, std::size_t tile, Steps steps, std::size_t samples) const {
  const Segments all = shard.store->segments(shard.edge);
  const std::size_t units = shard.store->edge(shard.edge).from->size();
  const auto first_of = [&](std::size_t unit) {
    return std::lower_bound(all.begin(), all.end(), unit,
                            [](const LearnedSegment& s, std::size_t u) { return s.source < u; });
  };
  const auto end = first_of(units * (tile + 1) / tiles);
  const std::span<Real> weights = shard.store->weights(shard.edge);
  const double scale = mean_ ? 1.0 / static_cast<double>(samples) : 1.0;
  for (auto segment = first_of(units * tile / tiles); segment != end; ++segment) {
    const auto targets = shard.store->targets(*segment);
    for (std::size_t i = 0; i < targets.size(); ++i) {
      Real& w = weights[segment->first + i];
      double sum = 0;
      for (std::size_t b = 0; b < samples; ++b)
        sum += change(w, tapes_[b].pre[segment->source], segment->delay, tapes_[b].post[targets[i]], steps.end);
      w = bounded(static_cast<Real>(static_cast<double>(w) + scale * sum), run_.parameters);
    }
  }
}

/// One synapse and one sample: arrivals and post spikes in the order of time.
template <TraceRule Rule, class Real>
double TapePlastic<Rule, Real>::change(Real w, const Train<Pre>& pre, std::int64_t delay, const Train<Post>& post,
                                       std::int64_t stop) const {
  const auto& p = run_.parameters;
  const auto traces = [](const auto& decays, const auto& train, std::size_t count, std::int64_t step) {
    using S = decltype(train[0].after);
    return count == 0 ? S{} : decays.at({train[count - 1].step, train[count - 1].after}, step);
  };
  double sum = 0;
  std::size_t arrived = 0, sent = 0;
  for (;;) {
    const bool arrival = arrived < pre.size() && pre[arrived].step + delay < stop;
    if (arrival && (sent == post.size() || pre[arrived].step + delay <= post[sent].step)) {
      const std::int64_t now = pre[arrived++].step + delay;
      sum += static_cast<double>(Rule::on_pre(w, traces(run_.post, post, sent, now), p));
    } else if (sent < post.size()) {
      const auto& spike = post[sent++];
      const Pre x = traces(run_.pre, pre, arrived, spike.step - delay);
      sum += static_cast<double>(Rule::on_post(w, x, spike.before, p));
    } else {
      return sum;
    }
  }
}

}  // namespace cajal
