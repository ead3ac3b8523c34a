#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "learning/post_history.hpp"
#include "learning/traces.hpp"
#include "sim/connect/active.hpp"
#include "sim/connect/rule.hpp"
#include "sim/connect/synapses.hpp"

namespace cajal {

/// Runs a rule at events, for one sample: weights change while the network runs. A value other than 0 counts as one
/// spike. What post spikes do is put off until the next pre spike of the synapse, when its weight is at hand: every
/// synapse sees the same events in the same order as if they acted at once. Packs of synapses go through the rule
/// together.
template <TraceRule Rule, class Real>
class Plastic final : public SynapseRule<Real> {
 public:
  Plastic(const ParametersOf<Rule, double>& parameters, double dt, const SynapseTiming& timing)
      : run_(parameters, dt), parameters_(cast_parameters<Rule, W>(run_.parameters)), timing_(timing) {}

  void attach(const PlasticPart<Real>& part) override {
    shards_.resize(std::max(shards_.size(), part.parts));
    auto& shard = shards_[part.part] = std::make_unique<Shard>();
    shard->synapses = part;
    shard->pre.resize(part.blocks);
    shard->post.resize(part.units.end - part.units.begin);
    shard->behind = timing_.behind(part.edge->max_delay());
    rest(*shard);
  }

  void reset(const Slice& slice) override { rest(*shards_[slice.part]); }
  void reset() {
    for (auto& shard : shards_) rest(*shard);
  }

  void arrive(std::int64_t step, std::size_t block, Real, const SynapseBlock<Real>& synapses) override {
    Shard& shard = *shards_[synapses.part];
    begin(shard, step);
    const NearStep meets = near(shard, step) - static_cast<NearStep>(timing_.behind(synapses.delay));
    PreTrace& pre = shard.pre[block];
    replay(shard, pre, meets + (timing_.post_first ? 1 : 0), synapses);
    by_target(synapses, [&](const auto* target, std::int32_t origin) {
      for (std::size_t i = 0; i < synapses.weight.size(); i += chunk)
        depress(shard, meets, synapses.weight.data() + i, target + i, origin,
                std::min(chunk, synapses.weight.size() - i));
    });
    pre = {meets, rounded<Pre>(Rule::after_pre(rounded<PreOf<Rule, double>>(decayed(pre, meets)), run_.parameters))};
  }

  void advance(std::int64_t step, const Slice& slice) override {
    Shard& shard = *shards_[slice.part];
    begin(shard, step);
    const auto units = shard.synapses.units;
    for_each_active(*shard.synapses.edge->to, step, units,
                    [&](std::size_t unit, Real) { spike(shard, unit - units.begin, step); });
  }

  void settle(std::int64_t now, std::size_t part) override {
    Shard& shard = *shards_[part];
    if (shard.begun) replay_all(shard, near(shard, now) - shard.behind);
  }

 private:
  using W = Wide<Real>;
  using Pre = PreOf<Rule, Real>;
  using Post = PostOf<Rule, Real>;
  static constexpr std::size_t chunk = 512;
  static constexpr std::size_t pre_traces = std::max<std::size_t>(1, member_count<Pre>);
  static constexpr std::size_t post_traces = std::max<std::size_t>(1, member_count<Post>);

  /// Traces just after the last spike.
  struct PreTrace {
    NearStep step = long_ago;
    Pre value{};
  };
  /// Post spikes to be replayed at once: at most one for each synapse of a chunk.
  struct Round {
    std::uint16_t synapse[chunk + 1];
    std::uint32_t slot[chunk + 1];  ///< in the history
    std::size_t size = 0;
  };
  struct Shard {
    PlasticPart<Real> synapses;
    std::vector<PreTrace> pre;  // by block
    PostHistory<Post> post;
    std::vector<Round> rounds = std::vector<Round>(2);
    NearStep replayed = long_ago + 1;  // post spikes before this were replayed everywhere
    NearStep behind = 0;               // of the synapse where it is the most
    std::int64_t origin = 0;           // what a NearStep counts from
    bool begun = false;
    alignas(64) Real weight[chunk], x[pre_traces][chunk], y[post_traces][chunk];
  };

  static void rest(Shard& shard) {
    std::fill(shard.pre.begin(), shard.pre.end(), PreTrace{});
    shard.post.clear();
    shard.replayed = long_ago + 1;
    shard.begun = false;
  }

  /// Steps are counted from one that is near.
  void begin(Shard& shard, std::int64_t step) {
    constexpr std::int64_t far = std::int64_t{1} << 29;
    if (!shard.begun) {
      shard.origin = step;
      shard.begun = true;
    } else if (step - shard.origin > far) {
      const auto by = static_cast<NearStep>(step - shard.origin);
      replay_all(shard, by - shard.behind);
      shard.post.shift(by);
      for (PreTrace& pre : shard.pre) pre.step = pre.step < long_ago + by ? long_ago : pre.step - by;
      shard.replayed -= by;
      shard.origin = step;
    }
  }
  static NearStep near(const Shard& shard, std::int64_t step) { return static_cast<NearStep>(step - shard.origin); }

  Pre decayed(const PreTrace& pre, NearStep step) const {
    Pre value = pre.value;
    each_member(value, [&](Real& x, std::size_t m) { x *= run_.pre[m](static_cast<std::uint32_t>(step - pre.step)); });
    return value;
  }

  void spike(Shard& shard, std::size_t unit, std::int64_t step) {
    if (shard.post.full(unit)) {
      replay_all(shard, near(shard, step) - shard.behind);
      if (shard.post.full(unit)) shard.post.deepen();
    }
    const auto& last = shard.post.last(unit);
    const NearStep now = near(shard, step);
    Post before = last.after;
    each_member(before,
                [&](Real& y, std::size_t m) { y *= run_.post[m](static_cast<std::uint32_t>(now - last.step)); });
    shard.post.add(unit, now, before,
                   rounded<Post>(Rule::after_post(rounded<PostOf<Rule, double>>(before), run_.parameters)));
  }

  /// All synapses replay the post spikes before `end`, which no pre spike to come can meet.
  void replay_all(Shard& shard, NearStep end) {
    if (end <= shard.replayed) return;
    if (shard.post.newest() >= shard.replayed)
      shard.synapses.each([&](std::size_t block, const SynapseBlock<Real>& synapses) {
        replay(shard, shard.pre[block], end, synapses);
      });
    shard.replayed = end;
    shard.post.replayed(end);
  }

  template <class F>
  static void by_target(const SynapseBlock<Real>& synapses, const F& f) {
    if (synapses.place)
      f(synapses.place, synapses.origin);
    else
      f(synapses.unit, std::int32_t{0});
  }

  /// The post spikes since the block's last pre spike, and before `end`.
  void replay(Shard& shard, const PreTrace& pre, NearStep end, const SynapseBlock<Real>& synapses) {
    const NearStep from = std::max(pre.step, long_ago + 1) + (timing_.post_first ? 1 : 0);
    const NearStep begin = std::max(from, shard.replayed);
    if (shard.post.newest() < begin || end <= begin) return;
    by_target(synapses, [&](const auto* target, std::int32_t origin) {
      for (std::size_t i = 0; i < synapses.weight.size(); i += chunk) {
        find(shard, from, begin, end, target + i, origin, std::min(chunk, synapses.weight.size() - i));
        for (Round& round : shard.rounds) {
          if (round.size == 0) break;
          potentiate(shard, pre, round, synapses.weight.data() + i);
        }
      }
    });
  }

  /// Deals the post spikes of [begin, end) to rounds: of each synapse the oldest to the first.
  template <class Target>
  void find(Shard& shard, NearStep from, NearStep begin, NearStep end, const Target* target, std::int32_t origin,
            std::size_t count) {
    const PostHistory<Post>& post = shard.post;
    const std::int32_t first = origin - static_cast<std::int32_t>(shard.synapses.units.begin);
    const bool some_later = post.newest() >= end;
    for (Round& round : shard.rounds) round.size = 0;
    Round* rounds = shard.rounds.data();
    for (std::size_t i = 0; i < count; ++i) {
      const auto unit = static_cast<std::size_t>(static_cast<std::int32_t>(target[i]) + first);
      const std::uint32_t since = post.since(unit, begin);
      std::uint32_t spikes = since - (some_later ? post.since(unit, end) : 0);
      if (run_.first_post_only && spikes > 0) spikes = post.step(post.slot(unit, since)) >= from ? 0 : 1;
      // Without a branch: nobody can tell beforehand how many there are.
      for (std::uint32_t k = 0; k < 2; ++k) {
        rounds[k].synapse[rounds[k].size] = static_cast<std::uint16_t>(i);
        rounds[k].slot[rounds[k].size] = static_cast<std::uint32_t>(post.slot(unit, since - 1 - k));
        rounds[k].size += spikes > k;
      }
      if (spikes > 2) {
        find_more(shard, unit, i, since, spikes);
        rounds = shard.rounds.data();
      }
    }
  }
  [[gnu::noinline]] static void find_more(Shard& shard, std::size_t unit, std::size_t synapse, std::uint32_t since,
                                          std::uint32_t spikes) {
    for (std::uint32_t k = 2; k < spikes; ++k) {
      if (k >= shard.rounds.size()) shard.rounds.emplace_back();
      Round& round = shard.rounds[k];
      round.synapse[round.size] = static_cast<std::uint16_t>(synapse);
      round.slot[round.size++] = static_cast<std::uint32_t>(shard.post.slot(unit, since - 1 - k));
    }
  }

  void potentiate(Shard& shard, const PreTrace& pre, const Round& round, Real* weight) const {
    const auto sign = static_cast<Real>(run_.sign);
    for (std::size_t i = 0; i < round.size; ++i) {
      const std::uint32_t slot = round.slot[i];
      const auto gap = static_cast<std::uint32_t>(shard.post.step(slot) - pre.step);
      shard.weight[i] = sign * weight[round.synapse[i]];
      each_member(pre.value, [&](const Real& x, std::size_t m) { shard.x[m][i] = x * run_.pre[m](gap); });
      each_member(shard.post.before(slot), [&](const Real& y, std::size_t m) { shard.y[m][i] = y; });
    }
    for (std::size_t i = 0; i < round.size; i += W::lanes) {
      const W w = W::load(shard.weight + i);
      const auto x = load<PreOf<Rule, W>>(shard.x, i);
      const auto y = load<PostOf<Rule, W>>(shard.y, i);
      (W(run_.sign) * bounded(w + Rule::on_post(w, x, y, parameters_), parameters_)).store(shard.weight + i);
    }
    for (std::size_t i = 0; i < round.size; ++i) weight[round.synapse[i]] = shard.weight[i];
  }

  /// A pre spike that meets the post spikes before `meets`.
  template <class Target>
  void depress(Shard& shard, NearStep meets, Real* weight, const Target* target, std::int32_t origin,
               std::size_t count) const {
    const PostHistory<Post>& post = shard.post;
    const std::int32_t first = origin - static_cast<std::int32_t>(shard.synapses.units.begin);
    const bool some_later = post.newest() >= meets;
    for (std::size_t i = 0; i < count; ++i) {
      const auto unit = static_cast<std::size_t>(static_cast<std::int32_t>(target[i]) + first);
      auto last = post.last(unit);
      if (some_later && last.step >= meets) last = before(post, unit, meets);
      const auto gap = static_cast<std::uint32_t>(meets - last.step);
      each_member(last.after, [&](const Real& y, std::size_t m) { shard.y[m][i] = y * run_.post[m](gap); });
    }
    const W sign = run_.sign;
    const auto change = [&](const W& given, std::size_t i) {
      const W w = sign * given;
      return sign * bounded(w + Rule::on_pre(w, load<PostOf<Rule, W>>(shard.y, i), parameters_), parameters_);
    };
    std::size_t i = 0;
    for (; i + W::lanes <= count; i += W::lanes) change(W::load(weight + i), i).store(weight + i);
    if (i == count) return;
    std::copy(weight + i, weight + count, shard.weight);
    change(W::load(shard.weight), i).store(shard.weight);
    std::copy(shard.weight, shard.weight + (count - i), weight + i);
  }
  [[gnu::noinline]] static typename PostHistory<Post>::Last before(const PostHistory<Post>& post, std::size_t unit,
                                                                   NearStep step) {
    const std::size_t slot = post.slot(unit, post.since(unit, step));
    return {post.step(slot), post.after(slot)};
  }

  /// The same traces in another number type.
  template <class To, class From>
  static To rounded(const From& from) {
    To to;
    each_pair(to, from,
              [](auto& x, const auto& given, std::size_t) { x = static_cast<std::decay_t<decltype(x)>>(given); });
    return to;
  }

  template <class S, std::size_t n>
  static S load(const Real (&columns)[n][chunk], std::size_t i) {
    S s;
    each_member(s, [&](W& v, std::size_t m) { v = W::load(columns[m] + i); });
    return s;
  }

  RuleRun<Rule, Real> run_;
  ParametersOf<Rule, W> parameters_;
  SynapseTiming timing_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace cajal
