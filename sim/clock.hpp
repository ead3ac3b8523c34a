#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/delivery.hpp"
#include "sim/network.hpp"
#include "sim/parallel/team.hpp"

namespace cajal {

/// What the time of a step goes to.
enum class StepPhase { stimulate, deliver, update, exchange, wait };
inline constexpr std::array<std::string_view, 5> step_phase_names = {"stimulate", "deliver", "update", "exchange",
                                                                     "wait"};
using StepSeconds = std::array<double, step_phase_names.size()>;

/// Runs a network: forwards for a simulation, a trained stack or a recurrent mixture of both, and backwards along the
/// tape.
///
/// A step visits the groups of the network in order. Within a group, for as many steps as its smallest delay allows at
/// once: dense and one-to-one arrivals, then sparse ones, then the nodes, then what they sent goes on its way. The
/// order of every sum is the same whether the steps run one by one or by the window, on one thread or many, with a tape
/// or without.
template <class Real>
class Clock {
 public:
  /// Makes all buffers and stores. With batch 1 the work is split by units, else by samples, over at most `threads`
  /// threads. Of a network without tape whose buffers would not stay in the cache the window is made smaller.
  /// `progress` is told the share of the static synapses that are made.
  Clock(Network<Real>& network, const Plan& plan, std::size_t threads,
        const std::function<void(double)>& progress = {});

  const Plan& plan() const { return plan_; }
  Team& team() { return team_; }
  Network<Real>& network() { return *network_; }
  Delivery<Real>& delivery() { return *delivery_; }
  /// One store per shard; none without listed sparse edges.
  std::vector<std::unique_ptr<SparseStore<Real>>>& stores() { return delivery_->stores(); }

  /// The slice of part `part` when `samples` samples are run.
  Slice slice(std::size_t part, std::size_t samples) const;
  /// How many parts work at once: units are only split where that pays.
  std::size_t parts() const { return split_units_ ? shards_ : team_.size(); }

  // For use within a task of the team, by every part at the same time.
  void reset(const Slice& slice);
  void advance(Steps steps, const Slice& slice);
  /// Walks back over [0, stop). Output gradients of the nodes that a loss reads stand in their `output_gradient`.
  void clear_gradients(Steps steps, const Slice& slice);
  void rewind(Steps steps, const Slice& slice);
  /// Independent parts of the weights' gradients, to be computed in any order once every slice was rewound.
  std::size_t gradient_tasks() const { return tasks_.size(); }
  void gradient_task(std::size_t task, Steps steps, std::size_t samples);

  // For use outside of tasks.
  /// `reset` and `advance` of all samples by the whole team.
  void reset_all();
  void run(Steps steps, std::size_t samples);
  /// Adds up what every wheel delivered into `SparseEdge::delivered`.
  void count();
  /// Seconds that went to each phase of the steps run so far: the mean of all parts, from a sample of the steps.
  StepSeconds phases() const;
  /// Stored sparse weights follow their parameters.
  void refresh();

 private:
  using Group = typename Network<Real>::Group;
  /// What a step of a group does, found once.
  struct Turn {
    struct Member {
      Node<Real>* node;
      std::size_t index;                 ///< in the network
      std::vector<Edge<Real>*> inbound;  ///< without delay, from nodes of the group
      bool regrouped = false;            ///< what arrives is not cut into shards as the units are: they wait
    };
    std::vector<Member> members;
    std::vector<Signal<Real>*> zeroed;     ///< arrivals that no edge sets
    std::vector<Edge<Real>*> from_before;  ///< from earlier groups: those that set, then those that add
    std::vector<Edge<Real>*> delayed;      ///< from nodes of the group
    std::vector<SparseEdge<Real>*> learned;
    bool exchanged = false;  ///< shards read what others sent
  };
  Turn plan_turn(const Group& group) const;
  class Lap;
  void advance_group(std::size_t group, Steps steps, const Slice& slice, Lap& lap);
  void advance_steps(std::size_t group, Steps steps, const Slice& slice, Lap& lap);
  void rewind_steps(const Group& group, Steps steps, std::int64_t stop, const Slice& slice);
  void barrier() {
    if (split_units_ && shards_ > 1) team_.barrier();
  }

  /// All parts come to a node that couples what they work on, and leave it, together.
  void meet(const Node<Real>& node) {
    if (node.couples_samples())
      team_.barrier();
    else if (node.couples_units())
      barrier();
  }

  /// Of one part: which of its steps are timed, and what they took.
  struct Watch {
    std::uint64_t strides = 0, timed = 0;
    StepSeconds seconds{};
  };

  struct Task {
    Edge<Real>* edge;
    std::size_t sparse, tile;
  };

  Network<Real>* network_;
  Plan plan_;
  Team team_;
  bool split_units_ = false;
  std::size_t shards_ = 1;
  std::unique_ptr<Delivery<Real>> delivery_;
  std::vector<Turn> turns_;                      ///< by group
  std::vector<std::unique_ptr<Watch>> watches_;  ///< by part
  std::vector<Task> tasks_;
};

}  // namespace cajal
