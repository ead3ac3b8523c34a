#include "models/inputs/noise_current.hpp"

#include <algorithm>
#include <cmath>

#include "models/inputs/entries.hpp"
#include "sim/random_planes.hpp"

namespace cajal {

template <class Real>
NoiseCurrentInput<Real>::NoiseCurrentInput(std::string name, std::size_t size, double mean, double sigma, double tau,
                                           std::string_view unit)
    : Node<Real>(std::move(name), size), mean_(mean), sigma_(sigma), tau_(tau), unit_(unit) {}

template <class Real>
void NoiseCurrentInput<Real>::prepare(const Plan& plan) {
  Node<Real>::prepare(plan);
  tape_ = plan.tape;
  decay_ = std::exp(-plan.dt / tau_);
  spread_ = sigma_ * std::sqrt(-std::expm1(-2 * plan.dt / tau_));
  const std::string address = "node." + Node<Real>::name();
  stream_ = Stream(plan.seed, address);
  initial_stream_ = Stream(plan.seed, address + ".init.I");
  current_.shape(tape_ ? plan.window + 1 : 1, plan.batch, this->size());
  reset({0, plan.batch, 0, 1});
}

template <class Real>
template <class Use>
void NoiseCurrentInput<Real>::each_normals(const Stream& stream, std::uint64_t key, const Slice& slice, Use use) const {
  constexpr std::size_t run = blocks_of_planes, units_of_planes = 4 * run;
  const auto [begin, end] = slice.units(padded(this->size()));
  for (std::size_t group = begin / units_of_planes; group * units_of_planes < end; ++group) {
    Planes<std::uint32_t> words;
    fill_ids(stream, group * blocks_of_planes, key, {&words, 1});
    const Planes<float> normals = standard_normals(words);
    for (std::size_t j = 0; j < 4; ++j)
      if (const std::size_t unit = group * units_of_planes + j * run; unit >= begin && unit < end)
        use(unit, normals.plane[j]);
  }
}

template <class Real>
void NoiseCurrentInput<Real>::reset(const Slice& slice) {
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
    each_normals(initial_stream_, this->trials[b], slice, [&](std::size_t unit, const auto& normals) {
      Real* x = current_.at(0, b) + unit;
      for (std::size_t i = 0; i < normals.size(); ++i)
        x[i] = static_cast<Real>(mean_ + sigma_ * static_cast<double>(normals[i]));
    });
}

template <class Real>
void NoiseCurrentInput<Real>::advance(Steps steps, const Slice& slice) {
  const auto mean = static_cast<Real>(mean_), decay = static_cast<Real>(decay_), spread = static_cast<Real>(spread_);
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      const std::uint64_t key = this->trials[b] << 40 | static_cast<std::uint64_t>(t);
      each_normals(stream_, key, slice, [&](std::size_t unit, const auto& normals) {
        const Real* before = current_.at(t, b) + unit;
        Real* after = current_.at(t + 1, b) + unit;
        Real* out = this->output.at(t, b) + unit;
        for (std::size_t i = 0; i < normals.size(); ++i)
          out[i] = after[i] = mean + (before[i] - mean) * decay + spread * static_cast<Real>(normals[i]);
      });
    }
}

template <class Real>
std::vector<Column<Real>> NoiseCurrentInput<Real>::columns() {
  return {{"I", unit_, "the current at the end of the step", &current_}};
}

template class NoiseCurrentInput<float>;
template class NoiseCurrentInput<double>;

namespace {

template <class Real>
std::unique_ptr<Node<Real>> make_noise_current(const NodeRequest& r) {
  const std::string_view unit = unit_of_current(r.table.peek("sigma"));
  const double mean = r.table.quantity("mean", unit, 0);
  const double sigma = r.table.required_quantity("sigma", unit, config::not_negative);
  // No normal number in single precision is beyond 7.
  fits<Real>(r.table, "sigma", std::fabs(mean) + 7 * sigma);
  const double tau = r.table.required_quantity("tau", "ms", config::positive);
  return std::make_unique<NoiseCurrentInput<Real>>(r.name, r.size, mean, sigma, tau, unit);
}

}  // namespace

NodeEntry noise_current_entry() {
  return input_entry<NoiseCurrentInput>([]<class Real>(const NodeRequest& r) { return make_noise_current<Real>(r); },
                                        R"(keys (pA, or bare numbers for targets without units)
  mean (0), sigma (required): standard deviation, tau (ms, required): time of correlation
  size not where its edges are `private`: each target then has a noise of its own

state (recorded with `what`)
  I  the current

example
  [node]
  E = { kind = "lif", size = 100 }
  noise = { kind = "noise_current", mean = "200 pA", sigma = "100 pA", tau = "5 ms" }
  [edge]
  N = { from = "noise", to = "E.current", connect = "private" }
)");
}

}  // namespace cajal
