#include "models/inputs/waveform.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cajal {

namespace {

/// Steps of a period up to which it counts as few values.
constexpr double longest_period = 10000;

template <class... F>
struct Cases : F... {
  using F::operator()...;
};
template <class... F>
Cases(F...) -> Cases<F...>;

/// Steps in a period, if that is a whole number and not many; else 0.
std::size_t whole_period(const Waveform::Sine& s, double dt) {
  if (s.frequency == 0 || s.amplitude == 0) return 1;
  const double steps = 1e3 / (s.frequency * dt);
  const bool whole = std::fabs(steps - std::round(steps)) <= 1e-12 * steps;
  return whole && steps >= 1 && steps <= longest_period ? static_cast<std::size_t>(std::llround(steps)) : 0;
}

}  // namespace

double Waveform::bound() const {
  return std::visit(Cases{[](double constant) { return std::fabs(constant); },
                          [](const Sine& s) { return std::fabs(s.mean) + std::fabs(s.amplitude); },
                          [](const Jumps& j) {
                            double most = 0;
                            for (const double v : j.values) most = std::max(most, std::fabs(v));
                            return most;
                          }},
                    shape_);
}

void Waveform::prepare(double dt) {
  dt_ = dt;
  first_.clear();
  if (const auto* jumps = std::get_if<Jumps>(&shape_)) {
    for (const double t : jumps->times) first_.push_back(std::llround(t / dt));
    count_ = first_.size() + 1;
  } else if (const auto* sine = std::get_if<Sine>(&shape_)) {
    count_ = whole_period(*sine, dt);
  }
}

double Waveform::at(std::int64_t step) const {
  return std::visit(
      Cases{[](double constant) { return constant; },
            [&](const Sine& s) {
              // Of a whole number of steps one period stands for all, to the bit.
              const auto t = count_ > 0 ? static_cast<double>(index(step)) : static_cast<double>(step);
              const double cycles = s.frequency * 1e-3 * dt_ * (t + 0.5);
              return s.mean + s.amplitude * std::sin(2 * std::numbers::pi * (cycles - std::floor(cycles)) + s.phase);
            },
            [&](const Jumps& j) {
              const std::size_t i = index(step);
              return i == 0 ? 0.0 : j.values[i - 1];
            }},
      shape_);
}

std::size_t Waveform::index(std::int64_t step) const {
  if (!first_.empty())
    return static_cast<std::size_t>(std::upper_bound(first_.begin(), first_.end(), step) - first_.begin());
  return static_cast<std::size_t>(step) % std::max<std::size_t>(1, count_);
}

std::int64_t Waveform::example(std::size_t index) const {
  if (first_.empty()) return static_cast<std::int64_t>(index);
  return index == 0 ? first_[0] - 1 : first_[index - 1];
}

}  // namespace cajal
