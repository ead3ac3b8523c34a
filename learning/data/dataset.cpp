#include "learning/data/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "sim/error.hpp"

namespace cajal::data {

namespace {

void check_size(const Dataset& d, const char* what, std::size_t found, std::size_t expected) {
  if (found != expected) throw DataError(d.name, fmt::format("holds {} {}, not {}", found, what, expected));
}

void check_finite(const Dataset& d, const char* what, std::span<const float> values, std::size_t columns) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      throw DataError(d.name, fmt::format("sample {}, {} {} is {}, not a finite number", i / columns, what, i % columns,
                                          values[i]));
}

void check_shape(const Dataset& d) {
  std::size_t product = 1;
  for (std::size_t extent : d.shape) {
    if (extent != 0 && product > d.features / extent)
      throw DataError(d.name,
                      fmt::format("shape [{}] is not that of {} features", fmt::join(d.shape, ", "), d.features));
    product *= extent;
  }
  if (d.shape.empty() || product != d.features)
    throw DataError(d.name, fmt::format("shape [{}] is not that of {} features", fmt::join(d.shape, ", "), d.features));
}

void check_labels(const Dataset& d) {
  if (d.label_steps == 0) throw DataError(d.name, "has labels but none for a sample");
  check_size(d, "labels", d.label.size(), d.samples * d.label_steps);
  check_size(d, "class names", d.class_names.size(), d.classes);
  for (std::size_t i = 0; i < d.label.size(); ++i)
    if (d.label[i] < 0 || static_cast<std::size_t>(d.label[i]) >= d.classes)
      throw DataError(d.name, fmt::format("sample {} has label {}, allowed are 0 to {}", i / d.label_steps, d.label[i],
                                          static_cast<std::int64_t>(d.classes) - 1));
}

void check_tokens(const Dataset& d) {
  for (std::size_t i = 0; i < d.x.size() && d.tokens > 0; ++i)
    if (!(d.x[i] >= 0 && d.x[i] < static_cast<float>(d.tokens)) || d.x[i] != std::floor(d.x[i]))
      throw DataError(
          d.name, fmt::format("sample {} holds {}, no token of a vocabulary of {}", i / d.features, d.x[i], d.tokens));
}

void check_targets(const Dataset& d) {
  if (d.targets == 0) throw DataError(d.name, "has neither labels nor targets");
  if (d.classes != 0) throw DataError(d.name, fmt::format("has {} classes but no labels", d.classes));
  check_size(d, "target values", d.y.size(), d.samples * d.targets);
  check_finite(d, "target", d.y, d.targets);
}

}  // namespace

std::vector<std::size_t> Dataset::class_counts(std::span<const std::uint32_t> part) const {
  std::vector<std::size_t> out(classification() ? classes : 0);
  for (const std::uint32_t sample : part)
    for (std::size_t step = 0; step < label_steps && classification(); ++step)
      ++out[static_cast<std::size_t>(label[sample * label_steps + step])];
  return out;
}

void Dataset::set_classes(std::span<const double> values) {
  constexpr std::size_t most = 65536;
  constexpr double largest = 9007199254740992.0;  // 2^53: all whole numbers up to it are exact
  std::vector<double> distinct(values.begin(), values.end());
  for (std::size_t i = 0; i < distinct.size(); ++i)
    if (!(std::fabs(distinct[i]) <= largest) || distinct[i] != std::floor(distinct[i]))
      throw DataError(name, fmt::format("sample {} has {} as class, expected a whole number", i, distinct[i]));
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (distinct.size() > most)
    throw DataError(name, fmt::format("has {} classes, allowed are {}", distinct.size(), most));
  classes = distinct.size();
  class_names.clear();
  for (const double value : distinct) class_names.push_back(fmt::format("{:.0f}", value));
  label.clear();
  for (const double value : values)
    label.push_back(
        static_cast<std::int32_t>(std::lower_bound(distinct.begin(), distinct.end(), value) - distinct.begin()));
}

void Dataset::validate() const {
  if (samples == 0) throw DataError(name, "holds no samples");
  if (features == 0) throw DataError(name, "its samples have no features");
  check_shape(*this);
  check_size(*this, "values", x.size(), samples * features);
  check_finite(*this, "feature", x, features);
  check_tokens(*this);
  if (classification()) {
    check_labels(*this);
    if (targets != 0 || !y.empty()) throw DataError(name, "has both labels and targets");
  } else {
    check_targets(*this);
  }
  if (!missing.empty()) check_size(*this, "marks of missing values", missing.size(), x.size());
  if (!feature_names.empty()) check_size(*this, "feature names", feature_names.size(), features);
  if (given_test && (*given_test == 0 || *given_test >= samples))
    throw DataError(
        name, fmt::format("the given test part begins at sample {}, allowed are 1 to {}", *given_test, samples - 1));
}

}  // namespace cajal::data
