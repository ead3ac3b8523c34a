#include "analysis/paired.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <map>
#include <numeric>
#include <string>

#include "analysis/criteria.hpp"
#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

using BySeed = std::map<std::uint64_t, double>;

/// One measure and part of all learners, these in the order of the rows.
struct Values {
  std::string measure, part;
  bool higher;
  std::vector<std::pair<std::string, BySeed>> learners;
};

std::vector<Values> gather(const std::vector<Measured>& rows) {
  std::vector<Values> all;
  for (const Measured& m : rows) {
    const Criterion* criterion = criterion_of(m.measure, m.part);
    const bool sided = criterion && criterion->better != Row::Better::none && !criterion->claim.empty();
    if (!sided || !std::isnan(m.level) || !std::isfinite(m.value)) continue;
    auto values = std::find_if(all.begin(), all.end(),
                               [&](const Values& v) { return v.measure == m.measure && v.part == m.part; });
    if (values == all.end())
      values = all.insert(all.end(), {m.measure, m.part, criterion->better == Row::Better::higher, {}});
    auto learner = std::find_if(values->learners.begin(), values->learners.end(),
                                [&](const auto& l) { return l.first == m.learner; });
    if (learner == values->learners.end()) learner = values->learners.insert(values->learners.end(), {m.learner, {}});
    learner->second[m.seed] = m.value;
  }
  return all;
}

double mean_of(const BySeed& values) {
  double sum = 0;
  for (const auto& [seed, value] : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

double mean_interval(double deviation, std::size_t n) {
  if (n < 2) throw Error("interval of a mean: fewer than two values");
  const boost::math::students_t_distribution<double> t(static_cast<double>(n - 1));
  return boost::math::quantile(t, 0.975) * deviation / std::sqrt(static_cast<double>(n));
}

std::optional<PairedDifference> paired_difference(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size()) throw Error("paired difference: not as many values of both");
  if (a.size() < 2) return std::nullopt;
  PairedDifference d;
  d.n = a.size();
  const auto n = static_cast<double>(d.n);
  for (std::size_t i = 0; i < d.n; ++i) d.mean += (a[i] - b[i]) / n;
  double squares = 0;
  for (std::size_t i = 0; i < d.n; ++i) squares += std::pow(a[i] - b[i] - d.mean, 2);
  const double deviation = std::sqrt(squares / (n - 1)), half = mean_interval(deviation, d.n);
  d.low = d.mean - half;
  d.high = d.mean + half;
  if (deviation > 0 && d.n > 2) d.effect = (1 - 3 / (4 * (n - 1) - 1)) * d.mean / deviation;
  return d;
}

std::vector<Measured> paired_differences(const std::vector<Measured>& rows) {
  std::vector<Measured> out;
  for (const Values& v : gather(rows)) {
    const auto best = std::max_element(v.learners.begin(), v.learners.end(), [&](const auto& a, const auto& b) {
      return v.higher ? mean_of(a.second) < mean_of(b.second) : mean_of(a.second) > mean_of(b.second);
    });
    for (const auto& [name, values] : v.learners) {
      if (name == best->first) continue;
      std::vector<double> a, b;
      for (const auto& [seed, value] : best->second)
        if (const auto other = values.find(seed); other != values.end()) {
          a.push_back(value);
          b.push_back(other->second);
        }
      const auto d = paired_difference(a, b);
      // Where all runs differ alike chance has no part in it.
      if (!d || !(d->high > d->low)) continue;
      const std::string part = v.part.empty() ? name : name + "/" + v.part;
      const double nan = std::numeric_limits<double>::quiet_NaN(), n = static_cast<double>(d->n);
      out.push_back({best->first, "difference_" + v.measure, part, 0, d->mean, d->low, d->high, n});
      if (d->effect) out.push_back({best->first, "effect_" + v.measure, part, 0, *d->effect, nan, nan, n});
    }
  }
  return out;
}

}  // namespace cajal::analysis
