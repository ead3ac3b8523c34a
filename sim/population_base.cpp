#include "sim/population_base.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/error.hpp"
#include "sim/population_noise.hpp"

namespace cajal {

template <class Real>
Coefficient<Real>::Coefficient(const std::vector<double>& given, std::size_t size, bool as_column) : column(as_column) {
  if (!as_column) {
    values.assign(16, static_cast<Real>(given[0]));
    return;
  }
  // The lanes beyond the size repeat the first unit: harmless values.
  values.assign(padded(size), static_cast<Real>(given[0]));
  for (std::size_t i = 0; i < size && given.size() > 1; ++i) values[i] = static_cast<Real>(given[i]);
}

template <class Real>
PopulationBase<Real>::PopulationBase(std::string name, std::size_t size, ModelTable model, PopulationOptions options)
    : Node<Real>(std::move(name), size), model_(model), options_(std::move(options)) {
  for (const auto& entry : options_.ports) {
    Port<Real> port;
    port.name = entry.name;
    port.receptor = entry.system.kind;
    port.unit = entry.system.unit;
    if (entry.system.gap_junction) port.conductance.assign(padded(size), Real(0));
    this->ports.push_back(std::move(port));
  }
  for (const auto& values : options_.parameters) columns_ = columns_ || values.size() > 1;
  for (PortsOfInput* ports : {&delta_ports_, &current_ports_, &gap_ports_}) ports->resize(model_.inputs);
  state_.resize(model_.state.size());
  adjoint_.resize(model_.state.size());
  observable_.resize(model_.observed.size());
  build_parameters();
}

template <class Real>
void PopulationBase<Real>::build_parameters() {
  parameters_.clear();
  initial_.clear();
  for (const auto& values : options_.parameters) parameters_.emplace_back(values, this->size(), columns_);
  for (const auto& values : options_.initial) initial_.emplace_back(values, this->size(), true);
}

template <class Real>
std::span<Real> PopulationBase<Real>::parameter_column(std::string_view name) {
  for (const Field& f : model_.parameters) {
    if (f.name != name) continue;
    if (!columns_) {
      columns_ = true;
      build_parameters();
      if (dt_ > 0) {
        build_receptors(dt_);
        build_refractory_steps(dt_);
        select_kernels();
      }
    }
    return {parameters_[f.member].values.data(), this->size()};
  }
  return {};
}

template <class Real>
const Field* PopulationBase<Real>::refractory_time() const {
  for (const Field& f : model_.parameters)
    if (model_.spiking && f.name == "t_ref") return &f;
  return nullptr;
}

template <class Real>
void PopulationBase<Real>::prepare(const Plan& plan) {
  if (plan.tape && this->wants_gradient && is_adaptive(options_.integrator))
    throw Error(fmt::format("\"{}\": {} has no backward pass: choose another integrator to train through it",
                            this->name(), integrator_names[static_cast<std::size_t>(options_.integrator)]));
  Node<Real>::prepare(plan);
  dt_ = plan.dt;
  build_receptors(plan.dt);
  build_refractory_steps(plan.dt);
  build_noise(plan);
  select_kernels();
  const std::int64_t slots = plan.tape ? plan.window + 1 : 1;
  const auto shape = [&](Signal<Real>& s) { s.shape(slots, plan.batch, this->size()); };
  const auto shape_adjoint = [&](Signal<Real>& s) {
    if (plan.tape) s.shape(1, plan.batch, this->size());
  };
  for (auto* signals : {&state_, &receptor_state_, &observable_})
    for (auto& s : *signals) shape(s);
  for (auto* signals : {&adjoint_, &receptor_adjoint_})
    for (auto& s : *signals) shape_adjoint(s);
  if (refractory_time()) shape(refractory_);
  if (model_.spiking)
    spiked_.assign(static_cast<std::size_t>(this->output.slots()) * plan.batch * this->output.stride() /
                       static_cast<std::size_t>(Wide<Real>::lanes),
                   0);
  if (model_.spiking && options_.conventions.next_step) {
    shape(previous_);
    shape_adjoint(previous_adjoint_);
  }
  reset({0, plan.batch, 0, 1});
}

template <class Real>
void PopulationBase<Real>::build_receptors(double dt) {
  receptors_.clear();
  for (PortsOfInput* ports : {&delta_ports_, &current_ports_, &gap_ports_})
    for (auto& of_input : *ports) of_input.clear();
  std::size_t first = 0;
  for (std::size_t p = 0; p < this->ports.size(); ++p) {
    if (!this->ports[p].connected) continue;
    const ReceptorSystem& system = options_.ports[p].system;
    const std::size_t input = options_.ports[p].input;
    if (system.gap_junction) gap_ports_[input].push_back(p);
    if (system.kind == "delta")
      delta_ports_[input].push_back(p);
    else if (system.states == 0)
      current_ports_[input].push_back(p);
    else {
      ReceptorStep<Real> r;
      r.port = p;
      r.input = input;
      r.states = system.states;
      if (r.states > most_receptor_states)
        throw Error("a receptor of " + std::to_string(r.states) + " states; at most " +
                    std::to_string(most_receptor_states) + " are supported");
      r.first_state = first;
      first += r.states;
      std::vector<double> rate = system.rate;
      for (double& x : rate) x *= dt;
      for (double x : matrix_exponential(rate, r.states)) r.decay.push_back(static_cast<Real>(x));
      for (double x : system.arrive) r.arrive.push_back(static_cast<Real>(x));
      receptors_.push_back(std::move(r));
    }
  }
  receptor_state_.resize(first);
  receptor_adjoint_.resize(first);
  if (options_.integrator == Integrator::exact)
    build_propagators(dt);
  else
    build_slots(dt);
}

template <class Real>
void PopulationBase<Real>::build_slots(double dt) {
  // Runge-Kutta stages read current and conductance at their own points of the step.
  std::vector<double> points;
  switch (options_.integrator) {
    case Integrator::heun:
      points.assign(Heun::points.begin(), Heun::points.end());
      break;
    case Integrator::rk4:
      points.assign(RungeKutta4::points.begin(), RungeKutta4::points.end());
      break;
    default:
      points.assign(1, 0.0);
  }
  if (options_.synapse_after) points.assign(points.size(), 0.0);  // held
  for (auto& r : receptors_) {
    const ReceptorSystem& system = options_.ports[r.port].system;
    for (double point : points) {
      std::vector<double> rate = system.rate;
      for (double& x : rate) x *= dt * point;
      const std::vector<double> decay = matrix_exponential(rate, r.states);
      for (std::size_t input = 0; input < model_.inputs; ++input)
        for (const auto* row : {&system.current, &system.conductance})
          for (std::size_t j = 0; j < r.states; ++j) {
            double sum = 0;
            for (std::size_t i = 0; i < r.states && input == r.input; ++i) sum += (*row)[i] * decay[i * r.states + j];
            r.slots.emplace_back(std::vector<double>{sum}, this->size(), false);
          }
    }
  }
}

template <class Real>
void PopulationBase<Real>::build_refractory_steps(double dt) {
  const Field* field = refractory_time();
  if (!field) return;
  std::vector<double> steps;
  for (std::size_t unit = 0; unit < (columns_ ? this->size() : 1); ++unit)
    steps.push_back(std::nearbyint(static_cast<double>(static_cast<Real>(parameter(field->member, unit))) / dt));
  refractory_steps_ = Coefficient<Real>(steps, this->size(), columns_);
}

template <class Real>
void PopulationBase<Real>::build_propagators(double dt) {
  const std::size_t n = model_.state.size(), units = columns_ ? this->size() : 1;
  std::vector<std::vector<double>> propagators(n * n + 2 * n);
  std::vector<std::vector<std::vector<double>>> slots(receptors_.size());
  for (std::size_t r = 0; r < receptors_.size(); ++r) slots[r].resize(n * receptors_[r].states);
  for (std::size_t unit = 0; unit < units; ++unit) {
    const LinearMembrane linear = membrane(unit);
    const Propagator step = propagator(linear, dt);
    std::size_t k = 0;
    for (const auto* part : {&step.P, &step.B, &step.c})
      for (double x : *part) propagators[k++].push_back(x);
    for (std::size_t r = 0; r < receptors_.size(); ++r) {
      const ReceptorSystem& system = options_.ports[receptors_[r].port].system;
      std::vector<double> Q = receptor_propagator(linear, system, dt);
      if (options_.synapse_after)
        for (std::size_t i = 0; i < Q.size(); ++i) Q[i] = step.B[i / system.states] * system.current[i % system.states];
      for (std::size_t i = 0; i < Q.size(); ++i) slots[r][i].push_back(Q[i]);
    }
  }
  propagator_.clear();
  for (const auto& values : propagators) propagator_.emplace_back(values, this->size(), columns_);
  for (std::size_t r = 0; r < receptors_.size(); ++r)
    for (const auto& values : slots[r]) receptors_[r].slots.emplace_back(values, this->size(), columns_);
}

template <class Real>
void PopulationBase<Real>::build_noise(const Plan& plan) {
  const std::string address = "node." + this->name();
  chance_ = Stream(plan.seed, address + ".spike");
  noise_.clear();
  for (const NoiseOptions& given : options_.noise) {
    NoiseStep<Real> n;
    n.stream = Stream(plan.seed, address + ".noise." + given.name);
    n.initial = Stream(plan.seed, address + ".noise." + given.name + ".init");
    double factor = std::sqrt(-std::expm1(-2 * plan.dt / given.tau));
    if (given.white) factor = given.on == NoiseOptions::On::state ? std::sqrt(plan.dt) : 1 / std::sqrt(plan.dt);
    std::vector<double> spread = given.sigma;
    for (double& s : spread) s *= factor;
    n.spread = Coefficient<Real>(spread, this->size(), true);
    n.start = Coefficient<Real>(given.sigma, this->size(), true);
    n.decay = static_cast<Real>(std::exp(-plan.dt / given.tau));
    if (!given.white) n.state.shape(plan.tape ? plan.window + 1 : 1, plan.batch, this->size());
    noise_.push_back(std::move(n));
  }
}

template <class Real>
void PopulationBase<Real>::reset(const Slice& slice) {
  const auto [begin, end] = slice.units(padded(this->size()));
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
    for (std::size_t i = 0; i < state_.size(); ++i)
      std::copy(initial_[i].values.begin() + static_cast<std::ptrdiff_t>(begin),
                initial_[i].values.begin() + static_cast<std::ptrdiff_t>(end), state_[i].at(0, b) + begin);
    for (auto& s : receptor_state_) std::fill(s.at(0, b) + begin, s.at(0, b) + end, Real(0));
    for (std::size_t unit = begin; unit < std::min(end, kept_.size()); ++unit) kept_[unit].clear();
    for (auto* s : {&refractory_, &previous_})
      if (!s->empty()) std::fill(s->at(0, b) + begin, s->at(0, b) + end, Real(0));
    // Processes start from their stationary distribution.
    for (NoiseStep<Real>& n : noise_)
      if (!n.state.empty())
        noise::normals(n.initial, this->trials[b], n.start, begin, end - begin, n.state.at(0, b) + begin);
  }
}

template <class Real>
void PopulationBase<Real>::begin_rewind(const Slice& slice) {
  for (auto& s : adjoint_) s.zero(0, slice);
  for (auto& s : receptor_adjoint_) s.zero(0, slice);
  if (!previous_adjoint_.empty()) previous_adjoint_.zero(0, slice);
  for (auto& port : this->ports)
    if (port.connected && port.held) port.arrivals_gradient.zero(0, slice);
}

template <class Real>
std::vector<Column<Real>> PopulationBase<Real>::columns() {
  std::vector<Column<Real>> out;
  const auto add = [&](std::span<const Field> fields, std::vector<Signal<Real>>& signals) {
    for (const Field& f : fields)
      out.push_back({std::string(f.name), std::string(f.unit), std::string(f.meaning), &signals[f.member]});
  };
  add(model_.state, state_);
  for (const auto& r : receptors_) {
    const ReceptorSystem& system = options_.ports[r.port].system;
    for (std::size_t i = 0; i < r.states; ++i)
      out.push_back({options_.ports[r.port].name + "." + system.names[i], system.units[i], system.meanings[i],
                     &receptor_state_[r.first_state + i]});
  }
  add(model_.observed, observable_);
  for (std::size_t k = 0; k < noise_.size(); ++k)
    if (!noise_[k].state.empty())
      out.push_back({"noise." + options_.noise[k].name, "", "noise on " + options_.noise[k].name, &noise_[k].state});
  if (refractory_time()) out.push_back({"refractory", "", "steps of refractoriness left", &refractory_});
  if (model_.spiking && options_.conventions.next_step)
    out.push_back({"previous_spike", "", "the spike of the step before", &previous_});
  return out;
}

template <class Real>
std::vector<std::string> PopulationBase<Real>::observable() const {
  std::vector<std::string> names;
  for (const auto& fields : {model_.state, model_.observed})
    for (const Field& f : fields) names.emplace_back(f.name);
  return names;
}

template <class Real>
std::optional<std::size_t> PopulationBase<Real>::observe(std::string_view name) {
  auto& all = this->observed;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].name == name) return i;
  const auto names = observable();
  if (std::find(names.begin(), names.end(), name) == names.end()) return std::nullopt;
  all.push_back({std::string(name), {}});
  return all.size() - 1;
}

template <class Real>
typename Node<Real>::ActiveLanes PopulationBase<Real>::active_lanes(std::int64_t step) const {
  constexpr std::size_t lanes = Wide<Real>::lanes;
  if (!model_.spiking || !single_pass_) return {};
  return {spiked_.data() + static_cast<std::size_t>(this->output.at(step, 0) - this->output.at(0, 0)) / lanes, lanes};
}

template <class Real>
void PopulationBase<Real>::output_restored(std::int64_t step) {
  constexpr std::size_t lanes = Wide<Real>::lanes;
  if (spiked_.empty()) return;
  const Real* const output = this->output.at(step, 0);
  std::uint16_t* const masks = spiked_.data() + static_cast<std::size_t>(output - this->output.at(0, 0)) / lanes;
  for (std::size_t unit = 0; unit < this->size(); ++unit)
    if (output[unit] != Real(0)) masks[unit / lanes] |= static_cast<std::uint16_t>(1U << (unit % lanes));
}

template <class Real>
void PopulationBase<Real>::output_silenced(std::int64_t step, std::size_t unit) {
  constexpr std::size_t lanes = Wide<Real>::lanes;
  if (spiked_.empty()) return;
  const auto row = static_cast<std::size_t>(this->output.at(step, 0) - this->output.at(0, 0));
  spiked_[row / lanes + unit / lanes] &= static_cast<std::uint16_t>(~(1U << (unit % lanes)));
}

template struct Coefficient<float>;
template struct Coefficient<double>;
template class PopulationBase<float>;
template class PopulationBase<double>;

}  // namespace cajal
