#include "app/environment_recorder.hpp"

#include <cmath>
#include <string>

namespace cajal::app {

namespace {

std::string place(const std::string& name) { return std::string(environment_place) + "/" + name; }

}  // namespace

template <class Real>
struct EnvironmentRecorder<Real>::Columns {
  record::Appendable<double> time, reward, signal, expected, activity;
  record::Appendable<std::int64_t> chosen, best;
  record::Appendable<std::uint64_t> episode;
  std::optional<record::Appendable<double>> push, observation;
};

template <class Real>
EnvironmentRecorder<Real>::EnvironmentRecorder(const record::ResultFile& file, EnvironmentLoop<Real>& loop)
    : loop_(loop) {
  const auto numbers = [&](const char* name, const char* unit, const char* meaning) {
    return file.template appendable<double>(place(name), {}, {unit, meaning, {"decision"}});
  };
  const auto whole = [&](const char* name, const char* meaning) {
    return file.template appendable<std::int64_t>(place(name), {}, {"", meaning, {"decision"}});
  };
  columns_ = std::make_unique<Columns>(Columns{
      numbers("t", "ms", "end of the interval in which the decision was made"),
      numbers("reward", "", "what the environment gave"),
      numbers("signal", "", "what was sent to the modulators"),
      numbers("expected", "", "what the reward signal expects after the decision"),
      file.template appendable<double>(
          place("activity"), {loop.actions().size()},
          {"", "spikes per unit in the interval, or mean value", {"decision", "population"}}),
      whole("action", "number of the population that won; -1: none"),
      whole("best", "number of the population that should have won; -1: there is none"),
      file.template appendable<std::uint64_t>(place("episode"), {}, {"", "number of the episode", {"decision"}}),
      {},
      {}});
  if (loop.pushes())
    columns_->push = numbers("push", "", "difference of the two populations over their sum, or of their values");
  const auto observed = loop.observed();
  if (!observed.empty()) {
    columns_->observation = file.template appendable<double>(
        place("observation"), {observed.size()}, {"", "what the decision was made of", {"decision", "quantity"}});
    std::vector<std::string> names, units;
    for (const auto& q : observed) names.push_back(q.name), units.push_back(q.unit);
    file.write(place("quantities"), std::span<const std::string>(names), {names.size()},
               {"", "what the columns of `observation` are", {"quantity"}});
    file.write(place("quantity_units"), std::span<const std::string>(units), {units.size()},
               {"", "their units", {"quantity"}});
  }
  file.write(place("populations"), std::span<const std::string>(loop.actions()), {loop.actions().size()},
             {"", "populations that actions are read from", {"population"}});
  const record::Group group = file.group(environment_place);
  group.attribute("kind", loop.kind());
  group.attribute("interval", loop.interval_ms());
}

template <class Real>
EnvironmentRecorder<Real>::~EnvironmentRecorder() = default;

template <class Real>
void EnvironmentRecorder<Real>::take(Steps steps, const std::vector<std::vector<Emission<Real>>>& sent) {
  const auto decision = loop_.take(steps, sent);
  if (!decision) return;
  Columns& c = *columns_;
  c.time.append(decision->time);
  c.reward.append(decision->outcome.reward);
  c.signal.append(decision->signal);
  c.expected.append(decision->expected);
  c.activity.append(decision->activity);
  c.chosen.append(decision->outcome.chosen);
  c.best.append(decision->outcome.best);
  c.episode.append(decision->episode);
  if (c.push) c.push->append(decision->push);
  if (c.observation) c.observation->append(decision->observation);
  reward_.push_back(decision->outcome.reward);
  chosen_.push_back(decision->outcome.chosen);
  best_.push_back(decision->outcome.best);
  episode_.push_back(decision->episode);
}

template <class Real>
std::vector<Measured> EnvironmentRecorder<Real>::measure(std::uint64_t seed) const {
  std::vector<Measured> rows;
  const auto b = analysis::behaviour({reward_, chosen_, best_, episode_});
  if (!b) return rows;
  const auto add = [&](const char* name, std::optional<double> value, std::size_t n) {
    if (value)
      rows.push_back({"environment", name, "", seed, *value, std::nan(""), std::nan(""), static_cast<double>(n)});
  };
  add("mean_reward", b->mean_reward, b->decisions);
  add("best_choice", b->best_choice, b->decisions);
  // Where every decision is an episode there is nothing to tell.
  if (b->episode_length && *b->episode_length > 1) add("episode_length", b->episode_length, b->episodes);
  return rows;
}

template class EnvironmentRecorder<float>;
template class EnvironmentRecorder<double>;

}  // namespace cajal::app
