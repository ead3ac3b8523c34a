#include "models/layers/batch_norm.hpp"

#include <algorithm>
#include <cmath>

#include "models/describe.hpp"
#include "models/layers/row_layer.hpp"
#include "models/shapes.hpp"

namespace cajal {

template <class Real>
BatchNorm<Real>::BatchNorm(std::string name, std::size_t size, std::size_t channels, double eps, double momentum)
    : Node<Real>(std::move(name), size),
      channels_(channels),
      area_(size / channels),
      eps_(eps),
      momentum_(momentum),
      running_mean_(channels, Real(0)),
      running_variance_(channels, Real(1)) {
  Port<Real> port;
  port.name = "input";
  port.receptor = "none";
  this->ports.push_back(std::move(port));
}

template <class Real>
void BatchNorm<Real>::prepare(const Plan& plan) {
  Node<Real>::prepare(plan);
  tape_ = plan.tape;
  window_ = plan.window;
  const std::size_t kept = tape_ ? static_cast<std::size_t>(this->held ? 1 : window_) * channels_ : 0;
  if (this->held) window_ = 1;
  mean_.assign(kept, Real(0));
  scale_.assign(kept, Real(0));
}

template <class Real>
std::vector<Statistic<Real>> BatchNorm<Real>::statistics() {
  return {{"running_mean", "", "mean of each channel over the batches trained on", running_mean_},
          {"running_variance", "", "variance of each channel over the batches trained on", running_variance_}};
}

/// Of what is held the first step is made alone. False: nothing is to be done.
template <class Real>
bool BatchNorm<Real>::shorten(Steps& steps) const {
  if (!this->held) return true;
  if (steps.begin > this->trial_begin) return false;
  steps.end = steps.begin + 1;
  return true;
}

template <class Real>
double BatchNorm<Real>::count(Steps steps, const Slice& slice) const {
  return static_cast<double>(steps.count()) * static_cast<double>(slice.samples * area_);
}

template <class Real>
Slice::Range BatchNorm<Real>::share(const Slice& slice) const {
  if (area_ > 1) return {channels_ * slice.thread / slice.threads, channels_ * (slice.thread + 1) / slice.threads};
  const auto [begin, end] = Slice{0, 1, slice.thread, slice.threads}.units(padded(channels_));
  return {std::min(begin, channels_), std::min(end, channels_)};
}

/// The sum of each channel: row(step, sample) gives the values of a row, as a function of unit and channel.
template <class Real>
template <class Row>
std::vector<double> BatchNorm<Real>::sums(Slice::Range channels, Steps steps, std::size_t samples, Row row) const {
  std::vector<double> out(channels.end - channels.begin, 0.0);
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    for (std::size_t b = 0; b < samples; ++b) {
      const auto value = row(t, b);
      if (area_ == 1)
        for (std::size_t c = 0; c < out.size(); ++c) out[c] += value(channels.begin + c, c);
      else
        for (std::size_t c = 0; c < out.size(); ++c) {
          const std::size_t first = (channels.begin + c) * area_;
          out[c] += ordered_sum(first, first + area_, [&](std::size_t u) { return value(u, c); });
        }
    }
  return out;
}

/// value(unit, channel) for each unit.
template <class Real>
template <class Value>
void BatchNorm<Real>::each(Slice::Range units, Value value) const {
  if (area_ == 1) {
    for (std::size_t u = units.begin; u < units.end; ++u) value(u, u);
    return;
  }
  for (std::size_t c = units.begin / area_; c * area_ < units.end; ++c) {
    const std::size_t last = std::min(units.end, (c + 1) * area_);
    for (std::size_t u = std::max(units.begin, c * area_); u < last; ++u) value(u, c);
  }
}

/// Mean and scale of the batch for the thread's channels; the running ones follow.
template <class Real>
void BatchNorm<Real>::measure(Steps steps, const Slice& slice) {
  const Slice::Range channels = share(slice);
  const double n = count(steps, slice);
  const Signal<Real>& arrivals = this->ports[0].arrivals;
  auto means = sums(channels, steps, slice.samples, [&](std::int64_t t, std::size_t b) {
    return [x = arrivals.at(t, b)](std::size_t u, std::size_t) { return static_cast<double>(x[u]); };
  });
  for (double& m : means) m /= n;
  const auto squares = sums(channels, steps, slice.samples, [&](std::int64_t t, std::size_t b) {
    return [x = arrivals.at(t, b), m = means.data()](std::size_t u, std::size_t c) {
      const double d = static_cast<double>(x[u]) - m[c];
      return d * d;
    };
  });
  const auto follow = [this](Real& running, double now) {
    running = static_cast<Real>((1 - momentum_) * static_cast<double>(running) + momentum_ * now);
  };
  for (std::size_t k = 0; k < means.size(); ++k) {
    const std::size_t c = channels.begin + k;
    mean(steps)[c] = static_cast<Real>(means[k]);
    scale(steps)[c] = static_cast<Real>(1 / std::sqrt(squares[k] / n + eps_));
    follow(running_mean_[c], means[k]);
    follow(running_variance_[c], squares[k] / (n - 1));
  }
}

template <class Real>
std::vector<Real> BatchNorm<Real>::running_scale() const {
  std::vector<Real> out(channels_);
  for (std::size_t c = 0; c < channels_; ++c)
    out[c] = static_cast<Real>(1 / std::sqrt(static_cast<double>(running_variance_[c]) + eps_));
  return out;
}

template <class Real>
void BatchNorm<Real>::advance(Steps steps, const Slice& slice) {
  if (!shorten(steps)) return;
  const auto normalise = [&](std::int64_t t, std::size_t b, std::size_t part, Slice::Range units, const Real* m,
                             const Real* s) {
    const Real* const x = this->ports[0].arrivals.at(t, b, part);
    Real* const y = this->output.at(t, b, part);
    each(units, [=](std::size_t u, std::size_t c) { y[u] = (x[u] - m[c]) * s[c]; });
  };
  if (by_batch(steps, slice)) {
    measure(steps, slice);
    const auto [first, last] = share(slice);
    for (std::int64_t t = steps.begin; t < steps.end; ++t)
      for (std::size_t b = 0; b < slice.samples; ++b)
        normalise(t, b, 0, {first * area_, last * area_}, mean(steps), scale(steps));
    return;
  }
  const std::vector<Real> scales = running_scale();
  auto [begin, end] = slice.units(padded(this->size()));
  end = std::min(end, this->size());
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
      normalise(t, b, slice.part, {begin, end}, running_mean_.data(), scales.data());
}

template <class Real>
void BatchNorm<Real>::rewind(Steps steps, const Slice& slice) {
  if (!shorten(steps)) return;
  if (!by_batch(steps, slice)) {
    const std::vector<Real> scales = running_scale();
    for (std::int64_t t = steps.begin; t < steps.end; ++t)
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
        each({0, this->size()}, [g = this->output_gradient.at(t, b), out = this->ports[0].arrivals_gradient.at(t, b),
                                 s = scales.data()](std::size_t u, std::size_t c) { out[u] = g[u] * s[c]; });
    return;
  }
  const Slice::Range channels = share(slice);
  const double n = count(steps, slice);
  const auto means = sums(channels, steps, slice.samples, [&](std::int64_t t, std::size_t b) {
    return [g = this->output_gradient.at(t, b)](std::size_t u, std::size_t) { return static_cast<double>(g[u]); };
  });
  const auto along = sums(channels, steps, slice.samples, [&](std::int64_t t, std::size_t b) {
    return [g = this->output_gradient.at(t, b), y = this->output.at(t, b)](std::size_t u, std::size_t) {
      return static_cast<double>(g[u] * y[u]);
    };
  });
  std::vector<Real> m(channels_), a(channels_);
  for (std::size_t k = 0; k < means.size(); ++k) {
    m[channels.begin + k] = static_cast<Real>(means[k] / n);
    a[channels.begin + k] = static_cast<Real>(along[k] / n);
  }
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    for (std::size_t b = 0; b < slice.samples; ++b) {
      const Real *const g = this->output_gradient.at(t, b), *const y = this->output.at(t, b);
      Real* const out = this->ports[0].arrivals_gradient.at(t, b);
      each({channels.begin * area_, channels.end * area_},
           [=, s = scale(steps), m = m.data(), a = a.data()](std::size_t u, std::size_t c) {
             out[u] = s[c] * (g[u] - m[c] - y[u] * a[c]);
           });
    }
}

namespace {

template <class Real>
std::unique_ptr<Node<Real>> make_batch_norm(const NodeRequest& r) {
  const std::size_t channels = r.shape.empty() ? r.size : channels_of(r.shape);
  return std::make_unique<BatchNorm<Real>>(r.name, r.size, channels, r.table.number("eps", 1e-5, {1e-30, 1}),
                                           r.table.number("momentum", 0.1, config::fraction));
}

}  // namespace

NodeEntry batch_norm_entry() {
  return {
      "batch_norm",
      "layers",
      "normalises each channel over the batch",
      make_batch_norm<float>,
      make_batch_norm<double>,
      [] {
        return describe_head("batch_norm", "normalises each channel over the batch",
                             "y = (x - mean_c) / sqrt(var_c + eps); while a gradient is trained of the batch "
                             "(samples, steps and\n    units of channel c), else the running ones: r += momentum "
                             "(batch - r), with the unbiased variance",
                             "Ioffe & Szegedy 2015, ICML; names and defaults of PyTorch") +
               "\nkeys\n  eps        1e-5         between 1e-30 and 1     added to the variance\n"
               "  momentum   0.1          between 0 and 1         share of the batch in the running statistics\n"
               "in `layers` also\n  scale      true         true or false           a trainable weight and bias for "
               "each channel\n\nA channel is the first axis of {channels, height, width}, else a unit. A batch "
               "with a single value for each\nchannel is normalised by the running statistics. They are kept with "
               "the weights.\n\n"
               "example\n  layers = [ { kind = \"dense\", units = 64 }, { kind = \"batch_norm\", activation = "
               "\"relu\" } ]\n";
      }};
}

template class BatchNorm<float>;
template class BatchNorm<double>;

}  // namespace cajal
