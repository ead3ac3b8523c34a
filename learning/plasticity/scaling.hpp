#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "learning/plasticity/read_process.hpp"
#include "learning/plasticity/stored_weights.hpp"
#include "learning/process.hpp"

namespace cajal {

/// Multiplicative synaptic scaling: the afferents of a unit grow together while it fires too little, and shrink while
/// it fires too much.
struct Scaling {
  static constexpr std::string_view name = "scaling";
  static constexpr std::string_view meaning = "multiplicative synaptic scaling towards a target rate of each unit";
  static constexpr std::string_view equations =
      "tau dw_ij/dt = beta (rate - rho_j) w_ij\n"
      "tau_rate drho_j/dt = -rho_j;  a spike of unit j: rho_j += 1 / tau_rate;  rho_j = initial at first\n"
      "rho is followed at every step; weights are brought up to date, by the exact solution, at times:\n"
      "w_ij *= exp(beta / tau * integral of (rate - rho_j) since the last time);  |w_ij| stays at most w_max";
  static constexpr std::string_view source =
      "Turrigiano, Leslie, Desai, Rutherford & Nelson 1998, Nature 391:892; van Rossum, Bi & Turrigiano 2000, J. "
      "Neurosci. 20:8812, its term proportional to the error";
  static constexpr Locality locality{Information::postsynaptic, Information::own_weight};

  template <class T>
  struct Parameters {
    T rate, beta, tau, tau_rate, initial, w_max;
  };
  using P = Parameters<double>;
  static constexpr double unbounded = 1e300;
  static constexpr auto parameters =
      fields(field(&P::beta, "beta", "", 1, config::positive, "strength, for each Hz of difference"),
             field(&P::tau, "tau", "ms", 1e5, config::positive, "time constant of the weights"),
             field(&P::tau_rate, "tau_rate", "ms", 1e4, config::positive, "time constant of the running rate"));
};

/// Follows the rate of each target unit and scales its afferents. Composes with the rule that changes them. With a
/// tape, rate and weights take the mean of what the samples of a batch would have done.
template <class Real>
class ScalingProcess final : public Process<Real> {
 public:
  struct Target {
    SparseEdge<Real>* edge;
    Scaling::P parameters;
  };
  /// Makes the edges plastic, so that they hold one weight a synapse. `every`: in ms; 0: at the end of trials.
  ScalingProcess(typename Process<Real>::Identity identity, const std::vector<Target>& targets, double every);
  ~ScalingProcess() override;

  std::string_view rule() const override { return Scaling::name; }
  bool composes() const override { return true; }
  double every() const override { return every_; }
  void attach(Clock<Real>& clock) override;
  void begin_trial() override;
  void act(std::int64_t step) override;
  void end_batch(Steps steps, std::size_t samples) override;
  std::vector<typename Process<Real>::State> state() override;

 private:
  /// The rates of an edge's target units.
  struct Scaled final : NodeProcess<Real> {
    explicit Scaled(const Target& target);
    void prepare(double dt);
    void advance(std::int64_t step, const Slice& slice) override;
    void follow(const Real* output, std::size_t begin, std::size_t end, double* rate, double* missing) const;
    void take_batch(Steps steps, std::size_t samples, std::size_t begin, std::size_t end);
    void scale();

    SparseEdge<Real>* edge;
    Scaling::P parameters;
    std::vector<double> rate;     ///< Hz, by target unit
    std::vector<double> missing;  ///< integral of the target rate less the rate since the weights were scaled, Hz ms
    std::vector<double> factor;
    double kept = 1, held = 0, raise = 0, dt = 0;  ///< of a step, see follow
    std::unique_ptr<StoredWeights<Real>> weights;
  };
  void enter();
  void leave();
  void frozen_changed() override;

  double every_;
  std::vector<std::unique_ptr<Scaled>> scaled_;
  Clock<Real>* clock_ = nullptr;
};

template <class Real>
std::unique_ptr<Process<Real>> make_scaling(const config::Table& table, Network<Real>& network, double dt);
ProcessEntry scaling_entry();

}  // namespace cajal
