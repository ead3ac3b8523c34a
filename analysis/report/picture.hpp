#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cajal::analysis::report {

/// Colours by number, with opacity: red, green, blue, alpha.
using Palette = std::array<std::array<std::uint8_t, 4>, 256>;

/// 0: nothing, 255: full ink. The page turns the ink to light on dark.
const Palette& ink();
/// 0: nothing, 255: full blue.
const Palette& sequential();
/// 128: nothing, 255: full vermilion, 1: full blue.
const Palette& diverging();

/// A picture with a palette as a `data:` address: PNG. `pixels` has width x height numbers, row by row.
/// Source: W3C, Portable Network Graphics Specification, 2nd edition (2003); RFC 1950 and 1951 (zlib, deflate).
std::string png_address(std::span<const std::uint8_t> pixels, std::size_t width, std::size_t height,
                        const Palette& palette);

std::string base64(std::span<const std::uint8_t> bytes);

/// Pictures of one size and one scale of colours, side by side.
struct Sheet {
  std::string description;
  std::vector<std::vector<double>> pictures;  ///< [picture][row x column]
  std::vector<std::string> labels;            ///< below each; empty: none
  std::size_t width = 1, height = 1;          ///< of one picture
  std::size_t columns = 10;
  std::string unit;  ///< of the values
};
/// The value at which colours are full: 99.5 % of all magnitudes are at most this.
double full_colour(const Sheet& sheet);
/// Blue below zero, vermilion above, or blue alone where nothing is below zero.
std::string sheet(const Sheet& sheet);

/// Counts over two axes as colours: the largest is full, others by the square root of their share of it.
struct HeatMap {
  std::string description, x_name, y_name;
  std::vector<std::vector<double>> columns;  ///< [x][y], y upwards; many are thinned
  double x_low = 0, x_high = 1, y_low = 0, y_high = 1;
};
std::string heat_map(const HeatMap& map);

/// Counts of true classes (rows) by predicted classes (columns).
struct ConfusionMatrix {
  std::string description;
  std::vector<std::string> classes;
  std::vector<double> counts;  ///< [true][predicted]
};
std::string confusion_chart(const ConfusionMatrix& matrix);

}  // namespace cajal::analysis::report
