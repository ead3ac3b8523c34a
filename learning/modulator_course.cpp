#include "learning/modulator_course.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/population_base.hpp"

namespace cajal {

namespace {

/// Time constants in a stretch, and after how many nothing is left.
constexpr double in_a_stretch = 4, forgotten = 40;
constexpr double longest_stretch = 4096;

}  // namespace

template <class Real>
typename ModulatorCourse<Real>::Kinetics ModulatorCourse<Real>::kinetics_of(const NodeUnits<Real>& unit) {
  const auto* const node = dynamic_cast<const PopulationBase<Real>*>(unit.node);
  if (!node || node->kind() != "modulator") throw Error("node " + unit.node->name() + " is no modulator");
  const auto value = [&](const std::vector<double>& of) { return of[of.size() > 1 ? unit.begin : 0]; };
  Kinetics out{1, 0, value(node->options().initial.at(0))};
  for (const Field& f : node->model().parameters) {
    const double x = value(node->options().parameters[f.member]);
    if (f.name == "tau") out.tau = x;
    if (f.name == "baseline") out.baseline = x;
  }
  return out;
}

template <class Real>
ModulatorCourse<Real>::ModulatorCourse(const NodeUnits<Real>& unit, double dt, double tau_c, double b,
                                       std::int64_t horizon)
    : unit_(unit), kinetics_(kinetics_of(unit)), dt_(dt), tau_c_(tau_c) {
  stretch_ = static_cast<std::int64_t>(std::clamp(in_a_stretch * tau_c / dt, 1.0, longest_stretch));
  tonic_ = -(kinetics_.baseline - b) * tau_c * std::expm1(-dt / tau_c);
  const double rate = 1 / tau_c + 1 / kinetics_.tau;
  phasic_ = -std::expm1(-dt * rate) / rate;
  decay_ = std::exp(-dt / kinetics_.tau);
  for (std::int64_t k = 0; k <= stretch_; ++k) left_.push_back(std::exp(-static_cast<double>(k) * dt / tau_c));
  const std::size_t size = std::bit_ceil(static_cast<std::size_t>(horizon + 2 * stretch_ + 2));
  mask_ = size - 1;
  g_.resize(size);
  n_.resize(size);
  whole_.resize(size / static_cast<std::size_t>(stretch_) + 2);
  reset();
}

template <class Real>
void ModulatorCourse<Real>::reset() {
  std::fill(g_.begin(), g_.end(), 0.0);
  std::fill(n_.begin(), n_.end(), 0.0);
  std::fill(whole_.begin(), whole_.end(), 0.0);
  begun_ = false;
}

template <class Real>
void ModulatorCourse<Real>::advance(std::int64_t step) {
  if (!begun_) last_ = step - 1;
  begun_ = true;
  while (last_ < step) {
    const double excess = last_ < 0
                              ? kinetics_.initial
                              : static_cast<double>(unit_.node->output.at(last_, 0)[unit_.begin]) - kinetics_.baseline;
    const std::int64_t stretch = stretch_of(last_), begin = stretch * stretch_ - 1;
    const double g = g_[place(last_)] + left(last_ - begin) * (tonic_ + excess * phasic_);
    ++last_;
    n_[place(last_)] = kinetics_.baseline + excess * decay_;
    if (stretch_of(last_) == stretch) {
      g_[place(last_)] = g;
    } else {
      whole_[static_cast<std::size_t>(stretch) % whole_.size()] = g;
      g_[place(last_)] = 0;
    }
  }
}

template <class Real>
double ModulatorCourse<Real>::far(std::int64_t steps) const {
  const double x = static_cast<double>(steps) * dt_ / tau_c_;
  return x > forgotten ? 0 : std::exp(-x);
}

template <class Real>
double ModulatorCourse<Real>::integral(std::int64_t u, std::int64_t s) const {
  if (s <= u) return 0;
  const std::int64_t first = stretch_of(u), last = stretch_of(s), begin = first * stretch_ - 1;
  const double at_u = g_[place(u)], scale = 1 / left(u - begin);
  if (first == last) return scale * (g_[place(s)] - at_u);
  double sum = scale * (whole_[static_cast<std::size_t>(first) % whole_.size()] - at_u);
  for (std::int64_t k = first + 1; k <= last; ++k) {
    const double rest = left(k * stretch_ - 1 - u);
    if (rest == 0) break;
    sum += rest * (k < last ? whole_[static_cast<std::size_t>(k) % whole_.size()] : g_[place(s)]);
  }
  return sum;
}

template class ModulatorCourse<float>;
template class ModulatorCourse<double>;

}  // namespace cajal
