#include "app/classical.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <limits>

#include "app/classical_subject.hpp"
#include "learning/classical/classical.hpp"
#include "learning/readout.hpp"
#include "sim/parallel/team.hpp"

namespace cajal::app {

namespace {

using classical::Array;
using classical::Classical;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

class ClassicalLearner final : public AnyLearner {
 public:
  ClassicalLearner(Classical classical, LearnerOptions options, const Data& data, const data::Split& split)
      : classical_(std::move(classical)), options_(std::move(options)), data_(data), split_(split) {}

  const LearnerRecord& run(const std::function<void(const Progress&)>& progress,
                           const std::atomic<bool>& stop) override {
    for (const Phase& phase : options_.phases) {
      if (stop) break;
      const std::vector<std::uint32_t> samples = samples_of(phase);
      const auto total = static_cast<std::int64_t>(samples.size());
      if (!phase.frozen()) {
        fit(phase, samples, stop);
      } else {
        record_.phases.push_back(predict(data_.dataset, samples));
        record_.phases.back().name = phase.name;
      }
      const double accuracy = phase.frozen() ? record_.phases.back().accuracy : nan;
      if (progress) progress({phase.name, 1, 1, total, total, nan, accuracy});
    }
    record_.interrupted = stop;
    return record_;
  }

  /// Closed forms and distances work on the training samples in double precision.
  double memory() const override {
    return static_cast<double>(split_.train.size()) * static_cast<double>(data_.dataset.features) * sizeof(double);
  }

  PhaseRecord predict(const data::Dataset& dataset, const std::vector<std::uint32_t>& samples) override {
    const auto start = std::chrono::steady_clock::now();
    PhaseRecord r;
    r.name = "predict";
    r.outputs = classical_.shape().outputs;
    r.sample = samples;
    r.scores.resize(samples.size() * r.outputs);
    r.presentations = static_cast<std::int64_t>(samples.size());
    const classical::Samples asked{dataset, samples};
    Team team(options_.threads);
    classical_.scores(asked, r.scores, team);
    const auto n = static_cast<double>(samples.size());
    r.accuracy = r.loss = dataset.classification() ? nan : 0;
    double correct = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const std::span<const double> scores = std::span(r.scores).subspan(i * r.outputs, r.outputs);
      if (dataset.classification()) {
        r.label.push_back(asked.label(i));
        r.predicted.push_back(answer(scores));
        correct += r.predicted[i] == r.label[i];
      } else {
        for (std::size_t k = 0; k < r.outputs; ++k)
          r.loss += std::pow(scores[k] - asked.target(i, k), 2) / (n * static_cast<double>(r.outputs));
      }
    }
    r.accuracy = dataset.classification() ? correct / n : nan;
    r.seconds = seconds_since(start);
    return r;
  }

  std::string without_gradient() const override { return "a classical learner has no gradient"; }
  std::vector<double> input_gradient(std::span<const float>, std::span<const std::int32_t>) override {
    throw Error(without_gradient());
  }
  TaskRecord run_tasks(const Tasks&, const std::atomic<bool>&) override {
    throw Error("a classical learner is fitted once, to all samples");
  }
  void show_at_least(std::int64_t) override {}
  void set_budget(const Budget& budget) override { options_.budget = budget; }
  const LearnerRecord& record() const override { return record_; }
  const LearnerOptions& options() const override { return options_; }
  const Activity* activity() const override { return nullptr; }
  std::size_t parameters() const override { return classical_.parameters(); }

  void write_weights(const record::Group& group, const std::string& when) override {
    if (!classical_.fitted()) return;
    for (const Array& a : classical_.arrays())
      std::visit(
          [&](const auto& values) {
            group.write(place(a, when), values, a.shape, {"", a.meaning, a.axes});
          },
          a.values);
  }

  void read_weights(const record::ResultReader& reader, const std::string& path, const std::string& when) override {
    std::vector<Array> arrays = classical_.arrays();
    for (Array& a : arrays) {
      const std::string where = path + place(a, when);
      std::visit(
          [&]<class T>(std::vector<T>& values) {
            auto stored = reader.read<T>(where);
            bool fits = stored.dims.size() == a.shape.size();
            for (std::size_t d = 0; fits && d < a.shape.size(); ++d)
              fits = stored.dims[d] == a.shape[d] || (a.axes[d] == "sample" && stored.dims[d] > 0);
            if (!fits)
              throw DataError(reader.path(), fmt::format("{}: shape [{}], expected [{}]", where,
                                                         fmt::join(stored.dims, ", "), fmt::join(a.shape, ", ")));
            a.shape = stored.dims;
            values = std::move(stored.values);
          },
          a.values);
    }
    try {
      classical_.restore(std::move(arrays));
    } catch (const DataError&) {
      throw;
    } catch (const Error& e) {
      throw DataError(reader.path(), e.what());
    }
  }

  std::unique_ptr<analysis::Subject> subject(const Data& data) override {
    return classical_subject(classical_, *this, data);
  }

  std::string summary() const override {
    const classical::Shape& s = classical_.shape();
    return fmt::format("  classical {:<18} {} features -> {} {}\n", classical_.name(), s.features, s.outputs,
                       s.classes        ? "classes"
                       : s.outputs == 1 ? "number"
                                        : "numbers");
  }

 private:
  std::string place(const Array& a, const std::string& when) const {
    return fmt::format("weights/{}/{}/{}", classical_.name(), when, a.name);
  }

  std::vector<std::uint32_t> samples_of(const Phase& phase) const {
    std::vector<std::uint32_t> samples = phase.part == Phase::Part::train        ? split_.train
                                         : phase.part == Phase::Part::validation ? split_.validation
                                                                                 : split_.test;
    if (phase.samples > 0 && samples.size() > static_cast<std::size_t>(phase.samples))
      samples.resize(static_cast<std::size_t>(phase.samples));
    const auto budget = static_cast<std::size_t>(options_.budget.presentations);
    if (!phase.frozen() && budget > 0 && samples.size() > budget) samples.resize(budget);
    return samples;
  }

  void fit(const Phase& phase, const std::vector<std::uint32_t>& samples, const std::atomic<bool>& stop) {
    const auto start = std::chrono::steady_clock::now();
    Team team(options_.threads);
    record_.stopped = classical_.fit({data_.dataset, samples}, team, stop);
    EpochRecord e;
    e.phase = phase.name;
    e.epoch = 1;
    e.presentations = static_cast<std::int64_t>(samples.size());
    e.loss = e.accuracy = e.validation_loss = e.validation_accuracy = e.gradient_norm = nan;
    e.seconds = seconds_since(start);
    record_.epochs.push_back(e);
  }

  Classical classical_;
  LearnerOptions options_;
  const Data& data_;
  const data::Split& split_;
  LearnerRecord record_;
};

/// One fit, before all else.
void check_order(const config::Table& tree, const std::vector<Phase>& phases) {
  if (phases.empty()) return;
  const auto tables = tree.list("phase");
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (tables[i].has("epochs")) tables[i].error("epochs", "a classical learner is fitted once");
    if (i == 0 && phases[i].frozen())
      tables[i].error("",
                      "a classical learner has nothing to say before it was fitted: the first phase has `split = "
                      "\"train\"` and no `learn = []`");
    if (i > 0 && !phases[i].frozen())
      tables[i].error("", "a classical learner is fitted once, in the first phase; write `learn = []`");
  }
}

/// What other learners read.
void refuse_network(const config::Table& tree) {
  for (const char* key : {"node", "edge", "layers", "learn", "trial", "predict"})
    if (tree.take(key))
      tree.error(key, "a learner with `classical` has no network: take one of the two away, or make two learners");
  if (const auto run = tree.table("run"))
    for (const char* key : {"dt", "precision"})
      if (run->take(key)) run->error(key, "a classical learner has no steps and computes in float64: take it away");
}

}  // namespace

std::unique_ptr<AnyLearner> make_classical(const config::Table& tree, const std::string& name, const Data& data,
                                           const data::Split& split, std::size_t threads) {
  const std::size_t errors = tree.diagnostics().size();
  refuse_network(tree);
  if (data.augment.any()) tree.error("classical", "learns from the samples as they are: take `augment` away");
  LearnerOptions o;
  o.name = name;
  o.threads = threads;
  o.teaches = true;
  o.phases = read_phases(tree, {}, {}, 1, !split.validation.empty());
  check_order(tree, o.phases);
  std::size_t samples = split.train.size();
  if (!o.phases.empty() && o.phases[0].samples > 0)
    samples = std::min(samples, static_cast<std::size_t>(o.phases[0].samples));
  const bool classes = data.dataset.classification();
  auto found = Classical::read(
      tree, {samples, data.dataset.features, classes ? data.dataset.classes : data.dataset.targets, classes});
  if (!found || tree.diagnostics().size() != errors) return nullptr;
  return std::make_unique<ClassicalLearner>(std::move(*found), std::move(o), data, split);
}

}  // namespace cajal::app
