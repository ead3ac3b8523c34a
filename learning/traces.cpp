#include "learning/traces.hpp"

#include <cmath>

namespace cajal {

namespace {

constexpr double longest_table = 65536;
/// Time constants after which nothing is left of a trace in double precision.
constexpr double forgotten = 37;

}  // namespace

template <class Real>
Decay<Real>::Decay(double tau, double dt) : tau_(tau), dt_(dt) {
  const double wanted = std::ceil(forgotten * tau / dt) + 1;
  whole_ = wanted < longest_table;
  table_.resize(static_cast<std::size_t>(whole_ ? wanted : longest_table));
  for (std::size_t n = 0; n < table_.size(); ++n) table_[n] = beyond(static_cast<std::uint32_t>(n));
  if (whole_) table_.push_back(0);
  last_ = static_cast<std::uint32_t>(table_.size() - 1);
}

template <class Real>
Real Decay<Real>::beyond(std::uint32_t steps) const {
  const double x = static_cast<double>(steps) * dt_ / tau_;
  return x > forgotten ? Real(0) : static_cast<Real>(std::exp(-x));
}

template class Decay<float>;
template class Decay<double>;

}  // namespace cajal
