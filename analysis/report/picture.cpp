#include "analysis/report/picture.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/html.hpp"
#include "analysis/report/svg.hpp"
#include "sim/error.hpp"

namespace cajal::analysis::report {

namespace {

using Bytes = std::vector<std::uint8_t>;
using Colour = std::array<std::uint8_t, 3>;
// Okabe & Ito's blue and vermilion, a little lighter, so that they stand out on white and on black.
constexpr Colour blue{20, 126, 196}, vermilion{222, 100, 10}, black{0, 0, 0};

std::uint8_t byte_of(double share) { return static_cast<std::uint8_t>(std::lround(255 * std::clamp(share, 0.0, 1.0))); }

Palette ramp(const Colour& colour) {
  Palette p{};
  for (std::size_t i = 0; i < p.size(); ++i) p[i] = {colour[0], colour[1], colour[2], static_cast<std::uint8_t>(i)};
  return p;
}

Palette two_ramps() {
  Palette p{};
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double signed_share = (static_cast<double>(i) - 128) / 127;
    const Colour& c = signed_share < 0 ? blue : vermilion;
    p[i] = {c[0], c[1], c[2], byte_of(std::abs(signed_share))};
  }
  return p;
}

void append_number(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

void append_chunk(Bytes& out, std::string_view kind, const Bytes& data) {
  append_number(out, static_cast<std::uint32_t>(data.size()));
  const std::size_t begin = out.size();
  out.insert(out.end(), kind.begin(), kind.end());
  out.insert(out.end(), data.begin(), data.end());
  const auto counted = std::span(out).subspan(begin);
  append_number(out, static_cast<std::uint32_t>(crc32(0, counted.data(), static_cast<uInt>(counted.size()))));
}

/// The same bytes as a zlib stream.
Bytes deflated(const Bytes& raw) {
  uLongf size = compressBound(static_cast<uLong>(raw.size()));
  Bytes out(size);
  if (compress2(out.data(), &size, raw.data(), static_cast<uLong>(raw.size()), 9) != Z_OK)
    throw Error("a picture could not be deflated");
  out.resize(size);
  return out;
}

}  // namespace

const Palette& ink() {
  static const Palette p = ramp(black);
  return p;
}
const Palette& sequential() {
  static const Palette p = ramp(blue);
  return p;
}
const Palette& diverging() {
  static const Palette p = two_ramps();
  return p;
}

std::string base64(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < n ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += k <= n ? digits[group >> (18 - 6 * k) & 63U] : '=';
  }
  return out;
}

std::string png_address(std::span<const std::uint8_t> pixels, std::size_t width, std::size_t height,
                        const Palette& palette) {
  if (width == 0 || height == 0 || pixels.size() != width * height) return {};
  Bytes png{0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A}, header, colours, alphas, raw;
  append_number(header, static_cast<std::uint32_t>(width));
  append_number(header, static_cast<std::uint32_t>(height));
  // 8 bits a pixel, palette, the one compression and filtering there is, not interlaced
  for (std::uint8_t b : {8, 3, 0, 0, 0}) header.push_back(b);
  for (const auto& c : palette) {
    colours.insert(colours.end(), c.begin(), c.begin() + 3);
    alphas.push_back(c[3]);
  }
  for (std::size_t row = 0; row < height; ++row) {
    raw.push_back(0);
    const auto line = pixels.subspan(row * width, width);
    raw.insert(raw.end(), line.begin(), line.end());
  }
  append_chunk(png, "IHDR", header);
  append_chunk(png, "PLTE", colours);
  append_chunk(png, "tRNS", alphas);
  append_chunk(png, "IDAT", deflated(raw));
  append_chunk(png, "IEND", {});
  return "data:image/png;base64," + base64(png);
}

double full_colour(const Sheet& s) {
  std::vector<double> all;
  for (const auto& p : s.pictures)
    for (double v : p)
      if (std::isfinite(v)) all.push_back(std::abs(v));
  if (all.empty()) return 1;
  const auto at = all.begin() + static_cast<std::ptrdiff_t>(std::ceil(0.995 * static_cast<double>(all.size() - 1)));
  std::nth_element(all.begin(), at, all.end());
  const double most = *at > 0 ? *at : *std::max_element(all.begin(), all.end());
  return most > 0 ? most : 1;
}

namespace {

/// A bar of the colours with the values at its ends.
void draw_colour_bar(Svg& svg, double y, double full, bool has_negative, const std::string& unit) {
  Bytes bar;
  for (std::size_t i = 0; i < 128; ++i) bar.push_back(static_cast<std::uint8_t>(has_negative ? 2 * i + 1 : 2 * i));
  const std::string name = unit.empty() ? "" : " " + unit;
  const double middle = svg.width() / 2, half = 70;
  svg.image(middle - half, y, 2 * half, 10, png_address(bar, bar.size(), 1, has_negative ? diverging() : sequential()),
            "picture smooth");
  svg.text(middle - half - 6, y + 9, has_negative ? short_number(-full) : "0", "end");
  svg.text(middle + half + 6, y + 9, short_number(full) + name, "start");
}

/// Where the pictures of a sheet stand: lengths in pixels of the pictures.
struct Layout {
  std::size_t columns, rows, gap, below, width, height;
  double pixel;  ///< its size in the drawing
};

Layout layout_of(const Sheet& s, double total) {
  Layout l{};
  l.columns = std::min(s.columns, s.pictures.size());
  l.rows = (s.pictures.size() + l.columns - 1) / l.columns;
  l.gap = std::max<std::size_t>(1, s.width / 12);
  l.width = l.columns * s.width + (l.columns - 1) * l.gap;
  l.pixel = std::min(total / static_cast<double>(l.width), 100.0 / static_cast<double>(s.width));
  l.below = s.labels.empty() ? l.gap : static_cast<std::size_t>(std::ceil(15 / l.pixel));
  l.height = l.rows * (s.height + l.below);
  return l;
}

}  // namespace

std::string sheet(const Sheet& s) {
  if (s.pictures.empty() || s.columns == 0 || s.width == 0 || s.height == 0) return {};
  const double full = full_colour(s), total = 460;
  bool has_negative = false;
  for (const auto& p : s.pictures)
    has_negative = has_negative || std::any_of(p.begin(), p.end(), [](double v) { return v < 0; });
  const Layout l = layout_of(s, total);
  const double first = (total - l.pixel * static_cast<double>(l.width)) / 2;
  const double bottom = l.pixel * static_cast<double>(l.height);
  Svg svg(total, bottom + 24, s.description);
  Bytes pixels(l.width * l.height, has_negative ? 128 : 0);
  for (std::size_t k = 0; k < s.pictures.size(); ++k) {
    const std::size_t column = k % l.columns * (s.width + l.gap), row = k / l.columns * (s.height + l.below);
    for (std::size_t i = 0; i < std::min(s.width * s.height, s.pictures[k].size()); ++i) {
      const double v = s.pictures[k][i], share = std::isfinite(v) ? std::clamp(v / full, -1.0, 1.0) : 0;
      pixels[(row + i / s.width) * l.width + column + i % s.width] =
          static_cast<std::uint8_t>(has_negative ? std::lround(128 + 127 * share) : std::lround(255 * share));
    }
    const double x = first + l.pixel * static_cast<double>(column), y = l.pixel * static_cast<double>(row);
    const double wide = l.pixel * static_cast<double>(s.width), high = l.pixel * static_cast<double>(s.height);
    svg.rect(x, y, wide, high, "frame");
    if (k < s.labels.size()) svg.text(x + wide / 2, y + high + 11, s.labels[k], "middle", "small");
  }
  svg.image(first, 0, l.pixel * static_cast<double>(l.width), bottom,
            png_address(pixels, l.width, l.height, has_negative ? diverging() : sequential()), "picture");
  draw_colour_bar(svg, bottom + 8, full, has_negative, s.unit);
  return svg.str();
}

std::string confusion_chart(const ConfusionMatrix& matrix) {
  const std::size_t n = matrix.classes.size();
  if (n == 0 || matrix.counts.size() != n * n) return {};
  const double left = 58, top = 8, side = 360, cell = side / static_cast<double>(n), bottom = top + side;
  Svg svg(left + side + 12, bottom + 42, matrix.description);
  std::size_t longest = 1;
  for (const std::string& c : matrix.classes) longest = std::max(longest, c.size());
  const bool with_numbers = n <= 20;
  const std::size_t every = std::max<std::size_t>(1, n / 20);
  for (std::size_t i = 0; i < n; ++i) {
    double row = 0;
    for (std::size_t j = 0; j < n; ++j) row += matrix.counts[i * n + j];
    const double y = top + cell * static_cast<double>(i), middle = cell * (static_cast<double>(i) + 0.5);
    if (i % every == 0) {
      svg.text(left - 6, top + middle + 4, longest > 5 ? matrix.classes[i].substr(0, 5) : matrix.classes[i], "end");
      svg.text(left + middle, bottom + 15, longest > 3 ? std::to_string(i) : matrix.classes[i], "middle");
    }
    for (std::size_t j = 0; j < n; ++j) {
      const double value = matrix.counts[i * n + j], share = row > 0 ? value / row : 0;
      const double x = left + cell * static_cast<double>(j);
      if (value > 0) svg.rect(x, y, cell, cell, i == j ? "fill right" : "fill wrong", 0.08 + 0.92 * share);
      if (with_numbers)
        svg.text(x + cell / 2, y + cell / 2 + 4, count(value), "middle",
                 value == 0     ? "faint"
                 : share > 0.55 ? "on"
                                : "");
    }
  }
  svg.rect(left, top, side, side, "frame");
  svg.text(left + side / 2, bottom + 33, "predicted class", "middle", "name");
  svg.text(13, top + side / 2, "true class", "middle", "name", true);
  return svg.str();
}

}  // namespace cajal::analysis::report
