#include "sim/clock.hpp"

#include <algorithm>

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

}  // namespace

template <class Real>
Clock<Real>::Clock(Network<Real>& network, const Plan& plan, std::size_t threads)
    : network_(&network),
      plan_(plan),
      team_(plan.batch == 1 && (plan.tape || total_units(network) < units_worth_splitting) ? 1 : threads) {
  split_units_ = plan.batch == 1;
  shards_ = split_units_ ? team_.size() : 1;
  // A part that runs ahead by one window must not overwrite what others still read.
  plan_.history = std::max(network.max_delay(), plan.tape ? 0 : plan.window);
  for (auto& node : network.nodes) node->prepare(plan_);
  for (auto& edge : network.edges) edge->prepare(plan_);

  sends_sparse_.assign(network.nodes.size(), false);
  receives_sparse_.assign(network.groups().size(), false);
  if (!network.sparse.empty()) {
    std::vector<Node<Real>*> nodes;
    for (auto& n : network.nodes) nodes.push_back(n.get());
    std::vector<SparseEdge<Real>*> edges;
    for (auto& e : network.sparse) {
      edges.push_back(e.get());
      sends_sparse_[network.index_of(*e->from)] = true;
      receives_sparse_[static_cast<std::size_t>(network.group_of_node()[network.index_of(*e->to)])] = true;
    }
    for (std::size_t s = 0; s < shards_; ++s)
      stores_.push_back(std::make_unique<SparseStore<Real>>(nodes, edges, network.group_of_node(), s, shards_));
    const std::size_t wheels = split_units_ ? shards_ : plan.batch;
    for (std::size_t w = 0; w < wheels; ++w)
      wheels_.push_back(std::make_unique<Wheel<Real>>(stores_[split_units_ ? w : 0]->make_wheel(plan.window)));
  }
  for (auto& e : network.edges)
    if (e->trained)
      for (std::size_t t = 0; t < e->tiles(); ++t) tasks_.push_back({e.get(), 0, t});
  for (std::size_t e = 0; e < network.sparse.size(); ++e)
    if (network.sparse[e]->trained)
      for (std::size_t t = 0; t < SparseStore<Real>::tiles; ++t) tasks_.push_back({nullptr, e, t});
}

template <class Real>
Slice Clock<Real>::slice(std::size_t part, std::size_t samples) const {
  if (split_units_) return {0, samples, part, shards_};
  return {samples * part / team_.size(), samples * (part + 1) / team_.size(), 0, 1};
}

template <class Real>
void Clock<Real>::reset(const Slice& slice) {
  for (auto& node : network_->nodes) node->reset(slice);
  if (split_units_) {
    if (!wheels_.empty()) wheels_[slice.part]->reset();
  } else if (!wheels_.empty()) {
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) wheels_[b]->reset();
  }
  for (auto& e : network_->sparse)
    if (e->rule) e->rule->reset(slice);
}

template <class Real>
void Clock<Real>::advance(Steps steps, const Slice& slice) {
  for (Steps window{steps.begin, 0}; window.begin < steps.end; window.begin = window.end) {
    window.end = std::min(steps.end, window.begin + plan_.window);
    for (std::size_t g = 0; g < network_->groups().size(); ++g) advance_group(g, window, slice);
  }
}

template <class Real>
void Clock<Real>::advance_group(std::size_t g, Steps steps, const Slice& slice) {
  const Group& group = network_->groups()[g];
  // Arrivals that no edge sets start from zero.
  for (Node<Real>* node : group.nodes)
    for (std::size_t p = 0; p < node->ports.size(); ++p) {
      auto& port = node->ports[p];
      const bool set = std::any_of(network_->edges.begin(), network_->edges.end(),
                                   [&](const auto& e) { return &e->to() == node && e->port() == p && !e->adds; });
      if (!port.connected || set) continue;
      for (std::int64_t t = steps.begin; t < steps.end; ++t) port.arrivals.zero(t, slice);
    }
  // An edge that adds comes after the one that sets; both kinds in the order of declaration.
  for (Edge<Real>* edge : group.inbound)
    if (!edge->adds) edge->advance(steps, slice);
  for (Edge<Real>* edge : group.inbound)
    if (edge->adds) edge->advance(steps, slice);
  bool plastic = false;
  for (auto& e : network_->sparse)
    plastic = plastic || (e->rule && std::find(group.nodes.begin(), group.nodes.end(), e->to) != group.nodes.end());
  std::int64_t stride = group.recurrent ? std::max<std::int64_t>(1, group.min_delay) : steps.count();
  for (const Node<Real>* node : group.nodes) plastic = plastic || !node->processes.empty();
  if (plastic) stride = 1;
  for (std::int64_t t = steps.begin; t < steps.end; t += stride) {
    advance_steps(g, {t, std::min(steps.end, t + stride)}, slice);
  }
}

template <class Real>
void Clock<Real>::advance_steps(std::size_t g, Steps steps, const Slice& slice) {
  const Group& group = network_->groups()[g];
  for (Edge<Real>* edge : group.inner)
    if (edge->delay() > 0) edge->advance(steps, slice);
  if (receives_sparse_[g])
    for (std::int64_t t = steps.begin; t < steps.end; ++t)
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
        store(slice).drain(t, static_cast<int>(g), b, wheel(slice, b));
  for (Node<Real>* node : group.nodes) {
    for (Edge<Real>* edge : group.inner) {
      if (edge->delay() > 0 || &edge->to() != node) continue;
      barrier();
      edge->advance(steps, slice);
    }
    node->advance(steps, slice);
  }
  barrier();
  for (std::size_t k = 0; k < group.nodes.size(); ++k) {
    const Node<Real>& node = *group.nodes[k];
    if (!sends_sparse_[group.index[k]]) continue;
    for (std::int64_t t = steps.begin; t < steps.end; ++t)
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
        store(slice).schedule(group.index[k], t, node.output.at(t, b), {0, node.size()}, wheel(slice, b));
  }
  for (auto& e : network_->sparse)
    if (e->rule && std::find(group.nodes.begin(), group.nodes.end(), e->to) != group.nodes.end())
      for (std::int64_t t = steps.begin; t < steps.end; ++t) e->rule->advance(t, slice);
  for (Node<Real>* node : group.nodes)
    for (NodeProcess<Real>* process : node->processes)
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
    if (sends_sparse_[group.index[k]])
      for (std::int64_t t = steps.end - 1; t >= steps.begin; --t)
        for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
          stores_[0]->rewind(group.index[k], t, stop, b, {0, node.size()});
    node.rewind(steps, slice);
  }
}

template <class Real>
void Clock<Real>::gradient_task(std::size_t task, Steps steps, std::size_t samples) {
  const Task& t = tasks_[task];
  if (t.edge)
    t.edge->accumulate(t.tile, steps, samples);
  else
    stores_[0]->accumulate(t.sparse, t.tile, steps, samples);
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
  for (std::size_t w = 0; w < wheels_.size(); ++w) stores_[split_units_ ? w : 0]->count(*wheels_[w]);
}

template <class Real>
void Clock<Real>::refresh() {
  for (auto& e : network_->edges) e->refresh();
  for (std::size_t e = 0; e < network_->sparse.size(); ++e)
    if (network_->sparse[e]->learned())
      for (auto& s : stores_) s->refresh(e);
}

template class Clock<float>;
template class Clock<double>;

}  // namespace cajal
