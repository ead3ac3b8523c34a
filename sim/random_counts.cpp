#include <algorithm>
#include <array>
#include <cmath>

#include "sim/random.hpp"

namespace cajal {

namespace {

/// log(k!) less Stirling's (k + 1/2) log(k + 1) - (k + 1) + log(2 pi) / 2, to 1e-10 or better.
double stirling_rest(double k) {
  constexpr std::array<double, 10> exact{
      0.08106146679532726, 0.04134069595540929, 0.02767792568499834, 0.02079067210376509, 0.01664469118982119,
      0.01387612882307075, 0.01189670994589177, 0.01041126526197209, 0.00925546218271273, 0.00833056343336287};
  if (k < 10) return exact[static_cast<std::size_t>(k)];
  const double m = k + 1, square = m * m;
  return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / m;
}

/// By inversion: the mean n p is small.
std::uint64_t few(double n, double p, Draws& draws) {
  const double odds = p / (1 - p);
  double probability = std::exp(n * std::log1p(-p)), left = draws.uniform();
  double k = 0;
  while (left >= probability && k < n && probability > 0) {
    left -= probability;
    ++k;
    probability *= odds * (n - k + 1) / k;
  }
  return static_cast<std::uint64_t>(k);
}

/// BTRS of Hormann 1993, "The generation of binomial random variates", J. Stat. Comput. Simul. 46:101; n p >= 10,
/// p <= 1/2.
std::uint64_t many(double n, double p, Draws& draws) {
  const double deviation = std::sqrt(n * p * (1 - p)), odds = p / (1 - p), mode = std::floor((n + 1) * p);
  const double b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double alpha = (2.83 + 5.1 / b) * deviation, surely = 0.92 - 4.2 / b;
  for (;;) {
    const double u = draws.uniform() - 0.5, v = draws.uniform();
    const double us = 0.5 - std::fabs(u);
    const double k = std::floor((2 * a / us + b) * u + n * p + 0.5);
    if (us >= 0.07 && v <= surely) return static_cast<std::uint64_t>(k);
    if (!(k >= 0 && k <= n)) continue;
    // log of the probability of k over that of the mode
    const double ratio = (mode + 0.5) * std::log((mode + 1) / (odds * (n - mode + 1))) +
                         (n + 1) * std::log((n - mode + 1) / (n - k + 1)) +
                         (k + 0.5) * std::log(odds * (n - k + 1) / (k + 1)) + stirling_rest(mode) +
                         stirling_rest(n - mode) - stirling_rest(k) - stirling_rest(n - k);
    if (std::log(v * alpha / (a / (us * us) + b)) <= ratio) return static_cast<std::uint64_t>(k);
  }
}

/// A distribution over low .. high known by the ratios of neighbours, P(k + 1) / P(k) = rise(k), with its mode.
template <class Rise>
std::uint64_t from_mode(std::uint64_t low, std::uint64_t mode, std::uint64_t high, Rise rise, Draws& draws) {
  constexpr double nothing = 1e-18;
  double sum = 1, probability = 1;
  for (std::uint64_t k = mode; k < high && probability > nothing; ++k) sum += probability *= rise(k);
  probability = 1;
  for (std::uint64_t k = mode; k > low && probability > nothing; --k) sum += probability /= rise(k - 1);
  // The same walk again, until the share that was drawn is used up.
  double left = draws.uniform() * sum - 1, up = 1, down = 1;
  std::uint64_t above = mode, below = mode;
  while (left >= 0) {
    const bool can_rise = above < high && up > nothing, can_fall = below > low && down > nothing;
    if (!can_rise && !can_fall) break;
    if (can_rise && (left -= up *= rise(above++)) < 0) return above;
    if (can_fall && (left -= down /= rise(--below)) < 0) return below;
  }
  return mode;
}

}  // namespace

std::uint64_t Draws::binomial(std::uint64_t n, double p) {
  if (n == 0 || !(p > 0)) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(n, 1 - p);
  const auto trials = static_cast<double>(n);
  return trials * p < 10 ? few(trials, p, *this) : many(trials, p, *this);
}

std::uint64_t Draws::hypergeometric(std::uint64_t all, std::uint64_t marked, std::uint64_t drawn) {
  const std::uint64_t unmarked = all - marked;
  const std::uint64_t low = drawn > unmarked ? drawn - unmarked : 0, high = std::min(drawn, marked);
  if (low == high) return low;
  const double n = static_cast<double>(drawn), m = static_cast<double>(marked);
  const double share = (m + 1) / (static_cast<double>(all) + 2);
  const auto mode = std::clamp(static_cast<std::uint64_t>((n + 1) * share), low, high);
  // What else is left of the unmarked ones once all are drawn: `unmarked - drawn`, which may be below zero.
  const double rest = static_cast<double>(unmarked) - n;
  const auto rise = [=](std::uint64_t number) {
    const auto k = static_cast<double>(number);
    return (m - k) * (n - k) / ((k + 1) * (rest + k + 1));
  };
  return from_mode(low, mode, high, rise, *this);
}

}  // namespace cajal
