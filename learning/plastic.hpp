#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "learning/post_history.hpp"
#include "learning/traces.hpp"
#include "sim/connect/active.hpp"
#include "sim/connect/rule.hpp"
#include "sim/connect/synapses.hpp"
#include "sim/number/gather.hpp"

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
    const NearStep from = since(pre);
    const Pre x = decayed(pre, meets);
    by_target(synapses, [&](const auto* target, std::int32_t origin) {
      for (std::size_t i = 0; i < synapses.weight.size(); i += chunk)
        depress(shard, {meets, x}, from, synapses.weight.data() + i, target + i, origin,
                std::min(chunk, synapses.weight.size() - i));
    });
    pre = {meets, rounded<Pre>(Rule::after_pre(rounded<PreOf<Rule, double>>(x), run_.parameters))};
  }

  void advance(std::int64_t step, const Slice& slice) override {
    Shard& shard = *shards_[slice.part];
    begin(shard, step);
    const auto units = shard.synapses.units;
    for_each_active(*shard.synapses.edge->to, step, units,
                    [&](std::size_t unit, Real) { spike(shard, unit - units.begin, step); });
  }

  /// Traces after `settle`: of blocks as rows of (source, delay, step, traces), of units as rows of (unit, step, traces
  /// before, traces after) for each spike that still counts.
  void save(std::int64_t now, std::vector<double>& blocks, std::vector<double>& units) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<double>> by_block;
    for (auto& shard : shards_) {
      settle(now, shard->synapses.part);
      shard->synapses.each([&](std::size_t block, const SynapseBlock<Real>& s) {
        const PreTrace& pre = shard->pre[block];
        if (pre.step == long_ago) return;
        std::vector<double> row = {static_cast<double>(s.source), static_cast<double>(s.delay),
                                   static_cast<double>(pre.step + shard->origin)};
        each_member(pre.value, [&](const Real& x, std::size_t) { row.push_back(static_cast<double>(x)); });
        by_block[{s.source, s.delay}] = std::move(row);
      });
      shard->post.each([&](std::size_t unit, NearStep step, const Post& before, const Post& after) {
        units.push_back(static_cast<double>(unit + shard->synapses.units.begin));
        units.push_back(static_cast<double>(step + shard->origin));
        each_member(before, [&](const Real& y, std::size_t) { units.push_back(static_cast<double>(y)); });
        each_member(after, [&](const Real& y, std::size_t) { units.push_back(static_cast<double>(y)); });
      });
    }
    for (const auto& [key, row] : by_block) blocks.insert(blocks.end(), row.begin(), row.end());
  }
  void load(std::int64_t now, const std::vector<double>& blocks, const std::vector<double>& units) {
    constexpr std::size_t block_row = 3 + member_count<Pre>, unit_row = 2 + 2 * member_count<Post>;
    std::map<std::pair<std::uint32_t, std::uint32_t>, const double*> by_block;
    for (std::size_t i = 0; i + block_row <= blocks.size(); i += block_row)
      by_block[{static_cast<std::uint32_t>(blocks[i]), static_cast<std::uint32_t>(blocks[i + 1])}] = &blocks[i];
    for (auto& shard : shards_) {
      rest(*shard);
      begin(*shard, now);
      shard->synapses.each([&](std::size_t block, const SynapseBlock<Real>& s) {
        const auto found = by_block.find({s.source, s.delay});
        if (found == by_block.end()) return;
        PreTrace& pre = shard->pre[block];
        pre.step = past(*shard, found->second[2]);
        each_member(pre.value, [&](Real& x, std::size_t m) { x = static_cast<Real>(found->second[3 + m]); });
      });
      const auto range = shard->synapses.units;
      for (std::size_t i = 0; i + unit_row <= units.size(); i += unit_row) {
        const auto unit = static_cast<std::size_t>(units[i]);
        if (unit < range.begin || unit >= range.end) continue;
        Post before{}, after{};
        each_member(before, [&](Real& y, std::size_t m) { y = static_cast<Real>(units[i + 2 + m]); });
        each_member(after,
                    [&](Real& y, std::size_t m) { y = static_cast<Real>(units[i + 2 + member_count<Post> + m]); });
        if (shard->post.full(unit - range.begin)) shard->post.deepen();
        shard->post.add(unit - range.begin, past(*shard, units[i + 1]), before, after);
      }
      shard->replayed = std::max(long_ago + 1, static_cast<NearStep>(-shard->behind));
      shard->post.replayed(shard->replayed);
    }
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
  static constexpr bool reads_post = !IgnoresPostOnPost<Rule>;
  static constexpr std::size_t post_traces = std::max<std::size_t>(1, member_count<Post>);

  /// Traces just after the last spike.
  struct PreTrace {
    NearStep step = long_ago;
    Pre value{};
  };
  /// Post spikes that are replayed at once: at most one for each synapse of a chunk.
  struct Round {
    std::int32_t synapse[chunk + 16];
    NearStep step[chunk + 16];
    Real y[post_traces][chunk + W::lanes];  ///< traces of the unit just before the spike
    std::size_t size = 0;
  };
  struct Shard {
    PlasticPart<Real> synapses;
    std::vector<PreTrace> pre;  // by block
    PostHistory<Post, Real> post;
    std::array<Round, PostHistory<Post, Real>::glance> recent;  // the last spike of a unit, the one before, ...
    std::vector<Round> older;                                   // oldest first
    NearStep replayed = long_ago + 1;                           // post spikes before this were replayed everywhere
    NearStep behind = 0;                                        // of the synapse where it is the most
    std::int64_t origin = 0;                                    // what a NearStep counts from
    bool begun = false;
    alignas(64) std::int32_t unit[chunk], unit_of[chunk];
    alignas(64) NearStep last[chunk], step[chunk];
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
  /// A step before the one that steps are counted from.
  static NearStep past(const Shard& shard, double step) {
    return static_cast<NearStep>(std::max(step - static_cast<double>(shard.origin), static_cast<double>(long_ago)));
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
    const NearStep now = near(shard, step);
    const auto gap = static_cast<std::uint32_t>(now - shard.post.recent(0)[unit]);
    Post before{};
    each_member(before, [&](Real& y, std::size_t m) { y = shard.post.after_recent(0, m)[unit] * run_.post[m](gap); });
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

  /// The step from which on post spikes act after a block's last pre spike.
  NearStep since(const PreTrace& pre) const { return std::max(pre.step, long_ago + 1) + (timing_.post_first ? 1 : 0); }

  /// The post spikes since the block's last pre spike, and before `end`.
  void replay(Shard& shard, const PreTrace& pre, NearStep end, const SynapseBlock<Real>& synapses) {
    const NearStep from = since(pre), begin = std::max(from, shard.replayed);
    if (shard.post.newest() < begin || end <= begin) return;
    by_target(synapses, [&](const auto* target, std::int32_t origin) {
      for (std::size_t i = 0; i < synapses.weight.size(); i += chunk) {
        const std::size_t count = std::min(chunk, synapses.weight.size() - i);
        Real* const weight = synapses.weight.data() + i;
        // Gathering does not tell the processor what comes next.
        for (std::size_t k = 0; k < count; k += 64 / sizeof(Real)) __builtin_prefetch(weight + k, 1);
        find_units(shard, target + i, origin, count);
        if (run_.first_post_only)
          find_first(shard, from, begin, end, count);
        else
          find(shard, begin, end, count);
        for (const Round& round : shard.older) potentiate(shard, pre, round, weight);
        for (std::size_t k = shard.recent.size(); k-- > 0;) potentiate(shard, pre, shard.recent[k], weight);
      }
    });
  }

  /// Target units, numbered in the shard, and the steps of their last spikes.
  template <class Target>
  static void find_units(Shard& shard, const Target* target, std::int32_t origin, std::size_t count) {
    const std::int32_t first = origin - static_cast<std::int32_t>(shard.synapses.units.begin);
    std::int32_t* const __restrict unit = shard.unit;
    for (std::size_t i = 0; i < count; ++i) unit[i] = static_cast<std::int32_t>(target[i]) + first;
    gather(shard.post.recent(0), unit, count, shard.last);
  }

  /// The post spikes of [begin, end). Nobody can tell beforehand which units sent any: no branches.
  static void find(Shard& shard, NearStep begin, NearStep end, std::size_t count) {
    const auto& post = shard.post;
    shard.older.clear();
    shard.recent[0].size =
        select<false>(shard.last, begin, nullptr, count, shard.recent[0].synapse, shard.recent[0].step);
    for (std::size_t k = 1; k < shard.recent.size(); ++k) {
      const Round& later = shard.recent[k - 1];
      Round& round = shard.recent[k];
      gather(shard.unit, later.synapse, later.size, shard.unit_of);
      gather(post.recent(k), shard.unit_of, later.size, shard.step);
      round.size = select<false>(shard.step, begin, later.synapse, later.size, round.synapse, round.step);
    }
    const Round& oldest = shard.recent.back();
    for (std::size_t i = 0; i < oldest.size; ++i) find_older(shard, oldest.synapse[i], begin, end);
    for (std::size_t k = 0; k < shard.recent.size(); ++k) {
      Round& round = shard.recent[k];
      if (post.newest() >= end)
        round.size = select<true>(round.step, end, round.synapse, round.size, round.synapse, round.step);
      if constexpr (member_count < Post >> 0 && reads_post) {
        gather(shard.unit, round.synapse, round.size, shard.unit_of);
        for (std::size_t m = 0; m < post_traces; ++m)
          gather(post.before_recent(k, m), shard.unit_of, round.size, round.y[m]);
      }
    }
  }
  /// The spikes before those that are seen at a glance, oldest first.
  [[gnu::noinline]] static void find_older(Shard& shard, std::int32_t synapse, NearStep begin, NearStep end) {
    const auto unit = static_cast<std::size_t>(shard.unit[synapse]);
    const auto seen = static_cast<std::uint32_t>(shard.recent.size());
    for (std::uint32_t later = shard.post.since(unit, begin), k = 0; later > seen; ++k) {
      const std::size_t slot = shard.post.slot(unit, --later);
      if (shard.post.step(slot) < end) add_older(shard, k, synapse, slot);
    }
  }
  static void add_older(Shard& shard, std::size_t round, std::int32_t synapse, std::size_t slot) {
    if (round >= shard.older.size()) shard.older.resize(round + 1);
    Round& r = shard.older[round];
    r.synapse[r.size] = synapse;
    r.step[r.size] = shard.post.step(slot);
    each_member(shard.post.before(slot), [&](const Real& y, std::size_t m) { r.y[m][r.size] = y; });
    ++r.size;
  }
  /// Of the post spikes since the last pre spike of `from` the first, if it lies in [begin, end).
  static void find_first(Shard& shard, NearStep from, NearStep begin, NearStep end, std::size_t count) {
    shard.older.clear();
    for (Round& round : shard.recent) round.size = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (shard.last[i] < begin) continue;
      const auto unit = static_cast<std::size_t>(shard.unit[i]);
      const std::size_t slot = shard.post.slot(unit, shard.post.since(unit, from) - 1);
      if (shard.post.step(slot) >= begin && shard.post.step(slot) < end)
        add_older(shard, 0, static_cast<std::int32_t>(i), slot);
    }
  }

  void potentiate(Shard& shard, const PreTrace& pre, const Round& round, Real* weight) const {
    if (round.size == 0) return;
    gather(weight, round.synapse, round.size, shard.weight);
    each_member(pre.value, [&](const Real& trace, std::size_t m) {
      run_.pre[m].scaled(
          round.size, [step = round.step, begin = pre.step](std::size_t i) { return step[i] - begin; },
          [x = trace](std::size_t, Real decay) { return x * decay; }, shard.x[m]);
    });
    for (std::size_t i = 0; i < round.size; i += W::lanes) {
      const W w = W(run_.sign) * W::load(shard.weight + i);
      const auto x = load<PreOf<Rule, W>>(shard.x, i);
      const auto y = load<PostOf<Rule, W>>(round.y, i);
      (W(run_.sign) * bounded(w + Rule::on_post(w, x, y, parameters_), parameters_)).store(shard.weight + i);
    }
    scatter(shard.weight, round.synapse, round.size, weight);
  }

  /// A pre spike, given with the traces before it, that meets the post spikes before its step; those since the block's
  /// last pre spike from `from` on.
  template <class Target>
  void depress(Shard& shard, const PreTrace& pre, NearStep from, Real* weight, const Target* target,
               std::int32_t origin, std::size_t count) const {
    const NearStep meets = pre.step;
    const auto& post = shard.post;
    find_units(shard, target, origin, count);
    const Post traces{};
    // Of units whose last spike comes too late it is looked up below.
    each_member(traces, [&](const Real&, std::size_t m) {
      const Real* const after = post.after_recent(0, m);
      run_.post[m].scaled(
          count, [meets, last = shard.last](std::size_t i) { return std::max(meets - last[i], 0); },
          [after, unit = shard.unit](std::size_t i, Real decay) { return after[unit[i]] * decay; }, shard.y[m]);
    });
    if (post.newest() >= meets)
      for (std::size_t i = 0; i < count; ++i)
        if (shard.last[i] >= meets) shard.last[i] = look_back(shard, i, meets);
    if constexpr (CountsFirstPre<Rule>)
      if (run_.first_pre_only)
        for (std::size_t i = 0; i < count; ++i)
          if (shard.last[i] < from) each_member(traces, [&](const Real&, std::size_t m) { shard.y[m][i] = 0; });
    const W sign = run_.sign;
    PreOf<Rule, W> x;
    each_pair(x, pre.value, [](W& to, const Real& from, std::size_t) { to = W(static_cast<double>(from)); });
    const auto change = [&](const W& given, std::size_t i) {
      const W w = sign * given;
      const auto y = load<PostOf<Rule, W>>(shard.y, i);
      return sign * bounded(w + change_on_pre<Rule, W>(w, x, y, parameters_), parameters_);
    };
    std::size_t i = 0;
    for (; i + W::lanes <= count; i += W::lanes) change(W::load(weight + i), i).store(weight + i);
    if (i == count) return;
    std::copy(weight + i, weight + count, shard.weight);
    change(W::load(shard.weight), i).store(shard.weight);
    std::copy(shard.weight, shard.weight + (count - i), weight + i);
  }
  /// Traces of a unit that has sent spikes which the pre spike does not meet; the step of the last that it meets.
  [[gnu::noinline]] NearStep look_back(Shard& shard, std::size_t i, NearStep meets) const {
    const auto unit = static_cast<std::size_t>(shard.unit[i]);
    const auto take = [&](NearStep step, const auto& after) {
      const Post traces{};
      each_member(traces, [&](const Real&, std::size_t m) {
        shard.y[m][i] = after(m) * run_.post[m](static_cast<std::uint32_t>(meets - step));
      });
      return step;
    };
    for (std::size_t k = 1; k < shard.recent.size(); ++k)
      if (const NearStep step = shard.post.recent(k)[unit]; step < meets)
        return take(step, [&](std::size_t m) { return shard.post.after_recent(k, m)[unit]; });
    const std::size_t slot = shard.post.slot(unit, shard.post.since(unit, meets));
    return take(shard.post.step(slot), [&](std::size_t m) {
      Real found = 0;
      each_member(shard.post.after(slot), [&](const Real& y, std::size_t n) { found = n == m ? y : found; });
      return found;
    });
  }

  /// The same traces in another number type.
  template <class To, class From>
  static To rounded(const From& from) {
    To to;
    each_pair(to, from,
              [](auto& x, const auto& given, std::size_t) { x = static_cast<std::decay_t<decltype(x)>>(given); });
    return to;
  }

  template <class S, std::size_t n, std::size_t length>
  static S load(const Real (&columns)[n][length], std::size_t i) {
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
