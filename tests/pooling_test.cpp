#include "sim/pooling.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "sim/random.hpp"
#include "tests/catch.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;

namespace {

constexpr std::size_t samples = 2;

template <class Real>
using Values = std::vector<Real>;

/// Some are equal, so that the first of equals matters.
template <class Real>
Values<Real> random_values(std::size_t units, std::uint64_t id) {
  const Stream stream(7, "pooling_test");
  Values<Real> values(samples * units);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<Real>(std::round(24 * stream.uniform(id, i)) / 7 - 1.7);
  return values;
}

template <class Real>
std::vector<const Real*> rows(const Values<Real>& values) {
  return {values.data(), values.data() + values.size() / samples};
}
template <class Real>
std::vector<Real*> rows(Values<Real>& values) {
  return {values.data(), values.data() + values.size() / samples};
}

template <class Real>
const Values<Real>& constant(Values<Real>& values) {
  return values;
}

template <class Real>
bool same_bits(const Values<Real>& a, const Values<Real>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Real)) == 0;
}

/// Calls use(output, input, tap, count) for the places of every window that are in the plane, in ascending order of
/// output and tap; count is how many the window has.
template <class Use>
void each_place(const Pooling& p, Use use) {
  const std::size_t width = p.out_width(), plane = p.out_height() * width;
  const auto size = [](std::size_t n) { return static_cast<long>(n); };
  for (std::size_t o = 0; o < samples * p.outputs(); ++o) {
    const long top = size(o % plane / width * p.stride_h) - size(p.padding_h);
    const long left = size(o % width * p.stride_w) - size(p.padding_w);
    std::vector<std::pair<std::size_t, std::size_t>> places;
    for (long r = 0; r < size(p.kernel_h); ++r)
      for (long k = 0; k < size(p.kernel_w); ++k)
        if (top + r >= 0 && left + k >= 0 && top + r < size(p.height) && left + k < size(p.width))
          places.emplace_back(
              o / plane * p.height * p.width + static_cast<std::size_t>((top + r) * size(p.width) + left + k),
              static_cast<std::size_t>(r * size(p.kernel_w) + k));
    for (const auto& [input, tap] : places) use(o, input, tap, places.size());
  }
}

std::vector<Pooling> geometries() {
  using Divisor = Pooling::Divisor;
  std::vector<Pooling> out{Pooling::global(3, 5, 70), Pooling::upsampling(3, 5, 23, 2, 2),
                           Pooling::upsampling(2, 3, 4, 3, 1)};
  for (const std::size_t size : {2, 5, 9, 13, 26, 67})
    out.push_back(
        {.channels = 2, .height = 5, .width = size, .kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2});
  const Stream stream(3, "pooling_test.geometries");
  for (std::uint64_t i = 0; out.size() < 60; ++i) {
    std::uint64_t draw = 0;
    const auto upto = [&](std::size_t most) {
      return 1 + static_cast<std::size_t>(stream.uniform(i, draw++) * double(most));
    };
    Pooling p{.channels = upto(3),
              .height = upto(12),
              .width = upto(90),
              .kernel_h = upto(4),
              .kernel_w = upto(4),
              .stride_h = upto(3),
              .stride_w = upto(3)};
    p.padding_h = upto(p.kernel_h / 2 + 1) - 1;
    p.padding_w = upto(p.kernel_w / 2 + 1) - 1;
    p.divisor = std::vector{Divisor::kernel, Divisor::inside, Divisor::one}[i % 3];
    if (p.fault().empty()) out.push_back(p);
  }
  return out;
}

template <class Real>
Real divisor_of(const Pooling& p, std::size_t count) {
  if (p.divisor == Pooling::Divisor::one) return 1;
  return static_cast<Real>(p.divisor == Pooling::Divisor::kernel ? p.kernel_h * p.kernel_w : count);
}

template <class Real>
void check_average(const Pooling& p) {
  const auto x = random_values<Real>(p.inputs(), 0), g = random_values<Real>(p.outputs(), 1);
  const auto y_before = random_values<Real>(p.outputs(), 2), dx_before = random_values<Real>(p.inputs(), 3);
  Values<Real> sums(g.size(), Real(0)), divisors(g.size()), expected(g.size()), added = y_before;
  Values<Real> back(x.size(), Real(0)), back_added = dx_before;
  each_place(p, [&](std::size_t o, std::size_t i, std::size_t, std::size_t count) {
    sums[o] += x[i];
    divisors[o] = divisor_of<Real>(p, count);
    back[i] += g[o] / divisors[o];
    back_added[i] += g[o] / divisors[o];
  });
  for (std::size_t o = 0; o < sums.size(); ++o) {
    expected[o] = sums[o] / divisors[o];
    added[o] += expected[o];
  }
  auto y = y_before, dx = dx_before;
  pooling::average<Real>(p, rows(x), rows(y), dense::Store::set);
  CHECK(same_bits(y, expected));
  y = y_before;
  pooling::average<Real>(p, rows(x), rows(y), dense::Store::add);
  CHECK(same_bits(y, added));
  pooling::average_gradient<Real>(p, rows(g), rows(dx), dense::Store::set);
  CHECK(same_bits(dx, back));
  dx = dx_before;
  pooling::average_gradient<Real>(p, rows(g), rows(dx), dense::Store::add);
  CHECK(same_bits(dx, back_added));
}

template <class Real>
void check_maximum(const Pooling& p) {
  const auto x = random_values<Real>(p.inputs(), 0), g = random_values<Real>(p.outputs(), 1);
  const auto dx_before = random_values<Real>(p.inputs(), 3);
  Values<Real> best(g.size(), -std::numeric_limits<Real>::infinity()), tap(g.size());
  std::vector<std::size_t> where(g.size());
  each_place(p, [&](std::size_t o, std::size_t i, std::size_t t, std::size_t) {
    if (!(x[i] > best[o])) return;
    best[o] = x[i];
    tap[o] = static_cast<Real>(t);
    where[o] = i;
  });
  Values<Real> back(x.size(), Real(0)), back_added = dx_before;
  for (std::size_t o = 0; o < g.size(); ++o) {
    back[where[o]] += g[o];
    back_added[where[o]] += g[o];
  }
  Values<Real> y(g.size()), found_tap(g.size());
  pooling::maximum<Real>(p, rows(x), rows(y), rows(found_tap));
  CHECK(same_bits(y, best));
  CHECK(same_bits(found_tap, tap));
  auto dx = dx_before;
  pooling::maximum_gradient<Real>(p, rows(g), rows(constant(tap)), rows(dx), dense::Store::set);
  CHECK(same_bits(dx, back));
  dx = dx_before;
  pooling::maximum_gradient<Real>(p, rows(g), rows(constant(tap)), rows(dx), dense::Store::add);
  CHECK(same_bits(dx, back_added));
}

void check_close(const Values<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).epsilon(1e-12).margin(1e-15));
}

struct Reference {
  Pooling p;
  Values<double> x, y, g, dx;

  explicit Reference(const std::string& name) {
    const auto json = reference::read_json("pytorch/" + name + ".json");
    const auto input = json["inputs"]["x"].array();
    const bool wide = name.ends_with("k3s2p1");
    p = {.channels = input.shape[1], .height = input.shape[2], .width = input.shape[3]};
    p.kernel_h = p.kernel_w = wide ? 3 : 2;
    p.stride_h = p.stride_w = 2;
    p.padding_h = p.padding_w = wide ? 1 : 0;
    x = input.data;
    g = json["inputs"]["c"].numbers();
    const auto output = json["outputs"]["y"].array();
    CHECK(output.shape == std::vector{samples, p.channels, p.out_height(), p.out_width()});
    y = output.data;
    dx = json["grads"]["x"].numbers();
  }
};

}  // namespace

TEMPLATE_TEST_CASE("average pooling sums its window in order and its gradient the outputs", "[pooling]", float,
                   double) {
  for (const Pooling& p : geometries()) check_average<TestType>(p);
}

TEMPLATE_TEST_CASE("max pooling takes the first of the largest and sends the gradient there", "[pooling]", float,
                   double) {
  for (const Pooling& p : geometries()) check_maximum<TestType>(p);
}

TEST_CASE("pooling agrees with PyTorch", "[pooling]") {
  for (const std::string size : {"k2s2", "k3s2p1"}) {
    const Reference average("avgpool_" + size), maximum("maxpool_" + size);
    Values<double> y(average.y.size()), dx(average.x.size()), tap(y.size());
    pooling::average<double>(average.p, rows(average.x), rows(y), dense::Store::set);
    check_close(y, average.y);
    pooling::average_gradient<double>(average.p, rows(average.g), rows(dx), dense::Store::set);
    check_close(dx, average.dx);
    pooling::maximum<double>(maximum.p, rows(maximum.x), rows(y), rows(tap));
    check_close(y, maximum.y);
    pooling::maximum_gradient<double>(maximum.p, rows(maximum.g), rows(constant(tap)), rows(dx), dense::Store::set);
    check_close(dx, maximum.dx);
  }
}

TEMPLATE_TEST_CASE("NaN goes through max pooling, and windows of -inf have a first place", "[pooling]", float, double) {
  constexpr auto nan = std::numeric_limits<TestType>::quiet_NaN(), low = -std::numeric_limits<TestType>::infinity();
  // Windows of 2 x 2 and, with a third column, not so: two samples of two rows.
  for (const std::size_t kernel_w : {2, 3}) {
    const std::size_t width = 6 * kernel_w, second = 2 * width;
    const Pooling p{
        .height = 2, .width = width, .kernel_h = 2, .kernel_w = kernel_w, .stride_h = 2, .stride_w = kernel_w};
    Values<TestType> x(samples * p.inputs(), low), y(samples * p.outputs()), tap(y.size());
    x[kernel_w] = nan, x[kernel_w + 1] = 5;
    x[2 * kernel_w] = 5, x[width + 2 * kernel_w + 1] = nan;
    x[second + width - 2] = x[second + width - 1] = 3;
    pooling::maximum<TestType>(p, rows(constant(x)), rows(y), rows(tap));
    CHECK(y[0] == low);
    CHECK(tap[0] == 0);
    CHECK(std::isnan(y[1]));
    CHECK(tap[1] == 0);
    CHECK(std::isnan(y[2]));
    CHECK(tap[2] == kernel_w + 1);
    CHECK(y[6 + 5] == 3);
    CHECK(tap[6 + 5] == kernel_w - 2);
  }
}

TEST_CASE("upsampling repeats", "[pooling]") {
  const Pooling p = Pooling::upsampling(1, 1, 2, 2, 3);
  Values<float> x{1, 2, 3, 4}, y(samples * p.inputs());
  pooling::average_gradient<float>(p, rows(constant(x)), rows(y), dense::Store::set);
  CHECK(y == Values<float>{1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4});
  pooling::average<float>(p, rows(constant(y)), rows(x), dense::Store::set);
  CHECK(x == Values<float>{6, 12, 18, 24});
}

TEST_CASE("a pooling that cannot be says why", "[pooling]") {
  CHECK(Pooling::global(3, 4, 5).fault().empty());
  CHECK(Pooling{.height = 4, .width = 4, .kernel_h = 2, .kernel_w = 0}.fault() ==
        "kernel_w is 0, at least 1 is needed");
  CHECK(Pooling{.height = 4, .width = 4, .kernel_h = 3, .kernel_w = 3, .padding_h = 2}.fault() ==
        "padding 2 x 0 is more than half the kernel, 3 x 3");
  CHECK(Pooling{.height = 4, .width = 4, .kernel_h = 5, .kernel_w = 3}.fault() ==
        "the kernel is 5 x 3, the input with its padding 4 x 4");
  CHECK(Pooling{.channels = 1u << 20, .height = 1u << 10, .width = 1u << 10}.fault() ==
        "more than 2^31 values in a sample");
}
