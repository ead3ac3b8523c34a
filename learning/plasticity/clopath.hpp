#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "learning/plasticity/read_process.hpp"
#include "learning/plasticity/rule.hpp"
#include "learning/process.hpp"
#include "sim/connect/rule.hpp"
#include "sim/field.hpp"

namespace cajal {

/// Voltage-based plasticity: what counts of the postsynaptic side is its depolarisation, not its spikes.
struct Clopath {
  static constexpr std::string_view name = "clopath";
  static constexpr std::string_view meaning =
      "voltage-based STDP of Clopath et al.: pre spikes meet low-passed voltage";
  static constexpr std::string_view equations =
      "u = V_m, but V_clamp from a spike on for t_clamp;  dx/dt = -x / tau_x, a pre spike: x += 1 / tau_x\n"
      "du_minus/dt = (u - u_minus) / tau_minus;  du_plus/dt = (u - u_plus) / tau_plus;  both are seen delay_u later\n"
      "pre spike arrives:  w -= A_LTD [u_minus - theta_minus]+\n"
      "every step:         w += dt A_LTP x [u - theta_plus]+ [u_plus - theta_minus]+\n"
      "w stays in [w_min, w_max]";
  static constexpr std::string_view source =
      "Clopath, Buesing, Vasilaki & Gerstner 2010, Nat. Neurosci. 13:344, eqs. 1 to 4; V_clamp, t_clamp and delay_u as "
      "in "
      "the authors' MATLAB code and in NEST's clopath_synapse";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic};

  template <class T>
  struct Parameters {
    T A_LTD, A_LTP, theta_minus, theta_plus, tau_x, tau_minus, tau_plus, delay_u, V_clamp, t_clamp, w_min, w_max;
  };
  using P = Parameters<double>;
  static constexpr auto parameters =
      fields(field(&P::A_LTD, "A_LTD", weight_unit, 14e-5, config::not_negative, "depression, for each mV"),
             field(&P::A_LTP, "A_LTP", weight_unit, 8e-5, config::not_negative, "potentiation, for each mV^2"),
             field(&P::theta_minus, "theta_minus", "mV", -70.6, config::any_number,
                   "low-passed voltage above which weights change"),
             field(&P::theta_plus, "theta_plus", "mV", -45.3, config::any_number, "voltage above which weights grow"),
             field(&P::tau_x, "tau_x", "ms", 15, config::positive, "time constant of the presynaptic trace"),
             field(&P::tau_minus, "tau_minus", "ms", 10, config::positive, "time constant of u_minus"),
             field(&P::tau_plus, "tau_plus", "ms", 7, config::positive, "time constant of u_plus"),
             field(&P::delay_u, "delay_u", "ms", 5, config::not_negative, "how late the low-passed voltages are seen"),
             field(&P::V_clamp, "V_clamp", "mV", 33, config::any_number, "what counts as voltage during a spike"),
             field(&P::t_clamp, "t_clamp", "ms", 2, config::not_negative, "how long a spike takes"),
             field(&P::w_min, "w_min", weight_unit, 0, config::any_number, "smallest weight"),
             field(&P::w_max, "w_max", weight_unit, 1, config::any_number, "largest weight"));
};

/// Runs Clopath's rule on one edge, for one sample. Steps in which a unit's voltage lets weights grow are kept, and
/// replayed at the next pre spike of each synapse.
template <class Real>
class ClopathRule final : public SynapseRule<Real> {
 public:
  /// `dt` in ms. The target node must have a state variable V_m.
  ClopathRule(const Clopath::P& parameters, double dt, const SynapseTiming& timing);

  void attach(const PlasticPart<Real>& part) override;
  void reset(const Slice& slice) override;
  void reset();
  void arrive(std::int64_t step, std::size_t block, Real, const SynapseBlock<Real>& synapses) override;
  void advance(std::int64_t step, const Slice& slice) override;
  void settle(std::int64_t now, std::size_t part) override;

 private:
  /// A step in which a unit's voltage is high.
  struct High {
    std::int64_t step;
    double growth;  ///< dt A_LTP [u - theta_plus]+ [u_plus - theta_minus]+
  };
  struct Unit {
    double u, u_minus, u_plus;        ///< u: of the step that comes
    std::int64_t clamped = 0;         ///< steps for which it is V_clamp yet
    std::vector<High> high;           ///< since all synapses were settled
    std::vector<double> minus, plus;  ///< u_minus and u_plus by step modulo the length of these rings
  };
  struct Shard {
    PlasticPart<Real> synapses;
    std::vector<Unit> units;
    struct Trace {
      std::int64_t step = 0;  ///< which the last pre spike met
      double x = 0;           ///< just after it
    };
    std::vector<Trace> pre;  ///< by block
    std::int64_t settled = 0, kept = 0, behind = 0;
    const Signal<Real>* voltage = nullptr;
  };

  void rest(Shard& shard);
  void replay(const Shard& shard, typename Shard::Trace pre, std::int64_t end,
              const SynapseBlock<Real>& synapses) const;
  void settle_all(Shard& shard, std::int64_t now);
  std::size_t place(const Shard& shard, std::int64_t step) const;

  Clopath::P p_;
  SynapseTiming timing_;
  double dt_, keep_minus_, keep_plus_;
  std::int64_t late_;     ///< steps of delay_u
  std::int64_t clamped_;  ///< steps of t_clamp
  std::vector<std::unique_ptr<Shard>> shards_;
};

extern template class ClopathRule<float>;
extern template class ClopathRule<double>;

/// The process of `[learn]`: one ClopathRule for each edge.
template <class Real>
class ClopathProcess final : public Process<Real> {
 public:
  struct Target {
    SparseEdge<Real>* edge;
    Clopath::P parameters;
    SynapseTiming timing;
  };
  ClopathProcess(typename Process<Real>::Identity identity, const std::vector<Target>& targets);
  ~ClopathProcess() override;

  std::string_view rule() const override { return Clopath::name; }
  void attach(Clock<Real>& clock) override;
  void begin_trial() override;
  void end_batch(Steps steps, std::size_t samples) override;

 private:
  struct Attached : Target {
    std::unique_ptr<ClopathRule<Real>> rule;
    std::size_t index = 0;
  };
  void enter();
  void leave();
  void frozen_changed() override;

  std::vector<Attached> targets_;
  Clock<Real>* clock_ = nullptr;
};

template <class Real>
std::unique_ptr<Process<Real>> make_clopath(const config::Table& table, Network<Real>& network, double dt);
ProcessEntry clopath_entry();

extern template class ClopathProcess<float>;
extern template class ClopathProcess<double>;

}  // namespace cajal
