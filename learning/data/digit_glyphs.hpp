#pragma once

#include <vector>

namespace cajal::data {

struct Point {
  double x = 0, y = 0;
};

/// A line through some of its glyph's points, in the order of writing: a smooth curve or straight pieces.
/// A curve that ends where it begins is closed smoothly.
struct PenStroke {
  bool smooth = true;
  std::vector<int> through;
};

/// One way to write a digit, in a box of width and height 1 with y downwards. Strokes share points, so that they stay
/// joined when points move.
struct Glyph {
  std::vector<Point> points;
  std::vector<PenStroke> strokes;
};

/// The ways to write `digit`, 0 to 9.
const std::vector<Glyph>& glyphs(int digit);

}  // namespace cajal::data
