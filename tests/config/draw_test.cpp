#include "sim/config/draw.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "tests/catch.hpp"
#include "tests/config/config_test.hpp"

namespace cajal::config {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The quantity that `text` is, in `unit`.
Quantity quantity(const std::string& text, const std::string& unit = "", Range range = any_number) {
  std::vector<Diagnostic> diagnostics;
  const Value root = parse("node.x = " + text + "\n", "a.toml");
  const Table table(at(root, "node"), "node", diagnostics);
  Quantity out = table.distribution("x", unit, 0, range);
  table.refuse_unused();
  raise(diagnostics);
  return out;
}

std::string wrong(const std::string& text, const std::string& unit = "", Range range = any_number) {
  return errors_of([&] { quantity(text, unit, range); });
}

struct Moments {
  double mean = 0, sd = 0, least = infinity, most = -infinity;
};

Moments moments(const Quantity& quantity, std::size_t count = 40000) {
  std::vector<double> values(count);
  Draws draws(Stream(1, "draw"), 3);
  draw_into(quantity, draws, values);
  Moments out;
  for (const double x : values) {
    out.mean += x / static_cast<double>(count);
    out.least = std::min(out.least, x), out.most = std::max(out.most, x);
  }
  for (const double x : values) out.sd += (x - out.mean) * (x - out.mean) / static_cast<double>(count);
  out.sd = std::sqrt(out.sd);
  return out;
}

double density(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi); }
double below(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

}  // namespace

TEST_CASE("a lognormal distribution is given by its mean and standard deviation", "[draw]") {
  // Potjans and Diesmann 2014: weights of 87.8 pA with a relative standard deviation of 0.1.
  const Quantity q = quantity("{ lognormal = { mean = \"87.8 pA\", sd = \"0.0088 nA\" } }", "pA", positive);
  CHECK(std::exp(q.a + q.b * q.b / 2) == Approx(87.8));
  CHECK(std::sqrt(std::expm1(q.b * q.b)) * 87.8 == Approx(8.8));
  const Moments m = moments(q);
  CHECK(m.mean == Approx(87.8).margin(5 * 8.8 / 200));
  CHECK(m.sd == Approx(8.8).margin(0.2));
  CHECK(quantity("{ lognormal = { mean = 1, sd = 0 } }").b == 0);
  CHECK(wrong("{ lognormal = { mean = 0, sd = 1 } }") ==
        "a.toml:1:26: error: node.x.lognormal.mean: must be positive, found 0");
  CHECK(wrong("{ lognormal = { mean = 1, sd = -1 } }") ==
        "a.toml:1:36: error: node.x.lognormal.sd: must be at least 0, found -1");
  CHECK(wrong("{ lognormal = { mean = 1 } }") ==
        "a.toml:1:12: error: node.x.lognormal: missing key `sd`: a plain number");
  CHECK(
      wrong("{ lognormal = 1 }") ==
      "a.toml:1:12: error: node.x.lognormal: expected a list of two numbers or a table with `mean` and `sd`, found 1");
}

TEST_CASE("redrawn values have the truncated distribution", "[draw]") {
  // Mean and variance of a truncated normal distribution: Johnson, Kotz and Balakrishnan 1994, section 10.1.
  const double a = -1, b = 0.5, mass = below(b) - below(a);
  const double mean = (density(a) - density(b)) / mass;
  const double variance = 1 + (a * density(a) - b * density(b)) / mass - mean * mean;
  const Moments m = moments(quantity("{ normal = [0, 1], min = -1, max = 0.5, clip = \"redraw\" }"));
  CHECK(m.mean == Approx(mean).margin(5 * std::sqrt(variance) / 200));
  CHECK(m.sd == Approx(std::sqrt(variance)).margin(0.01));
  CHECK(m.least >= -1);
  CHECK(m.most <= 0.5);
  // Without memory: what an exponential distribution has above 1 is the same again, moved by 1.
  CHECK(moments(quantity("{ exponential = 1, min = 1, clip = \"redraw\" }")).mean == Approx(2).margin(0.025));
  CHECK(moments(quantity("{ uniform = [0, 4], max = 1, clip = \"redraw\" }")).mean == Approx(0.5).margin(0.01));
  const Moments l = moments(quantity("{ lognormal = [0, 1], max = 1, clip = \"redraw\" }"));
  CHECK(l.mean == Approx(2 * std::exp(0.5) * below(-1)).margin(0.01));
  CHECK(l.most <= 1);
}

TEST_CASE("bounded values stand at the bound as often as the tail is heavy", "[draw]") {
  const Quantity q = quantity("{ normal = [0, 1], min = -1, clip = \"bound\" }");
  std::vector<double> values(20000);
  Draws draws(Stream(1, "draw"), 0);
  draw_into(q, draws, values);
  const auto there = static_cast<double>(std::count(values.begin(), values.end(), -1.0));
  CHECK(there / 20000 == Approx(below(-1)).margin(0.013));
  CHECK_FALSE(quantity("{ normal = [0, 1], min = -1 }").redraw);
}

TEST_CASE("redrawing that has no end is refused", "[draw]") {
  const std::string message = "of these draws fewer than one in 100 is between `min` and `max`: redrawing has no end";
  CHECK(wrong("{ normal = [0, 1], min = 3, clip = \"redraw\" }") == "a.toml:1:38: error: node.x.clip: " + message);
  CHECK(wrong("{ uniform = [0, 1], min = 2, clip = \"redraw\" }").find(message) != std::string::npos);
  CHECK(wrong("{ exponential = 1, min = 5, clip = \"redraw\" }").find(message) != std::string::npos);
  CHECK(wrong("{ lognormal = [0, 0], max = 0.5, clip = \"redraw\" }").find(message) != std::string::npos);
  CHECK(wrong("{ normal = [0, 0], min = 1, clip = \"redraw\" }").find(message) != std::string::npos);
  CHECK(wrong("{ normal = [0, 1], min = 2, clip = \"redraw\" }").empty());
  CHECK(acceptance(quantity("{ normal = [0, 1], min = 0 }")) == Approx(0.5));
  CHECK(acceptance(quantity("{ exponential = 2, max = 2 }")) == Approx(1 - std::exp(-1)));
  CHECK(wrong("{ normal = [0, 1], clip = \"redraw\" }") ==
        "a.toml:1:29: error: node.x.clip: without `min` or `max` there is nothing to clip");
  CHECK(wrong("{ normal = [0, 1], min = 0, clip = \"cut\" }") ==
        "a.toml:1:38: error: node.x.clip: unknown name \"cut\"; allowed here: bound, redraw");
}

TEST_CASE("a row is drawn one value after another", "[draw]") {
  for (const char* text : {"{ uniform = [1, 2] }", "{ normal = [0, 1] }", "{ lognormal = [0, 1] }",
                           "{ exponential = 1 }", "{ normal = [0, 1], min = 0, clip = \"redraw\" }", "3"}) {
    const Quantity q = quantity(text);
    std::vector<double> whole(101), cut(101);
    Draws draws(Stream(1, "draw"), 5), again(Stream(1, "draw"), 5);
    draw_into(q, draws, whole);
    for (double& value : cut) draw_into(q, again, {&value, 1});
    CHECK(whole == cut);
  }
  const Quantity list = quantity("[1, 2, 3]");
  std::vector<double> out(3);
  Draws draws(Stream(1, "draw"), 0);
  draw_into(list, draws, out);
  CHECK(out == std::vector<double>{1, 2, 3});
  out.resize(2);
  CHECK_THROWS_AS(draw_into(list, draws, out), Error);
  CHECK_THROWS_AS(draw_into(quantity("{ npy = \"w.npy\" }"), draws, out), Error);
}

TEST_CASE("bounds are the smallest and the largest value", "[draw]") {
  using Pair = std::pair<double, double>;
  CHECK(bounds(quantity("3")) == Pair{3, 3});
  CHECK(bounds(quantity("{ uniform = [1, 2] }")) == Pair{1, 2});
  CHECK(bounds(quantity("{ uniform = [\"0 ms\", \"10 ms\"], min = \"0.5 ms\" }", "ms")) == Pair{0.5, 10});
  CHECK(bounds(quantity("{ normal = [1, 2] }")) == Pair{-infinity, infinity});
  CHECK(bounds(quantity("{ normal = [1, 2], min = 0, clip = \"redraw\" }")) == Pair{0, infinity});
  CHECK(bounds(quantity("{ normal = [1, 0] }")) == Pair{1, 1});
  CHECK(bounds(quantity("{ lognormal = [0, 1], max = 4 }")) == Pair{0, 4});
  CHECK(bounds(quantity("{ exponential = 1 }")) == Pair{0, infinity});
  CHECK(bounds(quantity("[3, -1, 2]")) == Pair{-1, 3});
  CHECK(bounds(quantity("{ npy = \"w.npy\" }")) == Pair{-infinity, infinity});
}

}  // namespace cajal::config
