#include "analysis/spikes.hpp"

#include <cmath>
#include <string>

#include "sim/error.hpp"

namespace cajal::analysis {

void Spikes::check(const char* measure) const {
  const std::string start = std::string(measure) + ": ";
  if (size == 0) throw Error(start + "a population of no units");
  if (times.size() != units.size())
    throw Error(start + std::to_string(times.size()) + " spike times for " + std::to_string(units.size()) + " units");
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (units[i] >= size)
      throw Error(start + "a spike of unit " + std::to_string(units[i]) + " in a population of " +
                  std::to_string(size));
    if (!std::isfinite(times[i])) throw Error(start + "the time of spike " + std::to_string(i) + " is not finite");
  }
}

void Window::check(const char* measure) const {
  if (!(stop > start) || !std::isfinite(stop - start))
    throw Error(std::string(measure) + ": no time from " + std::to_string(start) + " to " + std::to_string(stop) +
                " ms");
}

}  // namespace cajal::analysis
