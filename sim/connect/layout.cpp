#include "sim/connect/layout.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "sim/error.hpp"

namespace cajal {

namespace {

/// A synapse as its row sorts it.
struct Key {
  std::uint64_t delay_edge, target_index;
  auto operator<=>(const Key&) const = default;

  std::uint32_t delay() const { return static_cast<std::uint32_t>(delay_edge >> 32); }
  std::uint32_t edge() const { return static_cast<std::uint32_t>(delay_edge); }
  std::uint32_t target() const { return static_cast<std::uint32_t>(target_index >> 32); }
  std::uint32_t index() const { return static_cast<std::uint32_t>(target_index); }
};

std::uint64_t joined(std::uint64_t high, std::uint64_t low) { return high << 32 | low; }

template <class Real>
std::uint32_t number_of(const std::vector<Node<Real>*>& nodes, const Node<Real>* node, const std::string& edge) {
  const auto found = std::find(nodes.begin(), nodes.end(), node);
  if (found == nodes.end()) throw Error("edge " + edge + ": one of its nodes is not part of the network");
  return static_cast<std::uint32_t>(found - nodes.begin());
}

/// Throws if the lists of an edge do not fit each other and its nodes.
template <class Real>
void check(const SparseEdge<Real>& edge) {
  const Synapses& s = edge.synapses;
  const auto fail = [&](const std::string& why) { throw Error("edge " + edge.name + ": " + why); };
  const auto fits = [&](std::size_t count) { return count == s.size() || count == 1; };
  if (s.size() > most_synapses) fail("more than " + std::to_string(most_synapses) + " synapses");
  if (s.target.size() != s.size() || !fits(s.delay.size()) || !fits(edge.weight.value.size()))
    fail("lists of sources, targets, delays and weights of different length");
  if (edge.learned() && edge.listed() && edge.weight.value.size() != s.size())
    fail("learned, but without a weight for each synapse");
  if (edge.trained && edge.weight.gradient.size() != s.size()) fail("trained, but without a gradient for each synapse");
  if (edge.port >= edge.to->ports.size()) fail("node " + edge.to->name() + " has no port " + std::to_string(edge.port));
  for (std::size_t i = 0; i < s.size(); ++i)
    if (s.source[i] >= edge.from->size() || s.target[i] >= edge.to->size())
      fail("synapse " + std::to_string(i) + " joins unit " + std::to_string(s.source[i]) + " to unit " +
           std::to_string(s.target[i]) + ", the nodes have " + std::to_string(edge.from->size()) + " and " +
           std::to_string(edge.to->size()));
}

template <class Real>
class Builder {
 public:
  Builder(std::vector<Node<Real>*> nodes, std::span<SparseEdge<Real>* const> edges,
          const std::vector<int>& group_of_node, std::size_t part, std::size_t parts) {
    out_.nodes = std::move(nodes);
    out_.rows.resize(out_.nodes.size());
    edges_from_.resize(out_.nodes.size());
    const Slice slice{0, 1, part, parts};
    for (SparseEdge<Real>* edge : edges) {
      check(*edge);
      StoredEdge<Real> stored;
      stored.edge = edge;
      stored.from = number_of(out_.nodes, edge->from, edge->name);
      stored.to = number_of(out_.nodes, edge->to, edge->name);
      stored.learned = edge->learned() && edge->listed();
      stored.numbered = stored.learned || edge->release;
      stored.constant = !stored.numbered && edge->weight.value.size() == 1;
      stored.units = slice.units(padded(edge->to->size()));
      if (stored.constant) stored.own = {edge->weight.value[0]};
      edges_from_[stored.from].push_back(static_cast<std::uint32_t>(out_.edges.size()));
      out_.channels.push_back({group_of_node[stored.to], stored.from});
      out_.edges.push_back(std::move(stored));
    }
    number_channels(group_of_node);
    find_delays();
    reserve();
  }

  StoreLayout<Real> build() {
    for (std::size_t node = 0; node < out_.nodes.size(); ++node)
      if (!edges_from_[node].empty()) add_rows(node);
    out_.bundles.push_back({static_cast<std::uint32_t>(out_.segments.size()), 0, 0});
    out_.segments.push_back({static_cast<std::uint32_t>(out_.targets.size()), 0, 0, 0});
    out_.bundles.shrink_to_fit();
    out_.segments.shrink_to_fit();
    for (auto& stored : out_.edges) {
      stored.weights = stored.own.empty() ? out_.weights.data() : stored.own.data();
      stored.segments.shrink_to_fit();
    }
    return std::move(out_);
  }

 private:
  void number_channels(const std::vector<int>& group_of_node) {
    auto& channels = out_.channels;
    std::sort(channels.begin(), channels.end());
    channels.erase(std::unique(channels.begin(), channels.end()), channels.end());
    out_.edges_of_channel.resize(channels.size());
    for (std::uint32_t e = 0; e < out_.edges.size(); ++e) {
      StoredEdge<Real>& stored = out_.edges[e];
      const Channel channel{group_of_node[stored.to], stored.from};
      const auto found = std::lower_bound(channels.begin(), channels.end(), channel);
      stored.channel = static_cast<std::uint32_t>(found - channels.begin());
      out_.edges_of_channel[stored.channel].push_back(e);
    }
  }

  /// Over all shards, so that every shard knows the same.
  void find_delays() {
    bool any = false;
    for (const auto& stored : out_.edges) {
      const auto& synapses = stored.edge->synapses;
      if (synapses.size() == 0) continue;
      const auto [low, high] = std::minmax_element(synapses.delay.begin(), synapses.delay.end());
      out_.min_delay = any ? std::min(out_.min_delay, *low) : *low;
      out_.max_delay = std::max(out_.max_delay, *high);
      any = true;
    }
  }

  static bool here(const StoredEdge<Real>& stored, std::uint32_t target) {
    return target - stored.units.begin < stored.units.end - stored.units.begin;
  }

  void reserve() {
    std::uint64_t all = 0, shared = 0;
    for (auto& stored : out_.edges) {
      std::size_t count = 0;
      for (const std::uint32_t target : stored.edge->synapses.target) count += here(stored, target);
      all += count;
      if (stored.numbered) {
        stored.own.reserve(count);
        stored.index.reserve(count);
        stored.row.reserve(stored.edge->from->size() + 1);
      } else if (!stored.constant) {
        shared += count;
      }
    }
    if (all > most_synapses)
      throw Error("a shard of " + std::to_string(all) + " synapses; at most " + std::to_string(most_synapses) +
                  ": use more threads");
    out_.targets.reserve(all);
    out_.weights.reserve(shared);
  }

  void add_rows(std::size_t node) {
    const std::size_t size = out_.nodes[node]->size();
    std::vector<std::uint32_t> end(size + 1, 0);
    for (const std::uint32_t e : edges_from_[node]) {
      const Synapses& s = out_.edges[e].edge->synapses;
      for (std::size_t i = 0; i < s.size(); ++i)
        if (here(out_.edges[e], s.target[i])) ++end[s.source[i] + 1];
    }
    for (std::size_t unit = 0; unit < size; ++unit) end[unit + 1] += end[unit];
    // From here on end[unit] is where the next synapse of the unit goes, at last its end.
    std::vector<std::uint64_t> order(end[size]);
    for (const std::uint32_t e : edges_from_[node]) {
      const Synapses& s = out_.edges[e].edge->synapses;
      for (std::size_t i = 0; i < s.size(); ++i)
        if (here(out_.edges[e], s.target[i])) order[end[s.source[i]]++] = joined(e, i);
    }
    auto& rows = out_.rows[node];
    rows.reserve(size + 1);
    std::uint32_t begin = 0;
    for (std::size_t unit = 0; unit < size; begin = end[unit++]) {
      rows.push_back(static_cast<std::uint32_t>(out_.bundles.size()));
      for (const std::uint32_t e : edges_from_[node]) begin_row(out_.edges[e]);
      add_row(static_cast<std::uint32_t>(unit), {order.data() + begin, end[unit] - begin});
    }
    rows.push_back(static_cast<std::uint32_t>(out_.bundles.size()));
    for (const std::uint32_t e : edges_from_[node]) begin_row(out_.edges[e]);
  }

  static void begin_row(StoredEdge<Real>& stored) {
    if (stored.numbered) stored.row.push_back(stored.segment_count);
  }

  void add_row(std::uint32_t unit, std::span<const std::uint64_t> order) {
    keys_.resize(order.size());
    for (std::size_t k = 0; k < order.size(); ++k) {
      const std::uint64_t edge = order[k] >> 32, index = order[k] & 0xffffffffu;
      const Synapses& s = out_.edges[edge].edge->synapses;
      keys_[k] = {joined(s.delay_of(index), edge), joined(s.target[index], index)};
    }
    if (!std::is_sorted(keys_.begin(), keys_.end())) std::sort(keys_.begin(), keys_.end());
    for (std::size_t k = 0; k < keys_.size(); ++k) {
      StoredEdge<Real>& stored = out_.edges[keys_[k].edge()];
      if (k == 0 || keys_[k].delay_edge != keys_[k - 1].delay_edge) {
        const bool joins =
            k > 0 && keys_[k].delay() == keys_[k - 1].delay() && out_.bundles.back().channel == stored.channel;
        add_segment(stored, unit, keys_[k], !joins);
      }
      add_synapse(stored, keys_[k]);
    }
  }

  void add_segment(StoredEdge<Real>& stored, std::uint32_t unit, const Key& key, bool new_bundle) {
    const auto number = static_cast<std::uint32_t>(out_.segments.size());
    const std::size_t first = stored.constant ? 0 : stored.numbered ? stored.own.size() : out_.weights.size();
    if (new_bundle) out_.bundles.push_back({number, key.delay(), stored.channel});
    out_.segments.push_back({static_cast<std::uint32_t>(out_.targets.size()), static_cast<std::uint32_t>(first),
                             key.edge(), stored.segment_count++});
    if (stored.numbered) stored.segments.push_back({unit, key.delay(), static_cast<std::uint32_t>(first), number});
  }

  void add_synapse(StoredEdge<Real>& stored, const Key& key) {
    out_.targets.push_back(key.target());
    if (stored.constant) return;
    const auto& values = stored.edge->weight.value;
    const Real weight = values[values.size() == 1 ? 0 : key.index()];
    if (stored.numbered) {
      stored.own.push_back(weight);
      stored.index.push_back(key.index());
    } else {
      out_.weights.push_back(weight);
    }
  }

  StoreLayout<Real> out_;
  std::vector<std::vector<std::uint32_t>> edges_from_;  // by source node, in edge order
  std::vector<Key> keys_;
};

}  // namespace

template <class Real>
StoreLayout<Real> build_layout(std::vector<Node<Real>*> nodes, std::span<SparseEdge<Real>* const> edges,
                               const std::vector<int>& group_of_node, std::size_t part, std::size_t parts) {
  if (group_of_node.size() != nodes.size()) throw Error("a network with a group for some nodes only");
  return Builder<Real>(std::move(nodes), edges, group_of_node, part, parts).build();
}

template StoreLayout<float> build_layout(std::vector<Node<float>*>, std::span<SparseEdge<float>* const>,
                                         const std::vector<int>&, std::size_t, std::size_t);
template StoreLayout<double> build_layout(std::vector<Node<double>*>, std::span<SparseEdge<double>* const>,
                                          const std::vector<int>&, std::size_t, std::size_t);

}  // namespace cajal
