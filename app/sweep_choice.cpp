#include "app/sweep_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/config/draft.hpp"
#include "sim/config/text.hpp"

namespace cajal::app {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What a learner does with the samples of a test phase.
bool is_of_test_samples(const std::string& measure, const Built& built) {
  constexpr std::array<const char*, 6> names{"rate",
                                             "activation_sparsity",
                                             "operations_dense",
                                             "operations_effective",
                                             "operations_accumulate",
                                             "operations_multiply_accumulate"};
  if (std::find(names.begin(), names.end(), measure) != names.end()) return true;
  return std::any_of(built.test.begin(), built.test.end(),
                     [&](const std::string& phase) { return measure.starts_with(phase + "_"); });
}

class Choosing {
 public:
  Choosing(const SweepPlan& plan, const Built& built) : plan_(plan), built_(built) {}

  SweepChoice choose() {
    choice_.measure = plan_.select.empty() ? usual(built_.validation) : plan_.select;
    if (!plan_.select.empty()) check_select();
    choice_.higher = plan_.higher.value_or(choice_.measure.ends_with("_accuracy"));
    if (plan_.select.empty() && choice_.measure.empty() && !built_.simulation)
      choice_.note =
          "nothing is chosen: no phase shows validation data (see `split` in [data]), and test data choose nothing";
    find_owner();
    if (choice_.measure.empty() && plan_.higher)
      error("prefer", "nothing is chosen: say by what, like select = \"validate_loss\"");
    if (const std::string& phase = phase_of(choice_.measure); !phase.empty() && !built_.test.empty())
      choice_.beside = built_.test.front() + choice_.measure.substr(phase.size());
    list_shown();
    return std::move(choice_);
  }

 private:
  void error(const char* key, std::string message) { plan_.search->error(key, std::move(message)); }

  /// The figure of a phase that is looked at where nothing else is asked for.
  std::string usual(const std::vector<std::string>& phases) const {
    if (phases.empty()) return "";
    const bool accuracy = built_.classes && contains(built_.measures, "accuracy");
    return phases.front() + (accuracy ? "_accuracy" : "_loss");
  }

  std::string phase_of(const std::string& measure) const {
    for (const std::string& phase : built_.validation)
      if (measure == phase + "_accuracy" || measure == phase + "_loss") return phase;
    return "";
  }

  void check_select() {
    std::vector<std::string> allowed = built_.simulation ? built_.measures : std::vector<std::string>{};
    if (!built_.simulation) {
      for (const std::string& phase : built_.validation) {
        if (built_.classes && contains(built_.measures, "accuracy")) allowed.push_back(phase + "_accuracy");
        allowed.push_back(phase + "_loss");
      }
      allowed.insert(allowed.end(), {"parameters", "presentations"});
    }
    const std::string& name = plan_.select;
    if (contains(allowed, name)) {
      if (built_.simulation && !plan_.higher)
        error("select",
              fmt::format("\"{}\" is neither good nor bad by itself: write prefer = \"higher\" or \"lower\"", name));
      return;
    }
    if (!built_.simulation && is_of_test_samples(name, built_))
      error(
          "select",
          fmt::format("\"{}\" is measured on test data, which choose nothing: a figure that was chosen by is too good "
                      "to say what new data will give; allowed here: {}",
                      name, fmt::join(allowed, ", ")));
    else if (built_.validation.empty() && name.starts_with("valid"))
      error("select", "there are no validation data: see `split` in [data]");
    else
      error("select", fmt::format("no measure \"{}\"{}", name, config::alternatives(name, allowed)));
  }

  /// Whose figure counts.
  void find_owner() {
    choice_.of = plan_.of;
    if (!plan_.of.empty() && !contains(built_.names, plan_.of))
      error("of", fmt::format("no {} \"{}\"{}", built_.simulation ? "recorded population" : "learner", plan_.of,
                              config::alternatives(plan_.of, built_.names, "there are")));
    if (!plan_.of.empty() || choice_.measure.empty()) return;
    if (built_.names.size() == 1) {
      choice_.of = built_.names.front();
      return;
    }
    choice_.of = swept_learner();
    if (!choice_.of.empty()) return;
    const std::string which = fmt::format(
        "of = \"{}\" (there are: {})", built_.names.empty() ? "" : built_.names.front(), fmt::join(built_.names, ", "));
    if (!plan_.select.empty()) error("select", "whose it is must be said too, like " + which);
    choice_.measure.clear();
    choice_.note = "nothing is chosen: of several learners one must be named, like search = { " + which + " }";
  }

  /// The one learner below which all addresses stand; empty if there is none.
  std::string swept_learner() const {
    std::string name;
    for (const SweepAxis& axis : plan_.axes) {
      const auto parts = config::parts_of(axis.address);
      if (axis.averaged) continue;
      if (!parts || parts->size() < 3 || parts->front() != "learner" || (!name.empty() && name != (*parts)[1]))
        return "";
      name = (*parts)[1];
    }
    return name;
  }

  void list_shown() {
    std::vector<std::string> measures = built_.measures;
    if (!built_.simulation) {
      measures.clear();
      if (const std::string name = usual(built_.validation.empty() ? built_.test : built_.validation); !name.empty())
        measures.push_back(name);
      if (!choice_.measure.empty() && !contains(measures, choice_.measure)) measures.push_back(choice_.measure);
    }
    for (const std::string& name : built_.names)
      for (const std::string& measure : measures) choice_.shown.emplace_back(name, measure);
  }

  const SweepPlan& plan_;
  const Built& built_;
  SweepChoice choice_;
};

}  // namespace

SweepChoice read_choice(const SweepPlan& plan, const Built& built) { return Choosing(plan, built).choose(); }

std::vector<double> setting_values(std::span<const std::size_t> setting, std::size_t settings,
                                   const std::vector<std::vector<Measured>>& rows, const std::string& of,
                                   const std::string& measure, std::vector<double>* deviation) {
  std::vector<double> sum(settings, 0), square(settings, 0), points(settings, 0);
  for (std::size_t p = 0; p < setting.size(); ++p) {
    double total = 0, n = 0;
    for (const Measured& m : rows[p])
      if (m.learner == of && m.measure == measure && m.part.empty()) total += m.value, n += 1;
    const double value = total / n;
    sum[setting[p]] += value;
    square[setting[p]] += value * value;
    points[setting[p]] += 1;
  }
  if (deviation) deviation->assign(settings, std::nan(""));
  for (std::size_t s = 0; s < settings; ++s) {
    sum[s] /= points[s];
    if (deviation && points[s] > 1)
      (*deviation)[s] = std::sqrt(std::max(0.0, square[s] - points[s] * sum[s] * sum[s]) / (points[s] - 1));
  }
  return sum;
}

std::size_t best_of(std::span<const double> values, bool higher) {
  std::size_t best = values.size();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isfinite(values[i]) &&
        (best == values.size() || (higher ? values[i] > values[best] : values[i] < values[best])))
      best = i;
  return best;
}

}  // namespace cajal::app
