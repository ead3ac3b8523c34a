#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/error.hpp"
#include "sim/node.hpp"

namespace cajal {

/// Numbers that learning changes. `value` and `gradient` stand in the layout that the owner computes with; `shape` and
/// the two conversions give the row-major view that files and PyTorch know ([target][source] for weights).
template <class Real>
struct Parameter {
  std::string name;  ///< `weight`, `bias`
  std::string unit;
  std::vector<std::size_t> shape;
  std::vector<Real> value;
  std::vector<Real> gradient;  ///< empty where nothing trains by gradient
  /// Index in `value` of each element of the row-major view; empty where the layouts agree.
  std::vector<std::uint32_t> order;
  /// Called after `value` changed from outside: owners refresh what they derive from it.
  std::function<void()> changed;

  std::vector<double> row_major() const;
  /// Throws Error for another number of values.
  void assign(const std::vector<double>& row_major);
};

template <class Real>
std::vector<double> Parameter<Real>::row_major() const {
  if (order.empty()) return {value.begin(), value.end()};
  std::vector<double> out(order.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(value[order[i]]);
  return out;
}

template <class Real>
void Parameter<Real>::assign(const std::vector<double>& given) {
  if (const std::size_t count = order.empty() ? value.size() : order.size(); given.size() != count)
    throw Error(name + ": " + std::to_string(given.size()) + " values for " + std::to_string(count));
  if (order.empty())
    for (std::size_t i = 0; i < given.size(); ++i) value[i] = static_cast<Real>(given[i]);
  else
    for (std::size_t i = 0; i < given.size(); ++i) value[order[i]] = static_cast<Real>(given[i]);
  if (changed) changed();
}

/// Carries outputs to arrivals, linearly. The other half of a network. Dense and one-to-one edges are Edges that run by
/// themselves; sparse ones share the network's SparseStore.
template <class Real>
class Edge {
 public:
  Edge(std::string name, Node<Real>& from, Node<Real>& to, std::size_t port, std::int64_t delay)
      : name_(std::move(name)), from_(&from), to_(&to), port_(port), delay_(delay) {}
  virtual ~Edge() = default;
  Edge(const Edge&) = delete;
  Edge& operator=(const Edge&) = delete;

  const std::string& name() const { return name_; }
  Node<Real>& from() const { return *from_; }
  Node<Real>& to() const { return *to_; }
  std::size_t port() const { return port_; }
  /// How many numbers arrive at the target in a step.
  std::size_t target_units() const { return to_->port_units(port_); }
  /// In steps; 0 within one step, in topological order.
  std::int64_t delay() const { return delay_; }
  virtual std::string_view kind() const = 0;

  /// Whether each unit of the target reads the unit of its own number alone: then no shard waits for another.
  virtual bool aligned() const { return false; }

  /// Whether what arrives at a step depends on later outputs of the same trial: all of a trial's steps then run in one
  /// window.
  virtual bool whole_trial() const { return false; }

  bool adds = true;  ///< false: the edge of its port that a step visits first: it sets the arrivals instead of adding
  bool trained = false;  ///< wants a gradient for its parameters
  bool counts = false;   ///< count `operations`
  virtual void prepare(const Plan&) {}
  /// For each step t of `arrival`: arrivals(t) += weight * output(t - delay). Steps before 0 were silent.
  virtual void advance(Steps arrival, const Slice& slice) = 0;
  /// For each step t of `emission`: output_gradient(t) += weight^T * arrivals_gradient(t + delay), where that is <
  /// stop.
  virtual void rewind(Steps emission, std::int64_t stop, const Slice& slice) = 0;
  /// How many independent parts the gradient of the parameters is cut into, whatever the number of threads.
  virtual std::size_t tiles() const { return 0; }
  /// The gradient of one part: sums over all steps and samples [0, samples), in ascending order of (step, sample).
  virtual void accumulate(std::size_t tile, Steps steps, std::size_t samples) {
    (void)tile, (void)steps, (void)samples;
  }
  virtual std::vector<Parameter<Real>*> parameters() { return {}; }
  /// After the parameters changed, before the next run: brings up to date what is derived from them.
  virtual void refresh() {}
  /// Whether its products are synaptic operations: those of pooling, normalisation, look-up and plain copies are not.
  virtual bool synaptic() const { return true; }
  /// Number of weights, and of products of an input and a weight that are both not zero since the last
  /// `reset_operations`, with the weights as they were then.
  virtual std::size_t synapses() const = 0;
  virtual std::uint64_t operations() const { return 0; }
  virtual void reset_operations() {}

 private:
  std::string name_;
  Node<Real>* from_;
  Node<Real>* to_;
  std::size_t port_;
  std::int64_t delay_;
};

}  // namespace cajal
