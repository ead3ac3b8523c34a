#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "learning/environments/environment.hpp"
#include "learning/environments/population_code.hpp"
#include "learning/environments/reward_signal.hpp"
#include "learning/node_units.hpp"
#include "sim/clock.hpp"
#include "sim/steerable.hpp"

namespace cajal {

/// A decision and what it brought.
struct Decision {
  double time = 0;  ///< ms, the end of the interval in which it was made
  std::uint64_t episode = 0;
  Outcome outcome;
  double push = 0;
  double signal = 0;                              ///< what was sent to the neuromodulators
  double expected = 0;                            ///< what the reward signal expects from here on
  std::span<const double> observation, activity;  ///< that it was made of; valid until the next interval
};

/// Joins a network that runs to an environment: at the end of each interval actions are read, the environment makes a
/// step, and what it shows and gives is written to inputs and neuromodulators, for the next interval.
///
/// What arrives at a neuromodulator at the end of a step counts from that instant on, like a spike that arrives then.
template <class Real>
class EnvironmentLoop {
 public:
  struct Request {
    const config::Table& root;
    double dt = 0.1;  ///< ms
    std::uint64_t seed = 0;
  };
  /// Of the table `environment`; nothing where there is none or something is wrong, which goes to the diagnostics.
  static std::unique_ptr<EnvironmentLoop> read(const Request& request, Network<Real>& network);

  const std::string& kind() const { return kind_; }
  /// Steps from one action to the next: what the clock runs must end there.
  std::int64_t interval() const { return interval_; }
  double interval_ms() const { return interval_ms_; }
  /// Whether actions are pushes, not choices.
  bool pushes() const { return pushes_; }
  /// How the populations are written that actions are read from.
  const std::vector<std::string>& actions() const { return actions_; }
  std::vector<ObservedQuantity> observed() const { return environment_->observed(); }

  /// Before the clock runs from step 0: inputs are told the first observation.
  void begin(Clock<Real>& clock);
  /// Whether `take` needs to know what node `node` sent.
  bool reads(std::size_t node) const;
  /// The steps that ran, which do not reach beyond the end of an interval; `sent[n]`: what node n sent in them. The
  /// decision that was made, if there was one.
  std::optional<Decision> take(Steps steps, std::span<const std::vector<Emission<Real>>> sent);

 private:
  struct Units : NodeUnits<Real> {
    std::size_t index = 0;  ///< of the node in the network
    double sum = 0;         ///< of spikes, in this interval
  };

  static std::optional<Units> find_units(const config::Table& table, std::string_view key, const std::string& text,
                                         Network<Real>& network);
  void read_action(const config::Table& table, Network<Real>& network);
  void read_observe(const config::Table& table, double dt, Network<Real>& network);
  std::optional<RewardSignal::Options> read_reward(const config::Table& table, Network<Real>& network);
  void count(Steps steps, std::span<const std::vector<Emission<Real>>> sent);
  void measure_activity(std::int64_t end);
  Action action();
  /// The coming observation becomes the current one, and inputs are told.
  void observe();
  void give(double amount, std::int64_t step);

  std::string kind_;
  std::unique_ptr<Environment> environment_;
  std::int64_t interval_ = 1, steps_ = 0;  ///< steps_: of the environment
  double interval_ms_ = 1, dt_ = 1;
  std::uint64_t episode_ = 0;
  std::optional<Stream> stream_, ties_;
  std::vector<std::string> actions_;
  std::vector<Units> sources_, modulators_;
  bool pushes_ = false;
  Units shown_;  ///< of the input; no node: none observes
  Steerable* input_ = nullptr;
  double max_ = 0;
  PopulationCode code_;
  std::optional<RewardSignal> reward_;
  std::vector<double> activity_, observation_, before_, features_, previous_, told_;
};

}  // namespace cajal
