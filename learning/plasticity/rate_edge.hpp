#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "learning/plasticity/output_sum.hpp"
#include "learning/rate_plastic.hpp"
#include "sim/clock.hpp"

namespace cajal {

/// How a rule by values runs, whatever the rule.
struct RateOptions {
  bool every_step = false;             ///< weights change at every step; else once a trial
  bool mean_value = false;             ///< a trial counts by the mean over its steps; else by its last step
  bool mean_batch = true;              ///< changes of samples side by side are averaged; else added up
  bool self = true;                    ///< weights of units to themselves learn too
  std::optional<double> binary_above;  ///< values above this count as 1, others as 0
};

/// An edge that a rule by values changes: a dense or a sparse one.
template <class Real>
struct RateTarget {
  Edge<Real>* dense = nullptr;
  SparseEdge<Real>* sparse = nullptr;
  Node<Real>* teacher = nullptr;

  Node<Real>& from() const { return dense ? dense->from() : *sparse->from; }
  Node<Real>& to() const { return dense ? dense->to() : *sparse->to; }
  const std::string& name() const { return dense ? dense->name() : sparse->name; }
  std::size_t port() const { return dense ? dense->port() : sparse->port; }
  const std::string& weight_unit() const { return dense ? dense->parameters()[0]->unit : sparse->weight.unit; }
};

/// A rule by values at work on one edge: at every step as a process of the target node, or once a trial.
///
/// x is what arrives: what the source sent the edge's delay ago, 0 before the start. A mean over a trial is that of
/// what was sent. Running means count what the weights were changed by already.
template <RateRule Rule, class Real>
class RateEdge final : public NodeProcess<Real> {
 public:
  using P = ParametersOf<Rule, double>;

  RateEdge(const RateTarget<Real>& target, const P& parameters, RateBounds bounds, const RateOptions& options)
      : target_(target),
        parameters_(parameters),
        bounds_(std::move(bounds)),
        options_(options),
        pre_{RunningMeans<Real>(target.from().size(), initial())},
        post_(target.to().size(), initial()) {
    if (target.dense) {
      const auto parameters = target.dense->parameters();
      weight_ = parameters[0];
      if (parameters.size() > 1) bias_ = parameters[1];
      return;
    }
    SparseEdge<Real>& edge = *target.sparse;
    edge.plastic = true;
    edge.from->history = std::max<std::int64_t>(edge.from->history, edge.max_delay());
    edge.from->read_by_others = true;
  }
  ~RateEdge() override { leave(); }

  const RateTarget<Real>& target() const { return target_; }
  RunningMeans<Real>& pre() { return pre_[0]; }
  RunningMeans<Real>& post() { return post_; }
  /// After the means were filled from outside.
  void restore() {
    post_.restore();
    pre_[0].restore();
    std::fill(pre_.begin() + 1, pre_.end(), pre_[0]);
  }

  void attach(Clock<Real>& clock);
  void enter();
  void leave();
  void begin_trial() {
    for (OutputSum<Real>& sum : sums_) sum.clear();
  }
  void end_batch(Steps steps, std::size_t samples);
  /// At every step, where the weights change at every step. Of a rule that couples the units of a layer one part works
  /// for all.
  void advance(std::int64_t step, const Slice& slice) override;

 private:
  using Values = RateValues<Real>;
  using Range = Slice::Range;
  using Loops = RateLoops<Rule, Real>;
  static constexpr double ms_per_second = 1e3;
  /// Changes of weights below which a second thread costs more than it saves.
  static constexpr std::size_t worth_splitting = 200000;

  double initial() const {
    if constexpr (KeepsPreAverage<Rule> || KeepsPostAverage<Rule>) return parameters_.initial;
    return 0;
  }
  double binary(double value) const {
    return !options_.binary_above ? value : value > *options_.binary_above ? 1.0 : 0.0;
  }
  std::int64_t delay() const { return target_.dense ? target_.dense->delay() : 0; }
  void read_row(const Node<Real>& node, std::int64_t step, std::size_t sample, AlignedVector<Real>& row) const;
  void read_mean(const Node<Real>& node, Steps steps, std::size_t sample, AlignedVector<Real>& row) const;
  void find_winner(Values& values) const {
    const auto end = values.y.begin() + static_cast<std::ptrdiff_t>(target_.to().size());
    if constexpr (Competes<Rule>)
      values.winner = static_cast<std::size_t>(std::max_element(values.y.begin(), end) - values.y.begin());
  }
  void read_trial(Steps steps, std::size_t sample, Values& values) const;
  /// Weights of a range of source units, of segments of a store, or all.
  bool change(std::span<const Values> values, double scale, std::size_t part, std::size_t parts, std::int64_t last);
  bool change_store(std::size_t store, std::span<const Values> values, double scale, Range segments, std::size_t pre,
                    std::int64_t last);
  void move_means(std::span<const Values> values, double scale, RunningMeans<Real>& pre, Range units);
  [[noreturn]] void diverged() const {
    throw NumericalError("edge." + target_.name() + ": " + std::string(Rule::name) +
                         " made a weight that is no longer finite; a smaller rate, w_min and w_max, or a rule with a "
                         "decay may help");
  }

  RateTarget<Real> target_;
  Parameter<Real>* weight_ = nullptr;  ///< of a dense edge
  Parameter<Real>* bias_ = nullptr;
  P parameters_;  ///< as the config says
  RateBounds bounds_;
  RateOptions options_;
  std::vector<RunningMeans<Real>> pre_;  ///< every part that works at every step has its own; all agree
  RunningMeans<Real> post_;
  std::optional<Loops> loops_;
  double share_ = 1;  ///< by which running means move to a value
  Clock<Real>* clock_ = nullptr;
  std::size_t index_ = 0;  ///< of a sparse edge in every store
  std::vector<Values> values_;
  std::vector<OutputSum<Real>> sums_;
};

template <RateRule Rule, class Real>
void RateEdge<Rule, Real>::attach(Clock<Real>& clock) {
  leave();
  clock_ = &clock;
  P p = parameters_;
  const double interval = options_.every_step ? clock.plan().dt : 1;
  if (options_.every_step) p.rate *= interval / ms_per_second;
  if constexpr (KeepsPreAverage<Rule> || KeepsPostAverage<Rule>) share_ = -std::expm1(-interval / p.tau);
  loops_.emplace(p, bounds_, !options_.self && &target_.from() == &target_.to());
  const auto& sparse = clock.network().sparse;
  index_ = static_cast<std::size_t>(
      std::find_if(sparse.begin(), sparse.end(), [&](const auto& e) { return e.get() == target_.sparse; }) -
      sparse.begin());
  const Values empty{AlignedVector<Real>(padded(target_.from().size()), Real(0)),
                     AlignedVector<Real>(padded(target_.to().size()), Real(0)),
                     AlignedVector<Real>(padded(target_.to().size()), Real(0))};
  values_.assign(options_.every_step ? clock.parts() : clock.plan().batch, empty);
  pre_.resize(options_.every_step ? clock.parts() : 1, pre_[0]);
  sums_.clear();
  if (options_.every_step || !options_.mean_value || clock.plan().tape || clock.plan().batch != 1) return;
  for (Node<Real>* node : {&target_.from(), &target_.to(), target_.teacher})
    if (node && !node->held) sums_.emplace_back(*node);
}

template <RateRule Rule, class Real>
void RateEdge<Rule, Real>::enter() {
  if (!clock_ || clock_->plan().tape || clock_->plan().batch != 1) return;
  if (options_.every_step) target_.to().processes.push_back(this);
  for (OutputSum<Real>& sum : sums_) sum.enter();
}

template <RateRule Rule, class Real>
void RateEdge<Rule, Real>::leave() {
  std::erase(target_.to().processes, this);
  for (OutputSum<Real>& sum : sums_) sum.leave();
}

template <RateRule Rule, class Real>
void RateEdge<Rule, Real>::read_row(const Node<Real>& node, std::int64_t step, std::size_t sample,
                                    AlignedVector<Real>& row) const {
  if (step < 0) return std::fill(row.begin(), row.end(), Real(0));
  const Real* const sent = node.output.at(step, sample);
  for (std::size_t u = 0; u < node.size(); ++u) row[u] = static_cast<Real>(binary(static_cast<double>(sent[u])));
}

template <RateRule Rule, class Real>
void RateEdge<Rule, Real>::read_mean(const Node<Real>& node, Steps steps, std::size_t sample,
                                     AlignedVector<Real>& row) const {
  if (node.held) return read_row(node, steps.end - 1, sample, row);
  const auto kept = std::find_if(sums_.begin(), sums_.end(), [&](const auto& s) { return &s.node() == &node; });
  const auto mean = mean_output(node, kept == sums_.end() ? nullptr : &*kept, steps, sample);
  for (std::size_t u = 0; u < mean.size(); ++u) row[u] = static_cast<Real>(binary(mean[u]));
}

template <RateRule Rule, class Real>
void RateEdge<Rule, Real>::read_trial(Steps steps, std::size_t sample, Values& values) const {
  const auto read = [&](const Node<Real>& node, std::int64_t ago, AlignedVector<Real>& row) {
    if (options_.mean_value)
      read_mean(node, steps, sample, row);
    else
      read_row(node, node.held ? steps.end - 1 : steps.end - 1 - ago, sample, row);
  };
  read(target_.from(), delay(), values.x);
  read(target_.to(), 0, values.y);
  if constexpr (Supervised<Rule>) read(*target_.teacher, 0, values.target);
  find_winner(values);
}

template <RateRule Rule, class Real>
bool RateEdge<Rule, Real>::change_store(std::size_t store, std::span<const Values> values, double scale, Range segments,
                                        std::size_t pre, std::int64_t last) {
  const Node<Real>& from = target_.from();
  const bool means = options_.mean_value || from.held;
  return loops_->change_sparse(*clock_->stores()[store], index_, values, scale, {&pre_[pre], &post_}, segments,
                               [&](std::size_t b, std::size_t source, std::uint32_t delay) {
                                 if (means) return static_cast<double>(values[b].x[source]);
                                 const std::int64_t step = last - static_cast<std::int64_t>(delay);
                                 return step < 0 ? 0.0 : binary(static_cast<double>(from.output.at(step, b)[source]));
                               });
}

template <RateRule Rule, class Real>
bool RateEdge<Rule, Real>::change(std::span<const Values> values, double scale, std::size_t part, std::size_t parts,
                                  std::int64_t last) {
  const auto cut = [&](std::size_t n) { return Range{n * part / parts, n * (part + 1) / parts}; };
  if (target_.dense) {
    const std::size_t inputs = target_.from().size(), outputs = target_.to().size();
    bool finite = loops_->change_dense(weight_->value, inputs, outputs, values, scale, {&pre_[0], &post_}, cut(inputs),
                                       {0, padded(outputs)});
    if constexpr (LearnsBias<Rule>)
      if (part == 0 && bias_) finite = loops_->change_bias(bias_->value, values, scale, {0, outputs}) && finite;
    return finite;
  }
  bool finite = true;
  for (std::size_t s = 0; s < clock_->stores().size(); ++s)
    finite = change_store(s, values, scale, cut(clock_->stores()[s]->segments(index_).size()), 0, last) && finite;
  return finite;
}

template <RateRule Rule, class Real>
void RateEdge<Rule, Real>::move_means(std::span<const Values> values, double scale, RunningMeans<Real>& pre,
                                      Range units) {
  const auto move = [&](RunningMeans<Real>& means, Range range, const auto& value) {
    for (std::size_t u = range.begin; u < range.end; ++u) {
      double sum = 0;
      for (const Values& v : values) sum += value(v, u) - means[u];
      means.move(u, share_ * scale * sum);
    }
  };
  const P& p = parameters_;
  if constexpr (KeepsPreAverage<Rule>)
    move(pre, {0, target_.from().size()},
         [&](const Values& v, std::size_t u) { return Rule::pre_average(static_cast<double>(v.x[u]), p); });
  if constexpr (KeepsPostAverage<Rule>)
    move(post_, units,
         [&](const Values& v, std::size_t u) { return Rule::post_average(static_cast<double>(v.y[u]), p); });
}

template <RateRule Rule, class Real>
void RateEdge<Rule, Real>::end_batch(Steps steps, std::size_t samples) {
  if (!options_.every_step && samples > 0) {
    Team& team = clock_->team();
    const std::span<const Values> values(values_.data(), samples);
    const double scale = options_.mean_batch ? 1 / static_cast<double>(samples) : 1.0;
    const std::size_t weights = target_.from().size() * target_.to().size();
    const std::size_t parts = weights * samples < worth_splitting ? 1 : team.size();
    std::vector<char> finite(parts, true);
    const auto work = [&](std::size_t part) {
      for (std::size_t b = part; b < samples; b += parts) read_trial(steps, b, values_[b]);
      if (parts > 1) team.barrier();
      finite[part] = change(values, scale, part, parts, steps.end - 1);
    };
    if (parts > 1)
      team.run(work);
    else
      work(0);
    if (std::find(finite.begin(), finite.end(), 0) != finite.end()) diverged();
    move_means(values, scale, pre_[0], {0, target_.to().size()});
  }
  if (target_.dense) return target_.dense->refresh();
  for (auto& store : clock_->stores()) store->collect(index_);
}

template <RateRule Rule, class Real>
void RateEdge<Rule, Real>::advance(std::int64_t step, const Slice& slice) {
  const std::size_t outputs = target_.to().size();
  const bool together = Loops::couples_units && slice.parts > 1;
  if (together) clock_->team().barrier();
  if (!together || slice.part == 0) {
    Values& values = values_[slice.part];
    const std::int64_t sent = step - delay();
    read_row(target_.from(), target_.from().held ? 0 : sent, slice.sample_begin, values.x);
    read_row(target_.to(), step, slice.sample_begin, values.y);
    find_winner(values);
    Range columns = together ? Range{0, padded(outputs)} : slice.units(padded(outputs));
    const std::span<const Values> one(&values, 1);
    bool finite = true;
    if (target_.dense) {
      finite = loops_->change_dense(weight_->value, target_.from().size(), outputs, one, 1, {&pre_[slice.part], &post_},
                                    {0, target_.from().size()}, columns);
    } else {
      for (std::size_t s = together ? 0 : slice.part; s < (together ? slice.parts : slice.part + 1); ++s)
        finite = change_store(s, one, 1, {0, clock_->stores()[s]->segments(index_).size()}, slice.part, step) && finite;
    }
    if (!finite) diverged();
    move_means(one, 1, pre_[slice.part], {columns.begin, std::min(columns.end, outputs)});
  }
  if (together) clock_->team().barrier();
}

}  // namespace cajal
