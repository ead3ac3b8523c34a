#include "learning/classical/naive_bayes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cajal::classical {

namespace {

/// Largest variance of a feature over all samples.
double largest_variance(const Samples& train) {
  const std::vector<double> mean = train.mean();
  std::vector<double> sum(mean.size(), 0.0);
  for (std::size_t i = 0; i < train.size(); ++i) {
    const auto row = train.x(i);
    for (std::size_t f = 0; f < sum.size(); ++f)
      sum[f] += (static_cast<double>(row[f]) - mean[f]) * (static_cast<double>(row[f]) - mean[f]);
  }
  return *std::max_element(sum.begin(), sum.end()) / static_cast<double>(train.size());
}

}  // namespace

std::string NaiveBayes::fit(const Samples& train, Team&, const std::atomic<bool>&) {
  const std::size_t classes = train.dataset.classes, features = train.dataset.features;
  const std::vector<double> count = train.class_counts();
  prior.clear();
  for (double c : count) prior.push_back(c / static_cast<double>(train.size()));
  mean.assign(classes * features, 0.0);
  variance.assign(classes * features, 0.0);
  const auto each = [&](auto&& visit) {
    for (std::size_t i = 0; i < train.size(); ++i) {
      const auto row = train.x(i);
      const auto c = static_cast<std::size_t>(train.label(i));
      for (std::size_t f = 0; f < features; ++f) visit(c * features + f, count[c], static_cast<double>(row[f]));
    }
  };
  each([&](std::size_t at, double n, double x) { mean[at] += x / n; });
  each([&](std::size_t at, double n, double x) { variance[at] += (x - mean[at]) * (x - mean[at]) / n; });
  // Where all features are constant any variance gives the same: each class at distance 0.
  const double largest = largest_variance(train), added = largest > 0 ? var_smoothing * largest : 1.0;
  for (double& v : variance) v += added;
  return "";
}

void NaiveBayes::scores(const Samples& samples, std::span<double> scores, Team& team) const {
  const std::size_t classes = prior.size(), features = samples.dataset.features;
  std::vector<double> constant;
  for (std::size_t c = 0; c < classes; ++c) {
    constant.push_back(prior[c] > 0 ? std::log(prior[c]) : 0.0);
    for (std::size_t f = 0; f < features; ++f)
      constant[c] -= std::log(2 * std::numbers::pi * variance[c * features + f]) / 2;
  }
  each_sample(samples.size(), team, [&](std::size_t i) {
    const auto row = samples.x(i);
    const auto out = scores.subspan(i * classes, classes);
    for (std::size_t c = 0; c < classes; ++c) {
      double sum = 0;
      for (std::size_t f = 0; f < features; ++f) {
        const double off = static_cast<double>(row[f]) - mean[c * features + f];
        sum += off * off / variance[c * features + f];
      }
      out[c] = constant[c] - sum / 2;
    }
    log_posterior(prior, out);
  });
}

std::vector<Array> NaiveBayes::arrays(const Shape& shape) const {
  const std::vector<std::string> axes{"class", "feature"};
  const std::vector<std::size_t> dims{shape.outputs, shape.features};
  return {{"prior", "share of the training samples", {"class"}, {shape.outputs}, prior},
          {"mean", "mean of each feature in each class", axes, dims, mean},
          {"variance", "its variance, with what is added to all", axes, dims, variance}};
}

void NaiveBayes::restore(std::vector<Array> arrays, const Shape&) {
  prior = std::get<std::vector<double>>(std::move(arrays[0].values));
  mean = std::get<std::vector<double>>(std::move(arrays[1].values));
  variance = std::get<std::vector<double>>(std::move(arrays[2].values));
}

double NaiveBayes::bytes(const Shape& shape) { return 16 * static_cast<double>(shape.features * shape.outputs); }

}  // namespace cajal::classical
