#include "learning/gradient/monitor.hpp"

#include <algorithm>
#include <vector>

namespace cajal {

namespace {

const std::vector<std::string> names{"validation_loss", "validation_accuracy", "loss"};

}  // namespace

std::string_view name(Monitor monitor) { return names[static_cast<std::size_t>(monitor)]; }

Monitor read_monitor(const config::Table& learn) {
  const std::string chosen = learn.choice("monitor", names, names[0]);
  return static_cast<Monitor>(std::find(names.begin(), names.end(), chosen) - names.begin());
}

bool Best::improved(double value, std::int64_t epoch) {
  if (epoch_ > 0 && !(greater_ ? value > value_ + min_delta_ : value < value_ - min_delta_)) return false;
  value_ = value;
  epoch_ = epoch;
  return true;
}

}  // namespace cajal
