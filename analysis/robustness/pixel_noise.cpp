#include <algorithm>

#include "analysis/robustness/disturbance.hpp"

namespace cajal::analysis {

Disturbance pixel_noise() {
  Disturbance d;
  d.name = "pixel_noise";
  d.meaning = "independent normal numbers are added to all values of a sample, which stay within their range";
  d.level = "standard deviation as a share of the range of the training values";
  d.levels = {0, 0.1, 0.2, 0.4};
  d.high = 1e3;
  d.few = {0, 0.2, 0.4};
  d.obstacle = [](const Subject&, const Questions& questions) { return shown_on_a_scale(questions); };
  d.answer = [](Subject& subject, const Questions& questions, double level, std::uint64_t repeat) {
    std::vector<float> rows = questions.rows;
    const double sigma = level * (questions.high - questions.low);
    for (std::size_t s = 0; s < questions.samples; ++s) {
      Draws draws = draws_of(questions, "pixel_noise", s, repeat);
      for (std::size_t f = 0; f < questions.features; ++f) {
        float& x = rows[s * questions.features + f];
        x = static_cast<float>(
            std::clamp(static_cast<double>(x) + sigma * draws.normal(), questions.low, questions.high));
      }
    }
    return subject.answer(rows);
  };
  return d;
}

}  // namespace cajal::analysis
