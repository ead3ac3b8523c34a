#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/equations.hpp"
#include "sim/integrate.hpp"
#include "sim/node.hpp"
#include "sim/number/aligned.hpp"
#include "sim/population_options.hpp"
#include "sim/precise_spikes.hpp"
#include "sim/propagator.hpp"
#include "sim/random.hpp"

namespace cajal {

/// What is known of a model beside its equations.
struct ModelTable {
  std::string_view name;
  std::span<const Field> parameters, state, observed;
  std::size_t inputs = 1;
  bool spiking = false, stochastic = false;
  Equations equations = {};
};

template <class M>
ModelTable model_table() {
  ModelTable t{M::name, M::parameters, M::state, {}, input_count<M>, Spiking<M>, Stochastic<M>, equations_of<M>()};
  if constexpr (Observing<M>) t.observed = M::observed;
  return t;
}

/// Numbers that all units share, as one pack, or one column per unit.
template <class Real>
struct Coefficient {
  AlignedVector<Real> values = AlignedVector<Real>(16, Real(0));
  bool column = false;

  Coefficient() = default;
  Coefficient(const std::vector<double>& given, std::size_t size, bool as_column);
};

/// The loops hold the states of one receptor in registers.
inline constexpr std::size_t most_receptor_states = 8;

/// The numbers of one receptor as the step needs them. `slots` are what its state adds, at the start of a step, to each
/// slot of the membrane's step.
template <class Real>
struct ReceptorStep {
  std::size_t port = 0, input = 0, states = 0, first_state = 0;
  std::vector<Real> decay;               ///< [states][states], over one step
  std::vector<Real> arrive;              ///< [states]
  std::vector<Coefficient<Real>> slots;  ///< [slot][state]
};

/// Random numbers as the step needs them.
template <class Real>
struct NoiseStep {
  Stream stream{0, ""}, initial{0, ""};
  Coefficient<Real> spread, start;  ///< of the number added in a step, and of the state at the start of a trial
  Real decay = 0;
  Signal<Real> state;  ///< of an Ornstein-Uhlenbeck process, else empty
};

/// One step over a range of lanes of one sample, or of several neighbouring samples whose units are all alike.
struct PopulationRun {
  std::int64_t step;
  std::size_t sample, first_lane, lanes;  ///< first_lane: of the unit columns
  std::size_t part;                       ///< shard that the lanes belong to
};

inline constexpr std::size_t block_lanes = 256, most_inputs = 4, most_slots = 2 * 3 * most_inputs;
template <class Real>
using BlockRow = Real[block_lanes];

/// What acts on a block of lanes stands in rows: first the slots, then the current of each input, then what is added to
/// each state after its flow, then, where spikes are drawn, a uniform number.
///
/// Slots are what receptors give to the membrane's step: for each stage and input a current and a conductance, or, for
/// the exact step, what is added to each state.
struct BlockLayout {
  std::size_t points = 0;  ///< stages; 0: the exact step
  std::size_t inputs = 1, states = 1;

  constexpr std::size_t slots() const { return points == 0 ? states : 2 * points * inputs; }
  constexpr std::size_t slot(std::size_t point, std::size_t input) const { return 2 * (point * inputs + input); }
  constexpr std::size_t current(std::size_t input) const { return slots() + input; }
  constexpr std::size_t move(std::size_t state) const { return slots() + inputs + state; }
  constexpr std::size_t uniform() const { return slots() + inputs + states; }
  constexpr std::size_t rows() const { return uniform() + 1; }
};

/// All of a population that does not depend on its model's type: buffers, receptors, noise, what is recorded. The loops
/// over the model's equations are Population's.
template <class Real>
class PopulationBase : public Node<Real>, public PreciseSpikes {
 public:
  PopulationBase(std::string name, std::size_t size, ModelTable model, PopulationOptions options);

  std::string_view kind() const override { return model_.name; }
  bool spiking() const override { return model_.spiking; }
  void prepare(const Plan& plan) override;
  void reset(const Slice& slice) override;
  void begin_rewind(const Slice& slice) override;
  std::vector<Column<Real>> columns() override;
  typename Node<Real>::ActiveLanes active_lanes(std::int64_t step) const override;
  void output_restored(std::int64_t step) override;
  void output_silenced(std::int64_t step, std::size_t unit) override;
  std::optional<std::size_t> observe(std::string_view name) override;
  std::vector<std::string> observable() const override;
  /// A parameter's values, one per unit, for rules that adapt it (thresholds). Makes the parameters columns. What is
  /// computed of them beforehand does not follow: the exact step and the refractory time in steps.
  std::span<Real> parameter_column(std::string_view field) override;

  bool precise() const override { return options_.precise_spikes; }
  void keep_spikes() override;
  std::vector<PreciseSpike> take_spikes() override;

  const PopulationOptions& options() const { return options_; }
  const ModelTable& model() const { return model_; }

 protected:
  using Run = PopulationRun;

  virtual LinearMembrane membrane(std::size_t unit) const = 0;
  virtual void select_kernels() = 0;

  void build_parameters();
  void build_receptors(double dt);
  void build_slots(double dt);
  void build_propagators(double dt);
  void build_refractory_steps(double dt);
  void build_noise(const Plan& plan);
  /// A parameter of a unit as the config gave it.
  double parameter(std::size_t member, std::size_t unit) const {
    const auto& values = options_.parameters[member];
    return values[values.size() > 1 ? unit : 0];
  }
  /// Calls f with a run of step 0 for each contiguous range of lanes.
  template <class F>
  void each_run(const Slice& slice, F&& f) const;

  // For blocks of lanes [begin, begin + count) of a run.

  const Real* arrived_at(std::size_t port, const Run& run) const {
    return this->ports[port].arrivals.at(run.step, run.sample, run.part) + run.first_lane;
  }
  /// Fills the rows. `moved[i]`: state i has something added. `moves`: false where the step was made before, and its
  /// noise stands.
  void fill(const Run& run, std::size_t begin, std::size_t count, const BlockLayout& layout, BlockRow<Real>* rows,
            bool* moved, bool moves);
  /// A step by an adaptive integrator: membrane and receptors of each unit as one system. Slow, and exact to tolerance.
  void advance_reference(const Run& run);
  /// r := decay r + arrive * arrivals, for every receptor.
  void advance_receptors(const Run& run, std::size_t begin, std::size_t count);
  /// Gradients by the slots and by the receptors' states after the step -> by their states before it and by arrivals.
  void rewind_receptors(const Run& run, std::size_t begin, std::size_t count, const BlockLayout& layout,
                        const BlockRow<Real>* slots);
  /// Adds a gradient by what arrived; a port that is held during a trial collects those of all steps.
  void give(std::size_t port, const Run& run, std::size_t lane, const Wide<Real>& gradient) {
    Port<Real>& p = this->ports[port];
    Real* out = p.arrivals_gradient.at(run.step, run.sample) + run.first_lane + lane;
    (p.held ? Wide<Real>::load(out) + gradient : gradient).store(out);
  }
  /// Whether there is more to a step than state and output.
  bool finishes() const;
  /// Noise on the output, and what edges read beside it.
  void finish(const Run& run);

  ModelTable model_;
  PopulationOptions options_;
  double dt_ = 0;
  bool columns_ = false;
  std::vector<Coefficient<Real>> parameters_, initial_;
  Coefficient<Real> refractory_steps_;         ///< t_ref / dt, rounded
  std::vector<Coefficient<Real>> propagator_;  ///< P [n][n], B [n], c [n]
  std::vector<ReceptorStep<Real>> receptors_;
  using PortsOfInput = std::vector<std::vector<std::size_t>>;
  PortsOfInput delta_ports_, current_ports_, gap_ports_;
  std::vector<NoiseStep<Real>> noise_;
  Stream chance_{0, ""};      ///< of spikes that are drawn
  bool single_pass_ = false;  ///< the loop is PopulationSinglePass's
  std::vector<Signal<Real>> state_, adjoint_, observable_;
  std::vector<Signal<Real>> receptor_state_, receptor_adjoint_;
  std::vector<std::uint16_t> spiked_;  ///< by pack of `output`, the lanes that are not 0; kept by PopulationSinglePass
  Signal<Real> refractory_;            ///< empty where the model has no refractoriness
  Signal<Real> previous_, previous_adjoint_;  ///< empty unless the reset comes in the next step
  std::vector<std::vector<double>> kept_;     ///< by unit: times of its spikes; empty where nobody asks

 private:
  template <class>
  friend class PopulationReference;
  const Field* refractory_time() const;
  void fill_slots(const Run& run, std::size_t begin, std::size_t count, const BlockLayout& layout,
                  BlockRow<Real>* slots);
  void fill_gated(const ReceptorStep<Real>& r, const Run& run, std::size_t begin, std::size_t count,
                  const BlockLayout& layout, BlockRow<Real>* slots) const;
  void add_slots(const ReceptorStep<Real>& r, const Run& run, std::size_t begin, std::size_t count,
                 BlockRow<Real>* slots) const;
  void sum_ports(const std::vector<std::size_t>& ports, const Run& run, std::size_t begin, std::size_t count,
                 Real* sum) const;
  void rewind_gate(const ReceptorStep<Real>& r, const Run& run, std::size_t begin, std::size_t count,
                   const BlockLayout& layout, const BlockRow<Real>* slots, BlockRow<Real>* open);
  void add_noise(std::size_t noise, const Run& run, std::size_t begin, std::size_t count, bool moves, Real* sum);
};

template <class Real>
template <class F>
void PopulationBase<Real>::each_run(const Slice& slice, F&& f) const {
  const std::size_t stride = padded(this->size());
  const auto [begin, end] = slice.units(stride);
  if (begin == end) return;
  // Samples lie side by side, so that where all units are alike one run covers them all.
  bool alike = !columns_ && !model_.stochastic && noise_.empty();
  for (const auto& ports : gap_ports_) alike = alike && ports.empty();
  if (slice.parts == 1 && alike && slice.sample_end > slice.sample_begin)
    return f(Run{0, slice.sample_begin, 0, (slice.sample_end - slice.sample_begin) * stride, slice.part});
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) f(Run{0, b, begin, end - begin, slice.part});
}

/// Whether the units of a node integrate what arrives in a membrane: populations that spike, and those that filter. The
/// first of its columns is the potential.
template <class Real>
bool has_membrane(const Node<Real>& node) {
  return dynamic_cast<const PopulationBase<Real>*>(&node) && (node.spiking() || node.kind() == "leaky_readout");
}

}  // namespace cajal
