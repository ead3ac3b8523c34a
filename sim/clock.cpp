#include "sim/clock.hpp"

#include <algorithm>
#include <chrono>

namespace cajal {

namespace {

/// Units below which a second thread costs more at the barriers than it saves.
constexpr std::size_t units_worth_splitting = 2000;

template <class Real>
std::size_t total_units(const Network<Real>& network) {
  std::size_t units = 0;
  for (const auto& n : network.nodes) units += n->size();
  return units;
}

/// The steps that run at once, so that what they pass on stays in the cache of a processor core.
template <class Real>
std::int64_t cached_window(const Network<Real>& network, const Plan& plan, std::size_t parts) {
  if (plan.tape || plan.batch > 1 || network.whole_trial()) return plan.window;
  constexpr double cache = 400e3;  // bytes: a part of the second level
  double bytes = 0;
  for (const auto& node : network.nodes) {
    bytes += static_cast<double>(node->size() * sizeof(Real));
    for (const auto& port : node->ports)
      if (port.connected) bytes += static_cast<double>(node->size() * sizeof(Real));
  }
  const double steps = cache * static_cast<double>(parts) / std::max(bytes, 1.0);
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::min(steps, 1e6)), 1, plan.window);
}

}  // namespace

template <class Real>
Clock<Real>::Clock(Network<Real>& network, const Plan& plan, std::size_t threads,
                   const std::function<void(double)>& progress)
    : network_(&network),
      plan_(plan),
      team_(plan.batch == 1 && (plan.tape || total_units(network) < units_worth_splitting) ? 1 : threads) {
  split_units_ = plan.batch == 1;
  shards_ = split_units_ ? team_.size() : 1;
  plan_.window = cached_window(network, plan, shards_);
  for (auto& node : network.nodes) node->prepare(plan_);
  for (auto& edge : network.edges) edge->prepare(plan_);
  delivery_ = std::make_unique<Delivery<Real>>(network, plan_, team_, split_units_, progress);
  for (const Group& group : network.groups()) turns_.push_back(plan_turn(group));
  for (std::size_t part = 0; part < team_.size(); ++part) watches_.push_back(std::make_unique<Watch>());
  for (auto& e : network.edges)
    if (e->trained)
      for (std::size_t t = 0; t < e->tiles(); ++t) tasks_.push_back({e.get(), 0, t});
  for (std::size_t e = 0; e < network.sparse.size(); ++e)
    if (network.sparse[e]->trained)
      for (std::size_t t = 0; t < SparseStore<Real>::tiles; ++t) tasks_.push_back({nullptr, e, t});
}

/// Times the phases of a window, where it is one of those that are timed: reading a clock is not for nothing.
template <class Real>
class Clock<Real>::Lap {
 public:
  explicit Lap(Watch* watch) : watch_(watch), on_(watch && watch->strides++ % one_of == 0) {
    if (!on_) return;
    ++watch_->timed;
    last_ = std::chrono::steady_clock::now();
  }
  void operator()(StepPhase phase) {
    if (!on_) return;
    const auto now = std::chrono::steady_clock::now();
    watch_->seconds[static_cast<std::size_t>(phase)] += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }

 private:
  // A prime, so that windows in which something special happens are not always timed or never.
  static constexpr std::uint64_t one_of = 17;

  Watch* watch_;
  bool on_;
  std::chrono::steady_clock::time_point last_;
};

template <class Real>
StepSeconds Clock<Real>::phases() const {
  StepSeconds out{};
  for (const auto& watch : watches_)
    for (std::size_t p = 0; p < out.size() && watch->timed > 0; ++p)
      out[p] += watch->seconds[p] * static_cast<double>(watch->strides) / static_cast<double>(watch->timed) /
                static_cast<double>(shards_);
  return out;
}

template <class Real>
typename Clock<Real>::Turn Clock<Real>::plan_turn(const Group& group) const {
  Turn turn;
  for (std::size_t k = 0; k < group.nodes.size(); ++k) {
    Node<Real>* const node = group.nodes[k];
    typename Turn::Member member{node, group.index[k], {}, false};
    for (Edge<Real>* edge : group.inner)
      if (edge->delay() == 0 && &edge->to() == node) member.inbound.push_back(edge);
    for (std::size_t p = 0; p < node->ports.size(); ++p) {
      const bool set = std::any_of(network_->edges.begin(), network_->edges.end(),
                                   [&](const auto& e) { return &e->to() == node && e->port() == p && !e->adds; });
      if (node->ports[p].connected && !set) turn.zeroed.push_back(&node->ports[p].arrivals);
      if (node->ports[p].connected && node->port_units(p) != node->size()) member.regrouped = true;
    }
    turn.exchanged = turn.exchanged || delivery_->sends(member.index) || node->read_by_others;
    turn.members.push_back(std::move(member));
  }
  // An edge that adds comes after the one that sets; both kinds in the order of declaration.
  for (const bool adds : {false, true})
    for (Edge<Real>* edge : group.inbound)
      if (edge->adds == adds) turn.from_before.push_back(edge);
  for (Edge<Real>* edge : group.inner)
    if (edge->delay() > 0) turn.delayed.push_back(edge);
  for (auto& e : network_->sparse)
    if ((e->listed() || e->plastic) && std::find(group.nodes.begin(), group.nodes.end(), e->to) != group.nodes.end())
      turn.learned.push_back(e.get());
  for (const auto* edges : {&group.inner, &group.outbound})
    for (const Edge<Real>* edge : *edges) turn.exchanged = turn.exchanged || !edge->aligned();
  return turn;
}

template <class Real>
Slice Clock<Real>::slice(std::size_t part, std::size_t samples) const {
  const std::size_t threads = team_.size();
  if (split_units_) return {0, samples, part, shards_, samples, part, threads};
  return {samples * part / threads, samples * (part + 1) / threads, 0, 1, samples, part, threads};
}

template <class Real>
void Clock<Real>::reset(const Slice& slice) {
  for (auto& node : network_->nodes) node->reset(slice);
  if (delivery_->starts()) barrier();
  delivery_->reset(slice);
  for (auto& e : network_->sparse)
    if (e->rule) e->rule->reset(slice);
}

template <class Real>
void Clock<Real>::advance(Steps steps, const Slice& slice) {
  for (Steps window{steps.begin, 0}; window.begin < steps.end; window.begin = window.end) {
    window.end = std::min(steps.end, window.begin + plan_.window);
    Lap lap(split_units_ ? watches_[slice.part].get() : nullptr);
    for (std::size_t g = 0; g < network_->groups().size(); ++g) advance_group(g, window, slice, lap);
  }
}

template <class Real>
void Clock<Real>::advance_group(std::size_t g, Steps steps, const Slice& slice, Lap& lap) {
  const Group& group = network_->groups()[g];
  const Turn& turn = turns_[g];
  for (Signal<Real>* arrivals : turn.zeroed)
    for (std::int64_t t = steps.begin; t < steps.end; ++t) arrivals->zero(t, slice);
  for (Edge<Real>* edge : turn.from_before) edge->advance(steps, slice);
  lap(StepPhase::stimulate);
  bool step_by_step = false;
  for (const SparseEdge<Real>* edge : turn.learned) step_by_step = step_by_step || edge->rule;
  for (const Node<Real>* node : group.nodes) step_by_step = step_by_step || !node->processes.empty();
  const std::int64_t stride = step_by_step      ? 1
                              : group.recurrent ? std::max<std::int64_t>(1, group.min_delay)
                                                : steps.count();
  for (std::int64_t t = steps.begin; t < steps.end; t += stride)
    advance_steps(g, {t, std::min(steps.end, t + stride)}, slice, lap);
}

template <class Real>
void Clock<Real>::advance_steps(std::size_t g, Steps steps, const Slice& slice, Lap& lap) {
  const Turn& turn = turns_[g];
  for (Edge<Real>* edge : turn.delayed) edge->advance(steps, slice);
  if (delivery_->receives(g))
    for (std::int64_t t = steps.begin; t < steps.end; ++t) delivery_->drain(t, g, slice);
  lap(StepPhase::deliver);
  for (const auto& member : turn.members) {
    for (Edge<Real>* edge : member.inbound) {
      if (!edge->aligned()) barrier();
      edge->advance(steps, slice);
    }
    const bool waits = member.regrouped && split_units_;
    meet(*member.node);
    if (waits) team_.barrier();
    member.node->advance(steps, slice);
    if (waits) team_.barrier();
    meet(*member.node);
    if (!member.node->silenced.empty()) member.node->silence(steps, slice);
    lap(member.node->ports.empty() ? StepPhase::stimulate : StepPhase::update);
    delivery_->collect(member.index, steps, slice);
    lap(StepPhase::exchange);
  }
  if (turn.exchanged) barrier();
  lap(StepPhase::wait);
  for (const bool rows : {true, false})
    for (const auto& member : turn.members) delivery_->prefetch(member.index, slice, rows);
  for (const auto& member : turn.members) delivery_->schedule(member.index, steps, slice);
  lap(StepPhase::exchange);
  for (SparseEdge<Real>* edge : turn.learned)
    if (edge->rule)
      for (std::int64_t t = steps.begin; t < steps.end; ++t) edge->rule->advance(t, slice);
  for (const auto& member : turn.members)
    for (NodeProcess<Real>* process : member.node->processes)
      for (std::int64_t t = steps.begin; t < steps.end; ++t) process->advance(t, slice);
}

template <class Real>
void Clock<Real>::clear_gradients(Steps steps, const Slice& slice) {
  for (auto& node : network_->nodes) {
    if (!node->wants_gradient) continue;
    if (node->held) {
      node->output_gradient.zero(0, slice);
      continue;
    }
    for (std::int64_t t = steps.begin; t < steps.end; ++t) node->output_gradient.zero(t, slice);
  }
}

template <class Real>
void Clock<Real>::rewind(Steps steps, const Slice& slice) {
  const auto& groups = network_->groups();
  for (std::size_t g = groups.size(); g-- > 0;) {
    const Group& group = groups[g];
    bool wanted = false;
    for (Node<Real>* node : group.nodes) {
      wanted = wanted || node->wants_gradient;
      node->begin_rewind(slice);
    }
    if (!wanted) continue;
    for (Edge<Real>* edge : group.outbound)
      if (edge->from().wants_gradient) edge->rewind(steps, steps.end, slice);
    const std::int64_t stride = group.recurrent ? std::max<std::int64_t>(1, group.min_delay) : steps.count();
    // The same cuts as forwards, from the last to the first.
    for (std::int64_t k = (steps.count() + stride - 1) / stride; k-- > 0;) {
      const std::int64_t begin = steps.begin + k * stride;
      rewind_steps(group, {begin, std::min(steps.end, begin + stride)}, steps.end, slice);
    }
  }
}

template <class Real>
void Clock<Real>::rewind_steps(const Group& group, Steps steps, std::int64_t stop, const Slice& slice) {
  for (Edge<Real>* edge : group.inner)
    if (edge->delay() > 0 && edge->from().wants_gradient) edge->rewind(steps, stop, slice);
  for (std::size_t k = group.nodes.size(); k-- > 0;) {
    Node<Real>& node = *group.nodes[k];
    if (!node.wants_gradient) continue;
    for (Edge<Real>* edge : group.inner)
      if (edge->delay() == 0 && &edge->from() == &node) edge->rewind(steps, stop, slice);
    if (delivery_->sends(group.index[k]))
      for (std::int64_t t = steps.end - 1; t >= steps.begin; --t)
        for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
          stores()[0]->rewind(group.index[k], t, stop, b, {0, node.size()});
    meet(node);
    node.rewind(steps, slice);
    meet(node);
  }
}

template <class Real>
void Clock<Real>::gradient_task(std::size_t task, Steps steps, std::size_t samples) {
  const Task& t = tasks_[task];
  // What is trained may change from batch to batch.
  if (t.edge && t.edge->trained)
    t.edge->accumulate(t.tile, steps, samples);
  else if (!t.edge && network_->sparse[t.sparse]->trained)
    stores()[0]->accumulate(t.sparse, t.tile, steps, samples);
}

template <class Real>
void Clock<Real>::reset_all() {
  team_.run([&](std::size_t part) { reset(slice(part, plan_.batch)); });
}

template <class Real>
void Clock<Real>::run(Steps steps, std::size_t samples) {
  team_.run([&](std::size_t part) { advance(steps, slice(part, samples)); });
}

template <class Real>
void Clock<Real>::count() {
  delivery_->count();
}

template <class Real>
void Clock<Real>::refresh() {
  for (auto& e : network_->edges) e->refresh();
  for (std::size_t e = 0; e < network_->sparse.size(); ++e)
    if (network_->sparse[e]->learned() && network_->sparse[e]->listed())
      for (auto& s : stores()) s->refresh(e);
}

template class Clock<float>;
template class Clock<double>;

}  // namespace cajal
