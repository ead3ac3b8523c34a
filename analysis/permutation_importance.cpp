#include "analysis/permutation_importance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

/// Each order equally likely (Fisher & Yates).
std::vector<std::size_t> permutation(std::size_t n, const Stream& stream, std::uint64_t id) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Draws draws(stream, id);
  for (std::size_t i = n; i > 1; --i) std::swap(order[i - 1], order[draws.below(i)]);
  return order;
}

}  // namespace

Importance permutation_importance(std::span<float> x, std::size_t features, std::span<const std::uint32_t> together,
                                  std::size_t repeats, const Stream& stream, std::uint64_t first, double before,
                                  const std::function<double()>& quality) {
  if (repeats == 0) throw Error("permutation importance: no repeats");
  if (features == 0 || x.size() % features != 0)
    throw Error(fmt::format("permutation importance: {} values of {} features", x.size(), features));
  for (const std::uint32_t f : together)
    if (f >= features) throw Error(fmt::format("permutation importance: feature {} of {}", f, features));
  const std::size_t samples = x.size() / features;
  std::vector<float> kept;
  for (std::size_t s = 0; s < samples; ++s)
    for (const std::uint32_t f : together) kept.push_back(x[s * features + f]);
  const auto put = [&](auto&& source) {
    for (std::size_t s = 0; s < samples; ++s)
      for (std::size_t k = 0; k < together.size(); ++k)
        x[s * features + together[k]] = kept[source(s) * together.size() + k];
  };
  Importance out;
  std::vector<double> falls;
  for (std::size_t r = 0; r < repeats; ++r) {
    const std::vector<std::size_t> order = permutation(samples, stream, first + r);
    put([&](std::size_t s) { return order[s]; });
    falls.push_back(before - quality());
    out.mean += falls.back() / static_cast<double>(repeats);
  }
  put([](std::size_t s) { return s; });
  if (repeats > 1) {
    double square = 0;
    for (const double fall : falls) square += (fall - out.mean) * (fall - out.mean);
    out.deviation = std::sqrt(square / static_cast<double>(repeats - 1));
  }
  return out;
}

}  // namespace cajal::analysis
