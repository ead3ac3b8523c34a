#include "app/classical_subject.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/subject.hpp"
#include "app/terminal.hpp"

namespace cajal::app {

namespace {

/// It has no time, no units and no gradient; weights where its scores are sums of weights times features.
class ClassicalSubject final : public analysis::Subject {
 public:
  ClassicalSubject(classical::Classical& classical, AnyLearner& learner, const Data& data)
      : classical_(classical), learner_(learner), data_(data) {
    learned_ = classical.arrays();
    linear_ = learned_.front().name == "weight";
    weights_.edge = classical.name();
    weights_.trained = true;
    weights_.synaptic = linear_;
    for (const classical::Array& a : learned_)
      std::visit(
          [&](const auto& values) {
            const bool weight = linear_ && a.name == "weight";
            (weight ? weights_.values : weights_.biases) += values.size();
            (weight ? weights_.weight_bytes : weights_.bias_bytes) +=
                static_cast<double>(values.size() * sizeof(values[0]));
          },
          a.values);
    // Others cannot be changed, and may hold all the training samples.
    if (!linear_) learned_.clear();
  }

  const std::string& name() const override { return learner_.options().name; }

  Answers answer(std::span<const float> rows) override {
    data::Dataset shown;
    shown.name = data_.dataset.name;
    shown.shape = data_.dataset.shape;
    shown.features = data_.dataset.features;
    shown.samples = rows.size() / shown.features;
    shown.x.assign(rows.begin(), rows.end());
    shown.classes = data_.dataset.classes;
    shown.targets = data_.dataset.targets;
    // What is right is nobody's concern here.
    if (data_.dataset.classification())
      shown.label.assign(shown.samples, 0);
    else
      shown.y.assign(shown.samples * shown.targets, 0.0f);
    std::vector<std::uint32_t> all(shown.samples);
    std::iota(all.begin(), all.end(), 0u);
    PhaseRecord asked = learner_.predict(shown, all);
    Answers out{{}, std::move(asked.scores), asked.outputs};
    if (data_.dataset.classification()) out.predicted = classes_of(out.scores, out.outputs);
    return out;
  }
  Answers answer_within(std::span<const float> rows, std::int64_t) override { return answer(rows); }
  std::int64_t steps() const override { return 1; }
  double dt() const override { return learner_.options().dt; }
  bool stopped() const override { return stop_requested(); }

  std::string without_gradient() const override { return learner_.without_gradient(); }
  std::vector<double> input_gradient(std::span<const float> rows, std::span<const std::int32_t> outputs) override {
    return learner_.input_gradient(rows, outputs);
  }

  std::size_t number_bytes() const override { return sizeof(double); }
  std::vector<Weights> weights() const override { return {weights_}; }
  std::vector<double> weight_values(std::size_t) override {
    return linear_ ? std::get<std::vector<double>>(classical_.arrays()[0].values) : std::vector<double>{};
  }
  void set_weight_values(std::size_t, std::span<const double> values) override {
    std::vector<classical::Array> arrays = classical_.arrays();
    arrays[0].values = std::vector<double>(values.begin(), values.end());
    classical_.restore(std::move(arrays));
    changed_ = true;
  }
  std::vector<Units> nodes() const override { return {}; }
  void lesion(std::size_t, std::span<const std::uint32_t>) override {}
  void restore() override {
    if (changed_) classical_.restore(learned_);
    changed_ = false;
  }

  std::optional<Operations> operations() override {
    if (!linear_) return {};
    const analysis::Questions q = questions_of(data_, 0, data_.split.test.size());
    if (q.samples == 0) return {};
    const std::vector<double> weight = weight_values(0);
    std::vector<double> fan(q.features, 0.0);
    for (std::size_t i = 0; i < weight.size(); ++i) fan[i % q.features] += weight[i] != 0;
    Operations o;
    double effective = 0, nonzero = 0;
    bool binary = true;
    for (std::size_t i = 0; i < q.rows.size(); ++i) {
      const float x = q.rows[i];
      binary = binary && (x == 0 || x == 1 || x == -1);
      effective += x != 0 ? fan[i % q.features] : 0;
      nonzero += x != 0;
    }
    const auto n = static_cast<double>(q.samples);
    o.dense = static_cast<double>(weight.size());
    o.held = o.dense;
    (binary ? o.effective_acs : o.effective_macs) = effective / n;
    o.input_nonzero = nonzero / static_cast<double>(q.rows.size());
    return o;
  }

 private:
  classical::Classical& classical_;
  AnyLearner& learner_;
  const Data& data_;
  std::vector<classical::Array> learned_;  ///< of a linear one: W and b of scores = W x + b
  Weights weights_;
  bool linear_ = false;
  bool changed_ = false;
};

}  // namespace

std::unique_ptr<analysis::Subject> classical_subject(classical::Classical& classical, AnyLearner& learner,
                                                     const Data& data) {
  return std::make_unique<ClassicalSubject>(classical, learner, data);
}

}  // namespace cajal::app
