#include "learning/data/source.hpp"
#include "tests/catch.hpp"

using namespace cajal;
using namespace cajal::data;

namespace {

Dataset bars(const std::string& keys, std::uint64_t seed = 1) {
  const config::Value root = config::parse("data = { source = { " + keys + " } }", "c.toml");
  std::vector<Diagnostic> diagnostics;
  return load(config::Table(*root.find("data"), "data", diagnostics), "", "", seed);
}

}  // namespace

TEST_CASE("images of lines show the lines that their targets name, and no others", "[data]") {
  const Dataset d = bars("bars = 5, samples = 2000, p = 0.2");
  CHECK(d.shape == std::vector<std::size_t>{5, 5});
  CHECK(d.targets == 10);
  double lines = 0;
  for (std::size_t s = 0; s < d.samples; ++s) {
    const float *const x = d.x.data() + 25 * s, *const y = d.y.data() + 10 * s;
    for (std::size_t row = 0; row < 5; ++row)
      for (std::size_t column = 0; column < 5; ++column)
        REQUIRE(x[5 * row + column] == (y[row] + y[5 + column] > 0 ? 1.0f : 0.0f));
    for (std::size_t line = 0; line < 10; ++line) lines += static_cast<double>(y[line]);
  }
  // Four standard deviations of 20,000 draws.
  CHECK(lines / 20000 == Approx(0.2).margin(4 * 0.0028));
}

TEST_CASE("an image of lines depends on the seed and its number alone", "[data]") {
  const Dataset all = bars("bars = 4, samples = 50"), few = bars("bars = 4, samples = 10");
  CHECK(std::equal(few.x.begin(), few.x.end(), all.x.begin()));
  CHECK(bars("bars = 4, samples = 50", 2).x != all.x);
}

TEST_CASE("lines need at least two of each kind", "[data]") {
  CHECK_THROWS_AS(bars("bars = 1"), ConfigError);
  CHECK_THROWS_AS(bars("bars = 8, p = 1.5"), ConfigError);
}
