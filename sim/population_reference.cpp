// The steps of a population by an adaptive integrator.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "sim/error.hpp"
#include "sim/odeint.hpp"
#include "sim/population_base.hpp"
#include "sim/population_noise.hpp"

namespace cajal {

namespace {

/// Membrane and receptors of one unit as one system of equations that does not depend on the time: first the members
/// of the model's state, then the states of the receptors.
struct UnitSystem {
  struct Receptor {
    const ReceptorSystem* system;
    std::size_t input, first;
  };
  Equations equations;
  std::size_t members = 0, inputs = 1, size = 0;
  std::vector<Receptor> receptors;
  std::vector<double> parameters;
  std::vector<Input<double>> constant;  ///< what acts during the whole step, by input
  std::size_t held = 0;                 ///< the first of the members, which stand still

  using Inputs = std::array<Input<double>, most_inputs>;

  Inputs inputs_at(const std::vector<double>& x) const {
    Inputs in{};
    std::copy(constant.begin(), constant.end(), in.begin());
    for (const Receptor& r : receptors) {
      const double gate = r.system->gate ? r.system->gate.at(x[r.input])[0] : 1.0;
      for (std::size_t i = 0; i < r.system->states; ++i) {
        in[r.input].current += gate * r.system->current[i] * x[r.first + i];
        in[r.input].conductance += gate * r.system->conductance[i] * x[r.first + i];
      }
    }
    return in;
  }

  void slopes(const std::vector<double>& x, std::vector<double>& out) const {
    const Inputs in = inputs_at(x);
    equations.slopes(x.data(), in.data(), parameters.data(), out.data());
    std::fill(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(held), 0.0);
    for (const Receptor& r : receptors)
      for (std::size_t i = 0; i < r.system->states; ++i) {
        double sum = 0;
        for (std::size_t j = 0; j < r.system->states; ++j)
          sum += r.system->rate[i * r.system->states + j] * x[r.first + j];
        out[r.first + i] = sum;
      }
  }

  void derivatives(const std::vector<double>& x, std::vector<double>& out) const {
    const Inputs in = inputs_at(x);
    const std::size_t columns = members + 2 * inputs;
    std::vector<double> by(members * columns);
    equations.jacobian(x.data(), in.data(), parameters.data(), by.data());
    std::fill(out.begin(), out.end(), 0.0);
    for (std::size_t i = held; i < members; ++i) std::copy_n(&by[i * columns], members, &out[i * size]);
    for (const Receptor& r : receptors) {
      const std::size_t n = r.system->states, column = members + 2 * r.input;
      const auto [gate, gate_slope, curvature] =
          r.system->gate ? r.system->gate.at(x[r.input]) : std::array<double, 3>{1, 0, 0};
      (void)curvature;
      for (std::size_t j = 0; j < n; ++j) {
        const double current = r.system->current[j], conductance = r.system->conductance[j];
        for (std::size_t i = held; i < members; ++i) {
          const double by_drive = by[i * columns + column] * current + by[i * columns + column + 1] * conductance;
          out[i * size + r.first + j] += gate * by_drive;
          out[i * size + r.input] += gate_slope * by_drive * x[r.first + j];
        }
        for (std::size_t i = 0; i < n; ++i) out[(r.first + i) * size + r.first + j] = r.system->rate[i * n + j];
      }
    }
  }
};

/// Where a spike may be looked for, of a step: the crossing must not be missed where it is taken back at once.
constexpr int looks_per_step = 4;
constexpr int most_spikes_per_step = 1000;

}  // namespace

/// The units of a run, one after the other.
template <class Real>
class PopulationReference {
 public:
  PopulationReference(PopulationBase<Real>& population, const PopulationRun& run)
      : p_(population), run_(run), h_(population.dt_) {
    system_.equations = p_.model_.equations;
    system_.members = p_.model_.state.size();
    system_.inputs = p_.model_.inputs;
    system_.size = system_.members;
    for (const auto& r : p_.receptors_) {
      system_.receptors.push_back({&p_.options_.ports[r.port].system, r.input, system_.members + r.first_state});
      system_.size += r.states;
    }
    system_.parameters.resize(p_.model_.parameters.size());
    const Tolerance tolerance{p_.options_.absolute_tolerance, p_.options_.relative_tolerance};
    const auto slopes = [this](const auto& x, auto& out, double) { system_.slopes(x, out); };
    integrator_ = p_.options_.integrator == Integrator::dopri5
                      ? make_dopri5(slopes, tolerance)
                      : make_rosenbrock4(
                            slopes, [this](const auto& x, auto& out) { system_.derivatives(x, out); }, tolerance);
  }

  void advance(std::size_t lane) {
    lane_ = lane;
    unit_ = (run_.first_lane + lane) % padded(p_.size());
    if (unit_ >= p_.size()) return;  // nobody reads what is behind the last unit
    try {
      load();
      p_.options_.precise_spikes ? step_precisely() : step_on_grid();
      store();
    } catch (const NumericalError& e) {
      throw NumericalError(
          fmt::format("{} (unit {}) at {:g} ms: {}", p_.name(), unit_, static_cast<double>(run_.step) * h_, e.what()));
    }
  }

 private:
  Real& number(Signal<Real>& s, std::int64_t step) const { return s.at(step, run_.sample)[run_.first_lane + lane_]; }
  double number_or_zero(Signal<Real>& s) const { return s.empty() ? 0.0 : static_cast<double>(number(s, run_.step)); }
  double arrived(std::size_t port) const { return static_cast<double>(p_.arrived_at(port, run_)[lane_]); }

  void load() {
    for (std::size_t i = 0; i < system_.parameters.size(); ++i) {
      const auto& c = p_.parameters_[i];
      system_.parameters[i] = static_cast<double>(c.values[c.column ? unit_ : 0]);
    }
    system_.constant.assign(system_.inputs, {0, 0});
    system_.held = 0;
    delta_.assign(std::min(system_.inputs, system_.members), 0);
    for (std::size_t k = 0; k < system_.inputs; ++k) {
      for (const std::size_t port : p_.current_ports_[k]) system_.constant[k].current += arrived(port);
      for (const std::size_t port : p_.gap_ports_[k]) {
        system_.constant[k].current += arrived(port);
        system_.constant[k].conductance += static_cast<double>(p_.ports[port].conductance[unit_]);
      }
      for (const std::size_t port : p_.delta_ports_[k]) delta_[k] += arrived(port);
    }
    x_.clear();
    for (auto* signals : {&p_.state_, &p_.receptor_state_})
      for (auto& s : *signals) x_.push_back(static_cast<double>(number(s, run_.step)));
    refractory_ = number_or_zero(p_.refractory_);
    spikes_ = 0;
  }

  void store() {
    for (std::size_t i = 0; i < system_.members; ++i) number(p_.state_[i], run_.step + 1) = static_cast<Real>(x_[i]);
    for (const auto& r : p_.receptors_)
      for (std::size_t i = 0; i < r.states; ++i)
        number(p_.receptor_state_[r.first_state + i], run_.step + 1) = static_cast<Real>(
            x_[system_.members + r.first_state + i] + static_cast<double>(r.arrive[i]) * arrived(r.port));
    if (!p_.refractory_.empty()) number(p_.refractory_, run_.step + 1) = static_cast<Real>(refractory_);
    if (!p_.previous_.empty()) number(p_.previous_, run_.step + 1) = static_cast<Real>(spikes_);
    number(p_.output, run_.step) =
        static_cast<Real>(p_.model_.spiking ? spikes_ : system_.equations.output(x_.data(), system_.parameters.data()));
  }

  /// Spike, reset and refractoriness at the end of the step.
  void step_on_grid() {
    const std::vector<double> before = x_;
    integrate(*integrator_, x_, h_);
    for (std::size_t k = 0; k < delta_.size(); ++k) x_[k] += delta_[k];
    if (system_.equations.wrap) system_.equations.wrap(x_.data(), system_.parameters.data());
    if (!p_.model_.spiking) return;
    Equations::Jump jump;
    jump.previous = number_or_zero(p_.previous_);
    jump.refractory = refractory_;
    jump.refractory_steps = static_cast<double>(p_.refractory_steps_.values[p_.refractory_steps_.column ? unit_ : 0]);
    jump.chance = {0.5, h_};
    if (p_.model_.stochastic)
      jump.chance.uniform = noise::uniform(p_.chance_, noise::key(p_.trials[run_.sample], run_.step), unit_);
    system_.equations.jump(before.data(), x_.data(), system_.parameters.data(), p_.options_.conventions, jump);
    refractory_ = jump.refractory;
    spikes_ = jump.spike;
  }

  /// Each where it falls. Times are of the step, in ms.
  void step_precisely() {
    double t = 0, first = h_;
    while (t < h_) {
      const bool held = refractory_ > 0;
      // What is above the threshold when it may fire, fires: after refractoriness, or where the threshold was moved.
      if (!held && is_spike(x_, x_)) {
        fire(t);
        continue;
      }
      system_.held = held ? standing() : 0;
      const double end = held ? std::min(h_, t + refractory_ * h_) : h_, begun = t;
      integrator_->begin(x_, t, std::min(first, end - t));
      const bool fires = held ? pass(end) : pass_to_spike(end);
      t = fires || end < h_ ? event_ : h_;
      if (held) refractory_ = end < h_ ? 0.0 : std::max(0.0, refractory_ - (t - begun) / h_);
      if (refractory_ < 1e-12) refractory_ = 0;
      first = std::max(integrator_->to() - integrator_->from(), 1e-9 * h_);
      if (fires) fire(t);
    }
    arrive();
  }

  /// How many members stand still while the unit is refractory.
  std::size_t standing() const {
    using Hold = Conventions::Refractoriness;
    const Hold hold = p_.options_.conventions.refractory;
    return hold == Hold::freeze ? system_.members : hold == Hold::clamp ? 1 : 0;
  }

  /// What arrives at the end of the step.
  void arrive() {
    const std::vector<double> before = x_;
    for (std::size_t k = refractory_ > 0 ? standing() : 0; k < delta_.size(); ++k) x_[k] += delta_[k];
    if (refractory_ == 0 && is_spike(before, x_)) fire(h_);
  }

  bool is_spike(const std::vector<double>& before, const std::vector<double>& now) const {
    return system_.equations.spiked &&
           system_.equations.spiked(before.data(), now.data(), system_.parameters.data()) >= 0;
  }

  /// Goes on to `end`.
  bool pass(double end) {
    while (integrator_->before(end)) integrator_->step(end);
    integrator_->at(integrator_->to(), x_);
    event_ = end;
    return false;
  }

  /// Goes on to `end`, or to the spike that comes first.
  bool pass_to_spike(double end) {
    while (integrator_->before(end)) {
      integrator_->step(end);
      const double from = integrator_->from(), to = integrator_->to();
      double low = from;
      for (int look = 1; look <= looks_per_step; ++look) {
        const double high = look == looks_per_step ? to : from + (to - from) * look / looks_per_step;
        integrator_->at(high, later_);
        if (is_spike(x_, later_)) {
          localise(low, high);
          return true;
        }
        std::swap(x_, later_);
        low = high;
      }
    }
    event_ = end;
    return false;
  }

  /// The first of the times in (low, high] from which on the spike is there: x_ is the state at `low`, and becomes
  /// that.
  void localise(double low, double high) {
    std::vector<double> middle;
    while (high - low > 1e-12 * h_) {
      const double half = low + (high - low) / 2;
      if (half <= low || half >= high) break;
      integrator_->at(half, middle);
      if (is_spike(x_, middle)) {
        high = half;
        later_ = middle;
      } else {
        low = half;
      }
    }
    x_ = later_;
    event_ = high;
  }

  void fire(double t) {
    if (++spikes_ > most_spikes_per_step)
      throw NumericalError(fmt::format("more than {} spikes within a step: the state after a spike is a spike again",
                                       most_spikes_per_step));
    system_.equations.reset(x_.data(), system_.parameters.data(), p_.options_.conventions);
    if (const Field* t_ref = p_.refractory_time()) refractory_ = system_.parameters[t_ref->member] / h_;
    if (p_.kept_.empty()) return;
    // The time of a step's spike lies after its begin also where that is a large number.
    const double begin = static_cast<double>(run_.step) * h_, end = static_cast<double>(run_.step + 1) * h_;
    p_.kept_[unit_].push_back(
        std::clamp(begin + t, std::nextafter(begin, std::numeric_limits<double>::infinity()), end));
  }

  PopulationBase<Real>& p_;
  const PopulationRun& run_;
  double h_;
  UnitSystem system_;
  std::unique_ptr<AdaptiveIntegrator> integrator_;
  std::size_t lane_ = 0, unit_ = 0;
  std::vector<double> x_, later_, delta_;
  double refractory_ = 0, spikes_ = 0, event_ = 0;  ///< refractory: in steps
};

template <class Real>
void PopulationBase<Real>::advance_reference(const Run& run) {
  PopulationReference<Real> reference(*this, run);
  for (std::size_t lane = 0; lane < run.lanes; ++lane) reference.advance(lane);
}

template <class Real>
void PopulationBase<Real>::keep_spikes() {
  if (this->trials.size() == 1) kept_.resize(this->size());  // samples that run beside each other would share it
}

template <class Real>
std::vector<PreciseSpike> PopulationBase<Real>::take_spikes() {
  std::vector<PreciseSpike> all;
  for (std::size_t unit = 0; unit < kept_.size(); ++unit) {
    for (const double time : kept_[unit]) all.push_back({time, unit});
    kept_[unit].clear();
  }
  std::sort(all.begin(), all.end(), [](const PreciseSpike& a, const PreciseSpike& b) {
    return a.time != b.time ? a.time < b.time : a.unit < b.unit;
  });
  return all;
}

template class PopulationBase<float>;
template class PopulationBase<double>;

}  // namespace cajal
