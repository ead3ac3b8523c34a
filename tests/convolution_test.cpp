#include "sim/convolution.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "sim/number/aligned.hpp"
#include "sim/random.hpp"
#include "tests/catch.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;
using namespace cajal::convolution;

namespace {

/// Samples at a stride of whole packs; nothing beyond the last may be read or written, so the memory ends there.
template <class Real>
struct Batch {
  std::size_t samples, units, stride;
  AlignedVector<Real> values;

  Batch(std::size_t samples, std::size_t units)
      : samples(samples), units(units), stride(units), values(samples * stride, Real(0)) {}
  Batch(std::size_t samples, std::size_t units, std::uint64_t id) : Batch(samples, units) {
    const Stream stream(7, "convolution_test");
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<Real>(2 * stream.uniform(id, i) - 1);
  }
  Batch(std::size_t samples, const std::vector<double>& given) : Batch(samples, given.size() / samples) {
    std::ranges::transform(given, values.begin(), [](double x) { return static_cast<Real>(x); });
  }
  std::vector<const Real*> inputs() const {
    std::vector<const Real*> out(samples);
    for (std::size_t b = 0; b < samples; ++b) out[b] = values.data() + b * stride;
    return out;
  }
  std::vector<Real*> outputs() {
    std::vector<Real*> out(samples);
    for (std::size_t b = 0; b < samples; ++b) out[b] = values.data() + b * stride;
    return out;
  }
};

template <class Real>
bool same_bits(const AlignedVector<Real>& a, const AlignedVector<Real>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Real)) == 0;
}

/// Calls use(y, w, x) with the place of each output, weight and input that meet, by ascending output and weight; -1 in
/// the padding.
template <class Use>
void each_product(const Convolution& c, Use use) {
  const std::size_t oh = c.out_height(), ow = c.out_width(), in_group = c.channels / c.groups;
  for (std::size_t o = 0; o < c.outputs(); ++o)
    for (std::size_t k = 0; k < c.taps(); ++k) {
      const std::size_t f = o / (oh * ow),
                        channel = f / (c.filters / c.groups) * in_group + k / (c.kernel_h * c.kernel_w);
      const auto place = [](std::size_t out, std::size_t tap, std::size_t stride, std::size_t dilation,
                            std::size_t padding) {
        return static_cast<long>(out * stride + tap * dilation) - static_cast<long>(padding);
      };
      const long row = place(o / ow % oh, k / c.kernel_w % c.kernel_h, c.stride_h, c.dilation_h, c.padding_h);
      const long column = place(o % ow, k % c.kernel_w, c.stride_w, c.dilation_w, c.padding_w);
      const bool in =
          row >= 0 && column >= 0 && row < static_cast<long>(c.height) && column < static_cast<long>(c.width);
      use(o, f * c.taps() + k,
          in ? (static_cast<long>(channel * c.height) + row) * static_cast<long>(c.width) + column : -1);
    }
}

template <class Real>
AlignedVector<Real> panels_of(const Convolution& c, const AlignedVector<Real>& weights) {
  AlignedVector<Real> panels(panels_size(c), Real(0));
  for (std::size_t i = 0; i < weights.size(); ++i) panels[panels_index(c, i / c.taps(), i % c.taps())] = weights[i];
  return panels;
}

template <class Real>
AlignedVector<Real> rows_of(const Convolution& c, const AlignedVector<Real>& panels) {
  AlignedVector<Real> weights(c.weights());
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = panels[panels_index(c, i / c.taps(), i % c.taps())];
  return weights;
}

/// Memory that holds what a careless kernel would let through.
template <class Real>
AlignedVector<Real> scratch_of(std::size_t size) {
  return AlignedVector<Real>(size, std::nan("") * Real(1));
}

template <class Real>
Batch<Real> product(const Correlation& correlation, const AlignedVector<Real>& panels, const Batch<Real>& x,
                    Batch<Real> y, const AlignedVector<Real>* bias = nullptr, dense::Store store = dense::Store::set) {
  auto scratch = scratch_of<Real>(correlation.scratch_size<Real>());
  correlation.run<Real>(panels.data(), bias ? bias->data() : nullptr, x.inputs(), y.outputs(), store, scratch);
  return y;
}

template <class Real>
Batch<Real> input_gradient(const Convolution& c, const AlignedVector<Real>& panels, const Batch<Real>& g) {
  const auto backward = Correlation::backward(c);
  AlignedVector<Real> transposed(backward.panels_size());
  backward.transpose(c, panels.data(), transposed.data());
  return product(backward, transposed, g, Batch<Real>(g.samples, c.inputs(), 99));
}

template <class Real>
AlignedVector<Real> weight_gradient_of(const Convolution& c, const Batch<Real>& x, const Batch<Real>& g,
                                       std::size_t cut) {
  AlignedVector<Real> gradient(panels_size(c), Real(5));
  auto scratch = scratch_of<Real>(gradient_scratch_size<Real>(c));
  const auto xs = x.inputs(), gs = g.inputs();
  for (std::size_t tile = tiles(c); tile-- > 0;)
    for (std::size_t b = 0; b < x.samples; b += cut) {
      const std::size_t count = std::min(cut, x.samples - b);
      weight_gradient<Real>(c, std::span(xs).subspan(b, count), std::span(gs).subspan(b, count), tile, gradient.data(),
                            b > 0, scratch);
    }
  return gradient;
}

const std::vector<Convolution> geometries{
    {.channels = 1, .height = 28, .width = 28, .filters = 32, .kernel_h = 3, .kernel_w = 3},
    {.channels = 20,
     .height = 9,
     .width = 8,
     .filters = 43,
     .kernel_h = 3,
     .kernel_w = 3,
     .padding_h = 1,
     .padding_w = 1},
    {.channels = 5, .width = 40, .filters = 7, .kernel_w = 5, .stride_w = 2, .padding_w = 3},
    {.channels = 4,
     .height = 11,
     .width = 7,
     .filters = 6,
     .kernel_h = 4,
     .kernel_w = 2,
     .stride_h = 3,
     .stride_w = 2,
     .padding_h = 2,
     .padding_w = 1,
     .dilation_h = 2,
     .dilation_w = 3,
     .groups = 2},
    {.channels = 6,
     .height = 5,
     .width = 6,
     .filters = 6,
     .kernel_h = 3,
     .kernel_w = 3,
     .padding_h = 1,
     .padding_w = 1,
     .groups = 6},
    {.channels = 3, .height = 1, .width = 1, .filters = 2},
    {.channels = 3, .height = 6, .width = 9, .filters = 2, .stride_h = 3, .stride_w = 2},
    {.channels = 16, .height = 5, .width = 5, .filters = 20, .kernel_h = 5, .kernel_w = 5},
    {.channels = 2,
     .height = 3,
     .width = 4,
     .filters = 3,
     .kernel_h = 2,
     .kernel_w = 2,
     .stride_h = 4,
     .stride_w = 5,
     .padding_h = 5,
     .padding_w = 4}};

std::vector<Convolution> random_geometries() {
  const Stream stream(3, "convolution_test.geometries");
  std::vector<Convolution> out;
  for (std::uint64_t i = 0; out.size() < 60; ++i) {
    std::uint64_t draw = 0;
    const auto upto = [&](std::size_t most) {
      return 1 + static_cast<std::size_t>(stream.uniform(i, draw++) * double(most));
    };
    Convolution c{.height = upto(9),
                  .width = upto(40),
                  .kernel_h = upto(4),
                  .kernel_w = upto(5),
                  .stride_h = upto(3),
                  .stride_w = upto(4),
                  .padding_h = upto(4) - 1,
                  .padding_w = upto(5) - 1,
                  .dilation_h = upto(3),
                  .dilation_w = upto(2),
                  .groups = upto(3)};
    c.channels = c.groups * upto(3);
    c.filters = c.groups * upto(12);
    if (c.fault().empty()) out.push_back(c);
  }
  return out;
}

std::vector<Convolution> all_geometries() {
  std::vector<Convolution> all = random_geometries();
  all.insert(all.end(), geometries.begin(), geometries.end());
  return all;
}

template <class Real>
void check_forward(const Convolution& c) {
  const Batch<Real> x(2, c.inputs(), 0), before(2, c.outputs(), 1), w(1, c.weights(), 2), bias(1, c.filters, 3);
  const auto panels = panels_of(c, w.values);
  Batch<Real> plain = before, added = before;
  for (std::size_t b = 0; b < 2; ++b) {
    std::vector<Real> sums(c.outputs(), Real(0));
    each_product(c, [&](std::size_t o, std::size_t k, long i) {
      if (i >= 0) sums[o] = std::fma(w.values[k], x.inputs()[b][i], sums[o]);
    });
    for (std::size_t o = 0; o < sums.size(); ++o) {
      plain.outputs()[b][o] = sums[o];
      added.outputs()[b][o] += sums[o] + bias.values[o / (c.out_height() * c.out_width())];
    }
  }
  const auto forward = Correlation::forward(c);
  CHECK(same_bits(product(forward, panels, x, before).values, plain.values));
  CHECK(same_bits(product(forward, panels, x, before, &bias.values, dense::Store::add).values, added.values));
}

template <class Real>
void check_input_gradient(const Convolution& c) {
  const Batch<Real> g(2, c.outputs(), 1), w(1, c.weights(), 2);
  Batch<Real> expected(2, c.inputs());
  struct Term {
    long input;
    std::size_t weight, output;
  };
  std::vector<Term> terms;
  each_product(c, [&](std::size_t o, std::size_t k, long i) {
    if (i >= 0) terms.push_back({i, k, o});
  });
  std::ranges::sort(terms, {}, &Term::weight);
  for (std::size_t b = 0; b < 2; ++b)
    for (const Term& t : terms) {
      Real& sum = expected.outputs()[b][t.input];
      sum = std::fma(w.values[t.weight], g.inputs()[b][t.output], sum);
    }
  CHECK(same_bits(input_gradient(c, panels_of(c, w.values), g).values, expected.values));
}

template <class Real>
void check_weight_gradient(const Convolution& c) {
  const Batch<Real> x(3, c.inputs(), 0), g(3, c.outputs(), 1);
  AlignedVector<Real> expected(c.weights(), Real(0));
  for (std::size_t b = 0; b < 3; ++b) {
    AlignedVector<Real> sums(c.weights(), Real(0));
    each_product(c, [&](std::size_t o, std::size_t k, long i) {
      if (i >= 0) sums[k] = std::fma(x.inputs()[b][i], g.inputs()[b][o], sums[k]);
    });
    for (std::size_t k = 0; k < sums.size(); ++k) expected[k] += sums[k];
  }
  const auto found = weight_gradient_of(c, x, g, 3);
  CHECK(same_bits(rows_of(c, found), expected));
  CHECK(same_bits(found, panels_of(c, expected)));
  CHECK(same_bits(found, weight_gradient_of(c, x, g, 2)));
}

void check_close(const auto& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(found[i] == Approx(expected[i]).epsilon(1e-11).margin(1e-13));
}

AlignedVector<double> bias_gradient_of(std::size_t planes, const Batch<double>& g) {
  AlignedVector<double> sum(planes, 3.0);
  const auto gs = g.inputs();
  bias_gradient<double>(planes, g.units / planes, std::span(gs).first(1), sum.data(), false);
  bias_gradient<double>(planes, g.units / planes, std::span(gs).subspan(1), sum.data(), true);
  return sum;
}

}  // namespace

TEMPLATE_TEST_CASE("convolution is fma over ascending channel, row and column", "[convolution]", float, double) {
  for (const Convolution& c : all_geometries()) check_forward<TestType>(c);
}

TEMPLATE_TEST_CASE("its input gradient is fma over ascending weights", "[convolution]", float, double) {
  for (const Convolution& c : all_geometries()) check_input_gradient<TestType>(c);
}

TEMPLATE_TEST_CASE("its weight gradient sums pixels within samples, however these are cut", "[convolution]", float,
                   double) {
  for (const Convolution& c : all_geometries()) check_weight_gradient<TestType>(c);
}

TEST_CASE("convolutions agree with PyTorch", "[convolution]") {
  struct Case {
    std::string name;
    std::size_t stride, padding, dilation, groups;
  };
  for (const Case& one : {Case{"s1p0", 1, 0, 1, 1}, Case{"s1p1", 1, 1, 1, 1}, Case{"s1p1_groups2", 1, 1, 1, 2},
                          Case{"s2p1", 2, 1, 1, 1}, Case{"s2p2_dil2", 2, 2, 2, 1}}) {
    const auto json = reference::read_json("pytorch/conv2d_" + one.name + ".json");
    const auto x = json["inputs"]["x"].array(), w = json["params"]["W"].array();
    const Convolution c{.channels = x.shape[1],
                        .height = x.shape[2],
                        .width = x.shape[3],
                        .filters = w.shape[0],
                        .kernel_h = w.shape[2],
                        .kernel_w = w.shape[3],
                        .stride_h = one.stride,
                        .stride_w = one.stride,
                        .padding_h = one.padding,
                        .padding_w = one.padding,
                        .dilation_h = one.dilation,
                        .dilation_w = one.dilation,
                        .groups = one.groups};
    REQUIRE(c.fault().empty());
    const Batch<double> xs(x.shape[0], x.data), bias(1, json["params"]["b"].numbers());
    const auto panels = panels_of(c, Batch<double>(1, w.data).values);
    const auto expected = json["outputs"]["y"].array();
    CHECK(expected.shape == std::vector{x.shape[0], c.filters, c.out_height(), c.out_width()});
    const auto y = product(Correlation::forward(c), panels, xs, Batch<double>(xs.samples, c.outputs()), &bias.values);
    check_close(y.values, expected.data);
    const auto target = json["inputs"]["target"].numbers();
    Batch<double> g = y;
    for (std::size_t i = 0; i < target.size(); ++i) g.values[i] = 2 * (y.values[i] - target[i]) / double(target.size());
    check_close(input_gradient(c, panels, g).values, json["grads"]["x"].numbers());
    check_close(rows_of(c, weight_gradient_of(c, xs, g, 1)), json["grads"]["W"].numbers());
    check_close(bias_gradient_of(c.filters, g), json["grads"]["b"].numbers());
  }
}

TEST_CASE("the transposed convolution agrees with PyTorch", "[convolution]") {
  const auto json = reference::read_json("pytorch/conv_transpose2d_s2p1op1.json");
  const auto x = json["inputs"]["x"].array(), w = json["params"]["W"].array();
  const TransposedConvolution t{.channels = x.shape[1],
                                .height = x.shape[2],
                                .width = x.shape[3],
                                .filters = w.shape[1],
                                .kernel_h = 3,
                                .kernel_w = 3,
                                .stride_h = 2,
                                .stride_w = 2,
                                .padding_h = 1,
                                .padding_w = 1,
                                .output_padding_h = 1,
                                .output_padding_w = 1};
  REQUIRE(t.fault().empty());
  const Convolution c = t.reversed();
  const auto expected = json["outputs"]["y"].array();
  CHECK(expected.shape == std::vector{x.shape[0], t.filters, t.out_height(), t.out_width()});
  const auto panels = panels_of(c, Batch<double>(1, w.data).values);
  const auto backward = Correlation::backward(c);
  AlignedVector<double> transposed(backward.panels_size());
  backward.transpose(c, panels.data(), transposed.data());
  const Batch<double> xs(x.shape[0], x.data), bias(1, json["params"]["b"].numbers());
  const auto y = product(backward, transposed, xs, Batch<double>(xs.samples, c.inputs()), &bias.values);
  check_close(y.values, expected.data);
  Batch<double> g = y;
  for (double& v : g.values) v = 2 * v / double(g.values.size());
  check_close(product(Correlation::forward(c), panels, g, Batch<double>(xs.samples, c.outputs())).values,
              json["grads"]["x"].numbers());
  check_close(rows_of(c, weight_gradient_of(c, g, xs, 2)), json["grads"]["W"].numbers());
  check_close(bias_gradient_of(t.filters, g), json["grads"]["b"].numbers());
}

TEST_CASE("the gradients of a convolution are finite differences", "[convolution]") {
  const Convolution c{.channels = 4,
                      .height = 7,
                      .width = 9,
                      .filters = 6,
                      .kernel_h = 3,
                      .kernel_w = 2,
                      .stride_h = 2,
                      .stride_w = 3,
                      .padding_h = 2,
                      .padding_w = 1,
                      .dilation_h = 2,
                      .dilation_w = 2,
                      .groups = 2};
  const Batch<double> x(2, c.inputs(), 0), w(1, c.weights(), 1), g(2, c.outputs(), 2);
  const auto forward = Correlation::forward(c);
  const auto loss = [&](const Batch<double>& xs, const Batch<double>& ws) {
    const auto y = product(forward, panels_of(c, ws.values), xs, Batch<double>(2, c.outputs()));
    double sum = 0;
    for (std::size_t i = 0; i < y.values.size(); ++i) sum += g.values[i] * y.values[i];
    return sum;
  };
  const auto dx = input_gradient(c, panels_of(c, w.values), g);
  const auto dw = rows_of(c, weight_gradient_of(c, x, g, 2));
  const double h = 1e-4;
  for (std::size_t i = 0; i < x.values.size(); i += 5) {
    Batch<double> more = x, less = x;
    more.values[i] += h, less.values[i] -= h;
    CHECK(dx.values[i] == Approx((loss(more, w) - loss(less, w)) / (2 * h)).margin(1e-9));
  }
  for (std::size_t i = 0; i < w.values.size(); i += 3) {
    Batch<double> more = w, less = w;
    more.values[i] += h, less.values[i] -= h;
    CHECK(dw[i] == Approx((loss(x, more) - loss(x, less)) / (2 * h)).margin(1e-9));
  }
}

TEMPLATE_TEST_CASE("convolution of zeros and ones adds weights in order", "[convolution]", float, double) {
  const Convolution c{.channels = 3, .height = 8, .width = 9, .filters = 10, .kernel_h = 3, .kernel_w = 3};
  Batch<TestType> x(1, c.inputs(), 0);
  for (TestType& v : x.values) v = v > TestType(0.5) ? TestType(1) : TestType(0);
  const Batch<TestType> w(1, c.weights(), 1);
  Batch<TestType> expected(1, c.outputs());
  each_product(c, [&](std::size_t o, std::size_t k, long i) {
    if (x.values[static_cast<std::size_t>(i)] != 0) expected.values[o] += w.values[k];
  });
  CHECK(same_bits(product(Correlation::forward(c), panels_of(c, w.values), x, expected).values, expected.values));
}

TEST_CASE("a convolution that cannot be says why", "[convolution]") {
  const Convolution right{.channels = 4, .height = 7, .width = 5, .filters = 6, .kernel_h = 3, .kernel_w = 3};
  CHECK(right.fault().empty());
  const auto fault = [&](auto change) {
    Convolution c = right;
    change(c);
    return c.fault();
  };
  CHECK(fault([](auto& c) { c.stride_w = 0; }) == "stride_w is 0, at least 1 is needed");
  CHECK(fault([](auto& c) { c.groups = 4; }) == "6 filters cannot be split into 4 groups");
  CHECK(fault([](auto& c) { c.dilation_w = 3; }) ==
        "the kernel reaches over 3 x 7, the input with its padding is 7 x 5");
  CHECK(fault([](auto& c) { c.padding_h = 1u << 30; }) == "more than 2^31 values in a sample with its padding");
  CHECK(fault([](auto& c) { c.filters = 1u << 28, c.height = c.width = 3; }) != "");
  CHECK(fault([](auto& c) { c.kernel_h = std::size_t(1) << 40; }) == "kernel_h is too large");
  CHECK(fault([](auto& c) { c.stride_h = 1u << 30; }).empty());
  CHECK(fault([](auto& c) { c.height = c.width = c.stride_h = c.stride_w = 1000; }) ==
        "stride 1000 x 1000 is too large");
  const TransposedConvolution wrong{.height = 3, .width = 3, .stride_h = 2, .output_padding_h = 2};
  CHECK(wrong.fault() == "output padding 2 x 0 is not less than the stride 2 x 1");
  CHECK(TransposedConvolution{.height = 3, .width = 3, .padding_h = 2, .padding_w = 2}.fault() ==
        "padding 2 x 2 takes away all of the output");
}
