#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "sim/connect/arena.hpp"
#include "sim/connect/static_store.hpp"
#include "sim/connect/store.hpp"
#include "sim/network.hpp"
#include "sim/parallel/team.hpp"

namespace cajal {

/// What unit `unit` sent at `step`: 1 for a spike.
template <class Real>
struct Emission {
  std::int64_t step;
  std::uint32_t unit;
  Real value;
};

/// Carries outputs along the sparse edges of a network: the stores, what is under way in them, and, where the work is
/// split by units, what each shard has to tell the others.
///
/// A step of a group: `drain` what arrives; the nodes advance; each shard `collect`s what its own units sent; after a
/// barrier each shard `schedule`s what all units sent. There are two sets of lists, used in turns, so that one barrier
/// a step is enough: a shard may already write the next step's while others read this one's.
template <class Real>
class Delivery {
 public:
  /// Edges that learn or release by chance, and all where a tape is kept or several samples run, stand in SparseStores;
  /// the others in StaticStores, and are never listed. The nodes' buffers must be there.
  Delivery(Network<Real>& network, const Plan& plan, Team& team, bool split_units,
           const std::function<void(double)>& progress);

  bool sends(std::size_t node) const { return sends_[node]; }
  bool receives(std::size_t group) const { return receives_[group]; }
  /// One store per shard; none where no edge is listed.
  std::vector<std::unique_ptr<SparseStore<Real>>>& stores() { return stores_; }
  const std::vector<StaticStore<Real>>& static_stores() const { return static_stores_; }
  std::uint32_t max_delay() const;

  /// Whether a reset reads the state of nodes: all parts must have reset theirs.
  bool starts() const { return !starts_.empty(); }

  // For use within a task of the team, by every part at the same time.
  /// Nothing is under way, but what edges read of state variables: before a trial these were as at its start.
  void reset(const Slice& slice);
  void drain(std::int64_t step, std::size_t group, const Slice& slice);
  /// The node's units of this slice have advanced through the steps.
  void collect(std::size_t node, Steps steps, const Slice& slice);
  void schedule(std::size_t node, Steps steps, const Slice& slice);
  /// Before `schedule`, first for all nodes with `rows`, then without: brings nearer what it will read.
  void prefetch(std::size_t node, const Slice& slice, bool rows) const;

  // For use outside of tasks.
  /// A plastic edge as its rule sees it, for each shard.
  std::vector<PlasticPart<Real>> plastic(std::size_t edge);
  /// The synapses of an edge with their weights as they are before step `now`, ascending in (source, delay, target,
  /// generation): what its rule put off is done first. Of an edge with a list, in the order of that list.
  Synapses synapses(std::size_t edge, std::int64_t now);
  /// Gives the weights of a plastic edge, in the order of `synapses`. Throws Error for another number.
  void assign(std::size_t edge, const std::vector<double>& weights);
  /// Adds up what was delivered: to each listed edge, and to `events` for the others.
  void count();
  std::uint64_t events() const { return events_; }
  void add_events(std::uint64_t events) { events_ += events; }
  /// From here on, what `node` sends is kept for `take`.
  void record(std::size_t node) { recorded_[node] = true; }
  /// What a recorded node sent since the last call, in ascending order of (step, unit).
  std::vector<Emission<Real>> take(std::size_t node);
  /// From the next reset on, what every node sends is kept for as long as it is under way: for `under_way`.
  void keep_history() { history_ = true; }
  /// What node `node` sent in the max_delay() steps before `now`.
  std::vector<Emission<Real>> under_way(std::size_t node, std::int64_t now) const;
  /// After a reset: sends again what was under way when step `now` was about to begin.
  void restore(std::size_t node, const std::vector<Emission<Real>>& sent, std::int64_t now);

 private:
  /// What one shard wrote.
  struct Shard {
    /// [node][turn]: sent during the steps that were collected last.
    std::vector<std::array<std::vector<Emission<Real>>, 2>> sent;
    std::vector<unsigned> turn;  ///< by node
    std::vector<std::vector<Emission<Real>>> recorded, history;
    std::vector<std::size_t> next;  ///< of each shard's list, while it is scheduled
    std::uint64_t events = 0;
  };

  /// A source whose state at the start of a trial counts as sent in the steps before.
  struct Start {
    std::size_t node;
    std::uint32_t longest;         ///< delay, in steps
    const Signal<Real>* variable;  ///< as it is after a reset
  };

  /// Calls visit(block) for the blocks of all shards, ascending in (source, delay, target).
  static void each_in_order(const std::vector<PlasticPart<Real>>& parts, std::size_t sources,
                            const std::function<void(const SynapseBlock<Real>&)>& visit);
  void find_starts();
  void start(const Slice& slice);
  void send(std::size_t node, const Emission<Real>& emission, std::size_t part, std::int64_t earliest);
  /// The same of a step that may be negative.
  void send_past(std::size_t node, const Emission<Real>& emission, std::size_t part, std::int64_t earliest);
  void clear(std::size_t part);
  void forget(std::vector<Emission<Real>>& history, std::int64_t now) const;

  Network<Real>& network_;
  bool split_units_;
  std::size_t parts_;
  std::vector<bool> sends_, receives_, recorded_;
  bool history_ = false;
  Arena<Real> arena_;
  std::vector<std::unique_ptr<SparseStore<Real>>> stores_;
  std::vector<std::unique_ptr<Wheel<Real>>> wheels_;
  std::vector<StaticStore<Real>> static_stores_;
  std::vector<typename StaticStore<Real>::Wheel> static_wheels_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<Start> starts_;
  bool started_ = false;  ///< what is under way comes from a reset
  std::uint64_t events_ = 0;
};

}  // namespace cajal
