#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "analysis/subject.hpp"

namespace cajal::analysis {

/// Scores are a matrix times what is shown, past hidden units that copy their inputs; all that is asked of it is kept.
class FakeSubject final : public Subject {
 public:
  /// weight [output][feature]
  FakeSubject(std::vector<double> weight, std::size_t outputs)
      : weight_(weight), learned_(std::move(weight)), outputs_(outputs), silent_(learned_.size() / outputs, false) {}

  const std::string& name() const override { return name_; }
  Answers answer(std::span<const float> rows) override { return answer_within(rows, steps()); }
  Answers answer_within(std::span<const float> rows, std::int64_t steps) override {
    asked.emplace_back(rows.begin(), rows.end());
    weights_asked.push_back(weight_);
    silent_asked.push_back(static_cast<std::size_t>(std::count(silent_.begin(), silent_.end(), true)));
    Answers a;
    a.outputs = outputs_;
    const std::size_t features = silent_.size();
    for (std::size_t s = 0; s < rows.size() / features; ++s) {
      for (std::size_t k = 0; k < outputs_; ++k) {
        double sum = 0;
        for (std::size_t f = 0; f < features; ++f)
          if (!silent_[f]) sum += weight_[k * features + f] * static_cast<double>(rows[s * features + f]);
        a.scores.push_back(steps >= known_after ? sum : 0);
      }
      const auto first = a.scores.end() - static_cast<std::ptrdiff_t>(outputs_);
      a.predicted.push_back(static_cast<std::int32_t>(std::max_element(first, a.scores.end()) - first));
    }
    return a;
  }
  std::int64_t steps() const override { return trial; }
  double dt() const override { return 0.5; }
  std::string without_gradient() const override { return ""; }
  std::vector<double> input_gradient(std::span<const float>, std::span<const std::int32_t> outputs) override {
    std::vector<double> out;
    const std::size_t features = silent_.size();
    for (const std::int32_t k : outputs) {
      const auto row = weight_.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(k) * features);
      out.insert(out.end(), row, row + static_cast<std::ptrdiff_t>(features));
    }
    return out;
  }
  std::size_t number_bytes() const override { return 4; }
  std::vector<Weights> weights() const override {
    Weights w;
    w.edge = "out";
    w.values = weight_.size();
    w.weight_bytes = 4 * static_cast<double>(weight_.size());
    return {w};
  }
  std::vector<double> weight_values(std::size_t) override { return weight_; }
  void set_weight_values(std::size_t, std::span<const double> values) override {
    weight_.assign(values.begin(), values.end());
  }
  std::vector<Units> nodes() const override {
    Units u;
    u.node = "hid";
    u.units = silent_.size();
    u.neurons = true;
    return {u};
  }
  void lesion(std::size_t, std::span<const std::uint32_t> units) override {
    for (const std::uint32_t u : units) silent_[u] = true;
  }
  void restore() override {
    weight_ = learned_;
    std::fill(silent_.begin(), silent_.end(), false);
  }
  std::optional<Operations> operations() override { return counted; }

  std::int64_t trial = 1, known_after = 1;  ///< before this step all scores are zero
  std::optional<Operations> counted;
  std::vector<std::vector<float>> asked;
  std::vector<std::vector<double>> weights_asked;
  std::vector<std::size_t> silent_asked;

 private:
  std::string name_ = "fake";
  std::vector<double> weight_, learned_;
  std::size_t outputs_;
  std::vector<bool> silent_;
};

/// Images of 8 x 8 values between 0 and 1 in two classes: the left or the right half is bright.
inline Questions halves(std::size_t samples) {
  Questions q;
  q.shape = {8, 8};
  q.features = 64;
  q.samples = samples;
  q.classes = 2;
  for (std::size_t s = 0; s < samples; ++s) {
    q.label.push_back(static_cast<std::int32_t>(s % 2));
    for (std::size_t f = 0; f < 64; ++f) q.rows.push_back(f % 8 / 4 == s % 2 ? 0.75f : 0.25f);
  }
  return q;
}

/// Tells them apart.
inline FakeSubject seer() {
  std::vector<double> weight(128);
  for (std::size_t f = 0; f < 64; ++f) {
    weight[f] = f % 8 / 4 == 0 ? 1.0 : -0.5;
    weight[64 + f] = f % 8 / 4 == 1 ? 1.0 : -0.5;
  }
  return {weight, 2};
}

}  // namespace cajal::analysis
