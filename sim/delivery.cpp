#include "sim/delivery.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/connect/active.hpp"
#include "sim/connect/connection.hpp"
#include "sim/observation.hpp"

namespace cajal {

namespace {

constexpr std::int64_t always = std::numeric_limits<std::int64_t>::min();

}  // namespace

template <class Real>
Delivery<Real>::Delivery(Network<Real>& network, const Plan& plan, Team& team, bool split_units,
                         const std::function<void(double)>& progress)
    : network_(network), split_units_(split_units), parts_(split_units ? team.size() : 1) {
  const std::size_t count = network.nodes.size();
  sends_.assign(count, false);
  recorded_.assign(count, false);
  receives_.assign(network.groups().size(), false);
  for (std::size_t part = 0; part < parts_; ++part) {
    shards_.push_back(std::make_unique<Shard>());
    shards_.back()->sent.resize(count);
    shards_.back()->turn.assign(count, 0);
    shards_.back()->recorded.resize(count);
    shards_.back()->history.resize(count);
  }
  std::vector<Node<Real>*> nodes;
  for (auto& n : network.nodes) nodes.push_back(n.get());
  std::vector<SparseEdge<Real>*> edges;
  std::vector<typename Arena<Real>::Place> places;
  bool any_list = false;
  for (auto& e : network.sparse) {
    if (!e->listed() && (plan.tape || !split_units || e->release)) {
      e->make_list();
      e->make_weight(e->weight.unit);
    }
    edges.push_back(e.get());
    any_list = any_list || e->listed();
    sends_[network.index_of(*e->from)] = true;
    receives_[static_cast<std::size_t>(network.group_of_node()[network.index_of(*e->to)])] = true;
    const auto known = [&](const auto& p) { return p.node == e->to && p.port == e->port; };
    if (!e->listed() && std::none_of(places.begin(), places.end(), known)) places.push_back({e->to, e->port});
  }
  if (any_list) {
    for (std::size_t s = 0; s < parts_; ++s)
      stores_.push_back(std::make_unique<SparseStore<Real>>(nodes, edges, network.group_of_node(), s, parts_));
    const std::size_t wheels = split_units ? parts_ : plan.batch;
    for (std::size_t w = 0; w < wheels; ++w)
      wheels_.push_back(std::make_unique<Wheel<Real>>(stores_[split_units ? w : 0]->make_wheel(plan.window)));
  }
  find_starts();
  if (places.empty()) return;
  arena_ = Arena<Real>(std::move(places), parts_, plan.window);
  static_stores_ = StaticStore<Real>::build(nodes, edges, network.group_of_node(), arena_, team, progress);
  for (const auto& store : static_stores_) static_wheels_.push_back(store.make_wheel(plan.window));
}

template <class Real>
std::uint32_t Delivery<Real>::max_delay() const {
  std::uint32_t longest = 0;
  for (const auto& s : stores_) longest = std::max(longest, s->max_delay());
  for (const auto& s : static_stores_) longest = std::max(longest, s.max_delay());
  return longest;
}

template <class Real>
void Delivery<Real>::find_starts() {
  for (const auto& edge : network_.edges) {
    const auto* observation = dynamic_cast<const Observation<Real>*>(edge.get());
    if (!observation) continue;
    std::uint32_t longest = 0;
    for (const auto& e : network_.sparse)
      if (e->from == &edge->to()) longest = std::max(longest, e->max_delay());
    if (const Signal<Real>* variable = observation->start(); variable && longest > 0)
      starts_.push_back({network_.index_of(edge->to()), longest, variable});
  }
}

template <class Real>
void Delivery<Real>::reset(const Slice& slice) {
  if (!split_units_) {
    if (!wheels_.empty())
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) wheels_[b]->reset();
  } else {
    clear(slice.part);
  }
  if (!starts_.empty()) start(slice);
}

/// Sends, as of steps before the first, what the slice's part or samples receive of it.
template <class Real>
void Delivery<Real>::start(const Slice& slice) {
  for (const Start& s : starts_) {
    const std::size_t size = network_.nodes[s.node]->size();
    for (std::int64_t step = -static_cast<std::int64_t>(s.longest); step < 0; ++step) {
      if (split_units_) {
        const auto own = slice.units(padded(size));
        for_each_active(s.variable->at(0, 0), 0, size, [&](std::size_t unit, Real value) {
          const Emission<Real> e{step, static_cast<std::uint32_t>(unit), value};
          send_past(s.node, e, slice.part, 0);
          if (history_ && unit >= own.begin && unit < own.end) shards_[slice.part]->history[s.node].push_back(e);
        });
        continue;
      }
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
        const std::int64_t later = (s.longest / wheels_[b]->slots() + 1) * wheels_[b]->slots();
        stores_[0]->schedule(s.node, step + later, s.variable->at(0, b), {0, size}, *wheels_[b], later);
      }
    }
  }
  if (slice.part == 0) started_ = true;
}

template <class Real>
void Delivery<Real>::clear(std::size_t part) {
  if (!wheels_.empty()) wheels_[part]->reset();
  if (!static_wheels_.empty()) static_wheels_[part].reset();
  Shard& shard = *shards_[part];
  for (auto& lists : shard.sent)
    for (auto& list : lists) list.clear();
  for (auto& list : shard.recorded) list.clear();
  for (auto& list : shard.history) list.clear();
}

template <class Real>
void Delivery<Real>::drain(std::int64_t step, std::size_t group, const Slice& slice) {
  const int g = static_cast<int>(group);
  if (!static_stores_.empty())
    shards_[slice.part]->events += static_stores_[slice.part].drain(step, g, arena_, static_wheels_[slice.part]);
  if (stores_.empty()) return;
  if (split_units_) return stores_[slice.part]->drain(step, g, 0, *wheels_[slice.part]);
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) stores_[0]->drain(step, g, b, *wheels_[b]);
}

template <class Real>
void Delivery<Real>::collect(std::size_t node, Steps steps, const Slice& slice) {
  if (!split_units_ || !(sends_[node] || recorded_[node])) return;
  Shard& shard = *shards_[slice.part];
  auto& sent = shard.sent[node][++shard.turn[node] % 2];
  sent.clear();
  const Node<Real>& from = *network_.nodes[node];
  const auto units = slice.units(padded(from.size()));
  const std::size_t end = std::min(units.end, from.size());
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    for_each_active(from, t, {units.begin, end}, [&](std::size_t unit, Real value) {
      sent.push_back({t, static_cast<std::uint32_t>(unit), value});
    });
  if (recorded_[node]) shard.recorded[node].insert(shard.recorded[node].end(), sent.begin(), sent.end());
  if (!history_) return;
  forget(shard.history[node], steps.end);
  shard.history[node].insert(shard.history[node].end(), sent.begin(), sent.end());
}

template <class Real>
void Delivery<Real>::forget(std::vector<Emission<Real>>& history, std::int64_t now) const {
  const std::int64_t first = now - static_cast<std::int64_t>(max_delay());
  if (history.empty() || history[history.size() / 2].step >= first) return;
  history.erase(history.begin(),
                std::find_if(history.begin(), history.end(), [&](const Emission<Real>& e) { return e.step >= first; }));
}

template <class Real>
void Delivery<Real>::send(std::size_t node, const Emission<Real>& e, std::size_t part, std::int64_t earliest) {
  if (!static_stores_.empty())
    static_stores_[part].schedule(node, e.step, e.unit, e.value, static_wheels_[part], earliest);
  if (!stores_.empty()) stores_[part]->schedule(node, e.step, e.unit, e.value, *wheels_[part], earliest);
}

template <class Real>
void Delivery<Real>::send_past(std::size_t node, const Emission<Real>& e, std::size_t part, std::int64_t earliest) {
  // Some turns of the wheel later the slots are the same, and steps are not negative.
  const auto moved = [&](auto& wheel, const auto& store) {
    const std::int64_t turns = e.step < 0 ? -e.step / wheel.slots() + 1 : 0;
    const std::int64_t later = turns * wheel.slots();
    store.schedule(node, e.step + later, e.unit, e.value, wheel, earliest + later);
  };
  if (!static_stores_.empty()) moved(static_wheels_[part], static_stores_[part]);
  if (!stores_.empty()) moved(*wheels_[part], *stores_[part]);
}

template <class Real>
void Delivery<Real>::prefetch(std::size_t node, const Slice& slice, bool rows) const {
  if (!split_units_ || !sends_[node] || static_stores_.empty()) return;
  const StaticStore<Real>& store = static_stores_[slice.part];
  const unsigned turn = shards_[slice.part]->turn[node] % 2;
  for (const auto& shard : shards_) {
    const auto& sent = shard->sent[node][turn];
    // Of more than this the first would be gone again before they are read.
    const std::size_t count = std::min<std::size_t>(sent.size(), 32);
    for (std::size_t k = 0; k < count; ++k)
      rows ? store.prefetch_row(node, sent[k].unit) : store.prefetch(node, sent[k].unit);
  }
}

template <class Real>
void Delivery<Real>::schedule(std::size_t node, Steps steps, const Slice& slice) {
  if (!sends_[node]) return;
  if (!split_units_) {
    if (stores_.empty()) return;
    const Node<Real>& from = *network_.nodes[node];
    for (std::int64_t t = steps.begin; t < steps.end; ++t)
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
        stores_[0]->schedule(node, t, from.output.at(t, b), {0, from.size()}, *wheels_[b]);
    return;
  }
  const unsigned turn = shards_[slice.part]->turn[node] % 2;
  const auto part_of = [&](std::size_t part) -> const auto& { return shards_[part]->sent[node][turn]; };
  const auto visit = [&](const std::vector<Emission<Real>>& sent, std::size_t begin, std::int64_t step) {
    std::size_t k = begin;
    for (; k < sent.size() && sent[k].step == step; ++k) send(node, sent[k], slice.part, always);
    return k;
  };
  if (parts_ == 1) {
    const auto& sent = part_of(0);
    for (std::size_t k = 0; k < sent.size();) k = visit(sent, k, sent[k].step);
    return;
  }
  auto& next = shards_[slice.part]->next;
  next.assign(parts_, 0);
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    for (std::size_t part = 0; part < parts_; ++part) next[part] = visit(part_of(part), next[part], t);
}

template <class Real>
std::vector<PlasticPart<Real>> Delivery<Real>::plastic(std::size_t edge) {
  std::vector<PlasticPart<Real>> out;
  const SparseEdge<Real>& e = *network_.sparse[edge];
  for (std::size_t part = 0; part < parts_; ++part)
    if (e.listed())
      out.push_back(stores_[part]->plastic(edge));
    else if (auto own = static_stores_[part].plastic(e, parts_))
      out.push_back(std::move(*own));
  return out;
}

template <class Real>
Synapses Delivery<Real>::synapses(std::size_t edge, std::int64_t now) {
  SparseEdge<Real>& e = *network_.sparse[edge];
  if (!e.plastic) return e.listed() ? e.synapses : e.connection->list();
  std::vector<PlasticPart<Real>> parts = plastic(edge);
  if (e.rule)
    for (const auto& p : parts) e.rule->settle(now, p.part);
  if (e.listed()) {
    for (auto& store : stores_) store->collect(edge);
    Synapses out = e.synapses;
    out.weight.assign(e.weight.value.begin(), e.weight.value.end());
    return out;
  }
  Synapses out;
  each_in_order(parts, e.from->size(), [&](const SynapseBlock<Real>& block) {
    out.source.insert(out.source.end(), block.weight.size(), block.source);
    out.delay.insert(out.delay.end(), block.weight.size(), block.delay);
    out.weight.insert(out.weight.end(), block.weight.begin(), block.weight.end());
    for (std::size_t i = 0; i < block.weight.size(); ++i) out.target.push_back(block.target(i));
  });
  return out;
}

template <class Real>
void Delivery<Real>::assign(std::size_t edge, const std::vector<double>& weights) {
  SparseEdge<Real>& e = *network_.sparse[edge];
  const auto wrong = [&] { return Error("edge." + e.name + ": another number of weights than it has synapses"); };
  if (e.listed()) {
    if (weights.size() != e.weight.value.size()) throw wrong();
    e.weight.assign(weights);
    for (auto& store : stores_) store->refresh(edge);
    return;
  }
  std::size_t next = 0;
  each_in_order(plastic(edge), e.from->size(), [&](const SynapseBlock<Real>& block) {
    if (next + block.weight.size() > weights.size()) throw wrong();
    for (Real& w : block.weight) w = static_cast<Real>(weights[next++]);
  });
  if (next != weights.size()) throw wrong();
}

/// Targets ascend from shard to shard: of each source and delay the blocks of the shards follow one another.
template <class Real>
void Delivery<Real>::each_in_order(const std::vector<PlasticPart<Real>>& parts, std::size_t sources,
                                   const std::function<void(const SynapseBlock<Real>&)>& visit) {
  std::vector<std::vector<SynapseBlock<Real>>> rows(sources);
  for (const auto& part : parts)
    part.each([&](std::size_t, const SynapseBlock<Real>& b) { rows[b.source].push_back(b); });
  for (auto& row : rows) {
    std::stable_sort(row.begin(), row.end(), [](const auto& a, const auto& b) { return a.delay < b.delay; });
    for (const auto& block : row) visit(block);
  }
}

template <class Real>
void Delivery<Real>::count() {
  for (std::size_t w = 0; w < wheels_.size(); ++w) stores_[split_units_ ? w : 0]->count(*wheels_[w]);
  for (auto& shard : shards_) events_ += std::exchange(shard->events, 0);
}

template <class Real>
std::vector<Emission<Real>> Delivery<Real>::take(std::size_t node) {
  std::vector<Emission<Real>> all;
  for (auto& shard : shards_) {
    all.insert(all.end(), shard->recorded[node].begin(), shard->recorded[node].end());
    shard->recorded[node].clear();
  }
  // Shards hold ascending units: a stable sort by step leaves them so.
  if (parts_ > 1)
    std::stable_sort(all.begin(), all.end(),
                     [](const Emission<Real>& a, const Emission<Real>& b) { return a.step < b.step; });
  return all;
}

template <class Real>
std::vector<Emission<Real>> Delivery<Real>::under_way(std::size_t node, std::int64_t now) const {
  std::vector<Emission<Real>> all;
  for (const auto& shard : shards_)
    for (const Emission<Real>& e : shard->history[node])
      if (e.step >= now - static_cast<std::int64_t>(max_delay())) all.push_back(e);
  std::stable_sort(all.begin(), all.end(),
                   [](const Emission<Real>& a, const Emission<Real>& b) { return a.step < b.step; });
  return all;
}

template <class Real>
void Delivery<Real>::restore(std::size_t node, const std::vector<Emission<Real>>& sent, std::int64_t now) {
  const auto lanes = padded(network_.nodes[node]->size());
  // What the reset sent is among what is restored, as far as it is still under way.
  if (std::exchange(started_, false))
    for (std::size_t part = 0; part < parts_; ++part) clear(part);
  for (std::size_t part = 0; part < parts_; ++part) {
    const auto units = Slice{0, 1, part, parts_}.units(lanes);
    for (const Emission<Real>& e : sent) {
      send_past(node, e, part, now);
      if (e.unit >= units.begin && e.unit < units.end) shards_[part]->history[node].push_back(e);
    }
  }
}

template class Delivery<float>;
template class Delivery<double>;

}  // namespace cajal
