#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cajal::analysis::report {

/// Colours are classes of the page's style: `s0` to `s6`, so that light and dark pages each have theirs.
inline constexpr std::size_t series_colours = 7;

/// A drawing. Lengths are in its own units, about a pixel of a phone each; y goes down.
class Svg {
 public:
  /// `description` is read to those who do not see it.
  Svg(double width, double height, std::string_view description);

  void line(double x1, double y1, double x2, double y2, std::string_view classes);
  void rect(double x, double y, double width, double height, std::string_view classes, double opacity = 1);
  /// `anchor`: `start`, `middle` or `end`. `turned`: read from below to above.
  void text(double x, double y, std::string_view text, std::string_view anchor, std::string_view classes = "",
            bool turned = false);
  /// `d` is a path of SVG's own language; `tip` shows under a resting pointer.
  void path(std::string_view d, std::string_view classes, std::string_view tip = "");
  /// One of six shapes around a point, so that series differ by more than their colour.
  void marker(double x, double y, std::size_t series, bool filled, std::string_view tip);
  /// A picture as a `data:` address. `smooth` false: its pixels stay squares.
  void image(double x, double y, double width, double height, std::string_view address, std::string_view classes = "");

  double width() const { return width_; }
  double height() const { return height_; }
  std::string str() const;

 private:
  double width_, height_;
  std::string description_, body_;
};

/// Where a value stands on an axis.
struct Scale {
  double low = 0, high = 1;   ///< values
  double begin = 0, end = 1;  ///< places
  bool logarithmic = false;

  double operator()(double value) const;
  /// Round values within the range, about `wanted` of them.
  std::vector<double> ticks(std::size_t wanted) const;
};

/// A scale from the smallest to the largest finite value, widened to round numbers; 0 to 1 if there is none. A
/// logarithmic one counts values above 0 only.
Scale scale_of(const std::vector<double>& values, bool logarithmic = false);

/// The frame of a chart with names, units and numbers along its axes.
struct Axes {
  std::string x_name, y_name;  ///< `time (ms)`
  Scale x, y;
  std::size_t x_ticks = 6, y_ticks = 5;
  bool grid = true;
  bool x_whole = false, y_whole = false;  ///< ticks at whole numbers only
  bool x_labels = true;
};
void draw(Svg& svg, const Axes& axes);

/// `0.1` steps of a place: drawings need no more, and files stay small.
std::string place(double value);

}  // namespace cajal::analysis::report
