#include "models/inputs/current.hpp"

#include <algorithm>

#include "models/inputs/entries.hpp"
#include "models/inputs/pulse.hpp"
#include "sim/error.hpp"

namespace cajal {

template <class Real>
CurrentInput<Real>::CurrentInput(std::string name, std::size_t size, Amplitude amplitude, double start, double stop,
                                 std::string_view unit)
    : Node<Real>(std::move(name), size), amplitude_(std::move(amplitude)), start_(start), stop_(stop), unit_(unit) {}

template <class Real>
void CurrentInput<Real>::prepare(const Plan& plan) {
  Node<Real>::prepare(plan);
  first_ = step_of(start_, plan.dt);
  last_ = step_of(stop_, plan.dt);
  steered_.clear();
  if (auto* amplitude = std::get_if<Waveform>(&amplitude_)) amplitude->prepare(plan.dt);
}

template <class Real>
double CurrentInput<Real>::most_steered(double) const {
  const double given = std::visit([](const auto& a) { return bound(Drive(a)); }, amplitude_);
  return static_cast<double>(std::numeric_limits<Real>::max()) - given;
}

template <class Real>
void CurrentInput<Real>::steer(std::span<const double> values) {
  if (values.size() != this->size()) throw Error("node " + Node<Real>::name() + " is told another number of currents");
  steered_.assign(values.begin(), values.end());
}

template <class Real>
void CurrentInput<Real>::advance(Steps steps, const Slice& slice) {
  const auto [begin, end] = slice.units(padded(this->size()));
  const auto* shared = std::get_if<Waveform>(&amplitude_);
  for (std::int64_t t = steps.begin; t < steps.end; ++t) {
    const bool on = t >= first_ && t < last_;
    const Real value = on && shared ? static_cast<Real>(shared->at(t)) : Real(0);
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      Real* out = this->output.at(t, b);
      std::fill(out + begin, out + end, value);
      if (!on) continue;
      if (!shared) {
        const auto& values = std::get<std::vector<double>>(amplitude_);
        for (std::size_t u = begin; u < std::min(end, values.size()); ++u) out[u] = static_cast<Real>(values[u]);
      }
      for (std::size_t u = begin; u < std::min(end, steered_.size()); ++u) out[u] += static_cast<Real>(steered_[u]);
    }
  }
}

template class CurrentInput<float>;
template class CurrentInput<double>;

namespace {

template <class Real>
std::unique_ptr<Node<Real>> make_current(const NodeRequest& r) {
  // Rate units and neurons without units take a bare number.
  const bool is_sine = r.table.has("sine") && !r.table.has("amplitude");
  const std::string_view unit = unit_of_current(r.table.peek(is_sine ? "sine" : "amplitude"));
  if (r.table.has("sine") && r.table.has("amplitude"))
    r.table.error("sine", "give either `amplitude` or `sine`: both are the current");
  Drive amplitude = 0.0;
  if (!is_sine) amplitude = read_drive(r, "amplitude", unit, config::any_number, false);
  if (const auto sine = r.table.table("sine")) {
    if (is_sine)
      amplitude = read_sine(*sine, unit, r.dt);
    else
      sine->skip();
  }
  if (!fits<Real>(r.table, is_sine ? "sine" : "amplitude", bound(amplitude))) amplitude = 0.0;
  const OnTime on = read_on_time(r.table);
  return std::make_unique<CurrentInput<Real>>(r.name, r.size, std::move(amplitude), on.start, on.stop, unit);
}

}  // namespace

NodeEntry current_entry() {
  return input_entry<CurrentInput>([]<class Real>(const NodeRequest& r) { return make_current<Real>(r); },
                                   R"(keys (pA, or bare numbers for targets without units)
  amplitude  one of
               "300 pA"                                                       constant
               { times = ["0 ms", "50 ms"], values = ["100 pA", "200 pA"] }   from each time on its value, before 0
               ["100 pA", "200 pA"] or { normal = ["300 pA", "50 pA"] }       a constant for each unit
  sine       instead: { mean = "0 pA", amplitude = "100 pA", frequency = "10 Hz", phase = 0 }, phase in radians
  start      (ms, 0), stop (ms, never), size (1)

example
  [node]
  E = { kind = "lif", size = 1 }
  step = { kind = "current", amplitude = "300 pA", start = "20 ms", stop = "180 ms" }
  wave = { kind = "current", sine = { amplitude = "50 pA", frequency = "10 Hz" } }
  [edge]
  I = { from = "step", to = "E.current" }
  W = { from = "wave", to = "E.current" }
)");
}

}  // namespace cajal
