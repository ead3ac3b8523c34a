#include "sim/dense.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "sim/random.hpp"
#include "tests/catch.hpp"

using namespace cajal;

namespace {

/// Rows of random numbers at a stride of whole packs; with `active` < 1 that share of ones among zeros.
template <class Real>
struct Rows {
  std::size_t rows, columns, stride;
  std::vector<Real> values;

  Rows(std::size_t rows, std::size_t columns, std::uint64_t id, double active = 1)
      : rows(rows), columns(columns), stride(padded(columns)), values(rows * stride + 16, Real(0)) {
    const Stream stream(7, "dense_test");
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < columns; ++c) {
        const double u = stream.uniform(id, r * columns + c);
        at(r, c) = active < 1 ? Real(u < active ? 1 : 0) : static_cast<Real>(2 * u - 1);
      }
  }
  Real& at(std::size_t r, std::size_t c) { return values[r * stride + c]; }
  std::vector<const Real*> inputs() const {
    std::vector<const Real*> out(rows);
    for (std::size_t r = 0; r < rows; ++r) out[r] = values.data() + r * stride;
    return out;
  }
  std::vector<Real*> outputs() {
    std::vector<Real*> out(rows);
    for (std::size_t r = 0; r < rows; ++r) out[r] = values.data() + r * stride;
    return out;
  }
};

template <class Real>
std::vector<Real> panels_of(Rows<Real>& w) {
  std::vector<Real> panels(dense::panels_size<Real>(w.rows, w.columns), Real(0));
  for (std::size_t k = 0; k < w.rows; ++k)
    for (std::size_t o = 0; o < w.columns; ++o) panels[dense::panels_index<Real>(k, o, w.rows)] = w.at(k, o);
  return panels;
}

template <class Real>
bool same_bits(const std::vector<Real>& a, const std::vector<Real>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Real)) == 0;
}

struct Shape {
  std::size_t rows, inputs, outputs;
};
const std::vector<Shape> shapes{{1, 1, 1},     {1, 40, 70},    {3, 7, 33},     {8, 300, 48}, {9, 784, 32},
                                {13, 34, 100}, {130, 257, 20}, {17, 600, 160}, {5, 16, 16}};

/// What the header defines, one number at a time.
template <class Real>
Rows<Real> defined_product(Rows<Real>& x, Rows<Real>& w, const std::vector<Real>& bias, Rows<Real> y, bool add) {
  for (std::size_t b = 0; b < x.rows; ++b)
    for (std::size_t o = 0; o < w.columns; ++o) {
      Real sum = 0;
      for (std::size_t k = 0; k < w.rows; ++k) sum = std::fma(x.at(b, k), w.at(k, o), sum);
      if (!bias.empty()) sum = sum + bias[o];
      y.at(b, o) = add ? y.at(b, o) + sum : sum;
    }
  return y;
}

template <class Real>
void check_product(double active, dense::Inputs kind) {
  for (const Shape& s : shapes) {
    Rows<Real> x(s.rows, s.inputs, 0, active), w(s.inputs, s.outputs, 1), y(s.rows, s.outputs, 2), b(1, s.outputs, 3);
    const std::vector<Real> panels = panels_of(w);
    for (const bool with_bias : {false, true})
      for (const bool add : {false, true}) {
        const std::vector<Real> bias = with_bias ? b.values : std::vector<Real>{};
        Rows<Real> expected = defined_product(x, w, bias, y, add), found = y;
        dense::multiply<Real>(x.inputs(), {panels.data(), s.inputs, with_bias ? bias.data() : nullptr}, found.outputs(),
                              {0, y.stride}, add ? dense::Store::add : dense::Store::set, kind);
        CHECK(same_bits(found.values, expected.values));
      }
  }
}

template <class Real>
void check_gradient(double active, dense::Inputs kind) {
  for (const Shape& s : shapes) {
    const std::size_t rows = s.rows * 5;
    Rows<Real> x(rows, s.inputs, 0, active), g(rows, s.outputs, 1);
    std::vector<Real> expected(dense::panels_size<Real>(s.inputs, s.outputs), Real(0));
    for (std::size_t k = 0; k < s.inputs; ++k)
      for (std::size_t o = 0; o < s.outputs; ++o) {
        Real& sum = expected[dense::panels_index<Real>(k, o, s.inputs)];
        for (std::size_t r = 0; r < rows; ++r) sum = std::fma(x.at(r, k), g.at(r, o), sum);
      }
    const auto xs = x.inputs(), gs = g.inputs();
    std::vector<Real> whole(expected.size(), Real(0)), cut(expected.size(), Real(0));
    dense::weight_gradient<Real>(xs, gs, {0, s.inputs}, {0, g.stride}, s.inputs, whole.data(), false, kind);
    CHECK(same_bits(whole, expected));
    // By tiles of inputs and outputs, and by blocks of rows.
    for (std::size_t k = 0; k < s.inputs; k += 32)
      for (std::size_t o = 0; o < g.stride; o += 16)
        for (std::size_t r = 0; r < rows; r += 11) {
          const std::size_t count = std::min<std::size_t>(11, rows - r);
          dense::weight_gradient<Real>(std::span(xs).subspan(r, count), std::span(gs).subspan(r, count),
                                       {k, std::min(s.inputs, k + 32)}, {o, o + 16}, s.inputs, cut.data(), r > 0, kind);
        }
    CHECK(same_bits(cut, expected));
  }
}

}  // namespace

TEMPLATE_TEST_CASE("the dense product is fma over ascending inputs", "[dense]", float, double) {
  check_product<TestType>(1, dense::Inputs::dense);
}

TEMPLATE_TEST_CASE("events give the bits of the dense product", "[dense]", float, double) {
  for (const double active : {0.0, 0.03, 0.12, 0.3, 0.9}) {
    check_product<TestType>(active, dense::Inputs::sparse);
    check_product<TestType>(active, dense::Inputs::dense);
  }
}

TEMPLATE_TEST_CASE("a row of zeros and ones adds the weights of its ones", "[dense]", float, double) {
  Rows<TestType> x(1, 300, 0, 0.1), w(300, 48, 1), y(1, 48, 2), expected(1, 48, 2);
  const auto panels = panels_of(w);
  for (std::size_t o = 0; o < 48; ++o) {
    TestType sum = 0;
    for (std::size_t k = 0; k < 300; ++k)
      if (x.at(0, k) != 0) sum += w.at(k, o);
    expected.at(0, o) = sum;
  }
  for (const auto kind : {dense::Inputs::dense, dense::Inputs::sparse}) {
    dense::multiply<TestType>(x.inputs(), {panels.data(), 300, nullptr}, y.outputs(), {0, 48}, dense::Store::set, kind);
    CHECK(same_bits(y.values, expected.values));
  }
}

TEMPLATE_TEST_CASE("a dense product's bits do not depend on how rows and outputs are cut", "[dense]", float, double) {
  Rows<TestType> x(61, 520, 0), w(520, 200, 1), whole(61, 200, 2);
  const auto panels = panels_of(w);
  const dense::Weights<TestType> weights{panels.data(), 520, nullptr};
  dense::multiply<TestType>(x.inputs(), weights, whole.outputs(), {0, whole.stride}, dense::Store::set,
                            dense::Inputs::dense);
  for (const std::size_t height : {1, 2, 5, 7, 8, 30})
    for (const std::size_t width : {16, 48, 80}) {
      Rows<TestType> cut(61, 200, 3);
      const auto xs = x.inputs();
      const auto ys = cut.outputs();
      for (std::size_t r = 0; r < 61; r += height)
        for (std::size_t o = 0; o < cut.stride; o += width) {
          const std::size_t count = std::min(height, 61 - r);
          dense::multiply<TestType>(std::span(xs).subspan(r, count), weights, std::span(ys).subspan(r, count),
                                    {o, std::min(cut.stride, o + width)}, dense::Store::set, dense::Inputs::dense);
        }
      CHECK(same_bits(cut.values, whole.values));
    }
}

TEMPLATE_TEST_CASE("rows that share an output add up in order", "[dense]", float, double) {
  Rows<TestType> x(11, 50, 0), w(50, 32, 1), y(1, 32, 2), expected = y;
  const auto panels = panels_of(w);
  for (std::size_t r = 0; r < 11; ++r)
    for (std::size_t o = 0; o < 32; ++o) {
      TestType sum = 0;
      for (std::size_t k = 0; k < 50; ++k) sum = std::fma(x.at(r, k), w.at(k, o), sum);
      expected.at(0, o) += sum;
    }
  const std::vector<TestType*> same(11, y.values.data());
  dense::multiply<TestType>(x.inputs(), {panels.data(), 50, nullptr}, same, {0, 32}, dense::Store::add,
                            dense::Inputs::dense);
  CHECK(same_bits(y.values, expected.values));
}

TEMPLATE_TEST_CASE("the weight gradient is fma over ascending rows, however it is cut", "[dense]", float, double) {
  check_gradient<TestType>(1, dense::Inputs::dense);
  for (const double active : {0.0, 0.03, 0.12, 0.5}) check_gradient<TestType>(active, dense::Inputs::sparse);
}

TEMPLATE_TEST_CASE("transposed panels hold the transpose and zeros", "[dense]", float, double) {
  for (const Shape& s : shapes) {
    Rows<TestType> w(s.inputs, s.outputs, 1), turned(s.outputs, s.inputs, 2);
    for (std::size_t k = 0; k < s.inputs; ++k)
      for (std::size_t o = 0; o < s.outputs; ++o) turned.at(o, k) = w.at(k, o);
    std::vector<TestType> found(dense::panels_size<TestType>(s.outputs, s.inputs), TestType(5));
    dense::transpose(panels_of(w).data(), s.inputs, s.outputs, found.data());
    CHECK(same_bits(found, panels_of(turned)));
  }
}

TEMPLATE_TEST_CASE("rows add up in ascending order", "[dense]", float, double) {
  Rows<TestType> g(37, 150, 0), sum(1, 150, 1);
  std::vector<TestType> expected(sum.stride, TestType(0));
  for (std::size_t r = 0; r < 37; ++r)
    for (std::size_t o = 0; o < 150; ++o) expected[o] += g.at(r, o);
  const auto rows = g.inputs();
  std::vector<TestType> found(sum.stride, TestType(3));
  dense::sum_rows<TestType>(std::span(rows).first(20), {0, sum.stride}, found.data(), false);
  dense::sum_rows<TestType>(std::span(rows).subspan(20), {0, sum.stride}, found.data(), true);
  CHECK(same_bits(found, expected));
}

TEST_CASE("NaN and negative zero: the first counts as an input, the second does not", "[dense]") {
  const std::vector<float> x{0.0f, -0.0f, std::nanf(""), 2.0f, 0.0f};
  CHECK(dense::count_nonzero(x.data(), x.size()) == 2);
}
