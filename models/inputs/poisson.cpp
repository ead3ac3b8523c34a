#include "models/inputs/poisson.hpp"

#include <algorithm>
#include <cmath>

#include "models/inputs/entries.hpp"
#include "models/inputs/pulse.hpp"
#include "sim/error.hpp"

namespace cajal {

namespace {

/// Tables that are kept, of some kilobytes each; where there are more values they are made again and again.
constexpr std::size_t most_tables = 2500;

}  // namespace

template <class Real>
PoissonInput<Real>::PoissonInput(std::string name, std::size_t size, Rate rate, double start, double stop)
    : Node<Real>(std::move(name), size), rate_(std::move(rate)), start_(start), stop_(stop) {}

template <class Real>
double PoissonInput<Real>::mean(const Waveform& rate, std::int64_t step) const {
  return std::max(0.0, rate.at(step) * dt_ * 1e-3);
}

template <class Real>
void PoissonInput<Real>::prepare(const Plan& plan) {
  Node<Real>::prepare(plan);
  stream_ = Stream(plan.seed, "node." + Node<Real>::name());
  dt_ = plan.dt;
  first_ = step_of(start_, plan.dt);
  last_ = step_of(stop_, plan.dt);
  counts_.clear();
  steered_.clear();
  if (auto* rate = std::get_if<Waveform>(&rate_)) {
    rate->prepare(plan.dt);
    if (rate->count() <= most_tables)
      for (std::size_t i = 0; i < rate->count(); ++i) counts_.emplace_back(mean(*rate, rate->example(i)));
  } else {
    std::vector<double> means = std::get<std::vector<double>>(rate_);
    for (double& m : means) m *= plan.dt * 1e-3;
    counts_.emplace_back(means);
  }
}

template <class Real>
std::string PoissonInput<Real>::unsteerable() const {
  const auto* rate = std::get_if<Waveform>(&rate_);
  return rate && !rate->constant() ? "its rate changes with time: what is told comes on top of a constant rate" : "";
}

template <class Real>
double PoissonInput<Real>::most_steered(double dt) const {
  return largest_mean / (dt * 1e-3) - bound(rate_);
}

template <class Real>
void PoissonInput<Real>::steer(std::span<const double> values) {
  if (values.size() != this->size()) throw Error("node " + Node<Real>::name() + " is told another number of rates");
  if (std::equal(values.begin(), values.end(), steered_.begin(), steered_.end())) return;
  steered_.assign(values.begin(), values.end());
  const auto* shared = std::get_if<Waveform>(&rate_);
  std::vector<double> means =
      shared ? std::vector<double>(this->size(), shared->bound()) : std::get<std::vector<double>>(rate_);
  for (std::size_t u = 0; u < means.size(); ++u)
    means[u] = std::clamp((means[u] + values[u]) * dt_ * 1e-3, 0.0, largest_mean);
  counts_.assign(1, PoissonCounts(means));
}

template <class Real>
void PoissonInput<Real>::advance(Steps steps, const Slice& slice) {
  const auto [begin, end] = slice.units(padded(this->size()));
  const auto* rate = std::get_if<Waveform>(&rate_);
  PoissonCounts changing;
  double current = 0;
  for (std::int64_t t = steps.begin; t < steps.end; ++t) {
    const bool on = t >= first_ && t < last_;
    if (counts_.empty() && on)
      if (const double m = mean(*rate, t); m != current) changing.assign(current = m);
    const PoissonCounts& counts = counts_.empty() ? changing : counts_[rate ? rate->index(t) : 0];
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      Real* out = this->output.at(t, b);
      if (on)
        counts.draw(stream_, this->trials[b] << 40 | static_cast<std::uint64_t>(t), begin, end, out);
      else
        std::fill(out + begin, out + end, Real(0));
    }
  }
}

template class PoissonInput<float>;
template class PoissonInput<double>;

namespace {

template <class Real>
std::unique_ptr<Node<Real>> make_poisson(const NodeRequest& r) {
  Drive rate = read_drive(r, "rate", "Hz", config::not_negative, true);
  const OnTime on = read_on_time(r.table);
  constexpr double most = PoissonInput<Real>::largest_mean;
  if (const double hertz = bound(rate), spikes = hertz * r.dt * 1e-3; spikes > most) {
    r.table.error("rate", fmt::format("{:g} Hz are {:g} spikes in a step of {:g} ms; at most {:g} are supported", hertz,
                                      spikes, r.dt, most));
    rate = 0.0;
  }
  return std::make_unique<PoissonInput<Real>>(r.name, r.size, std::move(rate), on.start, on.stop);
}

}  // namespace

NodeEntry poisson_entry() {
  return input_entry<PoissonInput>([]<class Real>(const NodeRequest& r) { return make_poisson<Real>(r); },
                                   R"(keys
  rate   (Hz, required) one of
           "8 Hz"                                                       constant
           { times = ["0 ms", "500 ms"], values = ["8 Hz", "16 Hz"] }   from each time on its value, before the first 0
           { mean = "10 Hz", amplitude = "5 Hz", frequency = "4 Hz", phase = 0.5 }
                                                                        a sine, cut at 0; phase in radians (0), mean (0)
           ["8 Hz", "9 Hz"] or { uniform = ["5 Hz", "15 Hz"] }          a constant for each unit
  start  (ms, 0), stop (ms, never)
  size   not where its edges are `private`: each target then has a train of its own; else targets share trains

example
  [node]
  E = { kind = "lif", size = 100 }
  drive = { kind = "poisson", rate = "2 kHz" }
  rhythm = { kind = "poisson", size = 20, rate = { mean = "10 Hz", amplitude = "10 Hz", frequency = "8 Hz" } }
  [edge]
  X = { from = "drive", to = "E.input", connect = "private", weight = "1 mV" }
  R = { from = "rhythm", to = "E.input", connect = "all_to_all", weight = "0.1 mV", delay = "1 ms" }
)");
}

}  // namespace cajal
