#include "learning/environments/catalogue.hpp"

#include <fmt/format.h>

#include <cmath>

namespace cajal {

const std::vector<EnvironmentKind>& environments() {
  static const std::vector<EnvironmentKind> all{bandit_environment(), cart_pole_environment(),
                                                coincidence_environment(), instrumental_environment()};
  return all;
}

std::int64_t EnvironmentRequest::intervals(std::string_view key, double fallback, std::int64_t least) const {
  constexpr double most = 1e12;
  const double time = table.quantity(key, "ms", fallback, config::not_negative), count = time / interval;
  if (count <= most && std::fabs(std::round(count) - count) <= 1e-6 && std::llround(count) >= least)
    return std::llround(count);
  // Where nothing was written it is the interval that does not fit.
  table.error(table.has(key) ? key : "interval",
              fmt::format("`{}` is {:g} ms; a multiple of the interval of {:g} ms is needed, at least {}", key, time,
                          interval, least));
  return least;
}

}  // namespace cajal
