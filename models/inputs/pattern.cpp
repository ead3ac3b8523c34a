#include "models/inputs/pattern.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/inputs/entries.hpp"
#include "models/inputs/poisson.hpp"

namespace cajal {

template <class Real>
PatternInput<Real>::PatternInput(std::string name, std::size_t size, const Options& options)
    : Node<Real>(std::move(name), size), options_(options), limit_(1 - std::cbrt(1 - 3 * options.share)) {}

template <class Real>
void PatternInput<Real>::prepare(const Plan& plan) {
  Node<Real>::prepare(plan);
  const std::string address = "node." + Node<Real>::name();
  stream_ = Stream(plan.seed, address);
  frozen_stream_ = Stream(plan.seed, address + ".pattern");
  window_stream_ = Stream(plan.seed, address + ".windows");
  steps_ = std::llround(options_.duration / plan.dt);
  const double second = plan.dt * 1e-3;
  std::vector<double> fresh(this->size(), options_.rate * second), frozen(this->size(), 0.0);
  for (std::size_t u = 0; u < options_.units; ++u) {
    fresh[u] = options_.fresh * second;
    frozen[u] = (options_.rate - options_.fresh) * second;
  }
  apart_.assign(options_.rate * second);
  fresh_ = PoissonCounts(fresh);
  frozen_ = PoissonCounts(frozen);
  shown_.shape(1, plan.batch, this->size());
  repeated_.shape(1, plan.batch, this->size());
}

template <class Real>
void PatternInput<Real>::reset(const Slice& slice) {
  shown_.zero(0, slice);
}

template <class Real>
bool PatternInput<Real>::shown_in(std::int64_t window, std::uint64_t trial) const {
  const auto u = [&](std::int64_t w) { return window_stream_.uniform(trial, static_cast<std::uint64_t>(w)); };
  // Windows count from 1, so that the first has a neighbour.
  const double here = u(window + 1);
  return here < limit_ && here < u(window) && here < u(window + 2);
}

template <class Real>
void PatternInput<Real>::advance(Steps steps, const Slice& slice) {
  const auto [begin, end] = slice.units(padded(this->size()));
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      const std::int64_t place = t % steps_;
      const std::uint64_t trial = this->trials[b], key = trial << 40 | static_cast<std::uint64_t>(t);
      const bool shown = shown_in(t / steps_, trial);
      Real* const out = this->output.at(t, b);
      if (place == 0 || t == steps.begin)
        for (std::size_t u = begin; u < end; ++u) shown_.at(0, b)[u] = shown && u < options_.units ? Real(1) : Real(0);
      if (!shown) {
        apart_.draw(stream_, key, begin, end, out);
        continue;
      }
      fresh_.draw(stream_, key, begin, end, out);
      // What repeats comes from a stream that is asked for the place in the stretch, and not for the time.
      Real* const repeated = repeated_.at(0, b);
      frozen_.draw(frozen_stream_, static_cast<std::uint64_t>(place), begin, end, repeated);
      for (std::size_t u = begin; u < end; ++u) out[u] += repeated[u];
    }
}

template <class Real>
std::vector<Column<Real>> PatternInput<Real>::columns() {
  return {{"shown", "", "1 in the units that repeat, while the pattern is shown", &shown_}};
}

template class PatternInput<float>;
template class PatternInput<double>;

namespace {

template <class Real>
std::unique_ptr<Node<Real>> make_pattern(const NodeRequest& r) {
  using Input = PatternInput<Real>;
  typename Input::Options o;
  const config::Range share{0, Input::largest_share, true, false};
  o.rate = r.table.required_quantity("rate", "Hz", config::not_negative);
  o.fresh = r.table.quantity("fresh", "Hz", 0, config::not_negative);
  o.duration = r.table.quantity("duration", "ms", 50, config::positive);
  o.share = r.table.number("share", 0.25, share);
  const auto units =
      r.table.integer("units", static_cast<std::int64_t>(r.size / 2), 0, static_cast<std::int64_t>(r.size));
  o.units = static_cast<std::size_t>(units);
  if (o.fresh > o.rate)
    r.table.error("fresh",
                  fmt::format("{:g} Hz of a rate of {:g} Hz; at most all of it is drawn anew", o.fresh, o.rate));
  constexpr double most = PoissonInput<Real>::largest_mean;
  if (const double spikes = o.rate * r.dt * 1e-3; spikes > most) {
    r.table.error("rate", fmt::format("{:g} Hz are {:g} spikes in a step of {:g} ms; at most {:g} are supported",
                                      o.rate, spikes, r.dt, most));
    o.rate = o.fresh = 0;
  }
  const double steps = o.duration / r.dt;
  if (steps < 0.5 || steps > 1e9 || std::fabs(std::round(steps) - steps) > 1e-6) {
    r.table.error("duration", fmt::format("{:g} ms is no multiple of dt = {:g} ms", o.duration, r.dt));
    o.duration = r.dt;
  }
  return std::make_unique<Input>(r.name, r.size, o);
}

}  // namespace

NodeEntry pattern_entry() {
  return input_entry<PatternInput>([]<class Real>(const NodeRequest& r) { return make_pattern<Real>(r); }, R"(keys
  size
  rate      (Hz, required): of every unit, always
  duration  (ms, 50): of the stretch that comes back
  share     (0.25, from 0 to 1/3): of the time in which it is shown; showings do not touch
  units     (half of the size): how many take part, the first ones
  fresh     (Hz, 0): the part of the rate that is drawn anew in each showing

state (recorded with `what`)
  shown  1 in the units that take part, while the pattern is shown

example
  [node]
  X = { kind = "pattern", size = 2000, rate = "64 Hz", fresh = "10 Hz" }
  E = { kind = "lif", size = 1 }
  [edge]
  XE = { from = "X", to = "E.input", weight = "0.02 mV", delay = "1 ms" }
)");
}

}  // namespace cajal
