#include "sim/convolution.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/convolution_blocks.hpp"

namespace cajal {

namespace {

/// More values than this are refused: places in a buffer are 32-bit.
constexpr double most_values = 1u << 31;
/// Each place within a stride has taps of its own.
constexpr double most_phases = 1u << 16;

std::size_t reach(std::size_t kernel, std::size_t dilation) { return dilation * (kernel - 1) + 1; }

std::size_t strided(std::size_t size, std::size_t kernel, std::size_t stride, std::size_t padding,
                    std::size_t dilation) {
  return (size + 2 * padding - reach(kernel, dilation)) / stride + 1;
}

struct Field {
  const char* name;
  std::size_t value;
};

template <class Geometry>
std::string fault_of_fields(const Geometry& c) {
  const Field fields[] = {{"channels", c.channels},     {"height", c.height},     {"width", c.width},
                          {"filters", c.filters},       {"kernel_h", c.kernel_h}, {"kernel_w", c.kernel_w},
                          {"stride_h", c.stride_h},     {"stride_w", c.stride_w}, {"dilation_h", c.dilation_h},
                          {"dilation_w", c.dilation_w}, {"groups", c.groups},     {"padding_h", c.padding_h},
                          {"padding_w", c.padding_w}};
  for (const Field& field : fields) {
    const bool padding = std::string_view(field.name).starts_with("padding");
    if (field.value == 0 && !padding) return std::string(field.name) + " is 0, at least 1 is needed";
    if (static_cast<double>(field.value) > most_values) return std::string(field.name) + " is too large";
  }
  for (const Field& field : {Field{"channels", c.channels}, Field{"filters", c.filters}})
    if (field.value % c.groups != 0)
      return std::to_string(field.value) + " " + field.name + " cannot be split into " + std::to_string(c.groups) +
             " groups";
  return {};
}

std::string by(std::size_t height, std::size_t width) { return std::to_string(height) + " x " + std::to_string(width); }

std::string fault_of_size(const Convolution& c) {
  const auto real = [](std::size_t n) { return static_cast<double>(n); };
  const auto padded = [&](std::size_t n, std::size_t padding, std::size_t kernel, std::size_t dilation) {
    return real(n) + 2 * real(padding) + 2 * real(kernel) * real(dilation);
  };
  const double plane =
      padded(c.height, c.padding_h, c.kernel_h, c.dilation_h) * padded(c.width, c.padding_w, c.kernel_w, c.dilation_w);
  if (plane * real(std::max(c.channels, c.filters)) > most_values)
    return "more than 2^31 values in a sample with its padding";
  if (real(c.filters + 8 * c.groups) * (real(c.channels) / real(c.groups) + 8) * real(c.kernel_h) * real(c.kernel_w) >
      most_values)
    return "more than 2^31 weights";
  if (real(std::min(c.stride_h, c.height)) * real(std::min(c.stride_w, c.width)) > most_phases)
    return "stride " + by(c.stride_h, c.stride_w) + " is too large";
  return {};
}

}  // namespace

std::size_t Convolution::out_height() const { return strided(height, kernel_h, stride_h, padding_h, dilation_h); }
std::size_t Convolution::out_width() const { return strided(width, kernel_w, stride_w, padding_w, dilation_w); }

std::string Convolution::fault() const {
  if (std::string wrong = fault_of_fields(*this); !wrong.empty()) return wrong;
  if (std::string wrong = fault_of_size(*this); !wrong.empty()) return wrong;
  const std::size_t h = height + 2 * padding_h, w = width + 2 * padding_w;
  if (reach(kernel_h, dilation_h) > h || reach(kernel_w, dilation_w) > w)
    return "the kernel reaches over " + by(reach(kernel_h, dilation_h), reach(kernel_w, dilation_w)) +
           ", the input with its padding is " + by(h, w);
  return {};
}

std::size_t TransposedConvolution::out_height() const {
  return (height - 1) * stride_h + reach(kernel_h, dilation_h) + output_padding_h - 2 * padding_h;
}
std::size_t TransposedConvolution::out_width() const {
  return (width - 1) * stride_w + reach(kernel_w, dilation_w) + output_padding_w - 2 * padding_w;
}

std::string TransposedConvolution::fault() const {
  if (std::string wrong = fault_of_fields(*this); !wrong.empty()) return wrong;
  if (output_padding_h >= stride_h || output_padding_w >= stride_w)
    return "output padding " + by(output_padding_h, output_padding_w) + " is not less than the stride " +
           by(stride_h, stride_w);
  const auto whole = [](std::size_t size, std::size_t stride, std::size_t kernel, std::size_t dilation) {
    return static_cast<double>(size - 1) * static_cast<double>(stride) +
           static_cast<double>(dilation) * static_cast<double>(kernel - 1) + 1;
  };
  const double h = whole(height, stride_h, kernel_h, dilation_h), w = whole(width, stride_w, kernel_w, dilation_w);
  if (std::max(h, w) > most_values) return "more than 2^31 values in a sample";
  if (h + static_cast<double>(output_padding_h) <= 2 * static_cast<double>(padding_h) ||
      w + static_cast<double>(output_padding_w) <= 2 * static_cast<double>(padding_w))
    return "padding " + by(padding_h, padding_w) + " takes away all of the output";
  return reversed().fault();
}

Convolution TransposedConvolution::reversed() const {
  return {.channels = filters,
          .height = out_height(),
          .width = out_width(),
          .filters = channels,
          .kernel_h = kernel_h,
          .kernel_w = kernel_w,
          .stride_h = stride_h,
          .stride_w = stride_w,
          .padding_h = padding_h,
          .padding_w = padding_w,
          .dilation_h = dilation_h,
          .dilation_w = dilation_w,
          .groups = groups};
}

namespace convolution {

using namespace detail;

namespace {

std::size_t in_panels(std::size_t planes) { return (planes + panel_width - 1) / panel_width; }

}  // namespace

std::size_t panels_size(const Convolution& c) {
  return c.groups * in_panels(c.filters / c.groups) * c.taps() * panel_width;
}

std::size_t panels_index(const Convolution& c, std::size_t filter, std::size_t k) {
  const std::size_t of_group = c.filters / c.groups, group = filter / of_group, i = filter % of_group;
  return ((group * in_panels(of_group) + i / panel_width) * c.taps() + k) * panel_width + i % panel_width;
}

Correlation::Axis Correlation::Axis::forward(std::size_t size, std::size_t kernel, std::size_t stride,
                                             std::size_t padding, std::size_t dilation, std::size_t out) {
  Axis axis{size, out, out, 0, stride, 1, {}, {{{}, 0}}};
  std::vector<std::size_t> phases;
  std::size_t furthest = 0;
  for (std::size_t k = 0; k < kernel; ++k) {
    const std::size_t phase = k * dilation % stride, shift = k * dilation / stride;
    const auto at = static_cast<std::size_t>(std::ranges::find(phases, phase) - phases.begin());
    if (at == phases.size()) {
      phases.push_back(phase);
      axis.origins.push_back(static_cast<std::ptrdiff_t>(phase) - static_cast<std::ptrdiff_t>(padding));
    }
    axis.outputs[0].taps.push_back({k, at, shift});
    furthest = std::max(furthest, shift);
  }
  axis.length = out + furthest;
  return axis;
}

Correlation::Axis Correlation::Axis::backward(std::size_t size, std::size_t kernel, std::size_t stride,
                                              std::size_t padding, std::size_t dilation, std::size_t out) {
  // In the padded input, place q * stride + phase was met by tap k where k * dilation = shift * stride + phase, from
  // output q - shift.
  const std::size_t first = padding / stride, end = (padding + size - 1) / stride + 1;
  const std::size_t furthest = (kernel - 1) * dilation / stride;
  Axis axis{out, size, end - first, end - first + furthest, 1, stride, {}, {}};
  axis.origins = {static_cast<std::ptrdiff_t>(first) - static_cast<std::ptrdiff_t>(furthest)};
  for (std::size_t place = 0; place < std::min(stride, size); ++place) {
    const std::size_t phase = (place + padding) % stride;
    Outputs outputs{{}, static_cast<std::ptrdiff_t>(first * stride + phase) - static_cast<std::ptrdiff_t>(padding)};
    for (std::size_t k = 0; k < kernel; ++k)
      if (k * dilation % stride == phase) outputs.taps.push_back({k, 0, furthest - k * dilation / stride});
    axis.outputs.push_back(std::move(outputs));
  }
  return axis;
}

Slice::Range Correlation::Axis::valid(const Outputs& of) const { return inside(of.origin, out_step, out_size, pixels); }

Correlation Correlation::forward(const Convolution& c) {
  Correlation out;
  out.rows_ = Axis::forward(c.height, c.kernel_h, c.stride_h, c.padding_h, c.dilation_h, c.out_height());
  out.columns_ = Axis::forward(c.width, c.kernel_w, c.stride_w, c.padding_w, c.dilation_w, c.out_width());
  out.groups_ = c.groups;
  out.in_planes_ = c.channels / c.groups;
  out.out_planes_ = c.filters / c.groups;
  out.compile();
  return out;
}

Correlation Correlation::backward(const Convolution& c) {
  Correlation out;
  out.rows_ = Axis::backward(c.height, c.kernel_h, c.stride_h, c.padding_h, c.dilation_h, c.out_height());
  out.columns_ = Axis::backward(c.width, c.kernel_w, c.stride_w, c.padding_w, c.dilation_w, c.out_width());
  out.groups_ = c.groups;
  out.in_planes_ = c.filters / c.groups;
  out.out_planes_ = c.channels / c.groups;
  out.compile();
  return out;
}

void Correlation::compile() {
  // Where every row begins and ends with zeros, the ones at the end of a row are those at the begin of the next.
  std::size_t shared = columns_.length;
  for (const std::ptrdiff_t origin : columns_.origins) {
    const auto [from, to] = inside(origin, columns_.in_step, columns_.in_size, columns_.length);
    shared = std::min({shared, from, columns_.length - to});
  }
  pitch_ = std::max(columns_.pixels, columns_.length - shared);
  plane_ = (rows_.length - 1) * pitch_ + columns_.length;
  const std::size_t phases = columns_.origins.size(), per_input = rows_.origins.size() * phases;
  taps_ = 0;
  for (std::size_t r = 0; r < rows_.outputs.size(); ++r)
    for (std::size_t q = 0; q < columns_.outputs.size(); ++q) {
      Part part{r, q, {}, taps_};
      for (std::size_t plane_in = 0; plane_in < in_planes_; ++plane_in)
        for (const Axis::Tap& y : rows_.outputs[r].taps)
          for (const Axis::Tap& x : columns_.outputs[q].taps)
            part.offsets.push_back(static_cast<std::uint32_t>(
                (plane_in * per_input + y.phase * phases + x.phase) * plane_ + y.shift * pitch_ + x.shift));
      taps_ += part.offsets.size();
      parts_.push_back(std::move(part));
    }
}

std::size_t Correlation::panels_size() const { return groups_ * in_panels(out_planes_) * taps_ * panel_width; }

template <class Real>
void Correlation::transpose(const Convolution& c, const Real* panels, Real* transposed) const {
  std::fill(transposed, transposed + panels_size(), Real(0));
  const std::size_t kernel = c.kernel_h * c.kernel_w;
  for (std::size_t group = 0; group < groups_; ++group)
    for (const Part& part : parts_)
      for (std::size_t o = 0; o < out_planes_; ++o) {
        Real* to = transposed + panel(group, part, o / panel_width) + o % panel_width;
        for (std::size_t i = 0; i < in_planes_; ++i) {
          const Real* from = panels + panels_index(c, group * in_planes_ + i, o * kernel);
          for (const Axis::Tap& y : rows_.outputs[part.row].taps)
            for (const Axis::Tap& x : columns_.outputs[part.column].taps) {
              *to = from[(y.kernel * c.kernel_w + x.kernel) * panel_width];
              to += panel_width;
            }
        }
      }
}

std::size_t Correlation::panel(std::size_t group, const Part& part, std::size_t i) const {
  return ((group * taps_ + part.panels) * in_panels(out_planes_) + i * part.offsets.size()) * panel_width;
}

template <class Real>
std::size_t Correlation::scratch_size() const {
  return padded(buffer_size() + lanes<Real>) + panel_width * product_pitch<Real>();
}

template <class Real>
std::size_t Correlation::product_pitch() const {
  return (pixels() + lanes<Real> - 1) / lanes<Real> * lanes<Real>;
}

/// Copies what of a group's planes has a place in the buffer; the margins are 0 already.
template <class Real>
void Correlation::fill(const Real* x, Real* buffer) const {
  const std::size_t step = columns_.in_step;
  for (std::size_t plane = 0; plane < in_planes_; ++plane, x += rows_.in_size * columns_.in_size)
    for (const std::ptrdiff_t row_origin : rows_.origins)
      for (const std::ptrdiff_t origin : columns_.origins) {
        const auto [from, to] = inside(origin, step, columns_.in_size, columns_.length);
        const auto [top, bottom] = inside(row_origin, rows_.in_step, rows_.in_size, rows_.length);
        const auto y = row_origin + static_cast<std::ptrdiff_t>(top * rows_.in_step);
        const Real* source =
            x + y * static_cast<std::ptrdiff_t>(columns_.in_size) + origin + static_cast<std::ptrdiff_t>(from * step);
        if (from < to && top < bottom)
          copy_rows<Real>({source, rows_.in_step * columns_.in_size, step}, {buffer + top * pitch_ + from, pitch_, 1},
                          bottom - top, to - from, dense::Store::set);
        buffer += plane_;
      }
}

/// Puts one plane of products in its place.
template <class Real>
void Correlation::place(const Part& part, const Real* product, Real* y, dense::Store store) const {
  const Axis::Outputs &rows = rows_.outputs[part.row], &columns = columns_.outputs[part.column];
  const auto [top, bottom] = rows_.valid(rows);
  const auto [from, to] = columns_.valid(columns);
  if (from >= to || top >= bottom) return;
  const auto row = rows.origin + static_cast<std::ptrdiff_t>(top * rows_.out_step);
  Real* target = y + row * static_cast<std::ptrdiff_t>(columns_.out_size) + columns.origin +
                 static_cast<std::ptrdiff_t>(from * columns_.out_step);
  copy_rows<Real>({product + top * pitch_ + from, pitch_, 1},
                  {target, rows_.out_step * columns_.out_size, columns_.out_step}, bottom - top, to - from, store);
}

template <class Real>
void Correlation::run(const Real* panels, const Real* bias, std::span<const Real* const> x, std::span<Real* const> y,
                      dense::Store store, std::span<Real> scratch) const {
  Real* const buffer = scratch.data();
  Real* const product = buffer + padded(buffer_size() + lanes<Real>);
  std::fill(buffer, product, Real(0));
  const std::size_t in_plane = rows_.in_size * columns_.in_size, out_plane = rows_.out_size * columns_.out_size;
  for (std::size_t b = 0; b < x.size(); ++b)
    for (std::size_t group = 0; group < groups_; ++group) {
      fill(x[b] + group * in_planes_ * in_plane, buffer);
      for (const Part& part : parts_)
        for (std::size_t o = 0; o < out_planes_; o += panel_width) {
          const std::size_t planes = std::min(panel_width, out_planes_ - o);
          multiply<Real>({buffer, part.offsets, panels + panel(group, part, o / panel_width), product,
                          product_pitch<Real>(), planes, bias ? bias + group * out_planes_ + o : nullptr});
          for (std::size_t i = 0; i < planes; ++i)
            place(part, product + i * product_pitch<Real>(), y[b] + (group * out_planes_ + o + i) * out_plane, store);
        }
    }
}

template void Correlation::transpose<float>(const Convolution&, const float*, float*) const;
template void Correlation::transpose<double>(const Convolution&, const double*, double*) const;
template std::size_t Correlation::scratch_size<float>() const;
template std::size_t Correlation::scratch_size<double>() const;
template void Correlation::run<float>(const float*, const float*, std::span<const float* const>,
                                      std::span<float* const>, dense::Store, std::span<float>) const;
template void Correlation::run<double>(const double*, const double*, std::span<const double* const>,
                                       std::span<double* const>, dense::Store, std::span<double>) const;

}  // namespace convolution
}  // namespace cajal
