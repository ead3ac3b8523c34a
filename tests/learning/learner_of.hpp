#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "learning/learner.hpp"
#include "tests/whole_network.hpp"

namespace cajal::test {

/// A learner by gradient as the program makes it from a config, its network in reach. `learn.bp` is the gradient. The
/// data must outlive it.
template <class Real>
std::unique_ptr<Learner<Real>> learner_of(const std::string& text, const data::Dataset& dataset,
                                          const data::Split& split, double dt = 1, std::size_t threads = 1,
                                          const Trained& trained = all_trained) {
  config::Value root = config::parse(text, "test.toml");
  std::vector<Diagnostic> diagnostics;
  const config::Table table(root, "", diagnostics);
  LearnerOptions o;
  o.name = "test";
  o.seed = 1;
  o.dt = dt;
  o.threads = threads;
  o.batch = 64;
  o.trial = Trial::read(table, dt);
  const auto learn = table.table("learn");
  o.gradients.push_back(GradientOptions::read("bp", *learn->table("bp")));
  o.predict = read_predict(table, &o.gradients[0], dataset.classification());
  o.phases = read_phases(table, {"bp"}, o.predict, o.gradients[0].stop.epochs, !split.validation.empty());
  config::raise(diagnostics);
  auto network = network_of<Real>(text, trained, dt, dataset.features, o.seed);
  return std::make_unique<Learner<Real>>(std::move(network), std::vector<std::unique_ptr<Process<Real>>>{},
                                         std::move(o), dataset, split);
}

/// Random values in [0, 1); class c has larger ones in its own third of the features.
inline data::Dataset random_classes(std::size_t samples, std::size_t features, std::size_t classes,
                                    std::uint64_t seed = 3) {
  data::Dataset d;
  d.name = "random";
  d.samples = samples;
  d.features = features;
  d.shape = {features};
  d.classes = classes;
  Draws draws(Stream(seed, "tests.random_classes"), 0);
  for (std::size_t s = 0; s < samples; ++s) {
    const std::size_t c = s % classes;
    d.label.push_back(static_cast<std::int32_t>(c));
    for (std::size_t f = 0; f < features; ++f)
      d.x.push_back(static_cast<float>((f * classes / features == c ? 0.5 : 0.1) + 0.4 * draws.uniform()));
  }
  return d;
}

}  // namespace cajal::test
