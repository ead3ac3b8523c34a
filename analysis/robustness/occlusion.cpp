#include <algorithm>
#include <cmath>

#include "analysis/robustness/disturbance.hpp"

namespace cajal::analysis {

namespace {

struct Planes {
  std::size_t channels = 1, height = 1, width = 1;
};

/// Channels, height and width as the last two axes of a sample say; one axis is a line.
Planes planes_of(const Questions& questions) {
  Planes p;
  const std::size_t axes = questions.shape.size();
  p.width = axes < 2 ? questions.features : questions.shape[axes - 1];
  p.height = axes < 2 ? 1 : questions.shape[axes - 2];
  p.channels = questions.features / (p.width * p.height);
  return p;
}

/// Of the places 0 to `last` one that moves little when there are others.
std::size_t place(Draws& draws, std::size_t last) {
  return std::min(last, static_cast<std::size_t>(draws.uniform() * static_cast<double>(last + 1)));
}

}  // namespace

Disturbance occlusion() {
  Disturbance d;
  d.name = "occlusion";
  d.meaning =
      "a square of an image at a drawn place, in all its channels, or a run of values of what is no image, "
      "becomes the smallest value there is";
  d.level = "share of the area";
  d.levels = {0, 0.05, 0.1, 0.2, 0.4};
  d.obstacle = [](const Subject&, const Questions& questions) { return shown_on_a_scale(questions); };
  d.answer = [](Subject& subject, const Questions& questions, double level, std::uint64_t repeat) {
    std::vector<float> rows = questions.rows;
    const Planes planes = planes_of(questions);
    const std::size_t area = planes.height * planes.width;
    const double side = std::sqrt(level * static_cast<double>(area));
    // A square that is too tall or too wide for the image gives way to the other side.
    const bool run = planes.height == 1;
    const double wide = run ? level * static_cast<double>(area) : std::min(side, static_cast<double>(planes.width));
    const auto columns = static_cast<std::size_t>(std::lround(wide));
    const double tall = columns > 0 ? level * static_cast<double>(area) / static_cast<double>(columns) : 0;
    const std::size_t lines = std::min(planes.height, static_cast<std::size_t>(std::lround(tall)));
    for (std::size_t s = 0; s < questions.samples && lines > 0; ++s) {
      Draws draws = draws_of(questions, "occlusion", s, repeat);
      const auto top = place(draws, planes.height - lines), left = place(draws, planes.width - columns);
      for (std::size_t c = 0; c < planes.channels; ++c)
        for (std::size_t y = top; y < top + lines; ++y) {
          const auto first =
              rows.begin() + static_cast<std::ptrdiff_t>(s * questions.features + c * area + y * planes.width + left);
          std::fill_n(first, columns, static_cast<float>(questions.low));
        }
    }
    return subject.answer(rows);
  };
  return d;
}

}  // namespace cajal::analysis
