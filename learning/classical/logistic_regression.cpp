#include "learning/classical/logistic_regression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/dense.hpp"
#include "sim/error.hpp"

namespace cajal::classical {

namespace {

using Vector = AlignedVector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double largest_magnitude(const Vector& a) {
  double most = 0;
  for (double v : a) most = std::max(most, std::fabs(v));
  return most;
}

/// The mean loss with its penalty as a function of v: weights of the scaled features, and the intercepts as those of a
/// last feature that is always 1. All vectors stand in the panels of sim/dense.hpp; lanes beyond the outputs stay 0.
class Objective {
 public:
  Objective(const Samples& train, double C, std::span<const double> mean, std::span<const double> sd, Team& team)
      : samples_(train), team_(team), inputs_(sd.size() + 1), outputs_(train.outputs()), x_(train.size(), inputs_) {
    for (std::size_t i = 0; i < x_.rows(); ++i) {
      const auto row = train.x(i);
      for (std::size_t f = 0; f < sd.size(); ++f)
        x_[i][f] = sd[f] > 0 ? (static_cast<double>(row[f]) - mean[f]) / sd[f] : 0.0;
      x_[i][sd.size()] = 1;
    }
    for (std::size_t i = 0; i < x_.rows(); ++i) rows_.push_back(x_[i]);
    const double factor = (outputs_ == 2 ? 2 : 1) / (C * static_cast<double>(train.size()));
    penalty_ = vector();
    for (std::size_t f = 0; f < sd.size(); ++f)
      for (std::size_t k = 0; k < outputs_; ++k) penalty_[place(f, k)] = sd[f] > 0 ? factor / (sd[f] * sd[f]) : factor;
  }

  std::size_t inputs() const { return inputs_; }
  std::size_t place(std::size_t input, std::size_t output) const {
    return dense::panels_index<double>(input, output, inputs_);
  }
  Vector vector() const { return Vector(dense::panels_size<double>(inputs_, outputs_), 0.0); }
  Matrix table() const { return Matrix(x_.rows(), outputs_); }

  /// Z = X v
  void forward(const Vector& v, Matrix& z) const {
    team_.run([&](std::size_t part) {
      std::vector<double*> out;
      const std::size_t begin = x_.rows() * part / team_.size(), end = x_.rows() * (part + 1) / team_.size();
      for (std::size_t i = begin; i < end; ++i) out.push_back(z[i]);
      dense::multiply<double>({rows_.data() + begin, end - begin}, {v.data(), inputs_, nullptr}, out,
                              {0, padded(outputs_)}, dense::Store::set, dense::Inputs::dense);
    });
  }

  /// g = X^T R + penalty v
  void backward(const Matrix& r, const Vector& v, Vector& g) const {
    std::vector<const double*> rows;
    for (std::size_t i = 0; i < r.rows(); ++i) rows.push_back(r[i]);
    team_.run([&](std::size_t part) {
      const auto range = Slice{0, 1, part, team_.size()}.units(padded(inputs_));
      const Slice::Range mine{range.begin, std::min(range.end, inputs_)};
      if (mine.begin < mine.end)
        dense::weight_gradient<double>(rows_, rows, mine, {0, padded(outputs_)}, inputs_, g.data(), false,
                                       dense::Inputs::dense);
    });
    for (std::size_t i = 0; i < g.size(); ++i) g[i] += penalty_[i] * v[i];
  }

  /// The loss at v with logits z + step * dz.
  double value(const Vector& v, const Matrix& z, const Matrix* dz = nullptr, double step = 0) const {
    std::vector<double> terms(x_.rows());
    each_sample(x_.rows(), team_, [&](std::size_t i) {
      const auto logit = [&](std::size_t k) { return z[i][k] + (dz ? step * (*dz)[i][k] : 0.0); };
      double largest = logit(0), sum = 0;
      for (std::size_t k = 1; k < outputs_; ++k) largest = std::max(largest, logit(k));
      for (std::size_t k = 0; k < outputs_; ++k) sum += std::exp(logit(k) - largest);
      terms[i] = std::log(sum) + largest - logit(static_cast<std::size_t>(samples_.label(i)));
    });
    double loss = 0, penalty = 0;
    for (double t : terms) loss += t;
    for (std::size_t i = 0; i < v.size(); ++i) penalty += penalty_[i] * v[i] * v[i];
    return loss / static_cast<double>(x_.rows()) + penalty / 2;
  }

  /// Probabilities, and what the loss changes by each logit: (p - y) / n.
  void probabilities(const Matrix& z, Matrix& p, Matrix& r) const {
    const double n = static_cast<double>(x_.rows());
    each_sample(x_.rows(), team_, [&](std::size_t i) {
      const double largest = *std::max_element(z[i], z[i] + outputs_);
      double sum = 0;
      for (std::size_t k = 0; k < outputs_; ++k) sum += p[i][k] = std::exp(z[i][k] - largest);
      for (std::size_t k = 0; k < outputs_; ++k) {
        p[i][k] /= sum;
        r[i][k] = (p[i][k] - samples_.target(i, k)) / n;
      }
    });
  }

  /// hd = H d at probabilities p; u and r are taken as room.
  void hessian_product(const Matrix& p, const Vector& d, Matrix& u, Matrix& r, Vector& hd) const {
    forward(d, u);
    const double n = static_cast<double>(x_.rows());
    each_sample(x_.rows(), team_, [&](std::size_t i) {
      double mean = 0;
      for (std::size_t k = 0; k < outputs_; ++k) mean += p[i][k] * u[i][k];
      for (std::size_t k = 0; k < outputs_; ++k) r[i][k] = p[i][k] * (u[i][k] - mean) / n;
    });
    backward(r, d, hd);
  }

  /// The Hessian's diagonal as it were if features and probabilities had nothing to do with each other.
  Vector diagonal(const Matrix& p) const {
    Vector out = vector();
    for (std::size_t k = 0; k < outputs_; ++k) {
      double spread = 0;
      for (std::size_t i = 0; i < p.rows(); ++i) spread += p[i][k] * (1 - p[i][k]);
      spread = std::max(spread / static_cast<double>(p.rows()), 1e-12);
      for (std::size_t f = 0; f < inputs_; ++f) out[place(f, k)] = spread + penalty_[place(f, k)];
    }
    return out;
  }

 private:
  const Samples& samples_;
  Team& team_;
  std::size_t inputs_, outputs_;
  Matrix x_;
  std::vector<const double*> rows_;
  Vector penalty_;
};

/// Conjugate gradients for H d = -g, until the rest is small against g or curvature is lost to rounding.
Vector newton_direction(const Objective& objective, const Matrix& p, const Vector& g, Matrix& u, Matrix& r) {
  constexpr int most = 500;
  const Vector diagonal = objective.diagonal(p);
  Vector d = objective.vector(), hd = d, rest = g, step = d, scaled = d;
  const auto scale = [&] {
    for (std::size_t i = 0; i < rest.size(); ++i) scaled[i] = diagonal[i] > 0 ? rest[i] / diagonal[i] : 0.0;
  };
  scale();
  for (std::size_t i = 0; i < step.size(); ++i) step[i] = -scaled[i];
  const double begin = dot(g, scaled);
  double now = begin;
  const double enough = begin * std::min(0.25, std::sqrt(begin));
  for (int k = 0; k < most && now > enough; ++k) {
    objective.hessian_product(p, step, u, r, hd);
    const double curvature = dot(step, hd);
    if (!(curvature > 0)) break;
    const double length = now / curvature;
    for (std::size_t i = 0; i < d.size(); ++i) {
      d[i] += length * step[i];
      rest[i] += length * hd[i];
    }
    scale();
    const double next = dot(rest, scaled);
    for (std::size_t i = 0; i < step.size(); ++i) step[i] = next / now * step[i] - scaled[i];
    now = next;
  }
  return d;
}

std::vector<double> deviations(const Samples& train, std::span<const double> mean) {
  std::vector<double> sd(mean.size(), 0.0);
  for (std::size_t i = 0; i < train.size(); ++i) {
    const auto row = train.x(i);
    for (std::size_t f = 0; f < sd.size(); ++f) {
      const double off = static_cast<double>(row[f]) - mean[f];
      sd[f] += off * off;
    }
  }
  for (std::size_t f = 0; f < sd.size(); ++f) {
    sd[f] = std::sqrt(sd[f] / static_cast<double>(train.size()));
    // What rounding of the mean leaves of a constant.
    if (sd[f] <= 1e-12 * std::fabs(mean[f])) sd[f] = 0;
  }
  return sd;
}

}  // namespace

std::string LogisticRegression::fit(const Samples& train, Team& team, const std::atomic<bool>& stop) {
  const std::vector<double> mean = train.mean(), sd = deviations(train, mean);
  const Objective objective(train, C, mean, sd, team);
  Vector v = objective.vector(), g = v;
  Matrix z = objective.table(), p = z, r = z, u = z;
  double loss = objective.value(v, z), largest = std::numeric_limits<double>::infinity();
  bool ended = false;
  std::int64_t steps = 0;
  for (; !stop; ++steps) {
    objective.probabilities(z, p, r);
    objective.backward(r, v, g);
    const double before = std::exchange(largest, largest_magnitude(g));
    ended = largest <= tolerance;
    if (ended || steps == iterations) break;
    const Vector d = newton_direction(objective, p, g, u, r);
    const double slope = dot(g, d);
    // So near the minimum the loss shows nothing but its rounding: steps are whole while the gradient falls.
    const bool near = -slope <= 1e-13 * loss;
    if (near && largest >= before) break;
    objective.forward(d, u);
    const auto moved = [&](double step) {
      Vector there = v;
      for (std::size_t i = 0; i < v.size(); ++i) there[i] += step * d[i];
      return there;
    };
    double step = 1;
    Vector there = moved(step);
    double next = objective.value(there, z, &u, step);
    while (!near && next > loss + 1e-4 * step * slope && step > 1e-10) {
      step /= 2;
      there = moved(step);
      next = objective.value(there, z, &u, step);
    }
    v = std::move(there);
    loss = next;
    objective.forward(v, z);
  }
  const std::size_t outputs = train.outputs(), features = sd.size();
  Matrix w(features, outputs);
  std::vector<double> at_centre(outputs);
  double sum = 0;
  for (std::size_t k = 0; k < outputs; ++k) sum += at_centre[k] = v[objective.place(features, k)];
  for (std::size_t k = 0; k < outputs; ++k) {
    // The intercepts are given up to a number that all share.
    at_centre[k] -= sum / static_cast<double>(outputs);
    for (std::size_t f = 0; f < features; ++f) w[f][k] = sd[f] > 0 ? v[objective.place(f, k)] / sd[f] : 0.0;
  }
  assign(w, mean, at_centre);
  if (ended || stop) return "";
  return fmt::format("logistic_regression: its largest derivative is {:.2g}, not {:g}, after {} steps", largest,
                     tolerance, steps);
}

void LogisticRegression::scores(const Samples& samples, std::span<double> scores, Team& team) const {
  Linear::scores(samples, scores, team);
  const std::size_t outputs = bias.size();
  each_sample(samples.size(), team, [&](std::size_t i) { log_softmax(scores.subspan(i * outputs, outputs)); });
}

double LogisticRegression::bytes(const Shape& shape) {
  const auto n = static_cast<double>(shape.samples), f = static_cast<double>(shape.features),
             k = static_cast<double>(shape.outputs);
  return Matrix::bytes(n, f + 1) + 4 * Matrix::bytes(n, k) + 12 * Matrix::bytes(f + 1, k);
}

}  // namespace cajal::classical
