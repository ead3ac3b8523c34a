#include "learning/plasticity/clopath.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "learning/plasticity/targets.hpp"
#include "sim/error.hpp"

namespace cajal {

template <class Real>
ClopathRule<Real>::ClopathRule(const Clopath::P& parameters, double dt, const SynapseTiming& timing)
    : p_(parameters),
      timing_(timing),
      dt_(dt),
      keep_minus_(std::exp(-dt / parameters.tau_minus)),
      keep_plus_(std::exp(-dt / parameters.tau_plus)),
      late_(std::llround(parameters.delay_u / dt)),
      clamped_(std::llround(parameters.t_clamp / dt)) {}

template <class Real>
void ClopathRule<Real>::attach(const PlasticPart<Real>& part) {
  shards_.resize(std::max(shards_.size(), part.parts));
  auto& shard = shards_[part.part] = std::make_unique<Shard>();
  shard->synapses = part;
  shard->pre.resize(part.blocks);
  shard->units.resize(part.units.end - part.units.begin);
  for (const Column<Real>& column : part.edge->to->columns())
    if (column.name == "V_m") shard->voltage = column.signal;
  if (!shard->voltage) throw Error("node " + part.edge->to->name() + " has no state variable V_m");
  shard->behind = timing_.behind(part.edge->max_delay());
  rest(*shard);
}

template <class Real>
std::size_t ClopathRule<Real>::place(const Shard& shard, std::int64_t step) const {
  const std::int64_t length = late_ + shard.behind + 1;
  return static_cast<std::size_t>((step % length + length) % length);
}

template <class Real>
void ClopathRule<Real>::rest(Shard& shard) {
  std::fill(shard.pre.begin(), shard.pre.end(), typename Shard::Trace{});
  const std::vector<double> ring(static_cast<std::size_t>(late_ + shard.behind + 1), p_.theta_minus);
  for (Unit& unit : shard.units) unit = {p_.theta_minus, p_.theta_minus, p_.theta_minus, 0, {}, ring, ring};
  shard.settled = shard.kept = 0;
}

template <class Real>
void ClopathRule<Real>::reset(const Slice& slice) {
  rest(*shards_[slice.part]);
}

template <class Real>
void ClopathRule<Real>::reset() {
  for (auto& shard : shards_) rest(*shard);
}

template <class Real>
void ClopathRule<Real>::arrive(std::int64_t step, std::size_t block, Real, const SynapseBlock<Real>& synapses) {
  Shard& shard = *shards_[synapses.part];
  auto& pre = shard.pre[block];
  const std::int64_t meets = step - timing_.behind(synapses.delay), first = timing_.post_first ? 1 : 0;
  replay(shard, pre, meets + first, synapses);
  const std::size_t seen = place(shard, meets + first - 1 - late_);
  for (std::size_t i = 0; i < synapses.weight.size(); ++i) {
    const Unit& unit = shard.units[synapses.target(i) - shard.synapses.units.begin];
    const double loss = p_.A_LTD * std::max(unit.minus[seen] - p_.theta_minus, 0.0);
    synapses.weight[i] = static_cast<Real>(bounded(static_cast<double>(synapses.weight[i]) - loss, p_));
  }
  pre.x = pre.x * std::exp(-static_cast<double>(meets - pre.step) * dt_ / p_.tau_x) + 1 / p_.tau_x;
  pre.step = meets;
}

/// The steps of [the last pre spike, end) that were not replayed yet.
template <class Real>
void ClopathRule<Real>::replay(const Shard& shard, typename Shard::Trace pre, std::int64_t end,
                               const SynapseBlock<Real>& synapses) const {
  const std::int64_t begin = std::max(pre.step + (timing_.post_first ? 1 : 0), shard.settled);
  if (pre.x == 0) return;
  for (std::size_t i = 0; i < synapses.weight.size(); ++i) {
    const auto& high = shard.units[synapses.target(i) - shard.synapses.units.begin].high;
    auto next = std::lower_bound(high.begin(), high.end(), begin,
                                 [](const High& h, std::int64_t step) { return h.step < step; });
    if (next == high.end() || next->step >= end) continue;
    auto w = static_cast<double>(synapses.weight[i]);
    for (; next != high.end() && next->step < end; ++next)
      w = bounded(w + next->growth * pre.x * std::exp(-static_cast<double>(next->step - pre.step) * dt_ / p_.tau_x),
                  p_);
    synapses.weight[i] = static_cast<Real>(w);
  }
}

template <class Real>
void ClopathRule<Real>::advance(std::int64_t step, const Slice& slice) {
  Shard& shard = *shards_[slice.part];
  const auto range = shard.synapses.units;
  const Real* const output = shard.synapses.edge->to->output.at(step, 0);
  const Real* const voltage = shard.voltage->at(step, 0);
  const std::size_t now = place(shard, step), seen = place(shard, step - late_);
  for (std::size_t u = range.begin; u < range.end; ++u) {
    Unit& unit = shard.units[u - range.begin];
    const bool spike = output[u] != Real(0);
    if (spike) unit.clamped = clamped_ + 1;
    // During a step the voltage is what it was after the one before, but for a spike.
    const double during = unit.clamped > 0 ? p_.V_clamp : unit.u;
    unit.u_minus = during + (unit.u_minus - during) * keep_minus_;
    unit.u_plus = during + (unit.u_plus - during) * keep_plus_;
    unit.minus[now] = unit.u_minus;
    unit.plus[now] = unit.u_plus;
    unit.clamped = std::max<std::int64_t>(unit.clamped - 1, 0);
    unit.u = unit.clamped > 0 ? p_.V_clamp : static_cast<double>(voltage[u]);
    const double growth =
        dt_ * p_.A_LTP * std::max(unit.u - p_.theta_plus, 0.0) * std::max(unit.plus[seen] - p_.theta_minus, 0.0);
    if (growth > 0) {
      unit.high.push_back({step, growth});
      ++shard.kept;
    }
  }
  if (const std::int64_t most = 256 * static_cast<std::int64_t>(shard.units.size()); shard.kept > most)
    settle_all(shard, step + 1);
}

/// All synapses replay the steps that no pre spike to come can meet, if the next step is `now`.
template <class Real>
void ClopathRule<Real>::settle_all(Shard& shard, std::int64_t now) {
  const std::int64_t end = now - shard.behind;
  if (end <= shard.settled) return;
  shard.synapses.each(
      [&](std::size_t block, const SynapseBlock<Real>& synapses) { replay(shard, shard.pre[block], end, synapses); });
  shard.settled = end;
  shard.kept = 0;
  for (Unit& unit : shard.units) {
    std::erase_if(unit.high, [&](const High& high) { return high.step < end; });
    shard.kept += static_cast<std::int64_t>(unit.high.size());
  }
}

template <class Real>
void ClopathRule<Real>::settle(std::int64_t now, std::size_t part) {
  settle_all(*shards_[part], now);
}

template <class Real>
ClopathProcess<Real>::ClopathProcess(typename Process<Real>::Identity identity, const std::vector<Target>& targets)
    : Process<Real>(std::move(identity)) {
  for (const Target& target : targets) {
    target.edge->plastic = true;
    targets_.push_back({target, nullptr, 0});
  }
}

template <class Real>
ClopathProcess<Real>::~ClopathProcess() {
  leave();
}

template <class Real>
void ClopathProcess<Real>::attach(Clock<Real>& clock) {
  leave();
  clock_ = &clock;
  const auto& sparse = clock.network().sparse;
  for (Attached& t : targets_) {
    t.index = static_cast<std::size_t>(
        std::find_if(sparse.begin(), sparse.end(), [&](const auto& e) { return e.get() == t.edge; }) - sparse.begin());
    t.rule.reset();
    if (clock.plan().tape || clock.plan().batch != 1) continue;
    t.rule = std::make_unique<ClopathRule<Real>>(t.parameters, clock.plan().dt, t.timing);
    for (const auto& part : clock.delivery().plastic(t.index)) t.rule->attach(part);
  }
  enter();
}

template <class Real>
void ClopathProcess<Real>::begin_trial() {
  if (!this->frozen() && clock_ && (clock_->plan().tape || clock_->plan().batch != 1))
    throw Error("learn." + this->name() + ": clopath follows one sample at a time, without a tape of what it did");
}

template <class Real>
void ClopathProcess<Real>::end_batch(Steps steps, std::size_t) {
  if (this->frozen() || !clock_) return;
  for (Attached& t : targets_) {
    if (!t.rule) continue;
    for (std::size_t part = 0; part < clock_->parts(); ++part) t.rule->settle(steps.end, part);
    if (t.edge->listed())
      for (auto& store : clock_->stores()) store->collect(t.index);
  }
}

template <class Real>
void ClopathProcess<Real>::enter() {
  if (this->frozen()) return;
  for (Attached& t : targets_)
    if (t.rule) t.edge->rule = t.rule.get();
}

template <class Real>
void ClopathProcess<Real>::leave() {
  for (Attached& t : targets_)
    if (t.rule && t.edge->rule == t.rule.get()) t.edge->rule = nullptr;
}

template <class Real>
void ClopathProcess<Real>::frozen_changed() {
  leave();
  for (Attached& t : targets_)
    if (t.rule) t.rule->reset();
  enter();
}

template <class Real>
std::unique_ptr<Process<Real>> make_clopath(const config::Table& table, Network<Real>& network, double dt) {
  std::vector<typename ClopathProcess<Real>::Target> targets;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  for (SparseEdge<Real>* edge : read_edges(table, network, Clopath::name)) {
    need_spikes(table, Clopath::name, *edge->from);
    need_spikes(table, Clopath::name, *edge->to);
    const auto columns = edge->to->columns();
    if (std::none_of(columns.begin(), columns.end(), [](const auto& c) { return c.name == "V_m" && c.unit == "mV"; }))
      table.error("on", "clopath follows the voltage V_m in mV, which node." + edge->to->name() + " (" +
                            std::string(edge->to->kind()) + ") does not have");
    auto p = defaults<Clopath::P>(Clopath::parameters);
    read_fields(table, Clopath::parameters, edge->to->ports[edge->port].unit, p);
    check_bounds(table, *edge, p.w_min, p.w_max);
    targets.push_back({edge, p, read_timing(table, *edge, dt)});
    addresses.push_back("edge." + edge->name);
  }
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<ClopathProcess<Real>>(identity<Real>(table, std::move(addresses)), targets);
}

ProcessEntry clopath_entry() {
  ProcessEntry out{std::string(Clopath::name),
                   std::string(Clopath::meaning),
                   std::string(Clopath::equations),
                   std::string(Clopath::source),
                   Clopath::locality,
                   {on_option("\"edge.rec\"")},
                   R"(learn.rule = { rule = "clopath", on = "edge.rec" })"};
  for (const Field& f : Clopath::parameters) out.options.push_back(option_of(f, false));
  add_timing_options(out);
  return out;
}

template class ClopathRule<float>;
template class ClopathRule<double>;
template class ClopathProcess<float>;
template class ClopathProcess<double>;
template std::unique_ptr<Process<float>> make_clopath(const config::Table&, Network<float>&, double);
template std::unique_ptr<Process<double>> make_clopath(const config::Table&, Network<double>&, double);

}  // namespace cajal
