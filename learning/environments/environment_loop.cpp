#include "learning/environments/environment_loop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/error.hpp"

namespace cajal {

template <class Real>
void EnvironmentLoop<Real>::begin(Clock<Real>& clock) {
  for (const Units& source : sources_)
    if (source.node->spiking()) clock.delivery().record(source.index);
  observe();
}

template <class Real>
bool EnvironmentLoop<Real>::reads(std::size_t node) const {
  return std::any_of(sources_.begin(), sources_.end(),
                     [&](const Units& s) { return s.index == node && s.node->spiking(); });
}

template <class Real>
void EnvironmentLoop<Real>::count(Steps steps, std::span<const std::vector<Emission<Real>>> sent) {
  for (Units& source : sources_) {
    if (!source.node->spiking()) continue;
    for (const Emission<Real>& e : sent[source.index])
      if (e.step >= steps.begin && e.step < steps.end && e.unit >= source.begin && e.unit < source.end)
        source.sum += static_cast<double>(e.value);
  }
}

template <class Real>
void EnvironmentLoop<Real>::measure_activity(std::int64_t end) {
  for (std::size_t k = 0; k < sources_.size(); ++k) {
    Units& source = sources_[k];
    if (!source.node->spiking()) {
      const Real* const output = source.node->output.at(end - 1, 0);
      for (std::size_t u = source.begin; u < source.end; ++u) source.sum += static_cast<double>(output[u]);
    }
    activity_[k] = source.sum / static_cast<double>(source.size());
    source.sum = 0;
  }
}

template <class Real>
Action EnvironmentLoop<Real>::action() {
  Action out{activity_, -1, 0};
  if (pushes_) {
    const double left = activity_[0], right = activity_[1];
    const double all = sources_[0].node->spiking() ? left + right : 1;
    out.push = all > 0 ? std::clamp((right - left) / all, -1.0, 1.0) : 0;
    return out;
  }
  const double most = *std::max_element(activity_.begin(), activity_.end());
  const auto winners = static_cast<std::uint64_t>(std::count(activity_.begin(), activity_.end(), most));
  if (winners > 1 && environment_->needs_a_winner()) return out;
  std::uint64_t left = winners > 1 ? Draws(*ties_, static_cast<std::uint64_t>(steps_)).below(winners) : 0;
  for (std::size_t k = 0; k < activity_.size(); ++k)
    if (activity_[k] == most && left-- == 0) {
      out.chosen = static_cast<std::int64_t>(k);
      break;
    }
  return out;
}

template <class Real>
void EnvironmentLoop<Real>::observe() {
  const auto shown = environment_->observation();
  observation_.assign(shown.begin(), shown.end());
  if (!input_) return;
  previous_.swap(features_);
  code_.encode(observation_, features_);
  const std::size_t each = told_.size() / features_.size();
  for (std::size_t u = 0; u < told_.size(); ++u) told_[u] = max_ * features_[u / each];
  input_->steer(told_);
}

template <class Real>
void EnvironmentLoop<Real>::give(double amount, std::int64_t step) {
  for (const Units& modulator : modulators_) {
    const auto columns = modulator.node->columns();
    const auto excess = std::find_if(columns.begin(), columns.end(), [](const auto& c) { return c.name == "x"; });
    Real* const state = excess->signal->at(step, 0);
    Real* const output = modulator.node->output.at(step - 1, 0);
    for (std::size_t u = modulator.begin; u < modulator.end; ++u) {
      state[u] += static_cast<Real>(amount);
      output[u] += static_cast<Real>(amount);
    }
  }
}

template <class Real>
std::optional<Decision> EnvironmentLoop<Real>::take(Steps steps, std::span<const std::vector<Emission<Real>>> sent) {
  count(steps, sent);
  if (steps.end % interval_ != 0) return std::nullopt;
  measure_activity(steps.end);
  const Action chosen = action();
  Draws draws(*stream_, static_cast<std::uint64_t>(steps_));
  const Outcome outcome = environment_->step(chosen, draws);
  std::optional<Decision> out;
  if (outcome.decided) {
    out = Decision{static_cast<double>(steps.end) * dt_, episode_, outcome, chosen.push, 0, 0, {}, activity_};
    before_ = observation_;
  }
  observe();
  if (out) {
    out->observation = before_;
    out->signal = reward_->reward(steps_, outcome, previous_, features_);
    out->expected = reward_->expected();
    if (outcome.ends_episode) ++episode_;
  }
  if (const double amount = reward_->arriving(steps_); amount != 0) give(amount, steps.end);
  ++steps_;
  return out;
}

template class EnvironmentLoop<float>;
template class EnvironmentLoop<double>;

}  // namespace cajal
