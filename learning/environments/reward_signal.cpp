#include "learning/environments/reward_signal.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/config/draw.hpp"

namespace cajal {

RewardSignal::Options RewardSignal::read(const config::Table& table, bool observes) {
  static const std::vector<std::string> forms{"raw", "prediction_error", "td_error"};
  Options o;
  const std::string form = table.choice("form", forms, "raw");
  o.form = static_cast<Form>(std::find(forms.begin(), forms.end(), form) - forms.begin());
  o.scale = table.number("scale", o.scale);
  o.delay = table.distribution("delay", "ms", 0, {0, 1e9, false, false});
  if (o.delay.kind == config::Quantity::Kind::values || o.delay.kind == config::Quantity::Kind::file)
    table.error("delay", "one time, or a distribution, like { uniform = [\"1 s\", \"3 s\"] }");
  if (o.form == Form::prediction_error) o.window = table.number("window", o.window, {1, 1e9, false, false});
  if (o.form != Form::td_error) return o;
  o.discount = table.number("discount", o.discount, config::fraction);
  o.trace = table.number("trace", o.trace, config::fraction);
  o.rate = table.number("rate", o.rate, {0, 1, true, false});
  if (!observes) table.error("form", "td_error learns the value of observations: it needs `observe`");
  return o;
}

RewardSignal::RewardSignal(Options options, std::size_t features, double interval, std::uint64_t seed)
    : options_(std::move(options)), interval_(interval), stream_(seed, "environment.reward.delay") {
  if (options_.form != Form::td_error) return;
  value_.assign(features, 0);
  trace_.assign(features, 0);
}

double RewardSignal::error(const Outcome& outcome, std::span<const double> before, std::span<const double> after) {
  if (options_.form == Form::raw) return outcome.reward;
  if (options_.form == Form::prediction_error) {
    const double error = outcome.reward - expected_;
    expected_ += error / options_.window;
    return error;
  }
  const auto value = [&](std::span<const double> features) {
    return std::inner_product(features.begin(), features.end(), value_.begin(), 0.0);
  };
  const double error = outcome.reward + (outcome.terminal ? 0.0 : options_.discount * value(after)) - value(before);
  for (std::size_t i = 0; i < value_.size(); ++i) {
    trace_[i] = options_.discount * options_.trace * trace_[i] + before[i];
    value_[i] += options_.rate * error * trace_[i];
  }
  if (outcome.ends_episode) std::fill(trace_.begin(), trace_.end(), 0.0);
  expected_ = value(after);
  return error;
}

double RewardSignal::reward(std::int64_t step, const Outcome& outcome, std::span<const double> before,
                            std::span<const double> after) {
  const double sent = options_.scale * error(outcome, before, after);
  double delay = 0;
  Draws draws(stream_, static_cast<std::uint64_t>(step));
  config::draw_into(options_.delay, draws, {&delay, 1});
  // Arrivals fall on the ends of steps.
  const auto steps = static_cast<std::int64_t>(std::ceil(delay / interval_ - 1e-9));
  under_way_.emplace_back(step + std::max<std::int64_t>(0, steps), sent);
  return sent;
}

double RewardSignal::arriving(std::int64_t step) {
  double sum = 0;
  std::erase_if(under_way_, [&](const auto& sent) {
    if (sent.first > step) return false;
    sum += sent.second;
    return true;
  });
  return sum;
}

}  // namespace cajal
