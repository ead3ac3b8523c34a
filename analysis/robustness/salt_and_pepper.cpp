#include "analysis/robustness/disturbance.hpp"

namespace cajal::analysis {

Disturbance salt_and_pepper() {
  Disturbance d;
  d.name = "salt_and_pepper";
  d.meaning = "some values of a sample, drawn one by one, become the smallest or the largest there is";
  d.level = "share of the values";
  d.levels = {0, 0.05, 0.1, 0.2, 0.4};
  d.obstacle = [](const Subject&, const Questions& questions) { return shown_on_a_scale(questions); };
  d.answer = [](Subject& subject, const Questions& questions, double level, std::uint64_t repeat) {
    std::vector<float> rows = questions.rows;
    for (std::size_t s = 0; s < questions.samples; ++s) {
      Draws draws = draws_of(questions, "salt_and_pepper", s, repeat);
      for (std::size_t f = 0; f < questions.features; ++f) {
        const bool struck = draws.uniform() < level, salt = draws.uniform() < 0.5;
        if (struck) rows[s * questions.features + f] = static_cast<float>(salt ? questions.high : questions.low);
      }
    }
    return subject.answer(rows);
  };
  return d;
}

}  // namespace cajal::analysis
