#include "learning/classical/bernoulli_naive_bayes.hpp"

#include <cmath>

namespace cajal::classical {

std::string BernoulliNaiveBayes::fit(const Samples& train, Team&, const std::atomic<bool>&) {
  const std::size_t classes = train.dataset.classes, features = train.dataset.features;
  const std::vector<double> count = train.class_counts();
  prior.clear();
  for (double c : count) prior.push_back(c / static_cast<double>(train.size()));
  probability.assign(classes * features, 0.0);
  for (std::size_t i = 0; i < train.size(); ++i) {
    const auto row = train.x(i);
    double* above = probability.data() + static_cast<std::size_t>(train.label(i)) * features;
    for (std::size_t f = 0; f < features; ++f) above[f] += static_cast<double>(row[f]) > threshold;
  }
  for (std::size_t c = 0; c < classes; ++c)
    for (std::size_t f = 0; f < features; ++f) {
      double& q = probability[c * features + f];
      q = (q + alpha) / (count[c] + 2 * alpha);
    }
  return "";
}

void BernoulliNaiveBayes::scores(const Samples& samples, std::span<double> scores, Team& team) const {
  const std::size_t classes = prior.size(), features = samples.dataset.features;
  std::vector<double> none, change;  // log p of a sample that is nowhere above, and what each feature changes
  for (std::size_t c = 0; c < classes; ++c) {
    none.push_back(prior[c] > 0 ? std::log(prior[c]) : 0.0);
    for (std::size_t f = 0; f < features; ++f) {
      const double q = probability[c * features + f];
      none[c] += std::log1p(-q);
      change.push_back(std::log(q) - std::log1p(-q));
    }
  }
  each_sample(samples.size(), team, [&](std::size_t i) {
    const auto row = samples.x(i);
    const auto out = scores.subspan(i * classes, classes);
    for (std::size_t c = 0; c < classes; ++c) {
      out[c] = none[c];
      for (std::size_t f = 0; f < features; ++f)
        if (static_cast<double>(row[f]) > threshold) out[c] += change[c * features + f];
    }
    log_posterior(prior, out);
  });
}

std::vector<Array> BernoulliNaiveBayes::arrays(const Shape& shape) const {
  return {{"prior", "share of the training samples", {"class"}, {shape.outputs}, prior},
          {"probability",
           "of each feature to be above the threshold",
           {"class", "feature"},
           {shape.outputs, shape.features},
           probability}};
}

void BernoulliNaiveBayes::restore(std::vector<Array> arrays, const Shape&) {
  prior = std::get<std::vector<double>>(std::move(arrays[0].values));
  probability = std::get<std::vector<double>>(std::move(arrays[1].values));
}

double BernoulliNaiveBayes::bytes(const Shape& shape) {
  return 8 * static_cast<double>(shape.features * shape.outputs);
}

}  // namespace cajal::classical
