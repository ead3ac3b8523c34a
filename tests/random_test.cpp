#include "sim/random.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "sim/random_planes.hpp"
#include "tests/catch.hpp"

using namespace cajal;

namespace {

/// Numbers of the sequence of one id, drawn in spans of these lengths.
template <class T, class Draw>
std::vector<T> in_spans(const std::vector<std::size_t>& lengths, std::size_t taken_before, Draw draw) {
  Draws draws(Stream(7, "tests.random"), 3);
  for (std::size_t i = 0; i < taken_before; ++i) draws.bits();
  std::vector<T> out(std::accumulate(lengths.begin(), lengths.end(), std::size_t{0}));
  std::size_t at = 0;
  for (const std::size_t n : lengths) {
    draw(draws, std::span(out).subspan(at, n));
    at += n;
  }
  // What is drawn afterwards does not depend on the cuts either.
  out.push_back(static_cast<T>(draws.bits() >> 8));
  return out;
}

template <class T, class Draw>
void check_cuts(Draw draw) {
  for (const std::size_t before : {0, 1, 2, 3}) {
    const auto whole = in_spans<T>({1500}, before, draw);
    CHECK(in_spans<T>({1, 1499}, before, draw) == whole);
    CHECK(in_spans<T>({3, 0, 61, 64, 1, 1, 70, 1299, 1}, before, draw) == whole);
    CHECK(in_spans<T>({511, 513, 476}, before, draw) == whole);
    CHECK(in_spans<T>(std::vector<std::size_t>(1500, 1), before, draw) == whole);
  }
}

}  // namespace

TEST_CASE("blocks side by side hold the bits of the stream", "[random]") {
  const Stream stream(123, "tests.planes");
  std::vector<Planes<std::uint32_t>> planes(3);
  for (const std::uint64_t first :
       {std::uint64_t{0}, std::uint64_t{5}, (std::uint64_t{1} << 32) - 20, ~std::uint64_t{0} - 60})
    for (const std::uint64_t fixed : {std::uint64_t{0}, std::uint64_t{7} << 40 | 11}) {
      bool ids = true, steps = true;
      fill_ids(stream, first, fixed, planes);
      for (std::size_t b = 0; b < 48; ++b)
        for (std::size_t j = 0; j < 4; ++j)
          ids = ids && planes[b / 16].plane[j][b % 16] == stream.bits(first + b, fixed)[j];
      fill_steps(stream, fixed, first, planes);
      for (std::size_t b = 0; b < 48; ++b)
        for (std::size_t j = 0; j < 4; ++j)
          steps = steps && planes[b / 16].plane[j][b % 16] == stream.bits(fixed, first + b)[j];
      CHECK(ids);
      CHECK(steps);
    }
}

TEST_CASE("spans of random numbers may be cut anywhere", "[random]") {
  check_cuts<float>([](Draws& d, std::span<float> out) { d.uniforms(out); });
  check_cuts<float>([](Draws& d, std::span<float> out) { d.normals(out); });
  check_cuts<std::uint32_t>([](Draws& d, std::span<std::uint32_t> out) { d.below(1000, out); });
  // A quarter of the words is rejected.
  check_cuts<std::uint32_t>([](Draws& d, std::span<std::uint32_t> out) { d.below(3U << 30, out); });
}

TEST_CASE("spans of random numbers are made of the words of the sequence", "[random]") {
  const Stream stream(1, "tests.words");
  Draws words(stream, 9), uniform(stream, 9), whole(stream, 9), normal(stream, 9);
  std::vector<float> u(1001), z(1000);
  std::vector<std::uint32_t> k(1001);
  uniform.uniforms(u);
  whole.below(77, k);
  normal.normals(z);
  double worst = 0, first = 0;
  bool same = true;
  for (std::size_t i = 0; i < 1000; ++i) {
    const std::uint32_t w = words.bits();
    same = same && u[i] == std::ldexp(static_cast<float>(w >> 8), -24) && k[i] == (std::uint64_t{w} * 77) >> 32;
    if (i % 2 == 0) {
      first = w;
    } else {
      const double radius = std::sqrt(-2 * std::log((first + 0.5) * 0x1p-32));
      const double angle = 2 * std::numbers::pi * static_cast<double>(w) * 0x1p-32;
      worst = std::max({worst, std::fabs(static_cast<double>(z[i - 1]) - radius * std::cos(angle)),
                        std::fabs(static_cast<double>(z[i]) - radius * std::sin(angle))});
    }
  }
  CHECK(same);
  CHECK(worst < 1e-6);
}

TEST_CASE("normals in single precision are normal", "[random]") {
  constexpr std::size_t n = 400000;
  std::vector<float> z(n);
  for (const std::uint64_t seed : {1, 2, 3}) {
    Draws(Stream(seed, "tests.normal"), 0).normals(z);
    double sums[5] = {}, neighbours = 0;
    for (std::size_t i = 0; i < n; ++i) {
      double power = 1;
      for (double& sum : sums) sum += power, power *= static_cast<double>(z[i]);
      if (i > 0) neighbours += static_cast<double>(z[i]) * static_cast<double>(z[i - 1]);
    }
    // Five standard errors of the moments of a normal number.
    const double root = std::sqrt(static_cast<double>(n));
    CHECK(std::fabs(sums[1] / n) < 5 / root);
    CHECK(std::fabs(sums[2] / n - 1) < 5 * std::sqrt(2) / root);
    CHECK(std::fabs(sums[3] / n) < 5 * std::sqrt(15) / root);
    CHECK(std::fabs(sums[4] / n - 3) < 5 * std::sqrt(96) / root);
    CHECK(std::fabs(neighbours / n) < 5 / root);
    // Kolmogorov's distance to the normal distribution exceeds 2.2 / sqrt(n) once in 8,000 samples.
    std::sort(z.begin(), z.end());
    double distance = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double expected = 0.5 * std::erfc(-static_cast<double>(z[i]) / std::numbers::sqrt2);
      distance = std::max(distance, std::fabs(expected - (static_cast<double>(i) + 0.5) / n));
    }
    CHECK(distance * root < 2.2);
    const auto beyond = [&](double x) {
      return static_cast<double>(std::count_if(z.begin(), z.end(), [x](float v) { return std::fabs(v) > x; }));
    };
    for (const double x : {2.0, 3.0, 4.0}) {
      const double expected = n * std::erfc(x / std::numbers::sqrt2);
      CHECK(std::fabs(beyond(x) - expected) < 5 * std::sqrt(expected) + 1);
    }
  }
}

TEST_CASE("spans of whole numbers are uniform where many words are rejected", "[random]") {
  constexpr std::uint32_t n = 3U << 30;
  constexpr std::size_t count = 90000;
  std::vector<std::uint32_t> k(count);
  Draws draws(Stream(5, "tests.below"), 0);
  draws.below(n, k);
  double counts[3] = {};
  for (const std::uint32_t x : k) {
    REQUIRE(x < n);
    counts[x >> 30] += 1;
  }
  for (const double c : counts) CHECK(std::fabs(c - count / 3.0) < 5 * std::sqrt(count * 2.0 / 9));
  draws.below(1, k);
  CHECK(std::all_of(k.begin(), k.end(), [](std::uint32_t x) { return x == 0; }));
}
