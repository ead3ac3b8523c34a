// Asking a finished learner what it looks at.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/generated.hpp"
#include "analysis/permutation_importance.hpp"
#include "analysis/saliency.hpp"
#include "app/interpretation.hpp"
#include "app/terminal.hpp"
#include "learning/data/principal_components.hpp"

namespace cajal::app {

namespace {

/// Some samples of a data set, as one of its own.
data::Dataset part_of(const data::Dataset& d, const std::vector<std::uint32_t>& samples) {
  data::Dataset out;
  out.name = d.name;
  out.shape = d.shape;
  out.features = d.features;
  out.classes = d.classes;
  out.targets = d.targets;
  out.tokens = d.tokens;
  out.samples = samples.size();
  for (const std::uint32_t s : samples) {
    const auto begin = d.x.begin() + static_cast<std::ptrdiff_t>(s * d.features);
    out.x.insert(out.x.end(), begin, begin + static_cast<std::ptrdiff_t>(d.features));
    if (d.classification()) out.label.push_back(d.last_label(s));
    for (std::size_t k = 0; k < d.targets && !d.y.empty(); ++k) out.y.push_back(d.y[s * d.targets + k]);
  }
  return out;
}

std::vector<std::uint32_t> all_of(const data::Dataset& d) {
  std::vector<std::uint32_t> samples(d.samples);
  std::iota(samples.begin(), samples.end(), 0u);
  return samples;
}

Measured row_of(const AnyLearner& learner, std::uint64_t seed, const std::string& measure, const std::string& part,
                double value, std::size_t n) {
  return {learner.options().name, measure, part, seed, value, std::nan(""), std::nan(""), static_cast<double>(n)};
}

/// Of a single score of two classes class 0 is the answer where it is small.
struct Answers {
  std::vector<std::int32_t> of, output;
  std::vector<double> sign;
};

Answers answers_of(const PhaseRecord& p, bool classes) {
  Answers a;
  for (std::size_t s = 0; s < p.sample.size(); ++s) {
    const std::int32_t answer = classes ? p.predicted[s] : 0;
    const bool single = p.outputs == 1;
    a.of.push_back(answer);
    a.output.push_back(single ? 0 : std::max(answer, 0));
    a.sign.push_back(classes && single && answer == 0 ? -1 : 1);
  }
  return a;
}

class SaliencyMaps {
 public:
  SaliencyMaps(const Interpretation::Saliency& asked, AnyLearner& learner, const data::Dataset& shown)
      : asked_(asked),
        learner_(learner),
        shown_(shown),
        record_(ask(shown)),
        answers_(answers_of(record_, shown.classification())) {}

  const Answers& answers() const { return answers_; }

  /// [sample][feature]
  std::vector<double> map(const std::string& method) const {
    std::vector<double> out;
    if (method == "integrated_gradients") {
      for (std::size_t s = 0; s < shown_.samples && !stop_requested(); ++s) {
        const std::vector<std::int32_t> output(asked_.steps, answers_.output[s]);
        const auto one = analysis::integrated_gradients(
            std::span(shown_.x).subspan(s * shown_.features, shown_.features), asked_.steps,
            [&](std::span<const float> rows) { return learner_.input_gradient(rows, output); });
        out.insert(out.end(), one.begin(), one.end());
      }
      out.resize(shown_.x.size());
    } else {
      out = learner_.input_gradient(shown_.x, answers_.output);
      if (method == "gradient_x_input") out = analysis::gradient_times_input(shown_.x, out);
    }
    for (std::size_t i = 0; i < out.size(); ++i) out[i] *= answers_.sign[i / shown_.features];
    if (!std::all_of(out.begin(), out.end(), [](double v) { return std::isfinite(v); }))
      throw NumericalError(fmt::format("saliency of \"{}\": {} is not finite", learner_.options().name, method));
    return out;
  }

  /// How far sums of integrated gradients are from S(x) - S(0): the mean distance by the mean magnitude.
  double completeness_error(const std::vector<double>& integrated) const {
    data::Dataset nothing = part_of(shown_, {0});
    std::fill(nothing.x.begin(), nothing.x.end(), 0.0f);
    const PhaseRecord base = ask(nothing);
    double distance = 0, all = 0;
    for (std::size_t s = 0; s < shown_.samples; ++s) {
      const auto output = static_cast<std::size_t>(answers_.output[s]);
      const double expected = answers_.sign[s] * (record_.scores[s * record_.outputs + output] - base.scores[output]);
      const auto begin = integrated.begin() + static_cast<std::ptrdiff_t>(s * shown_.features);
      distance +=
          std::fabs(std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(shown_.features), 0.0) - expected);
      all += std::fabs(expected);
    }
    return all > 0 ? distance / all : distance;
  }

 private:
  PhaseRecord ask(const data::Dataset& d) const { return learner_.predict(d, all_of(d)); }

  const Interpretation::Saliency& asked_;
  AnyLearner& learner_;
  const data::Dataset& shown_;
  PhaseRecord record_;
  Answers answers_;
};

void add_saliency(const Interpretation::Saliency& asked, AnyLearner& learner, std::uint64_t seed, const Data& data,
                  Findings& out) {
  if (const std::string none = learner.without_gradient(); !none.empty()) {
    out.left_out.push_back("no saliency: " + none);
    return;
  }
  const std::vector<std::uint32_t> samples(data.split.test.begin(),
                                           data.split.test.begin() + static_cast<std::ptrdiff_t>(asked.samples));
  const data::Dataset shown = part_of(data.dataset, samples);
  const SaliencyMaps maps(asked, learner, shown);
  const std::vector<std::size_t> dims{shown.samples, shown.features};
  const std::vector<std::string> axes{"sample", "feature"};
  out.arrays.push_back(
      {"saliency/sample", samples, {samples.size()}, "index of the sample in the data set", {"sample"}});
  out.arrays.push_back({"saliency/input", shown.x, dims, "the sample as the learner was shown it", axes});
  if (shown.classification())
    out.arrays.push_back({"saliency/of", maps.answers().of, {samples.size()}, "class answered", {"sample"}});
  for (const std::string& method : asked.methods) {
    const std::vector<double> map = maps.map(method);
    if (stop_requested()) return;
    if (method == "integrated_gradients")
      out.rows.push_back(
          row_of(learner, seed, "integrated_gradients_error", "", maps.completeness_error(map), shown.samples));
    out.arrays.push_back({"saliency/" + method, std::vector<float>(map.begin(), map.end()), dims,
                          method == "gradient" ? "derivative of the score of the answer by the value shown"
                                               : "what the value shown adds to the score of the answer",
                          axes, method == "gradient" ? "score/value" : "score"});
  }
}

/// Larger is better: accuracy, or the mean squared error with a minus.
double quality_of(const PhaseRecord& p, const data::Dataset& d) {
  if (d.classification()) return p.accuracy;
  double error = 0;
  for (std::size_t i = 0; i < d.y.size(); ++i) error += std::pow(p.scores[i] - static_cast<double>(d.y[i]), 2);
  return -error / static_cast<double>(d.y.size());
}

void add_importance(const Interpretation::Importance& asked, AnyLearner& learner, std::uint64_t seed, const Data& data,
                    Findings& out) {
  data::Dataset shown = part_of(data.dataset, data.split.test);
  const std::vector<std::uint32_t> samples = all_of(shown);
  const auto quality = [&] { return quality_of(learner.predict(shown, samples), shown); };
  const PhaseRecord whole = learner.predict(shown, samples);
  if (!shown.classification() && whole.scores.size() != shown.y.size()) {
    out.left_out.push_back("no permutation importance: the answers are not as many as the targets");
    return;
  }
  const double before = quality_of(whole, shown);
  const Stream stream(seed, "measure.permutation_importance");
  for (std::size_t g = 0; g < asked.groups.size() && !stop_requested(); ++g) {
    const Interpretation::FeatureGroup& group = asked.groups[g];
    const analysis::Importance i = analysis::permutation_importance(
        shown.x, shown.features, group.features, asked.repeats, stream, g * asked.repeats, before, quality);
    out.rows.push_back(row_of(learner, seed, "permutation_importance", group.name, i.mean, asked.repeats));
    out.rows.push_back(
        row_of(learner, seed, "permutation_importance_deviation", group.name, i.deviation, asked.repeats));
  }
}

/// Of the last test phase: the one whose activity was kept.
const PhaseRecord* test_phase(const AnyLearner& learner) {
  const PhaseRecord* found = nullptr;
  for (const Phase& phase : learner.options().phases)
    for (const PhaseRecord& p : learner.record().phases)
      if (phase.part == Phase::Part::test && p.name == phase.name) found = &p;
  return found;
}

void add_components(const Activity::OfNode& node, std::size_t samples, std::size_t components, const PhaseRecord& phase,
                    AnyLearner& learner, std::uint64_t seed, Findings& out) {
  data::Dataset activity;
  activity.name = fmt::format("activity of \"{}\"", node.node);
  activity.samples = samples;
  activity.features = node.units;
  activity.shape = {node.units};
  activity.x = node.mean;
  const std::vector<std::uint32_t> all = all_of(activity);
  const data::PrincipalComponents p = data::principal_components(activity, all, components);
  double variance = 0;
  std::vector<float> scores(samples * components);
  for (std::size_t s = 0; s < samples; ++s) {
    const float* x = node.mean.data() + s * node.units;
    for (std::size_t u = 0; u < node.units; ++u) variance += std::pow(static_cast<double>(x[u]) - p.mean[u], 2);
    for (std::size_t c = 0; c < components; ++c) {
      double sum = 0;
      for (std::size_t u = 0; u < node.units; ++u)
        sum += p.direction[c * node.units + u] * (static_cast<double>(x[u]) - p.mean[u]);
      scores[s * components + c] = static_cast<float>(sum);
    }
  }
  variance /= static_cast<double>(samples);
  const std::string place = "pca/" + node.node + "/";
  std::vector<double> explained;
  for (std::size_t c = 0; c < components; ++c) {
    explained.push_back(p.variance[c] / variance);
    out.rows.push_back(row_of(learner, seed, "hidden_pca_explained", fmt::format("{}, component {}", node.node, c + 1),
                              explained.back(), samples));
  }
  out.arrays.push_back({place + "scores",
                        std::move(scores),
                        {samples, components},
                        "place of a test sample along the principal components of the node's activity",
                        {"sample", "component"},
                        node.spiking ? "spikes/step" : ""});
  out.arrays.push_back({place + "direction",
                        p.direction,
                        {components, node.units},
                        "principal components, of length 1",
                        {"component", "unit"}});
  out.arrays.push_back({place + "explained",
                        std::move(explained),
                        {components},
                        "share of the variance of the activity along the component",
                        {"component"}});
  const auto rows = static_cast<std::ptrdiff_t>(samples);
  out.arrays.push_back({place + "sample",
                        std::vector<std::uint32_t>(phase.sample.begin(), phase.sample.begin() + rows),
                        {samples},
                        "index of the sample in the data set",
                        {"sample"}});
  if (!phase.label.empty())
    out.arrays.push_back({place + "label",
                          std::vector<std::int32_t>(phase.label.begin(), phase.label.begin() + rows),
                          {samples},
                          "true class",
                          {"sample"}});
}

void add_hidden_pca(const Interpretation::HiddenPca& asked, AnyLearner& learner, std::uint64_t seed, Findings& out) {
  const Activity* activity = learner.activity();
  const PhaseRecord* phase = test_phase(learner);
  for (const std::string& name : asked.nodes) {
    const Activity::OfNode* node = nullptr;
    for (std::size_t i = 0; activity && i < activity->nodes.size(); ++i)
      if (activity->nodes[i].node == name) node = &activity->nodes[i];
    if (!node || !phase) {
      out.left_out.push_back(fmt::format("no hidden_pca of \"{}\": there is no such node", name));
      continue;
    }
    try {
      add_components(*node, std::min(activity->samples, phase->sample.size()), asked.components, *phase, learner, seed,
                     out);
    } catch (const DataError& e) {
      // Units that all stay silent have no components; the rest of the run is worth keeping.
      out.left_out.push_back(fmt::format("no hidden_pca: {}", e.what()));
    }
  }
}

}  // namespace

Findings interpret(const Interpretation& asked, AnyLearner& learner, std::uint64_t seed, const Data& data) {
  Findings out;
  if (asked.hidden_pca && !stop_requested()) add_hidden_pca(*asked.hidden_pca, learner, seed, out);
  if (asked.saliency && !stop_requested()) add_saliency(*asked.saliency, learner, seed, data, out);
  if (asked.importance && !stop_requested()) add_importance(*asked.importance, learner, seed, data, out);
  return out;
}

std::vector<Measured> measure_generated(const record::ResultReader& reader, const std::string& path,
                                        const std::string& generator, AnyLearner& classifier, std::uint64_t seed,
                                        const Data& data) {
  const std::string output = path + "predictions/test/output";
  if (!reader.has(output)) return {};
  auto stored = reader.read<float>(output);
  if (stored.dims.size() != 2 || stored.dims[1] != data.dataset.features || stored.values.empty()) return {};
  data::Dataset made;
  made.name = generator;
  made.shape = data.dataset.shape;
  made.features = data.dataset.features;
  made.samples = stored.dims[0];
  made.x = std::move(stored.values);
  const PhaseRecord seen = classifier.predict(made, all_of(made));
  const analysis::Generated g = analysis::generated(seen.scores, seen.outputs);
  const auto row = [&](const char* measure, double value) {
    return Measured{generator, measure, "", seed, value, std::nan(""), std::nan(""), static_cast<double>(made.samples)};
  };
  return {row("generated_confidence", g.confidence), row("generated_coverage", g.coverage)};
}

}  // namespace cajal::app
