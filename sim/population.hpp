#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "sim/integrate.hpp"
#include "sim/node.hpp"
#include "sim/number/aligned.hpp"
#include "sim/propagator.hpp"
#include "sim/step.hpp"

namespace cajal {

enum class Integrator { exact, euler, heun, rk4, exponential_euler, dopri5 };

/// Names as a config writes them, in the order of the enumeration.
inline constexpr std::array<std::string_view, 6> integrator_names = {
    "exact", "euler", "heun", "rk4", "exponential_euler", "dopri5"};

/// How a population is made; the same for every model.
struct PopulationOptions {
  Conventions conventions;
  Integrator integrator = Integrator::heun;
  double absolute_tolerance = 1e-10, relative_tolerance = 1e-10;  ///< of dopri5
  struct Entry {
    std::string name;
    ReceptorSystem system;
  };
  std::vector<Entry> ports;
  /// Values by member: one for all units, or one for each.
  std::vector<std::vector<double>> parameters, initial;
};

/// Numbers that all units share, or one column per unit.
template <class Real>
struct Coefficient {
  AlignedVector<Real> values{Real(0)};
  bool column = false;

  Coefficient() = default;
  Coefficient(const std::vector<double>& given, std::size_t size, bool as_column);
};

/// The loops hold the states of one receptor in registers.
inline constexpr std::size_t most_receptor_states = 8;

/// The numbers of one receptor as the step needs them. `slots` are what its state adds, at the start of a step, to each
/// input of the membrane's step.
template <class Real>
struct ReceptorStep {
  std::size_t port = 0, states = 0, first_state = 0;
  std::vector<Real> decay;               ///< [states][states], over one step
  std::vector<Real> arrive;              ///< [states]
  std::vector<Coefficient<Real>> slots;  ///< [slot][state]
};

/// A population of neurons or rate units of model M. Everything here is common to all models: the models know only
/// their equations. Instantiated in one translation unit per model.
template <class M, class Real>
class Population final : public Node<Real> {
 public:
  static constexpr std::size_t states = state_size<M>;

  Population(std::string name, std::size_t size, PopulationOptions options);

  std::string_view kind() const override { return M::name; }
  bool spiking() const override { return Spiking<M>; }
  void prepare(const Plan& plan) override;
  void reset(const Slice& slice) override;
  void advance(Steps steps, const Slice& slice) override;
  void begin_rewind(const Slice& slice) override;
  void rewind(Steps steps, const Slice& slice) override;
  std::vector<Column<Real>> columns() override;
  typename Node<Real>::ActiveLanes active_lanes(std::int64_t step) const override;
  void output_restored(std::int64_t step) override;

  const PopulationOptions& options() const { return options_; }
  /// A parameter's values, one per unit, for rules that adapt it (thresholds). Makes the parameters columns. What is
  /// computed of them beforehand does not follow: the exact step and the refractory time in steps.
  std::span<Real> parameter_column(std::string_view field) override;

 private:
  friend struct PopulationKernel;
  friend struct PopulationSinglePass;
  friend struct PopulationRewind;
  struct Run;  // one step and a range of lanes
  using Kernel = void (*)(Population&, const Run&);

  void build_parameters();
  void build_receptors(double dt);
  void build_slots(double dt);
  void build_propagators(double dt);
  void build_refractory_steps(double dt);
  void select_kernels();
  template <class F>
  void each_run(const Slice& slice, F&& f);
  void advance_dopri5(const Run& run);

  PopulationOptions options_;
  double dt_ = 0;
  bool columns_ = false;
  std::array<Coefficient<Real>, parameter_count<M>> parameters_;
  std::array<Coefficient<Real>, states> initial_;
  Coefficient<Real> refractory_steps_;         ///< t_ref / dt, rounded
  std::vector<Coefficient<Real>> propagator_;  ///< P [n][n], B [n], c [n]
  std::vector<ReceptorStep<Real>> receptors_;
  std::vector<std::size_t> delta_ports_, current_ports_;
  Kernel advance_ = nullptr, rewind_ = nullptr;
  bool single_pass_ = false;  ///< advance_ is PopulationSinglePass's
  std::array<Signal<Real>, states> state_, adjoint_;
  std::vector<Signal<Real>> receptor_state_, receptor_adjoint_;
  std::vector<std::uint16_t> spiked_;  ///< by pack of `output`, the lanes that are not 0; kept by PopulationSinglePass
  Signal<Real> refractory_;            ///< empty where the model has no refractoriness
  Signal<Real> previous_, previous_adjoint_;  ///< empty unless the reset comes in the next step
};

}  // namespace cajal
