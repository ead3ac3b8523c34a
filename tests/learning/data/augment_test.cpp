#include "learning/data/augment.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "tests/catch.hpp"

using namespace cajal;
using namespace cajal::data;

namespace {

using Values = std::vector<float>;

Values counted(std::size_t size) {
  Values out(size);
  std::iota(out.begin(), out.end(), 1.0f);
  return out;
}

Values shown(const AugmentOptions& options, const std::vector<std::size_t>& shape, const Values& x, std::uint64_t k,
             std::uint64_t seed = 1) {
  Values out(x.size(), -99.0f);
  Augment(options, shape, seed).apply(x, k, out);
  return out;
}

/// All that so many presentations make of one sample.
std::set<Values> all_shown(const AugmentOptions& options, const std::vector<std::size_t>& shape, const Values& x,
                           int presentations = 400) {
  std::set<Values> out;
  for (int k = 0; k < presentations; ++k) out.insert(shown(options, shape, x, static_cast<std::uint64_t>(k)));
  return out;
}

}  // namespace

TEST_CASE("a presentation depends on seed and number alone") {
  AugmentOptions options;
  options.rotate = 20;
  options.zoom = 0.2;
  options.flip_horizontal = true;
  options.shift = 2;
  options.erase = 2;
  options.noise = 0.1;
  const Values x = counted(36);
  CHECK(shown(options, {6, 6}, x, 5) == shown(options, {6, 6}, x, 5));
  CHECK(shown(options, {6, 6}, x, 5) != shown(options, {6, 6}, x, 6));
  CHECK(shown(options, {6, 6}, x, 5) != shown(options, {6, 6}, x, 5, 2));
}

TEST_CASE("flips mirror each channel, half of the time") {
  const Values x{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  AugmentOptions across, down;
  across.flip_horizontal = down.flip_vertical = true;
  CHECK(all_shown(across, {2, 2, 3}, x) == std::set<Values>{x, {3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10}});
  CHECK(all_shown(down, {2, 2, 3}, x) == std::set<Values>{x, {4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9}});
  int same = 0;
  for (std::uint64_t k = 0; k < 1000; ++k) same += shown(across, {2, 2, 3}, x, k) == x;
  CHECK(std::abs(same - 500) < 5 * 16);
}

TEST_CASE("a shift moves an image by whole pixels and fills with zeros") {
  AugmentOptions options;
  options.shift = 1;
  const std::set<Values> all = all_shown(options, {2, 2}, {1, 2, 3, 4});
  CHECK(all == std::set<Values>{{1, 2, 3, 4},
                                {0, 1, 0, 3},
                                {2, 0, 4, 0},
                                {3, 4, 0, 0},
                                {0, 0, 1, 2},
                                {4, 0, 0, 0},
                                {0, 0, 0, 1},
                                {0, 3, 0, 0},
                                {0, 0, 2, 0}});
}

TEST_CASE("an erased square is zero and may stick out") {
  AugmentOptions options;
  options.erase = 2;
  std::set<std::ptrdiff_t> zeros;
  for (const Values& v : all_shown(options, {2, 4, 4}, counted(32))) {
    zeros.insert(std::count(v.begin(), v.begin() + 16, 0.0f));
    for (std::size_t p = 0; p < 16; ++p) CHECK((v[p] == 0) == (v[16 + p] == 0));
  }
  CHECK(zeros == std::set<std::ptrdiff_t>{1, 2, 4});
}

TEST_CASE("a rotation keeps the middle and what is around it, and a quarter turn is exact") {
  // An image that is the distance from its centre is the same after any rotation, within the circle that stays inside.
  Values cone(31 * 31);
  for (int i = 0; i < 31; ++i)
    for (int j = 0; j < 31; ++j) cone[static_cast<std::size_t>(i * 31 + j)] = std::hypot(i - 15.0f, j - 15.0f);
  AugmentOptions options;
  options.rotate = 180;
  bool turned = false;
  const Values plain = counted(31 * 31);
  for (std::uint64_t k = 0; k < 20; ++k) {
    const Values v = shown(options, {31, 31}, cone, k);
    for (std::size_t p = 0; p < v.size(); ++p)
      if (cone[p] > 2 && cone[p] < 13) CHECK(v[p] == Approx(cone[p]).margin(0.1));
    turned = turned || shown(options, {31, 31}, plain, k) != plain;
  }
  CHECK(turned);
}

TEST_CASE("a zoom scales distances from the centre by a factor within its bounds") {
  Values slope(31 * 31);
  for (std::size_t p = 0; p < slope.size(); ++p) slope[p] = static_cast<float>(p % 31) - 15;
  AugmentOptions options;
  options.zoom = 0.3;
  std::vector<double> factors;
  for (std::uint64_t k = 0; k < 200; ++k) {
    const Values v = shown(options, {31, 31}, slope, k);
    const double factor = 10.0 / static_cast<double>(v[15 * 31 + 25]);
    CHECK(v[15 * 31 + 10] == Approx(-5 / factor).margin(1e-4));
    CHECK((factor > 0.7 - 1e-4 && factor < 1.3 + 1e-4));
    factors.push_back(factor);
  }
  CHECK(*std::min_element(factors.begin(), factors.end()) < 0.75);
  CHECK(*std::max_element(factors.begin(), factors.end()) > 1.25);
}

TEST_CASE("noise is normal, for samples of any shape") {
  AugmentOptions options;
  options.noise = 0.5;
  const Values v = shown(options, {20000}, Values(20000, 2.0f), 3);
  const double mean = std::accumulate(v.begin(), v.end(), 0.0) / 20000;
  double square = 0;
  for (const float x : v) square += (x - mean) * (x - mean);
  CHECK(std::abs(mean - 2) < 5 * 0.5 / std::sqrt(20000.0));
  CHECK(std::sqrt(square / 20000) == Approx(0.5).epsilon(0.03));
}

TEST_CASE("what moves pixels needs an image") {
  AugmentOptions options;
  CHECK_FALSE(options.any());
  options.noise = 1;
  const std::vector<std::size_t> flat{10}, image{3, 4, 4};
  CHECK(options.any());
  CHECK(options.misfit(flat).empty());
  options.shift = 1;
  CHECK(options.misfit(flat) ==
        "flip, rotate, zoom, shift and erase change images, of shape [height, width] or [channels, height, width]; the "
        "samples have shape [10]");
  CHECK(options.misfit(image).empty());
}
