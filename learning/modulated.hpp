#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "learning/modulator_course.hpp"
#include "learning/plasticity/modulated_rule.hpp"
#include "learning/post_history.hpp"
#include "sim/connect/active.hpp"
#include "sim/connect/rule.hpp"
#include "sim/connect/synapses.hpp"

namespace cajal {

/// Runs a rule that a neuromodulator gates, for one sample. Between events of a synapse
///     dc/dt = -c / tau_c,   dw/dt = c (n - b)
/// is solved exactly, so that a synapse has work at its own spikes alone; what post spikes do is put off until the next
/// pre spike, and bounds are kept at events. Every now and then, at steps that nothing but dt decides, all synapses are
/// brought up to date.
///
/// `settle` shows what weights are without changing what they become: a result does not depend on when one looks.
template <ModulatedRule Rule, class Real>
class Modulated final : public SynapseRule<Real> {
 public:
  Modulated(const ParametersOf<Rule, double>& parameters, double dt, const SynapseTiming& timing,
            const NodeUnits<Real>& modulator)
      : run_(parameters, dt),
        tau_c_(Rule::eligibility(run_.parameters)),
        tonic_(Rule::tonic(run_.parameters)),
        dt_(dt),
        fading_(tau_c_ > 0 ? tau_c_ : 1, dt),
        parameters_(cast_parameters<Rule, W>(run_.parameters)),
        timing_(timing),
        modulator_(modulator) {
    constexpr double sweep = 2000;  // ms
    every_ = static_cast<std::int64_t>(std::clamp(sweep / dt, 64.0, 65536.0));
  }

  void attach(const PlasticPart<Real>& part) override {
    shards_.resize(std::max(shards_.size(), part.parts));
    const std::int64_t behind = timing_.behind(part.edge->max_delay());
    const auto horizon = every_ + behind + static_cast<std::int64_t>(part.edge->max_delay()) + 2;
    auto& shard = shards_[part.part] =
        std::make_unique<Shard>(Shard{part, {modulator_, dt_, tau_c_ > 0 ? tau_c_ : dt_, tonic_, horizon}});
    shard->blocks.resize(part.blocks);
    std::size_t count = 0;
    part.each([&](std::size_t block, const SynapseBlock<Real>& synapses) {
      shard->blocks[block].first = count;
      count += synapses.weight.size();
    });
    shard->eligibility.resize(count);
    shard->post.resize(part.units.end - part.units.begin);
    shard->behind = static_cast<NearStep>(behind);
    rest(*shard);
  }

  void reset(const Slice& slice) override { rest(*shards_[slice.part]); }
  void reset() {
    for (auto& shard : shards_) rest(*shard);
  }

  void arrive(std::int64_t step, std::size_t number, Real, const SynapseBlock<Real>& synapses) override {
    Shard& shard = *shards_[synapses.part];
    begin(shard, step);
    Block& block = shard.blocks[number];
    hide(shard, block, synapses);
    const NearStep meets = near(shard, step) - static_cast<NearStep>(timing_.behind(synapses.delay));
    bring(shard, block, meets, meets + (timing_.post_first ? 1 : 0), synapses, true);
    block.pre = rounded<Pre>(Rule::after_pre(rounded<PreOf<Rule, double>>(decayed(block, meets)), run_.parameters));
    block.pre_step = block.known = meets;
  }

  void advance(std::int64_t step, const Slice& slice) override {
    Shard& shard = *shards_[slice.part];
    begin(shard, step);
    const auto units = shard.synapses.units;
    for_each_active(*shard.synapses.edge->to, step, units,
                    [&](std::size_t unit, Real) { spike(shard, unit - units.begin, step); });
    if ((step + 1) % every_ == 0) sweep(shard, step + 1);
  }

  void settle(std::int64_t now, std::size_t part) override {
    Shard& shard = *shards_[part];
    if (!shard.begun) return;
    for (auto* values : {&shard.hidden, &shard.seen}) values->resize(shard.eligibility.size());
    shard.synapses.each([&](std::size_t number, const SynapseBlock<Real>& synapses) {
      Block& block = shard.blocks[number];
      hide(shard, block, synapses);
      std::copy(synapses.weight.begin(), synapses.weight.end(), shard.hidden.begin() + offset(block));
      block.shown = true;
      const NearStep end = near(shard, now) - shard.behind;
      bring(shard, block, end - 1, end, synapses, false, true);
      std::copy(synapses.weight.begin(), synapses.weight.end(), shard.seen.begin() + offset(block));
    });
  }

 private:
  using W = Wide<Real>;
  using Pre = PreOf<Rule, Real>;
  using Post = PostOf<Rule, Real>;
  static constexpr std::size_t chunk = 512;
  static constexpr std::size_t post_traces = std::max<std::size_t>(1, member_count<Post>);

  /// The synapses of a presynaptic spike train.
  struct Block {
    std::size_t first = 0;         // of its eligibilities
    NearStep pre_step = long_ago;  // of the last pre spike
    NearStep known = long_ago;     // weights and eligibilities are those of this step
    bool shown = false;            // the weights that stand are only to be looked at: `hidden` has the true ones
    Pre pre{};                     // traces just after the last pre spike
  };
  struct Shard {
    PlasticPart<Real> synapses;
    ModulatorCourse<Real> course;
    std::vector<Block> blocks = {};
    std::vector<Real> eligibility = {};
    std::vector<Real> hidden = {}, seen = {};  // while weights are shown: the true ones, and those that are shown
    PostHistory<Post, Real> post = {};
    NearStep replayed = long_ago + 1;  // post spikes before this were replayed everywhere
    NearStep behind = 0;               // of the synapse where it is the most
    std::int64_t origin = 0;           // what a NearStep counts from
    bool begun = false;
    alignas(64) Real gain[chunk] = {}, kept[chunk] = {}, y[post_traces][chunk] = {}, c[chunk] = {};
  };

  static auto offset(const Block& block) { return static_cast<std::ptrdiff_t>(block.first); }
  static NearStep near(const Shard& shard, std::int64_t step) { return static_cast<NearStep>(step - shard.origin); }

  static void rest(Shard& shard) {
    for (Block& block : shard.blocks) {
      const std::size_t first = block.first;
      block = Block{};
      block.first = first;
    }
    std::fill(shard.eligibility.begin(), shard.eligibility.end(), Real(0));
    shard.post.clear();
    shard.course.reset();
    shard.replayed = long_ago + 1;
    shard.begun = false;
  }

  /// Steps are counted from one that is near; the modulator is known up to this step.
  void begin(Shard& shard, std::int64_t step) {
    constexpr std::int64_t far = std::int64_t{1} << 29;
    if (!shard.begun) {
      shard.origin = step;
      shard.begun = true;
    } else if (step - shard.origin > far) {
      const auto by = static_cast<NearStep>(step - shard.origin);
      shard.post.shift(by);
      const auto move = [by](NearStep& at) { at = at < long_ago + by ? long_ago : at - by; };
      for (Block& block : shard.blocks) move(block.pre_step), move(block.known);
      shard.replayed -= by;
      shard.origin = step;
    }
    shard.course.advance(step);
  }

  void spike(Shard& shard, std::size_t unit, std::int64_t step) {
    if (shard.post.full(unit)) shard.post.deepen();
    const std::size_t last = shard.post.slot(unit, 0);
    const NearStep now = near(shard, step);
    const auto gap = static_cast<std::uint32_t>(now - shard.post.step(last));
    Post before = shard.post.after(last);
    each_member(before, [&](Real& y, std::size_t m) { y *= run_.post[m](gap); });
    const auto after = Rule::after_post(rounded<PostOf<Rule, double>>(before), run_.parameters);
    shard.post.add(unit, now, before, rounded<Post>(after));
  }

  /// All synapses learn what came before step `now`.
  void sweep(Shard& shard, std::int64_t now) {
    const NearStep end = near(shard, now) - shard.behind;
    shard.synapses.each([&](std::size_t number, const SynapseBlock<Real>& synapses) {
      Block& block = shard.blocks[number];
      hide(shard, block, synapses);
      if (block.known > end - 1) return;
      bring(shard, block, end - 1, end, synapses, false);
      if (block.known != long_ago) block.known = end - 1;
    });
    shard.replayed = end;
    shard.post.replayed(end);
  }

  /// The true weights stand where they belong, and with them what others changed of those that were shown.
  static void hide(Shard& shard, Block& block, const SynapseBlock<Real>& synapses) {
    if (!block.shown) return;
    for (std::size_t i = 0; i < synapses.weight.size(); ++i)
      synapses.weight[i] = shard.hidden[block.first + i] + (synapses.weight[i] - shard.seen[block.first + i]);
    block.shown = false;
  }

  /// What a synapse goes through between two steps without an event: w += gain c, c *= kept.
  struct Stretch {
    double gain, kept;
  };
  Stretch between(const Shard& shard, NearStep u, NearStep s, std::uint32_t dendritic) const {
    if (u == long_ago || s <= u) return {0, s <= u ? 1.0 : 0.0};
    if (tau_c_ == 0) return {0, 1};
    const std::int64_t shift = shard.origin + dendritic;
    return {shard.course.integral(u + shift, s + shift), fading_(static_cast<std::uint32_t>(s - u))};
  }

  /// Weights and eligibilities of a block up to step `to`, with the post spikes before `end` that it has not replayed;
  /// then, if there is a pre spike, what that does. `look`: eligibilities stay what they were.
  void bring(Shard& shard, const Block& block, NearStep to, NearStep end, const SynapseBlock<Real>& synapses,
             bool pre_spike, bool look = false) {
    if (block.known > to) return;
    const std::uint32_t dendritic = std::min(timing_.dendritic, synapses.delay);
    const NearStep from = std::max({block.pre_step, long_ago + 1, shard.replayed - (timing_.post_first ? 1 : 0)}) +
                          (timing_.post_first ? 1 : 0);
    const Stretch whole = between(shard, block.known, to, dendritic);
    for (std::size_t i = 0; i < synapses.weight.size(); i += chunk) {
      const std::size_t count = std::min(chunk, synapses.weight.size() - i);
      Real* const eligibility = shard.eligibility.data() + block.first + i;
      Real* const c = look ? shard.c : eligibility;
      if (look) std::copy_n(eligibility, count, c);
      std::fill_n(shard.gain, count, static_cast<Real>(whole.gain));
      std::fill_n(shard.kept, count, static_cast<Real>(whole.kept));
      // Before the first pre spike nothing is eligible.
      if (block.known != long_ago && shard.post.newest() >= from && end > from)
        replay(shard, block, from, to, end, synapses, i, count, c, dendritic);
      if (pre_spike) find_traces(shard, to, synapses, i, count);
      const double n = tau_c_ == 0 && pre_spike ? shard.course.before(to + shard.origin + dendritic) : 0;
      finish(shard, synapses.weight.data() + i, c, count, pre_spike, n);
    }
  }

  /// The synapses that have post spikes to replay, one by one; what is left to `to` goes to their gain and kept.
  void replay(Shard& shard, const Block& block, NearStep from, NearStep to, NearStep end,
              const SynapseBlock<Real>& synapses, std::size_t first, std::size_t count, Real* c,
              std::uint32_t dendritic) const {
    const PostHistory<Post, Real>& post = shard.post;
    const auto sign = static_cast<Real>(run_.sign);
    const bool some_later = post.newest() >= end;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t unit = synapses.target(first + i) - shard.synapses.units.begin;
      if (post.recent(0)[unit] < from) continue;
      const std::uint32_t since = post.since(unit, from), later = some_later ? post.since(unit, end) : 0;
      if (since <= later) continue;
      double w = static_cast<double>(sign * synapses.weight[first + i]), e = static_cast<double>(c[i]);
      NearStep u = block.known;
      for (std::uint32_t k = since; k-- > later;) {
        const std::size_t slot = post.slot(unit, k);
        const NearStep s = post.step(slot);
        const Stretch stretch = between(shard, u, s, dendritic);
        w = bounded(w + stretch.gain * e, run_.parameters);
        const double change = on_post(block, post, slot, s, w);
        if (tau_c_ > 0)
          e = e * stretch.kept + change;
        else
          w = bounded(w + shard.course.before(s + shard.origin + dendritic) * change, run_.parameters);
        u = s;
      }
      const Stretch rest = between(shard, u, to, dendritic);
      synapses.weight[first + i] = sign * static_cast<Real>(w);
      c[i] = static_cast<Real>(e);
      shard.gain[i] = static_cast<Real>(rest.gain);
      shard.kept[i] = static_cast<Real>(rest.kept);
    }
  }
  double on_post(const Block& block, const PostHistory<Post, Real>& post, std::size_t slot, NearStep step,
                 double w) const {
    return Rule::on_post(w, rounded<PreOf<Rule, double>>(decayed(block, step)),
                         rounded<PostOf<Rule, double>>(post.before(slot)), run_.parameters);
  }
  Pre decayed(const Block& block, NearStep step) const {
    const auto gap = static_cast<std::uint32_t>(step - block.pre_step);
    Pre x = block.pre;
    each_member(x, [&](Real& v, std::size_t m) { v *= run_.pre[m](gap); });
    return x;
  }
  /// The same traces in another number type.
  template <class To, class From>
  static To rounded(const From& from) {
    To to;
    each_pair(to, from,
              [](auto& x, const auto& given, std::size_t) { x = static_cast<std::decay_t<decltype(x)>>(given); });
    return to;
  }

  /// The traces of the targets as a pre spike meets them.
  void find_traces(Shard& shard, NearStep meets, const SynapseBlock<Real>& synapses, std::size_t first,
                   std::size_t count) const {
    const PostHistory<Post, Real>& post = shard.post;
    const bool some_later = post.newest() >= meets;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t unit = synapses.target(first + i) - shard.synapses.units.begin;
      const std::size_t slot = post.slot(unit, some_later ? post.since(unit, meets) : 0);
      const auto gap = static_cast<std::uint32_t>(meets - post.step(slot));
      each_member(post.after(slot), [&](const Real& y, std::size_t m) { shard.y[m][i] = y * run_.post[m](gap); });
    }
  }

  /// w += gain c, c *= kept, and what a pre spike does, in packs.
  void finish(Shard& shard, Real* weight, Real* c, std::size_t count, bool pre_spike, double n) const {
    const W sign = run_.sign;
    const bool lasting = tau_c_ > 0;
    const auto pack = [&](Real* w, Real* e, std::size_t i) {
      const W old = W::load(e);
      W now = bounded(sign * W::load(w) + old * W::load(shard.gain + i), parameters_);
      W left = old * W::load(shard.kept + i);
      if (pre_spike) {
        PostOf<Rule, W> y;
        each_member(y, [&](W& v, std::size_t m) { v = W::load(shard.y[m] + i); });
        const W change = Rule::on_pre(now, y, parameters_);
        if (lasting)
          left = left + change;
        else
          now = bounded(now + W(n) * change, parameters_);
      }
      (sign * now).store(w);
      left.store(e);
    };
    std::size_t i = 0;
    for (; i + W::lanes <= count; i += W::lanes) pack(weight + i, c + i, i);
    if (i == count) return;
    alignas(64) Real w[W::lanes] = {}, e[W::lanes] = {};
    std::copy(weight + i, weight + count, w);
    std::copy(c + i, c + count, e);
    pack(w, e, i);
    std::copy(w, w + (count - i), weight + i);
    std::copy(e, e + (count - i), c + i);
  }

  RuleRun<Rule, Real> run_;
  double tau_c_, tonic_, dt_;  // tau_c: 0 without an eligibility that lasts
  Decay<double> fading_;       // of the eligibility
  ParametersOf<Rule, W> parameters_;
  SynapseTiming timing_;
  NodeUnits<Real> modulator_;
  std::int64_t every_ = 1;  // steps between sweeps
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace cajal
