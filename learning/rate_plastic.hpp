#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "learning/plasticity/rate_rule.hpp"
#include "sim/connect/store.hpp"
#include "sim/dense.hpp"
#include "sim/error.hpp"
#include "sim/number/aligned.hpp"

namespace cajal {

/// What the units at both ends of an edge sent at one presentation, in whole packs: beyond the last unit stand zeros.
template <class Real>
struct RateValues {
  AlignedVector<Real> x, y, target;
  std::size_t winner = 0;  ///< unit with the largest y, the first of several
};

/// Within what the weights stay. `sign`: of each source unit, 1 or -1 where its weights keep that sign; or empty.
struct RateBounds {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  std::vector<signed char> sign;

  double low_of(std::size_t source) const { return sign.empty() || sign[source] < 0 ? low : std::max(low, 0.0); }
  double high_of(std::size_t source) const { return sign.empty() || sign[source] > 0 ? high : std::min(high, 0.0); }
};

/// A running mean of each unit: mean += k (value - mean).
template <class Real>
class RunningMeans {
 public:
  RunningMeans(std::size_t units, double initial) : values_(units, initial), row_(padded(units), Real(0)) { restore(); }

  std::span<double> values() { return values_; }
  /// In whole packs.
  const Real* row() const { return row_.data(); }
  void move(std::size_t unit, double by) {
    values_[unit] += by;
    row_[unit] = static_cast<Real>(values_[unit]);
  }
  double operator[](std::size_t unit) const { return values_[unit]; }
  /// After the values were filled from outside.
  void restore() {
    std::transform(values_.begin(), values_.end(), row_.begin(), [](double v) { return static_cast<Real>(v); });
  }

 private:
  std::vector<double> values_;
  AlignedVector<Real> row_;
};

/// A rule by values with its numbers: the loops over the weights of an edge, for a presentation or for several whose
/// changes are added up, in their order, with the weights as they were at first. What a weight becomes depends on its
/// own row and column alone: work may be cut anywhere.
template <RateRule Rule, class Real>
class RateLoops {
 public:
  using P = ParametersOf<Rule, double>;
  using Values = std::span<const RateValues<Real>>;
  using Range = Slice::Range;
  static constexpr bool couples_units = SumsOverUnits<Rule> || Competes<Rule>;

  struct Means {
    const RunningMeans<Real>* x = nullptr;
    const RunningMeans<Real>* y = nullptr;
  };

  /// `spares_self`: the weight from source unit j to target unit j stands still.
  RateLoops(const P& parameters, RateBounds bounds, bool spares_self)
      : parameters_(parameters), bounds_(std::move(bounds)), spares_(spares_self) {
    each_pair(wide_, parameters, [](Wide<Real>& to, const double& from, std::size_t) { to = Wide<Real>(from); });
  }
  const P& parameters() const { return parameters_; }

  /// W[inputs][outputs] in panels: weights of the sources `rows` to the targets `columns`, which begin and end at
  /// multiples of 16. False where a weight is no longer finite.
  bool change_dense(std::span<Real> panels, std::size_t inputs, std::size_t outputs, Values samples, double scale,
                    const Means& means, Range rows, Range columns) const;
  /// The biases of the target units `columns`, as weights of a source that always sends 1.
  bool change_bias(std::span<Real> bias, Values samples, double scale, Range columns) const;
  /// Synapses of the segments [begin, end) of an edge in a shard; x(sample, source unit, delay) is what arrives.
  template <class X>
  bool change_sparse(SparseStore<Real>& store, std::size_t edge, Values samples, double scale, const Means& means,
                     Range segments, const X& x) const;

 private:
  using W = Wide<Real>;
  static constexpr std::size_t lanes = W::lanes, width = dense::panel_width<Real>;

  /// Rows whose sums are made side by side: each is a chain of additions that wait for one another.
  static constexpr std::size_t rows_at_once = 8;
  /// Of the sources `rows`, at most so many: the sum of y_l w_lj over the targets l up to each, by sample and row.
  void sum_over_units(const Real* panels, std::size_t inputs, std::size_t outputs, Range rows, Values samples,
                      AlignedVector<Real>& sums) const;
  W change(const W& w, const RateValues<Real>& v, std::size_t j, std::size_t k, const Real* sums,
           const Means& means) const;
  static W lane_numbers() {
    static const AlignedVector<Real> numbers = [] {
      AlignedVector<Real> n(lanes);
      for (std::size_t i = 0; i < lanes; ++i) n[i] = static_cast<Real>(i);
      return n;
    }();
    return W::load(numbers.data());
  }

  P parameters_;
  ParametersOf<Rule, W> wide_;
  RateBounds bounds_;
  bool spares_;
};

template <RateRule Rule, class Real>
void RateLoops<Rule, Real>::sum_over_units(const Real* panels, std::size_t inputs, std::size_t outputs, Range rows,
                                           Values samples, AlignedVector<Real>& sums) const {
  const std::size_t stride = padded(outputs), count = rows.end - rows.begin;
  sums.resize(samples.size() * rows_at_once * stride);
  for (std::size_t b = 0; b < samples.size(); ++b) {
    std::array<Real, rows_at_once> sum{};
    for (std::size_t k = 0; k < outputs; ++k) {
      const Real* const place = panels + dense::panels_index<Real>(rows.begin, k, inputs);
      for (std::size_t r = 0; r < count; ++r) {
        sum[r] = std::fma(samples[b].y[k], place[r * width], sum[r]);
        sums[(b * rows_at_once + r) * stride + k] = sum[r];
      }
    }
  }
}

template <RateRule Rule, class Real>
Wide<Real> RateLoops<Rule, Real>::change(const W& w, const RateValues<Real>& v, std::size_t j, std::size_t k,
                                         const Real* sums, const Means& means) const {
  const W zero(0.0);
  Presented<W> s{W(static_cast<double>(v.x[j])), W::load(v.y.data() + k), w, zero, zero, zero, zero, zero};
  if constexpr (KeepsPreAverage<Rule>) s.x_mean = W(static_cast<double>(means.x->row()[j]));
  if constexpr (KeepsPostAverage<Rule>) s.y_mean = W::load(means.y->row() + k);
  if constexpr (Supervised<Rule>) s.target = W::load(v.target.data() + k);
  if constexpr (SumsOverUnits<Rule>) s.sum = W::load(sums + k);
  if constexpr (Competes<Rule>)
    s.wins = where(lane_numbers() == W(static_cast<double>(v.winner) - static_cast<double>(k)), W(1.0), zero);
  return Rule::change(s, wide_);
}

template <RateRule Rule, class Real>
bool RateLoops<Rule, Real>::change_dense(std::span<Real> panels, std::size_t inputs, std::size_t outputs,
                                         Values samples, double scale, const Means& means, Range rows,
                                         Range columns) const {
  const W by(scale);
  AlignedVector<Real> sums;
  const std::size_t stride = padded(outputs);
  W finite(0.0);
  for (std::size_t j = rows.begin; j < rows.end; ++j) {
    const std::size_t r = (j - rows.begin) % rows_at_once;
    if constexpr (SumsOverUnits<Rule>)
      if (r == 0)
        sum_over_units(panels.data(), inputs, outputs, {j, std::min(j + rows_at_once, rows.end)}, samples, sums);
    const W low(bounds_.low_of(j)), high(bounds_.high_of(j));
    for (std::size_t k = columns.begin; k < std::min(columns.end, outputs); k += lanes) {
      Real* const place = panels.data() + dense::panels_index<Real>(j, k, inputs);
      const W w = W::load(place);
      W sum(0.0);
      for (std::size_t b = 0; b < samples.size(); ++b)
        sum = sum + change(w, samples[b], j, k, SumsOverUnits<Rule> ? &sums[(b * rows_at_once + r) * stride] : nullptr,
                           means);
      W next = w + by * sum;
      finite = finite + (next - next);
      next = at_most(at_least(next, low), high);
      if (spares_ && j >= k && j < k + lanes) next = where(lane_numbers() == W(static_cast<double>(j - k)), w, next);
      if (k + lanes > outputs) next = where(lane_numbers() < W(static_cast<double>(outputs - k)), next, W(0.0));
      next.store(place);
    }
  }
  return !any(finite != W(0.0));
}

template <RateRule Rule, class Real>
bool RateLoops<Rule, Real>::change_bias(std::span<Real> bias, Values samples, double scale, Range columns) const {
  bool finite = true;
  for (std::size_t k = columns.begin; k < columns.end; ++k) {
    double sum = 0;
    for (const RateValues<Real>& v : samples) {
      Presented<double> s;
      s.x = 1;
      s.y = static_cast<double>(v.y[k]);
      s.w = static_cast<double>(bias[k]);
      if constexpr (Supervised<Rule>) s.target = static_cast<double>(v.target[k]);
      sum += Rule::change(s, parameters_);
    }
    bias[k] = static_cast<Real>(static_cast<double>(bias[k]) + scale * sum);
    finite = finite && std::isfinite(bias[k]);
  }
  return finite;
}

template <RateRule Rule, class Real>
template <class X>
bool RateLoops<Rule, Real>::change_sparse(SparseStore<Real>& store, std::size_t edge, Values samples, double scale,
                                          const Means& means, Range segments, const X& x) const {
  const std::span<Real> weights = store.weights(edge);
  bool finite = true;
  for (const LearnedSegment& segment : store.segments(edge).subspan(segments.begin, segments.end - segments.begin)) {
    const double low = bounds_.low_of(segment.source), high = bounds_.high_of(segment.source);
    const auto targets = store.targets(segment);
    for (std::size_t i = 0; i < targets.size(); ++i) {
      const std::size_t k = targets[i];
      if (spares_ && k == segment.source) continue;
      Presented<double> s;
      Real& w = weights[segment.first + i];
      s.w = static_cast<double>(w);
      if constexpr (KeepsPreAverage<Rule>) s.x_mean = (*means.x)[segment.source];
      if constexpr (KeepsPostAverage<Rule>) s.y_mean = (*means.y)[k];
      double sum = 0;
      for (std::size_t b = 0; b < samples.size(); ++b) {
        s.x = x(b, segment.source, segment.delay);
        s.y = static_cast<double>(samples[b].y[k]);
        if constexpr (Supervised<Rule>) s.target = static_cast<double>(samples[b].target[k]);
        if constexpr (Competes<Rule>) s.wins = samples[b].winner == k ? 1 : 0;
        sum += Rule::change(s, parameters_);
      }
      const double next = s.w + scale * sum;
      finite = finite && std::isfinite(next);
      w = static_cast<Real>(std::clamp(next, low, high));
    }
  }
  return finite;
}

}  // namespace cajal
