#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "learning/plasticity/read_process.hpp"
#include "learning/process.hpp"
#include "sim/field.hpp"

namespace cajal {

/// A threshold that each spike raises and that falls back slowly.
struct AdaptiveThreshold {
  static constexpr std::string_view name = "adaptive_threshold";
  static constexpr std::string_view meaning = "each spike of a unit raises its threshold, which decays to its base";
  static constexpr std::string_view equations =
      "V_th = base + theta;  dtheta/dt = -theta / tau;  a spike: theta += step\n"
      "at first theta = initial, and base = V_th of the node - initial: the node starts at its V_th";
  static constexpr std::string_view source =
      "Diehl & Cook 2015, Front. Comput. Neurosci. 9:99; Zhang & Linden 2003, Nat. Rev. Neurosci. 4:885";
  static constexpr Locality locality{Information::postsynaptic};

  template <class T>
  struct Parameters {
    T step, tau, initial;
  };
  using P = Parameters<double>;
  static constexpr auto parameters =
      fields(field(&P::step, "step", "mV", 0.05, config::any_number, "what a spike adds to the threshold"),
             field(&P::tau, "tau", "ms", 1e7, config::positive, "time constant of the decay to the base"),
             field(&P::initial, "initial", "mV", 0, config::any_number,
                   "theta at the start; Diehl & Cook: 20 mV, for V_th = -52 mV over a base of -72 mV"));
};

/// Adapts the parameter V_th of nodes, one value per unit. What a spike of step t adds is in force from step t + 1;
/// after step t, theta has decayed by t + 1 steps. With a tape the threshold stands still during a batch, and theta
/// then takes the mean (or sum) of what each sample's spikes would have added.
template <class Real>
class AdaptiveThresholdProcess final : public Process<Real> {
 public:
  struct Target {
    Node<Real>* node;
    AdaptiveThreshold::P parameters;
    std::string unit;  ///< of the threshold
    double drift = 0;  ///< what theta loses in a ms, beside its decay
  };
  /// The nodes must have a parameter V_th: throws Error otherwise. `rule`: the word of the catalogue that it serves.
  AdaptiveThresholdProcess(typename Process<Real>::Identity identity, std::string_view rule,
                           const std::vector<Target>& targets, bool mean);
  ~AdaptiveThresholdProcess() override;

  std::string_view rule() const override { return rule_; }
  void attach(Clock<Real>& clock) override;
  void begin_trial() override;
  void end_batch(Steps steps, std::size_t samples) override;
  std::vector<typename Process<Real>::State> state() override;
  void restore() override;
  bool resumes() const override { return true; }

 private:
  /// One node: theta in double precision, since a step's decay is below the resolution of a float.
  struct Threshold final : NodeProcess<Real> {
    explicit Threshold(const Target& target);
    void advance(std::int64_t step, const Slice& slice) override;
    /// Of units [begin, end).
    void take_batch(Steps steps, std::size_t samples, double scale, std::size_t begin, std::size_t end);
    void apply(std::size_t begin, std::size_t end);
    double after_step(double theta, Real output) const;

    Node<Real>* node;
    AdaptiveThreshold::P parameters;
    std::string unit;
    std::span<Real> threshold;
    std::vector<double> base, theta;
    double fall = 0;  // exp(-dt / tau) - 1, which keeps the digits of a slow decay
    double dt = 0, drift;
  };
  void enter();
  void leave();
  void frozen_changed() override;

  std::string_view rule_;
  bool mean_;
  std::vector<std::unique_ptr<Threshold>> thresholds_;
  Clock<Real>* clock_ = nullptr;
};

template <class Real>
std::unique_ptr<Process<Real>> make_adaptive_threshold(const config::Table& table, Network<Real>& network, double dt);
ProcessEntry adaptive_threshold_entry();

extern template class AdaptiveThresholdProcess<float>;
extern template class AdaptiveThresholdProcess<double>;

}  // namespace cajal
