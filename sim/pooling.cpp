#include "sim/pooling.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/number/transpose.hpp"

namespace cajal {

namespace {

std::string by(std::size_t height, std::size_t width) { return std::to_string(height) + " x " + std::to_string(width); }

}  // namespace

Pooling Pooling::global(std::size_t channels, std::size_t height, std::size_t width) {
  return {.channels = channels, .height = height, .width = width, .kernel_h = height, .kernel_w = width};
}

Pooling Pooling::upsampling(std::size_t channels, std::size_t height, std::size_t width, std::size_t factor_h,
                            std::size_t factor_w) {
  return {.channels = channels,
          .height = height * factor_h,
          .width = width * factor_w,
          .kernel_h = factor_h,
          .kernel_w = factor_w,
          .stride_h = factor_h,
          .stride_w = factor_w,
          .divisor = Divisor::one};
}

std::size_t Pooling::out_height() const { return (height + 2 * padding_h - kernel_h) / stride_h + 1; }
std::size_t Pooling::out_width() const { return (width + 2 * padding_w - kernel_w) / stride_w + 1; }

std::string Pooling::fault() const {
  const std::pair<const char*, std::size_t> fields[] = {
      {"channels", channels}, {"height", height},     {"width", width},      {"kernel_h", kernel_h},
      {"kernel_w", kernel_w}, {"stride_h", stride_h}, {"stride_w", stride_w}};
  for (const auto& [name, value] : fields) {
    if (value == 0) return std::string(name) + " is 0, at least 1 is needed";
    if (value > std::size_t{1} << 31) return std::string(name) + " is too large";
  }
  const auto product = [](std::size_t a, std::size_t b) { return static_cast<double>(a) * static_cast<double>(b); };
  if (product(height, width) * static_cast<double>(channels) > 0x1p31) return "more than 2^31 values in a sample";
  if (product(kernel_h, kernel_w) >= 0x1p24) return "more than 2^24 places in a window";
  if (padding_h > kernel_h / 2 || padding_w > kernel_w / 2)
    return "padding " + by(padding_h, padding_w) + " is more than half the kernel, " + by(kernel_h, kernel_w);
  if (kernel_h > height + 2 * padding_h || kernel_w > width + 2 * padding_w)
    return "the kernel is " + by(kernel_h, kernel_w) + ", the input with its padding " +
           by(height + 2 * padding_h, width + 2 * padding_w);
  return {};
}

namespace pooling {

namespace {

/// Outputs of a row that are worked on at once.
constexpr std::size_t chunk = 64;

/// What of a window's rows (or columns) is in the plane: the taps, and the place of the first.
struct Window {
  std::size_t first_tap, end_tap, at;

  Window(std::size_t out, std::size_t kernel, std::size_t stride, std::size_t padding, std::size_t size) {
    const std::size_t begin = out * stride;
    first_tap = begin < padding ? padding - begin : 0;
    end_tap = std::min(kernel, size + padding - begin);
    at = begin + first_tap - padding;
  }
  std::size_t count() const { return end_tap - first_tap; }
};

Window rows_of(const Pooling& p, std::size_t out) { return {out, p.kernel_h, p.stride_h, p.padding_h, p.height}; }
Window columns_of(const Pooling& p, std::size_t out) { return {out, p.kernel_w, p.stride_w, p.padding_w, p.width}; }

template <class Real>
Real divisor(const Pooling& p, const Window& rows, const Window& columns) {
  switch (p.divisor) {
    case Pooling::Divisor::one:
      return 1;
    case Pooling::Divisor::kernel:
      return static_cast<Real>(p.kernel_h * p.kernel_w);
    case Pooling::Divisor::inside:
      break;
  }
  return static_cast<Real>(rows.count() * columns.count());
}

/// The outputs from `begin` to `end` of a row for which tap `k` is in the plane.
Slice::Range reached(const Pooling& p, std::size_t k, std::size_t begin, std::size_t end) {
  const auto above = [](std::size_t n, std::size_t step) { return (n + step - 1) / step; };
  const std::size_t first = k < p.padding_w ? above(p.padding_w - k, p.stride_w) : 0;
  const std::size_t last = k < p.width + p.padding_w ? above(p.width + p.padding_w - k, p.stride_w) : 0;
  return {std::clamp(first, begin, end), std::clamp(last, begin, end)};
}

/// One row of outputs, and which rows of the plane it is made from.
template <class Real>
struct Line {
  const Pooling* p;
  Window rows;
  std::size_t end;  ///< outputs

  template <class Number>
  Number* row(Number* plane, std::size_t tap) const {
    return plane + (rows.at + tap - rows.first_tap) * p->width;
  }
};

template <class Real>
bool exceeds(Real x, Real best) {
  return (x > best) | (x != x);
}

template <class Real>
void average_some(const Line<Real>& line, const Real* plane, Real* y, dense::Store store) {
  const Pooling& p = *line.p;
  for (std::size_t from = 0; from < line.end; from += chunk) {
    const std::size_t to = std::min(line.end, from + chunk);
    Real sums[chunk] = {};
    for (std::size_t r = line.rows.first_tap; r < line.rows.end_tap; ++r) {
      const Real* row = line.row(plane, r);
      for (std::size_t k = 0; k < p.kernel_w; ++k) {
        const auto [first, last] = reached(p, k, from, to);
        for (std::size_t o = first; o < last; ++o) sums[o - from] += row[o * p.stride_w + k - p.padding_w];
      }
    }
    for (std::size_t o = from; o < to; ++o) {
      const Real mean = sums[o - from] / divisor<Real>(p, line.rows, columns_of(p, o));
      y[o] = store == dense::Store::add ? y[o] + mean : mean;
    }
  }
}

template <class Real>
void spread_some(const Line<Real>& line, const Real* g, Real* plane) {
  const Pooling& p = *line.p;
  for (std::size_t o = 0; o < line.end; ++o) {
    const Window columns = columns_of(p, o);
    const Real share = g[o] / divisor<Real>(p, line.rows, columns);
    for (std::size_t r = 0; r < line.rows.count(); ++r) {
      Real* to = plane + (line.rows.at + r) * p.width + columns.at;
      for (std::size_t k = 0; k < columns.count(); ++k) to[k] += share;
    }
  }
}

template <class Real>
void maximum_some(const Line<Real>& line, const Real* plane, Real* y, Real* tap) {
  const Pooling& p = *line.p;
  for (std::size_t from = 0; from < line.end; from += chunk) {
    const std::size_t to = std::min(line.end, from + chunk);
    Real best[chunk], at[chunk];
    for (std::size_t o = from; o < to; ++o) {
      best[o - from] = -std::numeric_limits<Real>::infinity();
      at[o - from] = static_cast<Real>(line.rows.first_tap * p.kernel_w + columns_of(p, o).first_tap);
    }
    for (std::size_t r = line.rows.first_tap; r < line.rows.end_tap; ++r) {
      const Real* row = line.row(plane, r);
      for (std::size_t k = 0; k < p.kernel_w; ++k) {
        const auto place = static_cast<Real>(r * p.kernel_w + k);
        const auto [first, last] = reached(p, k, from, to);
        for (std::size_t o = first; o < last; ++o) {
          const Real x = row[o * p.stride_w + k - p.padding_w];
          const bool larger = exceeds(x, best[o - from]);
          best[o - from] = larger ? x : best[o - from];
          at[o - from] = larger ? place : at[o - from];
        }
      }
    }
    std::copy(best, best + (to - from), y + from);
    std::copy(at, at + (to - from), tap + from);
  }
}

template <class Real>
void maximum_back(const Line<Real>& line, const Real* g, const Real* tap, Real* plane) {
  const Pooling& p = *line.p;
  for (std::size_t o = 0; o < line.end; ++o) {
    const auto at = static_cast<std::size_t>(tap[o]);
    const std::size_t row = line.rows.at + at / p.kernel_w - line.rows.first_tap;
    plane[row * p.width + o * p.stride_w + at % p.kernel_w - p.padding_w] += g[o];
  }
}

/// Windows of 2 x 2 that stand side by side go through registers.
bool in_twos(const Pooling& p) {
  return p.kernel_h == 2 && p.kernel_w == 2 && p.stride_h == 2 && p.stride_w == 2 && p.padding_h == 0 &&
         p.padding_w == 0;
}

/// Calls use(pack, o) for whole packs of the first n outputs, smaller ones towards the end; returns how many are done.
template <class Real, int width, class Use>
std::size_t each_pack(std::size_t from, std::size_t n, Use use) {
  if constexpr (sizeof(Real) * width < 16) {
    return from;
  } else {
    for (; from + width <= n; from += width) use(Pack<Real, width>(), from);
    return each_pack<Real, width / 2>(from, n, use);
  }
}

template <int start, class Vector, int... i>
[[gnu::always_inline]] inline Vector every_second(Vector a, Vector b, std::integer_sequence<int, i...>) {
  return __builtin_shufflevector(a, b, (start + 2 * i)...);
}

/// The left and right of pairs of neighbours.
template <class Real, int n>
struct Pairs {
  Pack<Real, n> left, right;

  static Pairs load(const Real* p) {
    constexpr auto all = std::make_integer_sequence<int, n>{};
    const auto a = Pack<Real, n>::load(p), b = Pack<Real, n>::load(p + n);
    return {every_second<0>(a.v, b.v, all), every_second<1>(a.v, b.v, all)};
  }
  void add_to(Real* p) const {
    constexpr auto all = std::make_integer_sequence<int, n>{};
    const Pack<Real, n> a = detail::interleave<n, 0>(left.v, right.v, all);
    const Pack<Real, n> b = detail::interleave<n, n / 2>(left.v, right.v, all);
    (Pack<Real, n>::load(p) + a).store(p);
    (Pack<Real, n>::load(p + n) + b).store(p + n);
  }
};

// What is left of a row after the whole packs goes the same way one by one.

template <class Real>
void average_twos(const Line<Real>& line, const Real* plane, Real* y, dense::Store store) {
  const Real *const top = line.row(plane, 0), *const bottom = line.row(plane, 1);
  const Real divide = line.p->divisor == Pooling::Divisor::one ? Real(1) : Real(4);
  const bool add = store == dense::Store::add;
  std::size_t o = each_pack<Real, Wide<Real>::lanes>(0, line.end, [=](auto pack, std::size_t at) {
    using Some = decltype(pack);
    const auto a = Pairs<Real, Some::lanes>::load(top + 2 * at), b = Pairs<Real, Some::lanes>::load(bottom + 2 * at);
    const Some mean = (a.left + a.right + b.left + b.right) / Some(divide);
    (add ? Some::load(y + at) + mean : mean).store(y + at);
  });
  for (; o < line.end; ++o) {
    const Real mean = (top[2 * o] + top[2 * o + 1] + bottom[2 * o] + bottom[2 * o + 1]) / divide;
    y[o] = add ? y[o] + mean : mean;
  }
}

template <class Real>
void spread_twos(const Line<Real>& line, const Real* g, Real* plane) {
  Real *const top = line.row(plane, 0), *const bottom = line.row(plane, 1);
  const Real divide = line.p->divisor == Pooling::Divisor::one ? Real(1) : Real(4);
  std::size_t o = each_pack<Real, Wide<Real>::lanes>(0, line.end, [=](auto pack, std::size_t at) {
    using Some = decltype(pack);
    const Some share = Some::load(g + at) / Some(divide);
    const Pairs<Real, Some::lanes> both{share, share};
    both.add_to(top + 2 * at);
    both.add_to(bottom + 2 * at);
  });
  for (; o < line.end; ++o)
    for (Real* to : {top, top + 1, bottom, bottom + 1}) to[2 * o] += g[o] / divide;
}

template <class Real>
void maximum_twos(const Line<Real>& line, const Real* plane, Real* y, Real* tap) {
  const Real *const top = line.row(plane, 0), *const bottom = line.row(plane, 1);
  std::size_t o = each_pack<Real, Wide<Real>::lanes>(0, line.end, [=](auto pack, std::size_t at) {
    using Some = decltype(pack);
    const auto a = Pairs<Real, Some::lanes>::load(top + 2 * at), b = Pairs<Real, Some::lanes>::load(bottom + 2 * at);
    Some best = a.left, place = Some(0.0);
    const auto take = [&](Some x, double here) {
      const auto larger = (x > best) | (x != x);
      best = where(larger, x, best);
      place = where(larger, Some(here), place);
    };
    take(a.right, 1);
    take(b.left, 2);
    take(b.right, 3);
    best.store(y + at);
    place.store(tap + at);
  });
  for (; o < line.end; ++o) {
    const Real window[] = {top[2 * o], top[2 * o + 1], bottom[2 * o], bottom[2 * o + 1]};
    std::size_t best = 0;
    for (std::size_t i = 1; i < 4; ++i) best = exceeds(window[i], window[best]) ? i : best;
    y[o] = window[best];
    tap[o] = static_cast<Real>(best);
  }
}

template <class Real>
void maximum_twos_back(const Line<Real>& line, const Real* g, const Real* tap, Real* plane) {
  Real *const top = line.row(plane, 0), *const bottom = line.row(plane, 1);
  std::size_t o = each_pack<Real, Wide<Real>::lanes>(0, line.end, [=](auto pack, std::size_t from) {
    using Some = decltype(pack);
    const Some at = Some::load(tap + from), gradient = Some::load(g + from);
    const auto share = [&](double place) { return where(at == Some(place), gradient, Some(0.0)); };
    Pairs<Real, Some::lanes>{share(0), share(1)}.add_to(top + 2 * from);
    Pairs<Real, Some::lanes>{share(2), share(3)}.add_to(bottom + 2 * from);
  });
  for (; o < line.end; ++o) {
    const auto at = static_cast<std::size_t>(tap[o]);
    (at < 2 ? top : bottom)[2 * o + at % 2] += g[o];
  }
}

/// Calls use(line, place of its plane of inputs, place of its first output) for every row of outputs of a sample.
template <class Real, class Use>
void each_line(const Pooling& p, Use use) {
  const std::size_t height = p.out_height(), width = p.out_width();
  for (std::size_t channel = 0; channel < p.channels; ++channel)
    for (std::size_t o = 0; o < height; ++o)
      use(Line<Real>{&p, rows_of(p, o), width}, channel * p.height * p.width, (channel * height + o) * width);
}

}  // namespace

template <class Real>
void average(const Pooling& p, std::span<const Real* const> x, std::span<Real* const> y, dense::Store store) {
  const auto line = in_twos(p) ? average_twos<Real> : average_some<Real>;
  for (std::size_t b = 0; b < x.size(); ++b)
    each_line<Real>(p, [&](const Line<Real>& of, std::size_t plane, std::size_t out) {
      line(of, x[b] + plane, y[b] + out, store);
    });
}

template <class Real>
void average_gradient(const Pooling& p, std::span<const Real* const> g, std::span<Real* const> dx, dense::Store store) {
  const auto line = in_twos(p) ? spread_twos<Real> : spread_some<Real>;
  for (std::size_t b = 0; b < g.size(); ++b) {
    if (store == dense::Store::set) std::fill_n(dx[b], p.inputs(), Real(0));
    each_line<Real>(
        p, [&](const Line<Real>& of, std::size_t plane, std::size_t out) { line(of, g[b] + out, dx[b] + plane); });
  }
}

template <class Real>
void maximum(const Pooling& p, std::span<const Real* const> x, std::span<Real* const> y, std::span<Real* const> tap) {
  const auto line = in_twos(p) ? maximum_twos<Real> : maximum_some<Real>;
  for (std::size_t b = 0; b < x.size(); ++b)
    each_line<Real>(p, [&](const Line<Real>& of, std::size_t plane, std::size_t out) {
      line(of, x[b] + plane, y[b] + out, tap[b] + out);
    });
}

template <class Real>
void maximum_gradient(const Pooling& p, std::span<const Real* const> g, std::span<const Real* const> tap,
                      std::span<Real* const> dx, dense::Store store) {
  const auto line = in_twos(p) ? maximum_twos_back<Real> : maximum_back<Real>;
  for (std::size_t b = 0; b < g.size(); ++b) {
    if (store == dense::Store::set) std::fill_n(dx[b], p.inputs(), Real(0));
    each_line<Real>(p, [&](const Line<Real>& of, std::size_t plane, std::size_t out) {
      line(of, g[b] + out, tap[b] + out, dx[b] + plane);
    });
  }
}

template void average<float>(const Pooling&, std::span<const float* const>, std::span<float* const>, dense::Store);
template void average<double>(const Pooling&, std::span<const double* const>, std::span<double* const>, dense::Store);
template void average_gradient<float>(const Pooling&, std::span<const float* const>, std::span<float* const>,
                                      dense::Store);
template void average_gradient<double>(const Pooling&, std::span<const double* const>, std::span<double* const>,
                                       dense::Store);
template void maximum<float>(const Pooling&, std::span<const float* const>, std::span<float* const>,
                             std::span<float* const>);
template void maximum<double>(const Pooling&, std::span<const double* const>, std::span<double* const>,
                              std::span<double* const>);
template void maximum_gradient<float>(const Pooling&, std::span<const float* const>, std::span<const float* const>,
                                      std::span<float* const>, dense::Store);
template void maximum_gradient<double>(const Pooling&, std::span<const double* const>, std::span<const double* const>,
                                       std::span<double* const>, dense::Store);

}  // namespace pooling
}  // namespace cajal
