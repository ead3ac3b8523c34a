#include "learning/readout.hpp"

#include <algorithm>

namespace cajal {

template <class Real>
void Readout<Real>::begin(const Slice& slice) {
  const auto [begin, end] = slice.units(padded(node_->size()));
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
    for (std::size_t s = 0; s < steps_; ++s)
      for (std::size_t u = begin; u < std::min(end, node_->size()); ++u) sums_[b * width() + s * node_->size() + u] = 0;
}

template <class Real>
void Readout<Real>::add(Steps steps, std::int64_t last, const Slice& slice) {
  if (over_time_ == OverTime::each) return add_each(steps, slice);
  if (over_time_ == OverTime::last) {
    if (steps.end <= last) return;
    steps = {last, last + 1};
  }
  if (node_->held && over_time_ != OverTime::last) {
    // The same at every step: end() scales it.
    if (steps.begin > node_->trial_begin) return;
    steps.end = steps.begin + 1;
  }
  const auto [begin, end] = slice.units(padded(node_->size()));
  const std::size_t stop = std::min(end, node_->size());
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
    double* sum = sums_.data() + b * node_->size();
    for (std::int64_t t = steps.begin; t < steps.end; ++t) {
      const Real* out = node_->output.at(t, b);
      for (std::size_t u = begin; u < stop; ++u) sum[u] += static_cast<double>(out[u]);
    }
  }
}

template <class Real>
void Readout<Real>::add_each(Steps steps, const Slice& slice) {
  const auto [begin, end] = slice.units(padded(node_->size()));
  const std::size_t stop = std::min(end, node_->size());
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      const Real* out = node_->output.at(t, b);
      double* row = sums_.data() + b * width() + static_cast<std::size_t>(t - node_->trial_begin) * node_->size();
      for (std::size_t u = begin; u < stop; ++u) row[u] = static_cast<double>(out[u]);
    }
}

template <class Real>
void Readout<Real>::end(std::int64_t steps, const Slice& slice) {
  if (over_time_ == OverTime::each) return;
  double scale = over_time_ == OverTime::mean ? 1.0 / static_cast<double>(steps) : 1.0;
  if (node_->held && over_time_ != OverTime::last) scale *= static_cast<double>(steps);
  if (scale == 1.0) return;
  const auto [begin, end] = slice.units(padded(node_->size()));
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
    for (std::size_t u = begin; u < std::min(end, node_->size()); ++u) sums_[b * node_->size() + u] *= scale;
}

template <class Real>
void Readout<Real>::spread(std::span<const Real> gradient, Steps steps, std::size_t sample) const {
  if (over_time_ == OverTime::each) {
    const std::size_t units = node_->size();
    for (std::size_t s = 0; s < steps_; ++s) {
      Real* out = node_->output_gradient.at(node_->held ? 0 : steps.begin + static_cast<std::int64_t>(s), sample);
      for (std::size_t u = 0; u < units; ++u)
        out[u] = node_->held && s > 0 ? out[u] + gradient[s * units + u] : gradient[s * units + u];
    }
    return;
  }
  const Real share =
      over_time_ == OverTime::mean ? static_cast<Real>(1.0 / static_cast<double>(steps.count())) : Real(1);
  if (node_->held) {
    // The gradient of a held output is that of all steps together.
    const Real all = over_time_ == OverTime::last ? Real(1) : share * static_cast<Real>(steps.count());
    Real* out = node_->output_gradient.at(0, sample);
    for (std::size_t u = 0; u < gradient.size(); ++u) out[u] = gradient[u] * all;
    return;
  }
  for (std::int64_t t = over_time_ == OverTime::last ? steps.end - 1 : steps.begin; t < steps.end; ++t) {
    Real* out = node_->output_gradient.at(t, sample);
    for (std::size_t u = 0; u < gradient.size(); ++u) out[u] = gradient[u] * share;
  }
}

std::vector<std::int32_t> assign_units(std::span<const double> responses, std::span<const std::int32_t> labels,
                                       std::size_t units, std::size_t classes) {
  std::vector<double> sums(classes * units, 0.0);
  std::vector<double> counts(classes, 0.0);
  for (std::size_t s = 0; s < labels.size(); ++s) {
    const auto label = static_cast<std::size_t>(labels[s]);
    counts[label] += 1;
    for (std::size_t u = 0; u < units; ++u) sums[label * units + u] += responses[s * units + u];
  }
  std::vector<std::int32_t> assignment(units, -1);
  for (std::size_t u = 0; u < units; ++u) {
    double best = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      const double mean = counts[c] > 0 ? sums[c * units + u] / counts[c] : 0;
      if (mean > best) {
        best = mean;
        assignment[u] = static_cast<std::int32_t>(c);
      }
    }
  }
  return assignment;
}

void assigned_scores(std::span<const double> responses, std::span<const std::int32_t> assignment,
                     std::span<double> scores) {
  std::vector<double> counts(scores.size(), 0.0);
  std::fill(scores.begin(), scores.end(), 0.0);
  for (std::size_t u = 0; u < responses.size(); ++u) {
    if (assignment[u] < 0) continue;
    scores[static_cast<std::size_t>(assignment[u])] += responses[u];
    counts[static_cast<std::size_t>(assignment[u])] += 1;
  }
  for (std::size_t c = 0; c < scores.size(); ++c)
    if (counts[c] > 0) scores[c] /= counts[c];
}

std::int32_t answer(std::span<const double> scores) {
  if (scores.size() == 1) return scores[0] > 0 ? 1 : 0;
  return static_cast<std::int32_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

template class Readout<float>;
template class Readout<double>;

}  // namespace cajal
