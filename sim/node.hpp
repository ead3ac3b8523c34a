#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/positions.hpp"
#include "sim/signal.hpp"

namespace cajal {

/// How a network is about to be run: what the buffers are made for.
struct Plan {
  double dt = 0.1;          ///< ms
  std::size_t batch = 1;    ///< samples side by side
  std::int64_t window = 1;  ///< steps that are run at once: the whole trial where a tape is kept
  bool tape = false;        ///< keep every step's state, so that `rewind` can walk back
  std::uint64_t seed = 0;
};

/// Where edges end: what arrives there is one sum per unit and step.
template <class Real>
struct Port {
  std::string name;
  std::string receptor;            ///< `delta`, `exponential_current`, ...; `none` for layers
  std::string unit;                ///< of the weights of edges that end here
  std::size_t units = 0;           ///< numbers that arrive in a step; 0: one for each unit of the node
  bool connected = false;          ///< false: no buffers are made
  bool held = false;               ///< every edge that ends here holds its value during a trial
  Signal<Real> arrivals;           ///< [step][sample][unit]
  Signal<Real> arrivals_gradient;  ///< d loss / d arrivals, where a tape is kept
  /// Of gap junctions: the sum of the weights that end at each unit, in whole packs. Else empty.
  AlignedVector<Real> conductance;
};

/// Numbers of a node beside its output that edges read: a state variable, or what is computed of the state.
template <class Real>
struct Observed {
  std::string name;
  Signal<Real> signal;  ///< [step][sample][unit], of the same steps as the output
};

/// A column of numbers that changes while a network runs: recorded, saved in checkpoints, read in messages.
template <class Real>
struct Column {
  std::string name, unit, meaning;
  Signal<Real>* signal;
};

/// Numbers of a node that training gathers and a result keeps, beside the parameters of edges: running statistics.
template <class Real>
struct Statistic {
  std::string name, unit, meaning;
  std::span<Real> values;
};

/// The extent of a signal along its axes, outermost first: {channels, height, width} of an image, {units} of a plain
/// layer. Units are numbered row-major.
using Shape = std::vector<std::size_t>;

/// Changes the parameters of one node while it runs. Nodes that have one advance one step at a time.
template <class Real>
class NodeProcess {
 public:
  virtual ~NodeProcess() = default;
  /// The node's units of this slice have advanced through `step`; their output stands in `output`. Called at every
  /// step, for several slices at the same time.
  virtual void advance(std::int64_t step, const Slice& slice) = 0;
};

/// Holds state [sample][unit] and turns what arrived in a step into an output. The nonlinear half of a network.
template <class Real>
class Node {
 public:
  Node(std::string name, std::size_t size) : shape{size}, name_(std::move(name)), size_(size) {}
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const std::string& name() const { return name_; }
  std::size_t size() const { return size_; }
  /// The catalogue's word for what it is: `lif`, `relu`, `poisson`.
  virtual std::string_view kind() const = 0;

  Shape shape;          ///< of the units; its product is `size`
  Positions positions;  ///< of the units, where the config gives them
  std::vector<Port<Real>> ports;
  Signal<Real> output;           ///< [step][sample][unit]: 1 for a spike, a rate, an activation
  Signal<Real> output_gradient;  ///< d loss / d output, where a tape is kept
  std::int64_t history = 0;      ///< steps back in time that an edge reads the output
  bool read_by_others = false;   ///< shards read the output of units that are not theirs
  bool held = false;             ///< the output is the same at every step of a trial (an image shown as a current)
  bool wants_gradient = false;   ///< something trained lies before this node
  /// Whether the output is spikes.
  virtual bool spiking() const { return false; }
  /// Whether the output of a step depends on that step's arrivals alone: then a held input makes a held output.
  virtual bool instantaneous() const { return false; }

  /// Which units have an output other than zero at `step`: a bit for each unit of a pack of `lanes`, from unit 0 on.
  /// None where a node does not keep them: then the output tells.
  struct ActiveLanes {
    const std::uint16_t* masks = nullptr;
    std::size_t lanes = 16;
  };
  virtual ActiveLanes active_lanes(std::int64_t) const { return {}; }
  /// The output of `step` was written from outside.
  virtual void output_restored(std::int64_t) {}

  /// Units whose output is zero whatever they do, ascending: lesions.
  std::vector<std::uint32_t> silenced;
  /// Makes it so for steps that the slice has advanced through.
  void silence(Steps steps, const Slice& slice);
  /// The output of a unit at `step` was set to zero from outside.
  virtual void output_silenced(std::int64_t step, std::size_t unit) { (void)step, (void)unit; }

  /// Makes the numbers of this name readable by edges, in `observed` at the index returned; none: no such numbers.
  /// Called before `prepare`.
  virtual std::optional<std::size_t> observe(std::string_view) { return std::nullopt; }
  /// Every name that `observe` knows.
  virtual std::vector<std::string> observable() const { return {}; }
  std::vector<Observed<Real>> observed;

  /// How many numbers arrive at a port in a step.
  std::size_t port_units(std::size_t port) const { return ports[port].units > 0 ? ports[port].units : size_; }
  /// Whether a sample's output depends on the other samples of its batch. Then `advance` and `rewind` are called once
  /// all samples have arrived, by all threads at the same time, and each does its share of all of them: units of share
  /// `slice.thread` of `slice.threads` for samples 0 to `slice.samples`.
  virtual bool couples_samples() const { return false; }
  /// Whether a unit's output depends on what arrives at the others: no part of a network that is split by units runs
  /// such a node before all parts have come to it.
  virtual bool couples_units() const { return false; }
  /// What a result keeps of the node.
  virtual std::vector<Statistic<Real>> statistics() { return {}; }

  /// Makes buffers. Called before the first run and when batch or trial length change.
  virtual void prepare(const Plan& plan);
  /// The state at the start of a trial, for the slice's samples.
  virtual void reset(const Slice&) {}
  /// Arrivals of the steps -> output of the steps.
  virtual void advance(Steps steps, const Slice& slice) = 0;
  /// Output gradients of the steps, walked backwards -> gradients of the arrivals. Called with descending ranges.
  virtual void rewind(Steps, const Slice&) {}
  /// Called before the first `rewind` of a trial: gradients by the state after the last step are zero.
  virtual void begin_rewind(const Slice&) {}
  /// State that may be recorded; the signal holds the value after the last step run, or with a tape step t's value at t
  /// + 1.
  virtual std::vector<Column<Real>> columns() { return {}; }
  /// A parameter's values, one per unit and the same for all samples, for processes that adapt it; empty if there is no
  /// such parameter. They stay where they are for the life of the node.
  virtual std::span<Real> parameter_column(std::string_view) { return {}; }
  /// What changes the parameters while the node runs, in the order of their turns; owned by others.
  std::vector<NodeProcess<Real>*> processes;
  /// The unit of the output where it is a physical quantity, else empty. Weights have the port's unit per output unit.
  virtual std::string_view output_unit() const { return ""; }
  /// What an input shows to one sample of the batch during the coming trial; `trial` keys random draws.
  virtual void show(std::size_t sample, std::span<const float> values, std::uint64_t trial) {
    (void)sample, (void)values, (void)trial;
  }
  /// Which port a sample listens to during the coming trial, of a node that chooses between its ports.
  virtual void select(std::size_t sample, std::size_t port) { (void)sample, (void)port; }
  /// After `rewind` of a trial's steps: adds d loss / d value of what `show` was given for a sample; nothing of an
  /// input whose output has no derivative by it, such as spikes.
  virtual void shown_gradient(std::size_t sample, Steps steps, std::span<double> gradient) const {
    (void)sample, (void)steps, (void)gradient;
  }
  /// Training differs from use for a few nodes (dropout).
  bool training = false;
  /// Number of the trial that each sample of the batch shows: keys random draws, so that no draw repeats.
  std::vector<std::uint64_t> trials;
  /// The step at which the current trial began: 0 where every trial starts anew.
  std::int64_t trial_begin = 0;

 private:
  std::string name_;
  std::size_t size_;
};

template <class Real>
void Node<Real>::silence(Steps steps, const Slice& slice) {
  const auto [begin, end] = slice.units(padded(size_));
  for (const std::uint32_t unit : silenced) {
    if (unit < begin || unit >= end) continue;
    for (std::int64_t t = steps.begin; t < steps.end; ++t) {
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) output.at(t, b)[unit] = Real(0);
      output_silenced(t, unit);
    }
  }
}

template <class Real>
void Node<Real>::prepare(const Plan& plan) {
  // A shard that runs ahead by one window must not overwrite what others still read.
  const bool shards = read_by_others && plan.batch == 1 && !plan.tape;
  const std::int64_t behind = shards ? std::max(history, plan.window) : history;
  const std::int64_t slots = plan.window + behind;
  trials.resize(plan.batch, 0);
  output.shape(held ? 1 : slots, plan.batch, size_);
  for (auto& o : observed) o.signal.shape(slots, plan.batch, size_);
  if (plan.tape) output_gradient.shape(held ? 1 : slots, plan.batch, size_);
  for (std::size_t p = 0; p < ports.size(); ++p) {
    Port<Real>& port = ports[p];
    if (!port.connected) continue;
    port.arrivals.shape(port.held ? 1 : plan.window, plan.batch, port_units(p));
    if (plan.tape) port.arrivals_gradient.shape(port.held ? 1 : plan.window, plan.batch, port_units(p));
  }
}

}  // namespace cajal
