#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "learning/traces.hpp"
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

/// Runs a rule over the tape of a batch: the spikes of each sample meet as in Plastic, with the weights of the batch's
/// start; the changes of all samples are computed in double precision, added up in the order of the samples, and
/// applied once, within the bounds. Work is cut by source units, so that every number of threads gives the same bits.
template <TraceRule Rule, class Real>
class TapePlastic {
 public:
  /// `mean`: whether the sum of the samples' changes is divided by their number.
  TapePlastic(const ParametersOf<Rule, double>& parameters, double dt, const SynapseTiming& timing, bool mean)
      : run_(parameters, dt), timing_(timing), mean_(mean) {}

  /// Once for the store of each shard.
  void attach(SparseStore<Real>& store, std::size_t edge) { shards_.push_back({&store, edge}); }

  /// Changes the stored weights by what samples [0, samples) did in `steps`.
  void apply(Team& team, Steps steps, std::size_t samples);

 private:
  using Pre = PreOf<Rule, double>;
  using Post = PostOf<Rule, double>;
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
  double change(double w, const Train<Pre>& pre, std::int64_t delay, const Train<Post>& post, std::int64_t stop) const;

  RuleRun<Rule, double> run_;
  SynapseTiming timing_;
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
      const double before = run_.sign * static_cast<double>(w);
      double sum = 0;
      for (std::size_t b = 0; b < samples; ++b)
        sum += change(before, tapes_[b].pre[segment->source], segment->delay, tapes_[b].post[targets[i]], steps.end);
      w = static_cast<Real>(run_.sign * bounded(before + scale * sum, run_.parameters));
    }
  }
}

/// One synapse and one sample: pre and post spikes in the order in which they meet. What counts for a pre spike is when
/// the post spikes that it meets at the synapse were sent.
template <TraceRule Rule, class Real>
double TapePlastic<Rule, Real>::change(double w, const Train<Pre>& pre, std::int64_t delay, const Train<Post>& post,
                                       std::int64_t stop) const {
  const auto& p = run_.parameters;
  const auto traces = [](const auto& decays, const auto& train, std::size_t count, std::int64_t step) {
    using S = decltype(train[0].after);
    return count == 0 ? S{} : decays.at({train[count - 1].step, train[count - 1].after}, step);
  };
  const std::int64_t shift = delay - timing_.behind(static_cast<std::uint32_t>(delay));
  double sum = 0;
  std::size_t arrived = 0, sent = 0, sent_before = 0;  // the last: when the last pre spike came
  bool first = true;
  for (;;) {
    const bool arrival = arrived < pre.size() && pre[arrived].step + delay < stop;
    const std::int64_t now = arrival ? pre[arrived].step + shift : 0;
    if (arrival && (sent == post.size() || now < post[sent].step || (now == post[sent].step && !timing_.post_first))) {
      const std::size_t earlier = sent > 0 && post[sent - 1].step == now ? sent - 1 : sent;
      const Post y = run_.first_pre_only && earlier <= sent_before ? Post{} : traces(run_.post, post, earlier, now);
      sum += change_on_pre<Rule, double>(w, pre[arrived].before, y, p);
      ++arrived;
      sent_before = sent;
      first = true;
    } else if (sent < post.size()) {
      const auto& spike = post[sent++];
      if (!first && run_.first_post_only) continue;
      first = false;
      const Pre x = traces(run_.pre, pre, arrived, spike.step - shift);
      sum += Rule::on_post(w, x, spike.before, p);
    } else {
      return sum;
    }
  }
}

}  // namespace cajal
