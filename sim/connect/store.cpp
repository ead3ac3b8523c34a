#include "sim/connect/store.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "sim/connect/active.hpp"
#include "sim/error.hpp"
#include "sim/number/scratch.hpp"

namespace cajal {

namespace {

template <class T>
std::size_t bytes(const std::vector<T>& v) {
  return v.capacity() * sizeof(T);
}

template <class Real>
void add(std::span<const std::uint32_t> target, const Real* weight, Real factor, Real* arrivals) {
  if (factor == Real(1))
    for (std::size_t i = 0; i < target.size(); ++i) arrivals[target[i]] += weight[i];
  else
    for (std::size_t i = 0; i < target.size(); ++i)
      arrivals[target[i]] = std::fma(factor, weight[i], arrivals[target[i]]);
}

template <class Real>
void add_constant(std::span<const std::uint32_t> target, Real weight, Real factor, Real* arrivals) {
  if (factor == Real(1))
    for (const std::uint32_t t : target) arrivals[t] += weight;
  else
    for (const std::uint32_t t : target) arrivals[t] = std::fma(factor, weight, arrivals[t]);
}

/// How many synapses passed something on: those with a weight, where that is asked.
template <class Real>
std::uint64_t passed(const SparseEdge<Real>& edge, const Real* weight, std::size_t weights, std::size_t synapses) {
  if (!edge.counts) return synapses;
  const auto zeros = static_cast<std::size_t>(std::count(weight, weight + weights, Real(0)));
  return weights == synapses ? synapses - zeros : zeros == 0 ? synapses : 0;
}

/// Delivers to those synapses that release; how many do.
template <class Real>
std::uint64_t add_released(std::span<const std::uint32_t> target, std::span<const std::uint32_t> index,
                           const Real* weight, Real factor, const Release::Step& draws, Real* arrivals) {
  std::uint64_t released = 0;
  for (std::size_t i = 0; i < target.size(); ++i) {
    if (!draws.passes(index[i])) continue;
    arrivals[target[i]] = std::fma(factor, weight[i], arrivals[target[i]]);
    ++released;
  }
  return released;
}

}  // namespace

template <class Real>
SparseStore<Real>::SparseStore(std::vector<Node<Real>*> nodes, std::span<SparseEdge<Real>* const> edges,
                               const std::vector<int>& group_of_node, std::size_t part, std::size_t parts)
    : layout_(build_layout<Real>(std::move(nodes), edges, group_of_node, part, parts)), part_(part), parts_(parts) {}

template <class Real>
std::size_t SparseStore<Real>::memory() const {
  std::size_t sum = bytes(layout_.bundles) + bytes(layout_.segments) + bytes(layout_.targets) + bytes(layout_.weights);
  for (const auto& rows : layout_.rows) sum += bytes(rows);
  for (const auto& e : layout_.edges) sum += bytes(e.own) + bytes(e.index) + bytes(e.segments) + bytes(e.row);
  return sum;
}

template <class Real>
Wheel<Real> SparseStore<Real>::make_wheel(std::int64_t window) const {
  return {window + max_delay() + 1, layout_.channels.size(), layout_.edges.size()};
}

template <class Real>
void SparseStore<Real>::schedule(std::size_t source, std::int64_t step, const Real* output, Slice::Range units,
                                 Wheel<Real>& wheel, std::int64_t earliest) const {
  if (layout_.rows[source].empty()) return;
  const std::size_t end = std::min(units.end, layout_.nodes[source]->size());
  for_each_active(output, units.begin, end, [&](std::size_t unit, Real value) {
    schedule(source, step, static_cast<std::uint32_t>(unit), value, wheel, earliest);
  });
}

template <class Real>
void SparseStore<Real>::schedule(std::size_t source, std::int64_t step, std::uint32_t unit, Real value,
                                 Wheel<Real>& wheel, std::int64_t earliest) const {
  const auto& rows = layout_.rows[source];
  if (rows.empty()) return;
  const std::int64_t now = wheel.slot(step);
  for (std::uint32_t b = rows[unit]; b < rows[unit + 1]; ++b) {
    const Bundle& bundle = layout_.bundles[b];
    if (step + bundle.delay < earliest) continue;
    wheel.list(wheel.later(now, bundle.delay), bundle.channel)
        .push_back({bundle.segment, layout_.bundles[b + 1].segment, unit, value});
  }
}

template <class Real>
void SparseStore<Real>::drain(std::int64_t step, int group, std::size_t sample, Wheel<Real>& wheel) {
  const auto& channels = layout_.channels;
  const auto begin = std::lower_bound(channels.begin(), channels.end(), Channel{group, 0}) - channels.begin();
  const std::int64_t slot = wheel.slot(step);
  for (std::size_t c = static_cast<std::size_t>(begin); c < channels.size() && channels[c].group == group; ++c) {
    auto& entries = wheel.list(slot, c);
    if (entries.empty()) continue;
    for (const std::uint32_t e : layout_.edges_of_channel[c]) {
      const StoredEdge<Real>& stored = layout_.edges[e];
      wheel.arrivals[e] = layout_.nodes[stored.to]->ports[stored.edge->port].arrivals.at(step, sample, part_);
    }
    for (std::size_t k = 0; k < entries.size(); ++k) {
      prefetch(entries, k);
      deliver(entries[k], step, sample, wheel);
    }
    entries.clear();
  }
}

template <class Real>
void SparseStore<Real>::prefetch(const std::vector<typename Wheel<Real>::Entry>& entries, std::size_t entry) const {
  if (entry + 16 < entries.size()) {
    __builtin_prefetch(&layout_.segments[entries[entry + 16].segment]);
    __builtin_prefetch(&layout_.segments[entries[entry + 16].end]);
  }
  if (entry + 8 >= entries.size()) return;
  const auto& soon = entries[entry + 8];
  const Segment& segment = layout_.segments[soon.segment];
  const StoredEdge<Real>& stored = layout_.edges[segment.edge];
  // What follows these first lines the processor fetches by itself.
  const std::size_t last = std::min(layout_.segments[soon.end].target - segment.target - 1, 64u);
  const std::uint32_t* const target = layout_.targets.data() + segment.target;
  const Real* const weight = stored.weights + segment.weight;
  constexpr std::size_t line = 64 / sizeof(Real);
  for (std::size_t i = 0; i < last + line; i += line) {
    __builtin_prefetch(target + std::min(i, last));
    if (!stored.constant) __builtin_prefetch(weight + std::min(i, last));
  }
}

template <class Real>
void SparseStore<Real>::deliver(const typename Wheel<Real>::Entry& entry, std::int64_t step, std::size_t sample,
                                Wheel<Real>& wheel) {
  for (std::uint32_t s = entry.segment; s < entry.end; ++s) {
    const Segment& segment = layout_.segments[s];
    StoredEdge<Real>& stored = layout_.edges[segment.edge];
    const std::span<const std::uint32_t> targets = targets_of(s);
    Real* const arrivals = wheel.arrivals[segment.edge];
    if (stored.constant) {
      wheel.delivered[segment.edge] += passed(*stored.edge, stored.weights, 1, targets.size());
      add_constant(targets, stored.weights[0], entry.factor, arrivals);
      continue;
    }
    if (SynapseRule<Real>* rule = stored.edge->rule; rule && stored.learned)
      rule->arrive(step, segment.local, entry.factor, block_of(stored.segments[segment.local], sample));
    if (stored.edge->release) {
      wheel.delivered[segment.edge] +=
          add_released(targets, numbers_of(s), stored.weights + segment.weight, entry.factor,
                       Release::Step(*stored.edge->release, step, stored.edge->to->trials[sample]), arrivals);
      continue;
    }
    wheel.delivered[segment.edge] +=
        passed(*stored.edge, stored.weights + segment.weight, targets.size(), targets.size());
    add(targets, stored.weights + segment.weight, entry.factor, arrivals);
  }
}

template <class Real>
void SparseStore<Real>::count(Wheel<Real>& wheel) const {
  for (std::size_t e = 0; e < layout_.edges.size(); ++e)
    layout_.edges[e].edge->delivered += std::exchange(wheel.delivered[e], 0);
}

template <class Real>
void SparseStore<Real>::rewind(std::size_t source, std::int64_t step, std::int64_t stop, std::size_t sample,
                               Slice::Range units) const {
  if (parts_ != 1)
    throw Error("a store of one shard among " + std::to_string(parts_) + " holds no whole row to rewind");
  const auto& rows = layout_.rows[source];
  Signal<Real>& gradient = layout_.nodes[source]->output_gradient;
  if (rows.empty() || gradient.empty()) return;
  Real* const out = gradient.at(step, sample);
  const std::size_t end = std::min(units.end, layout_.nodes[source]->size());
  for (std::size_t unit = units.begin; unit < end; ++unit) {
    Real sum = 0;
    for (std::uint32_t b = rows[unit]; b < rows[unit + 1]; ++b) {
      const Bundle& bundle = layout_.bundles[b];
      const std::int64_t arrival = step + bundle.delay;
      if (arrival >= stop) break;  // delays ascend
      for (std::uint32_t s = bundle.segment; s < layout_.bundles[b + 1].segment; ++s) {
        const Segment& segment = layout_.segments[s];
        const StoredEdge<Real>& stored = layout_.edges[segment.edge];
        const Signal<Real>& above = layout_.nodes[stored.to]->ports[stored.edge->port].arrivals_gradient;
        if (above.empty()) continue;
        const Real* const g = above.at(arrival, sample);
        const Real* const weight = stored.weights + segment.weight;
        const auto targets = targets_of(s);
        if (stored.edge->release) {
          const Release::Step draws(*stored.edge->release, arrival, stored.edge->to->trials[sample]);
          const auto numbers = numbers_of(s);
          for (std::size_t i = 0; i < targets.size(); ++i)
            if (draws.passes(numbers[i])) sum = std::fma(weight[i], g[targets[i]], sum);
          continue;
        }
        for (std::size_t i = 0; i < targets.size(); ++i)
          sum = std::fma(weight[stored.constant ? 0 : i], g[targets[i]], sum);
      }
    }
    out[unit] += sum;
  }
}

template <class Real>
void SparseStore<Real>::accumulate(std::size_t edge, std::size_t tile, Steps steps, std::size_t samples) const {
  const StoredEdge<Real>& stored = layout_.edges[edge];
  if (stored.row.empty()) return;
  const Signal<Real>& output = stored.edge->from->output;
  const Signal<Real>& above = stored.edge->to->ports[stored.edge->port].arrivals_gradient;
  auto& gradient = stored.edge->weight.gradient;
  const std::size_t units = stored.edge->from->size();
  struct Sums;
  for (std::size_t unit = units * tile / tiles; unit < units * (tile + 1) / tiles; ++unit) {
    if (stored.row[unit] == stored.row[unit + 1]) continue;
    const std::span<const LearnedSegment> row(stored.segments.data() + stored.row[unit],
                                              stored.segments.data() + stored.row[unit + 1]);
    const std::size_t first = row.front().first;
    const std::span<const std::uint32_t> index(stored.index.data() + first,
                                               stored.index.data() + row.back().first + targets(row.back()).size());
    const std::span<Real> sums = scratch<Sums, Real>(index.size());
    for (std::size_t i = 0; i < index.size(); ++i) sums[i] = gradient[index[i]];
    for (std::int64_t step = steps.begin; step < steps.end; ++step)
      for (std::size_t sample = 0; sample < samples; ++sample) {
        const Real sent = output.at(step, sample)[unit];
        if (sent == Real(0)) continue;
        for (const LearnedSegment& segment : row) {
          if (step + segment.delay >= steps.end) break;
          const Real* const g = above.at(step + segment.delay, sample);
          Real* const sum = sums.data() + (segment.first - first);
          const auto target = targets(segment);
          if (stored.edge->release) {
            const Release::Step draws(*stored.edge->release, step + segment.delay, stored.edge->to->trials[sample]);
            const auto numbers = numbers_of(segment.segment);
            for (std::size_t i = 0; i < target.size(); ++i)
              if (draws.passes(numbers[i])) sum[i] = std::fma(sent, g[target[i]], sum[i]);
            continue;
          }
          for (std::size_t i = 0; i < target.size(); ++i) sum[i] = std::fma(sent, g[target[i]], sum[i]);
        }
      }
    for (std::size_t i = 0; i < index.size(); ++i) gradient[index[i]] = sums[i];
  }
}

template <class Real>
void SparseStore<Real>::refresh(std::size_t edge) {
  StoredEdge<Real>& stored = layout_.edges[edge];
  const auto& value = stored.edge->weight.value;
  if (stored.constant)
    stored.own[0] = value[0];
  else if (!stored.learned)
    throw Error("edge " + stored.edge->name + ": nothing learns its weights, a store keeps them as it was built with");
  else
    for (std::size_t i = 0; i < stored.own.size(); ++i) stored.own[i] = value[stored.index[i]];
}

template <class Real>
void SparseStore<Real>::collect(std::size_t edge) const {
  const StoredEdge<Real>& stored = layout_.edges[edge];
  if (!stored.learned) return;
  for (std::size_t i = 0; i < stored.index.size(); ++i) stored.edge->weight.value[stored.index[i]] = stored.own[i];
}

template <class Real>
SynapseBlock<Real> SparseStore<Real>::block_of(const LearnedSegment& segment, std::size_t sample) {
  const auto targets = targets_of(segment.segment);
  StoredEdge<Real>& stored = layout_.edges[layout_.segments[segment.segment].edge];
  SynapseBlock<Real> out{part_, sample, segment.source, segment.delay, {}, targets.data(), nullptr, 0};
  out.weight = {stored.own.data() + segment.first, targets.size()};
  return out;
}

template <class Real>
PlasticPart<Real> SparseStore<Real>::plastic(std::size_t edge) {
  StoredEdge<Real>& stored = layout_.edges[edge];
  const std::size_t size = stored.edge->to->size();
  PlasticPart<Real> out{part_, parts_, stored.edge, stored.segments.size(), {}, {}};
  out.units = {std::min(stored.units.begin, size), std::min(stored.units.end, size)};
  out.each = [this, &stored](const typename PlasticPart<Real>::Visit& visit) {
    for (std::size_t s = 0; s < stored.segments.size(); ++s) visit(s, block_of(stored.segments[s], 0));
  };
  return out;
}

template class SparseStore<float>;
template class SparseStore<double>;

}  // namespace cajal
