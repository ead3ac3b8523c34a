#include "learning/data/feature_scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/error.hpp"

namespace cajal::data {

namespace {

using Samples = std::span<const std::uint32_t>;

void each_feature(const Dataset& d, Samples samples, auto&& visit) {
  std::vector<float> column(samples.size());
  for (std::size_t f = 0; f < d.features; ++f) {
    for (std::size_t i = 0; i < samples.size(); ++i) column[i] = d.x[samples[i] * d.features + f];
    visit(std::span<const float>(column));
  }
}

double ratio(double above, double below) {
  if (!(above > 0)) return 0;
  return below > 0 ? above / below : std::numeric_limits<double>::infinity();
}

double mean_of(std::span<const float> x) {
  double sum = 0;
  for (float v : x) sum += static_cast<double>(v);
  return sum / static_cast<double>(x.size());
}

bool constant(std::span<const float> x) {
  return std::all_of(x.begin(), x.end(), [&](float v) { return v == x.front(); });
}

/// `y` less its mean.
double f_of_number(std::span<const float> x, std::span<const double> y) {
  if (constant(x)) return 0;
  const double mean = mean_of(x);
  double xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double off = static_cast<double>(x[i]) - mean;
    xx += off * off;
    xy += off * y[i];
    yy += y[i] * y[i];
  }
  const double square = yy > 0 ? std::min(1.0, xy * xy / (xx * yy)) : 0.0;
  return ratio(square * static_cast<double>(x.size() - 2), 1 - square);
}

double f_of_classes(std::span<const float> x, std::span<const std::int32_t> label, std::size_t classes) {
  if (constant(x)) return 0;
  const double mean = mean_of(x);
  std::vector<double> count(classes, 0.0), centre(classes, 0.0);
  for (std::size_t i = 0; i < x.size(); ++i) {
    count[static_cast<std::size_t>(label[i])] += 1;
    centre[static_cast<std::size_t>(label[i])] += static_cast<double>(x[i]) - mean;
  }
  double between = 0, within = 0, present = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    if (count[c] == 0) continue;
    present += 1;
    centre[c] /= count[c];
    between += count[c] * centre[c] * centre[c];
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double off = static_cast<double>(x[i]) - mean - centre[static_cast<std::size_t>(label[i])];
    within += off * off;
  }
  return ratio(between / (present - 1), within / (static_cast<double>(x.size()) - present));
}

std::vector<std::int32_t> labels_of(const Dataset& d, Samples samples) {
  std::vector<std::int32_t> out;
  for (std::uint32_t s : samples) out.push_back(d.label[s]);
  return out;
}

/// The largest value of each bin.
std::vector<float> bin_ends(std::span<const float> x, std::size_t bins) {
  std::vector<float> sorted(x.begin(), x.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<float> ends = sorted;
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  if (ends.size() <= bins) return ends;
  ends.clear();
  for (std::size_t b = 1; b <= bins; ++b) ends.push_back(sorted[(b * sorted.size() + bins - 1) / bins - 1]);
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  return ends;
}

double information(std::span<const float> x, std::span<const std::int32_t> label, std::size_t classes,
                   std::size_t bins) {
  const std::vector<float> ends = bin_ends(x, bins);
  if (ends.size() == 1) return 0;
  std::vector<double> joint(ends.size() * classes, 0.0), bin(ends.size(), 0.0), of_class(classes, 0.0);
  const double share = 1 / static_cast<double>(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto b = static_cast<std::size_t>(std::lower_bound(ends.begin(), ends.end(), x[i]) - ends.begin());
    const auto c = static_cast<std::size_t>(label[i]);
    joint[b * classes + c] += share;
    bin[b] += share;
    of_class[c] += share;
  }
  double sum = 0;
  for (std::size_t b = 0; b < ends.size(); ++b)
    for (std::size_t c = 0; c < classes; ++c)
      if (joint[b * classes + c] > 0)
        sum += joint[b * classes + c] * std::log(joint[b * classes + c] / (bin[b] * of_class[c]));
  return std::max(0.0, sum);
}

}  // namespace

std::vector<double> f_test(const Dataset& d, Samples samples) {
  std::vector<double> out;
  if (!d.classification()) {
    if (d.targets != 1) throw DataError(d.name, fmt::format("an F-test is of one target, but there are {}", d.targets));
    if (samples.size() < 3) throw DataError(d.name, "an F-test needs three training samples");
    std::vector<double> y;
    double mean = 0;
    for (std::uint32_t s : samples) mean += static_cast<double>(d.y[s]) / static_cast<double>(samples.size());
    for (std::uint32_t s : samples) y.push_back(static_cast<double>(d.y[s]) - mean);
    each_feature(d, samples, [&](std::span<const float> x) { out.push_back(f_of_number(x, y)); });
    return out;
  }
  const std::vector<std::int32_t> label = labels_of(d, samples);
  std::vector<std::int32_t> present = label;
  std::sort(present.begin(), present.end());
  present.erase(std::unique(present.begin(), present.end()), present.end());
  if (present.size() < 2 || samples.size() <= present.size())
    throw DataError(d.name, fmt::format("an F-test of {} training samples of {} classes; it needs two classes and more "
                                        "samples than classes",
                                        samples.size(), present.size()));
  each_feature(d, samples, [&](std::span<const float> x) { out.push_back(f_of_classes(x, label, d.classes)); });
  return out;
}

std::vector<double> mutual_information(const Dataset& d, Samples samples, std::size_t bins) {
  if (!d.classification())
    throw DataError(d.name, "mutual information is of classes, but the targets are numbers; use by = \"f_test\"");
  if (bins < 2) throw DataError(d.name, "mutual information needs at least two bins");
  const std::vector<std::int32_t> label = labels_of(d, samples);
  std::vector<double> out;
  each_feature(d, samples, [&](std::span<const float> x) { out.push_back(information(x, label, d.classes, bins)); });
  return out;
}

}  // namespace cajal::data
