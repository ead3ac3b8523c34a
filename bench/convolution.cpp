// Speed of convolution on one core, forward, input gradient and weight gradient, in GFLOP/s of the products that the
// definition asks for; and of pooling, in microseconds a sample.

#include "sim/convolution.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "sim/number/aligned.hpp"
#include "sim/pooling.hpp"
#include "sim/random.hpp"

namespace {

using namespace cajal;

constexpr std::size_t samples = 16;

template <class Work>
double seconds(Work work) {
  using Clock = std::chrono::steady_clock;
  work();
  double best = 1e9;
  for (int trial = 0; trial < 100; ++trial) {
    const auto start = Clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

struct Batch {
  std::size_t stride;
  AlignedVector<float> values;

  Batch(std::size_t units, std::uint64_t id) : stride(padded(units)), values(samples * stride + 16) {
    const Stream stream(1, "bench.convolution");
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(stream.uniform(id, i) - 0.5);
  }
  template <class Pointer>
  std::vector<Pointer> rows() {
    std::vector<Pointer> out(samples);
    for (std::size_t b = 0; b < samples; ++b) out[b] = values.data() + b * stride;
    return out;
  }
};

void measure(const Convolution& c) {
  using namespace convolution;
  const auto forward = Correlation::forward(c), backward = Correlation::backward(c);
  Batch x(c.inputs(), 0), y(c.outputs(), 1), g(c.outputs(), 2), dx(c.inputs(), 3);
  AlignedVector<float> panels(panels_size(c)), transposed(backward.panels_size()), gradient(panels.size());
  for (std::size_t i = 0; i < panels.size(); ++i) panels[i] = x.values[i % x.values.size()];
  AlignedVector<float> scratch(
      std::max({forward.scratch_size<float>(), backward.scratch_size<float>(), gradient_scratch_size<float>(c)}));
  const std::vector<float> bias(c.filters, 0.1f);
  const auto xs = x.rows<const float*>(), gs = g.rows<const float*>();
  const auto ys = y.rows<float*>(), dxs = dx.rows<float*>();
  const double operations = 2e-9 * static_cast<double>(samples * c.outputs() * c.taps());
  const double turn = seconds([&] { backward.transpose<float>(c, panels.data(), transposed.data()); });
  const double ahead =
      seconds([&] { forward.run<float>(panels.data(), bias.data(), xs, ys, dense::Store::set, scratch); });
  const double back =
      seconds([&] { backward.run<float>(transposed.data(), nullptr, gs, dxs, dense::Store::add, scratch); });
  const double weights = seconds([&] {
    for (std::size_t tile = 0; tile < tiles(c); ++tile)
      weight_gradient<float>(c, xs, gs, tile, gradient.data(), false, scratch);
  });
  const double biases =
      seconds([&] { bias_gradient<float>(c.filters, c.out_height() * c.out_width(), gs, gradient.data(), false); });
  std::printf(
      "%3zux%zux%zu -> %3zu of %zux%zu, stride %zu, padding %zu: forward %4.0f  input gradient %4.0f  weight "
      "gradient %4.0f GFLOP/s; us a sample: %.1f %.1f %.1f, bias %.2f; transpose %.1f us\n",
      c.channels, c.height, c.width, c.filters, c.kernel_h, c.kernel_w, c.stride_h, c.padding_h, operations / ahead,
      operations / back, operations / weights, ahead / samples * 1e6, back / samples * 1e6, weights / samples * 1e6,
      biases / samples * 1e6, turn * 1e6);
}

void measure(const Pooling& p) {
  Batch x(p.inputs(), 0), y(p.outputs(), 1), tap(p.outputs(), 2), dx(p.inputs(), 3);
  const auto ys = y.rows<float*>(), taps = tap.rows<float*>(), dxs = dx.rows<float*>();
  const auto xs = x.rows<const float*>(), gs = y.rows<const float*>(), at = tap.rows<const float*>();
  const auto microseconds = [](double s) { return s / samples * 1e6; };
  const double average = seconds([&] { pooling::average<float>(p, xs, ys, dense::Store::set); });
  const double spread = seconds([&] { pooling::average_gradient<float>(p, gs, dxs, dense::Store::add); });
  const double maximum = seconds([&] { pooling::maximum<float>(p, xs, ys, taps); });
  const double back = seconds([&] { pooling::maximum_gradient<float>(p, gs, at, dxs, dense::Store::add); });
  std::printf(
      "%3zux%zux%zu pooled by %zux%zu, stride %zu, padding %zu: average %.2f and back %.2f, maximum %.2f and back "
      "%.2f us a sample\n",
      p.channels, p.height, p.width, p.kernel_h, p.kernel_w, p.stride_h, p.padding_h, microseconds(average),
      microseconds(spread), microseconds(maximum), microseconds(back));
}

Convolution square(std::size_t channels, std::size_t size, std::size_t filters, std::size_t kernel, std::size_t stride,
                   std::size_t padding) {
  return {.channels = channels,
          .height = size,
          .width = size,
          .filters = filters,
          .kernel_h = kernel,
          .kernel_w = kernel,
          .stride_h = stride,
          .stride_w = stride,
          .padding_h = padding,
          .padding_w = padding};
}

}  // namespace

int main() {
  for (const Convolution& c :
       {square(1, 28, 32, 3, 1, 0), square(32, 13, 64, 3, 1, 0), square(3, 32, 32, 3, 1, 1),
        square(64, 16, 64, 3, 1, 1), square(1, 28, 6, 5, 1, 2), square(6, 14, 16, 5, 1, 0), square(32, 32, 64, 4, 2, 1),
        square(256, 4, 256, 3, 1, 1), square(128, 16, 128, 1, 1, 0)})
    measure(c);
  for (const Pooling& p :
       {Pooling{.channels = 32, .height = 26, .width = 26, .kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2},
        Pooling{.channels = 64, .height = 11, .width = 11, .kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2},
        Pooling{.channels = 64,
        .height = 16,
        .width = 16,
        .kernel_h = 3,
        .kernel_w = 3,
        .stride_h = 2,
        .stride_w = 2,
        .padding_h = 1,
        .padding_w = 1},
        Pooling::global(64, 8, 8)})
    measure(p);
}
