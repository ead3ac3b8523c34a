#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "learning/environments/environment.hpp"
#include "sim/config/table.hpp"

namespace cajal {

/// What a network is told of a reward: how much the concentration of its neuromodulators rises.
///     raw               scale r
///     prediction_error  scale (r - m),  m += (r - m) / window after each decision
///     td_error          scale (r + discount V(s') - V(s)),  V(s) = sum_i v_i f_i(s) over the features f of the
///                       observation, V = 0 after a terminal state;  e_i = discount trace e_i + f_i(s),
///                       v_i += rate (error) e_i
/// It comes when the decision is made, or `delay` later, where each has a delay of its own.
/// Source: Fremaux & Gerstner 2016, Front. Neural Circuits 9:85 (success as reward minus its mean); Barto, Sutton &
/// Anderson 1983 and Sutton & Barto 2018, Reinforcement Learning, section 12.2 (TD(lambda)).
class RewardSignal {
 public:
  enum class Form { raw, prediction_error, td_error };
  struct Options {
    Form form = Form::raw;
    double scale = 1;
    double window = 10;                               ///< decisions
    double discount = 0.95, trace = 0.8, rate = 0.1;  ///< of td_error
    config::Quantity delay = {};                      ///< ms
  };
  /// Keys of the table `reward` beside `to`. Errors go to its diagnostics. `observes`: there are features.
  static Options read(const config::Table& table, bool observes);

  /// `interval` in ms.
  RewardSignal(Options options, std::size_t features, double interval, std::uint64_t seed);

  /// What a decision at the end of step `step` gives, sent off; `before` and `after`: the features that it was made
  /// of, and those of what came of it.
  double reward(std::int64_t step, const Outcome& outcome, std::span<const double> before,
                std::span<const double> after);
  /// The sum of what arrives at the end of step `step`; steps ascend.
  double arriving(std::int64_t step);
  /// What is expected now: the mean, or V of the last features.
  double expected() const { return expected_; }

 private:
  double error(const Outcome& outcome, std::span<const double> before, std::span<const double> after);

  Options options_;
  double interval_;
  Stream stream_;
  double expected_ = 0;
  std::vector<double> value_, trace_;                       ///< of td_error, by feature
  std::vector<std::pair<std::int64_t, double>> under_way_;  ///< step of arrival
};

}  // namespace cajal
