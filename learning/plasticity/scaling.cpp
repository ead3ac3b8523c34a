#include "learning/plasticity/scaling.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>
#include <utility>

#include "learning/plasticity/targets.hpp"

namespace cajal {

template <class Real>
ScalingProcess<Real>::Scaled::Scaled(const Target& target)
    : edge(target.edge),
      parameters(target.parameters),
      rate(target.edge->to->size(), target.parameters.initial),
      missing(rate.size(), 0.0),
      factor(rate.size(), 1.0) {}

template <class Real>
void ScalingProcess<Real>::Scaled::prepare(double step) {
  dt = step;
  const double fall = -std::expm1(-dt / parameters.tau_rate);
  kept = 1 - fall;
  held = parameters.tau_rate * fall;
  raise = 1000 / parameters.tau_rate;
}

/// One step of units [begin, end), whose spikes come at its end: the rate falls from r to `kept` r, and its integral
/// over the step is `held` r.
template <class Real>
void ScalingProcess<Real>::Scaled::follow(const Real* output, std::size_t begin, std::size_t end, double* r,
                                          double* m) const {
  for (std::size_t u = begin; u < end; ++u) {
    m[u] += parameters.rate * dt - held * r[u];
    r[u] = kept * r[u] + (output[u] != Real(0) ? raise : 0.0);
  }
}

template <class Real>
void ScalingProcess<Real>::Scaled::advance(std::int64_t step, const Slice& slice) {
  const auto units = slice.units(padded(rate.size()));
  follow(edge->to->output.at(step, slice.sample_begin), units.begin, std::min(units.end, rate.size()), rate.data(),
         missing.data());
}

template <class Real>
void ScalingProcess<Real>::Scaled::take_batch(Steps steps, std::size_t samples, std::size_t begin, std::size_t end) {
  const std::size_t count = end - begin;
  std::vector<double> sum_rate(count), sum_missing(count);
  for (std::size_t b = 0; b < samples; ++b) {
    std::vector<double> r(rate.begin() + static_cast<std::ptrdiff_t>(begin),
                          rate.begin() + static_cast<std::ptrdiff_t>(end)),
        m(count);
    for (std::int64_t t = steps.begin; t < steps.end; ++t)
      follow(edge->to->output.at(t, b) + begin, 0, count, r.data(), m.data());
    for (std::size_t i = 0; i < count; ++i) sum_rate[i] += r[i], sum_missing[i] += m[i];
  }
  for (std::size_t i = 0; i < count; ++i) {
    rate[begin + i] = sum_rate[i] / static_cast<double>(samples);
    missing[begin + i] += sum_missing[i] / static_cast<double>(samples);
  }
}

template <class Real>
void ScalingProcess<Real>::Scaled::scale() {
  for (std::size_t u = 0; u < factor.size(); ++u)
    factor[u] = std::exp(parameters.beta / parameters.tau * std::exchange(missing[u], 0.0));
  const double most = parameters.w_max;
  std::atomic<bool> finite = true;
  weights->each([&](Real& w, std::uint32_t, std::uint32_t target) {
    const double now = static_cast<double>(w), next = now * factor[target];
    // What was beyond the bound before is not for this rule to move back.
    if (std::fabs(next) <= most || std::fabs(next) <= std::fabs(now))
      w = static_cast<Real>(next);
    else if (std::fabs(now) < most)
      w = static_cast<Real>(std::copysign(most, now));
    if (!std::isfinite(w)) finite = false;
  });
  weights->collect();
  if (!finite)
    throw NumericalError("scaling made a weight of edge." + edge->name +
                         " grow beyond all numbers: its units do not reach their rate; `w_max` bounds the weights");
}

template <class Real>
ScalingProcess<Real>::ScalingProcess(typename Process<Real>::Identity identity, const std::vector<Target>& targets,
                                     double every)
    : Process<Real>(std::move(identity)), every_(every) {
  for (const Target& target : targets) {
    target.edge->plastic = true;
    scaled_.push_back(std::make_unique<Scaled>(target));
  }
}

template <class Real>
ScalingProcess<Real>::~ScalingProcess() {
  leave();
}

template <class Real>
void ScalingProcess<Real>::attach(Clock<Real>& clock) {
  leave();
  clock_ = &clock;
  for (auto& s : scaled_) {
    s->prepare(clock.plan().dt);
    s->weights = std::make_unique<StoredWeights<Real>>(clock, *s->edge);
  }
  enter();
}

template <class Real>
void ScalingProcess<Real>::enter() {
  if (this->frozen() || !clock_ || clock_->plan().tape || clock_->plan().batch != 1) return;
  for (auto& s : scaled_) s->edge->to->processes.push_back(s.get());
}

template <class Real>
void ScalingProcess<Real>::leave() {
  for (auto& s : scaled_) std::erase(s->edge->to->processes, s.get());
}

template <class Real>
void ScalingProcess<Real>::frozen_changed() {
  leave();
  enter();
}

template <class Real>
void ScalingProcess<Real>::begin_trial() {
  if (!this->frozen() && clock_ && !clock_->plan().tape && clock_->plan().batch != 1)
    throw Error("learn." + this->name() + ": scaling cannot follow " + std::to_string(clock_->plan().batch) +
                " samples at once without a tape of what they did");
}

template <class Real>
void ScalingProcess<Real>::act(std::int64_t step) {
  if (every_ == 0) return;
  for (auto& s : scaled_) {
    s->weights->settle(step);
    s->scale();
  }
}

template <class Real>
void ScalingProcess<Real>::end_batch(Steps steps, std::size_t samples) {
  if (this->frozen() || !clock_ || every_ > 0 || samples == 0) return;
  if (clock_->plan().tape) {
    Team& team = clock_->team();
    team.run([&](std::size_t part) {
      for (auto& s : scaled_) {
        const auto units = Slice{0, samples, part, team.size()}.units(padded(s->rate.size()));
        const std::size_t end = std::min(units.end, s->rate.size());
        if (units.begin < end) s->take_batch(steps, samples, units.begin, end);
      }
    });
  }
  for (auto& s : scaled_) {
    s->weights->settle(steps.end);
    s->scale();
  }
}

template <class Real>
std::vector<typename Process<Real>::State> ScalingProcess<Real>::state() {
  std::vector<typename Process<Real>::State> out;
  for (auto& s : scaled_)
    out.push_back({"node." + s->edge->to->name() + ".rate." + s->edge->name, "Hz",
                   "running rate of each target unit, for synaptic scaling", s->rate});
  return out;
}

template <class Real>
std::unique_ptr<Process<Real>> make_scaling(const config::Table& table, Network<Real>& network, double dt) {
  std::vector<typename ScalingProcess<Real>::Target> targets;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  auto p = defaults<Scaling::P>(Scaling::parameters);
  read_fields(table, Scaling::parameters, "", p);
  p.rate = table.required_quantity("rate", "Hz", config::not_negative);
  p.initial = table.quantity("initial", "Hz", p.rate, config::not_negative);
  const double every = read_every(table, dt, true);
  for (SparseEdge<Real>* edge : read_edges(table, network, Scaling::name)) {
    need_spikes(table, Scaling::name, *edge->to);
    p.w_max = table.quantity("w_max", edge->to->ports[edge->port].unit, Scaling::unbounded, config::positive);
    targets.push_back({edge, p});
    addresses.push_back("edge." + edge->name);
  }
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<ScalingProcess<Real>>(identity<Real>(table, std::move(addresses)), targets, every);
}

ProcessEntry scaling_entry() {
  ProcessEntry out{std::string(Scaling::name),
                   std::string(Scaling::meaning),
                   std::string(Scaling::equations),
                   std::string(Scaling::source),
                   Scaling::locality,
                   {on_option("\"edge.XE\""), {"rate", "", "at least 0 Hz", "target rate of each unit"}},
                   R"(learn.scaling = { rule = "scaling", on = "edge.XE", rate = "5 Hz", every = "1 s" })",
                   true};
  for (const Field& f : Scaling::parameters) out.options.push_back(option_of(f));
  out.options.push_back({"initial", "the target", "at least 0 Hz", "the running rate at the start"});
  out.options.push_back({"w_max", "none", "positive, in the unit of the port", "largest magnitude of a weight"});
  out.options.push_back(every_option(true));
  return out;
}

template class ScalingProcess<float>;
template class ScalingProcess<double>;
template std::unique_ptr<Process<float>> make_scaling(const config::Table&, Network<float>&, double);
template std::unique_ptr<Process<double>> make_scaling(const config::Table&, Network<double>&, double);

}  // namespace cajal
