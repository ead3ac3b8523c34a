// Nanoseconds for one random number on one core: Philox alone, the spans of Draws, and Poisson input by mean.

#include "sim/random.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "models/inputs/poisson_counts.hpp"
#include "sim/random_planes.hpp"

namespace {

using namespace cajal;

template <class Work>
void report(const char* name, double numbers, Work work) {
  using Clock = std::chrono::steady_clock;
  double best = 1e9;
  for (int trial = 0; trial < 50; ++trial) {
    const auto start = Clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  std::printf("%-32s %7.3f ns\n", name, best / numbers * 1e9);
}

void measure_spans() {
  constexpr std::size_t n = 1 << 15;
  const Stream stream(1, "bench.random");
  Draws draws(stream, 0);
  std::vector<float> numbers(n);
  std::vector<std::uint32_t> integers(n);
  std::vector<Planes<std::uint32_t>> planes(n / 64);
  std::uint64_t step = 0;
  report("Philox 4x32-10, 32 bits", n, [&] { fill_ids(stream, 0, step++, planes); });
  report("Draws::uniforms", n, [&] { draws.uniforms(numbers); });
  report("Draws::normals", n, [&] { draws.normals(numbers); });
  report("Draws::below(100000)", n, [&] { draws.below(100000, integers); });
  report("Draws::normal, one by one", n / 16, [&] {
    for (std::size_t i = 0; i < n / 16; ++i) numbers[i] = static_cast<float>(draws.normal());
  });
}

/// As many units as the cortical microcircuit has.
void measure_poisson() {
  constexpr std::size_t units = 77184;
  const Stream stream(1, "bench.poisson");
  std::vector<float> counts(units);
  std::uint64_t step = 0;
  for (const double mean : {0.0001, 0.01, 0.1, 1.6, 5.0, 20.0, 50.0, 100.0, 500.0}) {
    const PoissonCounts poisson(mean);
    report(("Poisson, mean " + std::to_string(mean)).c_str(), units,
           [&] { poisson.draw(stream, step++, 0, units, counts.data()); });
  }
  for (const double mean : {1.6, 20.0}) {
    const PoissonCounts poisson(std::vector<double>(units, mean));
    report(("each its own mean, " + std::to_string(mean)).c_str(), units,
           [&] { poisson.draw(stream, step++, 0, units, counts.data()); });
  }
  PoissonCounts changing;
  double mean = 1;
  report("a table for a new mean near 1", 1, [&] { changing.assign(mean += 1e-3); });
}

}  // namespace

int main() {
  measure_spans();
  measure_poisson();
  return 0;
}
