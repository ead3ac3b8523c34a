#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "sim/connect/connection.hpp"
#include "sim/connect/static_store.hpp"
#include "sim/error.hpp"

namespace cajal {

namespace {

/// Synapses by source unit, of a connection whose rows are target units.
template <class Real>
struct Transposed {
  std::vector<std::uint64_t> begin;  ///< of each source unit, and the end
  std::vector<std::uint32_t> target;
  std::vector<Real> weight;          ///< empty: one for all
  std::vector<std::uint32_t> delay;  ///< empty: one for all
};

/// An edge as the builder sees it.
template <class Real>
struct BuiltEdge {
  SparseEdge<Real>* edge;
  const Connection* connection;
  std::vector<std::uint32_t> offset;  ///< [part], see Arena
  std::vector<std::uint16_t> part;    ///< by pack of 16 target units
  Transposed<Real> transposed;
};

/// The synapses of one row in one shard.
template <class Real>
struct PartOfRow {
  std::vector<std::uint32_t> key;  ///< delay and window
  std::vector<std::uint16_t> place;
  std::vector<Real> weight;
  std::size_t size = 0;

  void reserve(std::size_t more) {
    if (key.size() >= size + more) return;
    key.resize(2 * (size + more));
    place.resize(key.size());
    weight.resize(key.size());
  }
};

/// What a thread gathers of a chunk of rows for one shard before it takes its place in the store.
template <class Real>
struct PartOfChunk {
  std::vector<std::byte> memory;
  std::vector<StaticSegment> segments;
  std::vector<std::uint32_t> end_of_row;
};

template <class Real>
struct Scratch {
  SynapseRow row;
  std::vector<PartOfRow<Real>> parts;
  std::vector<PartOfChunk<Real>> chunk;
  std::vector<std::uint32_t> count, order;
};

}  // namespace

template <class Real>
class StaticBuilder {
 public:
  using Store = StaticStore<Real>;

  StaticBuilder(std::span<Node<Real>* const> nodes, const Arena<Real>& arena, Team& team,
                const std::function<void(double)>& progress)
      : nodes_(nodes), arena_(arena), team_(team), progress_(progress), used_(arena.parts()) {}

  std::vector<Store> build(std::span<SparseEdge<Real>* const> edges, const std::vector<int>& group_of_node) {
    sort_into_families(edges, group_of_node);
    make_stores();
    for (std::size_t f = 0; f < edges_.size(); ++f) build_family(f);
    for (std::size_t part = 0; part < stores_.size(); ++part) stores_[part].used_ = used_[part];
    return std::move(stores_);
  }

 private:
  static constexpr unsigned window_bits = 12;

  std::size_t number_of(const Node<Real>* node) const {
    return static_cast<std::size_t>(std::find(nodes_.begin(), nodes_.end(), node) - nodes_.begin());
  }

  void sort_into_families(std::span<SparseEdge<Real>* const> edges, const std::vector<int>& group_of_node) {
    std::vector<StaticFamily<Real>> families;
    for (SparseEdge<Real>* edge : edges) {
      if (edge->listed()) continue;
      StaticFamily<Real> family;
      family.group = group_of_node[number_of(edge->to)];
      family.source = number_of(edge->from);
      family.one_weight = edge->connection->weight.has_value() && !edge->plastic;
      if (edge->plastic) family.plastic = edge;
      if (family.one_weight) family.weight = static_cast<Real>(*edge->connection->weight);
      const auto same = std::find_if(families.begin(), families.end(), [&](const auto& f) {
        return f.group == family.group && f.source == family.source && f.one_weight == family.one_weight &&
               f.weight == family.weight && f.plastic == family.plastic;
      });
      const auto f = static_cast<std::size_t>(same - families.begin());
      if (same == families.end()) {
        families.push_back(std::move(family));
        edges_.emplace_back();
      }
      edges_[f].push_back(built(edge));
    }
    families_ = std::move(families);
    order_.resize(families_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = i;
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
      const auto& x = families_[a];
      const auto& y = families_[b];
      return std::tuple(x.group, x.source, x.one_weight) < std::tuple(y.group, y.source, y.one_weight);
    });
  }

  BuiltEdge<Real> built(SparseEdge<Real>* edge) const {
    BuiltEdge<Real> out{edge, edge->connection.get(), {}, {}, {}};
    const std::size_t lanes = padded(edge->to->size());
    out.part.resize(lanes / 16);
    for (std::size_t part = 0; part < arena_.parts(); ++part) {
      out.offset.push_back(arena_.offset(*edge->to, edge->port, part));
      const auto [begin, end] = Slice{0, 1, part, arena_.parts()}.units(lanes);
      std::fill(out.part.begin() + static_cast<std::ptrdiff_t>(begin / 16),
                out.part.begin() + static_cast<std::ptrdiff_t>(end / 16), static_cast<std::uint16_t>(part));
    }
    edge->stored = 0;
    return out;
  }

  /// Address space for the case that all synapses end in one shard, and each in a segment of its own.
  void make_stores() {
    double bytes = 0;
    std::uint32_t max_delay = 0;
    for (std::size_t f = 0; f < families_.size(); ++f)
      for (const auto& e : edges_[f]) {
        const double most = e.connection->expected + 12 * std::sqrt(e.connection->expected) + 1024;
        bytes += most * static_cast<double>(families_[f].one_weight ? sizeof(Real)
                                            : families_[f].plastic  ? 2 * sizeof(Real) + sizeof(PlasticHeader)
                                                                    : 2 * sizeof(Real));
        max_delay = std::max(max_delay, e.connection->max_delay);
        rows_ += nodes_[families_[f].source]->size();
      }
    constexpr double most = 4.0 * std::numeric_limits<std::uint32_t>::max();
    stores_.resize(arena_.parts());
    for (std::size_t part = 0; part < stores_.size(); ++part) {
      Store& store = stores_[part];
      store.part_ = part;
      store.max_delay_ = max_delay;
      store.families_of_.resize(nodes_.size());
      for (const std::size_t f : order_) {
        store.families_of_[families_[f].source].push_back(store.families_.size());
        store.families_.push_back(families_[f]);
        if (families_[f].plastic) store.families_.back().offset = edges_[f].front().offset[part];
      }
      if (!families_.empty()) store.memory_ = Region(static_cast<std::size_t>(std::min(bytes, most)));
    }
  }

  /// Calls task(number, thread) for all numbers, in any order, by the whole team.
  template <class Task>
  void in_parallel(std::size_t tasks, const Task& task) {
    std::atomic<std::size_t> next{0};
    team_.run([&](std::size_t thread) {
      for (std::size_t i = next++; i < tasks; i = next++) task(i, thread);
    });
  }

  void build_family(std::size_t position) {
    const std::size_t f = order_[position];
    auto& edges = edges_[f];
    double expected = 0;
    for (auto& e : edges) {
      if (e.connection->rows_of == Connection::Rows::target) transpose(e, f);
      expected += e.connection->expected;
    }
    const std::size_t units = nodes_[families_[f].source]->size();
    constexpr double synapses_of_chunk = 65536;
    const auto rows = static_cast<std::size_t>(
        std::clamp(synapses_of_chunk * static_cast<double>(units) / (expected + 1), 1.0, 4096.0));
    const std::size_t chunks = (units + rows - 1) / rows;
    for (Store& store : stores_) {
      store.families_[position].rows.resize(units);
      store.families_[position].segments.resize(chunks);
    }
    scratch_.resize(team_.size());
    for (auto& scratch : scratch_) {
      scratch.parts.resize(stores_.size());
      scratch.chunk.resize(stores_.size());
    }
    in_parallel(chunks, [&](std::size_t chunk, std::size_t thread) {
      build_chunk(position, chunk, {chunk * rows, std::min(units, (chunk + 1) * rows)}, scratch_[thread]);
      done_ += std::min(units, (chunk + 1) * rows) - chunk * rows;
      if (thread == 0 && progress_)
        progress_(static_cast<double>(done_ * edges.size()) / static_cast<double>(std::max<std::size_t>(rows_, 1)));
    });
    for (auto& e : edges) e.transposed = {};
    if (families_[f].plastic)
      for (Store& store : stores_) number_blocks(store, store.families_[position]);
  }

  static void number_blocks(Store& store, StaticFamily<Real>& family) {
    for (std::size_t unit = 0; unit < family.rows.size(); ++unit) {
      const auto& row = family.rows[unit];
      for (const StaticSegment* s = row.first; s != row.first + row.count; ++s) {
        const PlasticHeader header{family.blocks++, s->delay, static_cast<std::uint32_t>(unit)};
        std::memcpy(store.memory_.data() + std::size_t{s->begin} * 4, &header, sizeof(header));
      }
    }
  }

  static constexpr std::size_t rows_of_task = 256;

  void transpose(BuiltEdge<Real>& e, std::size_t f) {
    Transposed<Real>& out = e.transposed;
    const Connection& connection = *e.connection;
    out.begin.assign(nodes_[families_[f].source]->size() + 2, 0);
    const std::size_t tasks = (connection.rows + rows_of_task - 1) / rows_of_task;
    const auto each_row = [&](const auto& visit) {
      in_parallel(tasks, [&](std::size_t task, std::size_t) {
        SynapseRow row;
        for (std::size_t j = task * rows_of_task; j < std::min(connection.rows, (task + 1) * rows_of_task); ++j) {
          connection.row(static_cast<std::uint32_t>(j), row);
          visit(static_cast<std::uint32_t>(j), row);
        }
      });
    };
    const auto next = [&](std::size_t source) {
      return std::atomic_ref(out.begin[source]).fetch_add(1, std::memory_order_relaxed);
    };
    each_row([&](std::uint32_t, const SynapseRow& row) {
      for (const std::uint32_t source : row.partner) next(source + 2);
    });
    for (std::size_t i = 1; i < out.begin.size(); ++i) out.begin[i] += out.begin[i - 1];
    const std::uint64_t all = out.begin.back();
    out.target.resize(all);
    if (!connection.weight) out.weight.resize(all);
    if (!connection.one_delay()) out.delay.resize(all);
    // begin[source + 1] is where the next synapse of a source goes, at last its end. The synapses of one pair keep
    // their order, since one thread makes a row; that of others does not matter.
    each_row([&](std::uint32_t target, const SynapseRow& row) {
      for (std::size_t i = 0; i < row.partner.size(); ++i) {
        const std::uint64_t at = next(row.partner[i] + 1);
        out.target[at] = target;
        if (!out.weight.empty()) out.weight[at] = static_cast<Real>(row.weight[i]);
        if (!out.delay.empty()) out.delay[at] = row.delay[i];
      }
    });
  }

  void build_chunk(std::size_t position, std::size_t chunk, Slice::Range units, Scratch<Real>& scratch) {
    auto& edges = edges_[order_[position]];
    for (auto& part : scratch.chunk) {
      part.memory.clear();
      part.segments.clear();
      part.end_of_row.clear();
    }
    for (std::size_t unit = units.begin; unit < units.end; ++unit) {
      for (auto& part : scratch.parts) part.size = 0;
      for (auto& e : edges) gather(e, static_cast<std::uint32_t>(unit), scratch);
      for (std::size_t part = 0; part < stores_.size(); ++part)
        store_row(scratch.parts[part], families_[order_[position]], scratch.chunk[part], scratch);
    }
    for (std::size_t part = 0; part < stores_.size(); ++part)
      place_chunk(stores_[part], position, chunk, units, scratch.chunk[part]);
  }

  /// Deals the synapses of a source unit to the shards.
  void gather(BuiltEdge<Real>& e, std::uint32_t unit, Scratch<Real>& scratch) {
    if (e.connection->rows_of == Connection::Rows::target) {
      const std::uint64_t begin = e.transposed.begin[unit], end = e.transposed.begin[unit + 1];
      const auto& t = e.transposed;
      deal(e, end - begin, t.target.data() + begin, t.weight.empty() ? nullptr : t.weight.data() + begin,
           t.delay.empty() ? nullptr : t.delay.data() + begin, scratch);
    } else {
      SynapseRow& row = scratch.row;
      e.connection->row(unit, row);
      deal(e, row.partner.size(), row.partner.data(), row.weight.empty() ? nullptr : row.weight.data(),
           row.delay.empty() ? nullptr : row.delay.data(), scratch);
    }
  }

  template <class Weight>
  void deal(BuiltEdge<Real>& e, std::size_t count, const std::uint32_t* target, const Weight* weight,
            const std::uint32_t* delay, Scratch<Real>& scratch) {
    for (auto& part : scratch.parts) part.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t p = e.part[target[i] / 16];
      PartOfRow<Real>& part = scratch.parts[p];
      const std::uint32_t at = target[i] + e.offset[p];
      part.key[part.size] = (delay ? delay[i] : e.connection->min_delay) << window_bits | at >> 16;
      part.place[part.size] = static_cast<std::uint16_t>(at);
      if (weight)
        part.weight[part.size] = static_cast<Real>(weight[i]);
      else if (e.edge->plastic)
        part.weight[part.size] = static_cast<Real>(*e.connection->weight);
      ++part.size;
    }
    std::atomic_ref(e.edge->stored).fetch_add(count, std::memory_order_relaxed);
  }

  /// Order of the synapses by key, stable, in scratch.order.
  static void sort_by_key(const PartOfRow<Real>& row, Scratch<Real>& scratch) {
    auto& order = scratch.order;
    auto& count = scratch.count;
    order.resize(row.size);
    const auto [low, high] =
        std::minmax_element(row.key.begin(), row.key.begin() + static_cast<std::ptrdiff_t>(row.size));
    const std::uint32_t first = *low >> window_bits, delays = (*high >> window_bits) - first + 1;
    std::uint32_t windows = 1;
    for (std::size_t i = 0; i < row.size; ++i)
      windows = std::max(windows, (row.key[i] & ((1u << window_bits) - 1)) + 1);
    if (std::uint64_t{delays} * windows > 4 * row.size + 4096) {
      for (std::uint32_t i = 0; i < row.size; ++i) order[i] = i;
      std::stable_sort(order.begin(), order.end(),
                       [&](std::uint32_t a, std::uint32_t b) { return row.key[a] < row.key[b]; });
      return;
    }
    const auto bucket = [&](std::uint32_t key) {
      return ((key >> window_bits) - first) * windows + (key & ((1u << window_bits) - 1));
    };
    count.assign(std::size_t{delays} * windows + 1, 0);
    for (std::size_t i = 0; i < row.size; ++i) ++count[bucket(row.key[i]) + 1];
    for (std::size_t k = 1; k < count.size(); ++k) count[k] += count[k - 1];
    for (std::uint32_t i = 0; i < row.size; ++i) order[count[bucket(row.key[i])]++] = i;
  }

  /// Within each key by target, ties as they were: where a thread put a synapse must not show.
  static void sort_by_place(const PartOfRow<Real>& row, std::vector<std::uint32_t>& order) {
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
      return std::pair(row.key[a], row.place[a]) < std::pair(row.key[b], row.place[b]);
    };
    if (!std::is_sorted(order.begin(), order.end(), before)) std::stable_sort(order.begin(), order.end(), before);
  }

  static void store_row(const PartOfRow<Real>& row, const StaticFamily<Real>& family, PartOfChunk<Real>& out,
                        Scratch<Real>& scratch) {
    constexpr std::size_t most = std::numeric_limits<std::uint16_t>::max();
    if (row.size > 0) sort_by_key(row, scratch);
    if (row.size > 0 && family.plastic) sort_by_place(row, scratch.order);
    const bool one_weight = family.one_weight;
    const std::size_t header = family.plastic ? sizeof(PlasticHeader) : 0;
    const auto& order = scratch.order;
    for (std::size_t begin = 0, end = 0; begin < row.size; begin = end) {
      const std::uint32_t key = row.key[order[begin]];
      for (end = begin + 1; end < row.size && row.key[order[end]] == key && end - begin < most; ++end) {
      }
      const std::size_t count = end - begin, weights = one_weight ? 0 : count * sizeof(Real);
      const std::size_t bytes =
          (header + weights + count * sizeof(std::uint16_t) + sizeof(Real) - 1) / sizeof(Real) * sizeof(Real);
      const std::size_t at = out.memory.size();
      out.memory.resize(at + bytes);
      auto* const weight = reinterpret_cast<Real*>(out.memory.data() + at + header);
      auto* const place = reinterpret_cast<std::uint16_t*>(out.memory.data() + at + header + weights);
      for (std::size_t i = 0; i < count; ++i) place[i] = row.place[order[begin + i]];
      if (!one_weight)
        for (std::size_t i = 0; i < count; ++i) weight[i] = row.weight[order[begin + i]];
      out.segments.push_back({static_cast<std::uint32_t>(at / 4), key >> window_bits, key & ((1u << window_bits) - 1),
                              static_cast<std::uint16_t>(count)});
    }
    out.end_of_row.push_back(static_cast<std::uint32_t>(out.segments.size()));
  }

  void place_chunk(Store& store, std::size_t position, std::size_t chunk, Slice::Range units,
                   const PartOfChunk<Real>& from) {
    const std::size_t at = used_[store.part_].fetch_add(from.memory.size());
    if (at + from.memory.size() > store.memory_.size() || (at + from.memory.size()) / 4 > 0xffffffffu)
      throw Error("a shard's synapses take more than " + bytes_text(static_cast<double>(store.memory_.size())) +
                  ": use more threads");
    if (!from.memory.empty()) std::memcpy(store.memory_.data() + at, from.memory.data(), from.memory.size());
    StaticFamily<Real>& family = store.families_[position];
    auto& segments = family.segments[chunk];
    segments = from.segments;
    std::uint64_t synapses = 0;
    for (StaticSegment& s : segments) {
      s.begin += static_cast<std::uint32_t>(at / 4);
      synapses += s.count;
    }
    std::uint32_t begin = 0;
    for (std::size_t unit = units.begin; unit < units.end; ++unit) {
      const std::uint32_t end = from.end_of_row[unit - units.begin];
      family.rows[unit] = {segments.data() + begin, end - begin};
      begin = end;
    }
    std::atomic_ref(store.synapses_).fetch_add(synapses);
    std::atomic_ref(store.segments_).fetch_add(segments.size());
  }

  std::span<Node<Real>* const> nodes_;
  const Arena<Real>& arena_;
  Team& team_;
  const std::function<void(double)>& progress_;
  std::vector<StaticFamily<Real>> families_;         // without rows, in the order of their first edges
  std::vector<std::size_t> order_;                   // of families_ in the stores
  std::vector<std::vector<BuiltEdge<Real>>> edges_;  // by family
  std::vector<Store> stores_;
  std::vector<Scratch<Real>> scratch_;  // by thread
  std::vector<std::atomic<std::size_t>> used_;
  std::atomic<std::size_t> done_{0};
  std::size_t rows_ = 0;
};

template <class Real>
std::vector<StaticStore<Real>> StaticStore<Real>::build(std::span<Node<Real>* const> nodes,
                                                        std::span<SparseEdge<Real>* const> edges,
                                                        const std::vector<int>& group_of_node, const Arena<Real>& arena,
                                                        Team& team, const std::function<void(double)>& progress) {
  return StaticBuilder<Real>(nodes, arena, team, progress).build(edges, group_of_node);
}

template std::vector<StaticStore<float>> StaticStore<float>::build(std::span<Node<float>* const>,
                                                                   std::span<SparseEdge<float>* const>,
                                                                   const std::vector<int>&, const Arena<float>&, Team&,
                                                                   const std::function<void(double)>&);
template std::vector<StaticStore<double>> StaticStore<double>::build(std::span<Node<double>* const>,
                                                                     std::span<SparseEdge<double>* const>,
                                                                     const std::vector<int>&, const Arena<double>&,
                                                                     Team&, const std::function<void(double)>&);

}  // namespace cajal
