#include "learning/data/digits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

using namespace cajal::data;
using cajal::tests::data_error;

namespace {

constexpr std::size_t pixels = 784;

/// Softmax regression by plain gradient descent, one sample at a time; gives the share of test samples it gets right.
double linear_accuracy(const Dataset& d, std::size_t train, int epochs) {
  std::vector<double> weight(10 * (pixels + 1), 0.0);
  const auto scores = [&](std::size_t k) {
    std::array<double, 10> out{};
    for (std::size_t c = 0; c < 10; ++c) {
      const std::span<const double> w = std::span(weight).subspan(c * (pixels + 1), pixels + 1);
      double sum = w[pixels];
      for (std::size_t i = 0; i < pixels; ++i) sum += w[i] * static_cast<double>(d.x[k * pixels + i]);
      out[c] = sum;
    }
    return out;
  };
  for (int epoch = 0; epoch < epochs; ++epoch)
    for (std::size_t k = 0; k < train; ++k) {
      auto p = scores(k);
      const double top = *std::max_element(p.begin(), p.end());
      double total = 0;
      for (double& q : p) total += q = std::exp(q - top);
      for (std::size_t c = 0; c < 10; ++c) {
        const double error = p[c] / total - (static_cast<std::size_t>(d.label[k]) == c ? 1.0 : 0.0);
        const double rate = 0.02 / (1 + epoch);
        for (std::size_t i = 0; i < pixels; ++i)
          weight[c * (pixels + 1) + i] -= rate * error * static_cast<double>(d.x[k * pixels + i]);
        weight[c * (pixels + 1) + pixels] -= rate * error;
      }
    }
  std::size_t right = 0;
  for (std::size_t k = train; k < d.samples; ++k) {
    const auto s = scores(k);
    right += std::max_element(s.begin(), s.end()) - s.begin() == d.label[k];
  }
  return static_cast<double>(right) / static_cast<double>(d.samples - train);
}

}  // namespace

TEST_CASE("digits are 28x28 images in 0 .. 1, ten of each class in a hundred") {
  const Dataset d = make_digits(100, 1);
  d.validate();
  CHECK(d.shape == std::vector<std::size_t>{28, 28});
  CHECK(d.classes == 10);
  CHECK(d.class_names[7] == "7");
  CHECK_FALSE(d.given_test);
  for (std::int32_t c = 0; c < 10; ++c) CHECK(std::count(d.label.begin(), d.label.end(), c) == 10);
  CHECK(std::all_of(d.x.begin(), d.x.end(), [](float v) { return v >= 0 && v <= 1; }));
  CHECK(std::all_of(d.x.begin(), d.x.end(), [](float v) { return v == std::round(255 * v) / 255.0f; }));
}

TEST_CASE("a digit depends on seed and number alone") {
  const Dataset many = make_digits(230, 5), few = make_digits(37, 5), other = make_digits(37, 6);
  CHECK(std::equal(few.x.begin(), few.x.end(), many.x.begin()));
  CHECK(std::equal(few.label.begin(), few.label.end(), many.label.begin()));
  CHECK_FALSE(few.x == other.x);
  CHECK_FALSE(few.label == other.label);
}

TEST_CASE("digits have the ink of handwriting and lie in the middle") {
  const Dataset d = make_digits(2000, 2);
  double sum = 0, row = 0, column = 0;
  for (std::size_t k = 0; k < d.samples; ++k)
    for (std::size_t i = 0; i < pixels; ++i) {
      const auto value = static_cast<double>(d.x[k * pixels + i]);
      sum += value;
      row += value * static_cast<double>(i / 28);
      column += value * static_cast<double>(i % 28);
    }
  CHECK(sum / static_cast<double>(d.x.size()) > 0.10);
  CHECK(sum / static_cast<double>(d.x.size()) < 0.15);
  CHECK(row / sum == Approx(13.5).margin(0.7));
  CHECK(column / sum == Approx(13.5).margin(0.7));
}

TEST_CASE("noise and distortion can be turned off") {
  const Dataset print = make_digits(400, 3, {.distortion = 0, .noise = 0});
  std::vector<std::vector<float>> zeros;
  for (std::size_t k = 0; k < print.samples; ++k)
    if (print.label[k] == 0)
      zeros.emplace_back(print.x.begin() + static_cast<std::ptrdiff_t>(k * pixels),
                         print.x.begin() + static_cast<std::ptrdiff_t>((k + 1) * pixels));
  REQUIRE(zeros.size() == 40);
  // The pen's width still differs; the shape does not: every zero is symmetric under half a turn.
  for (const auto& zero : zeros)
    for (std::size_t i = 0; i < pixels; ++i)
      CHECK(std::abs(static_cast<double>(zero[i] - zero[pixels - 1 - i])) < 0.01);
}

TEST_CASE("digits are too hard for a linear model and far from chance") {
  const double accuracy = linear_accuracy(make_digits(5000, 1), 4000, 4);
  CHECK(accuracy > 0.80);
  CHECK(accuracy < 0.93);
}

TEST_CASE("impossible digits are refused") {
  CHECK(data_error([] { make_digits(0, 1); }) == "digits: 0 samples asked for, allowed are 1 to 10000000");
  CHECK(data_error([] { make_digits(10, 1, {.distortion = 1, .noise = -1}); }) ==
        "digits: distortion or noise of -1 asked for, allowed is 0 to 3");
  CHECK(data_error([] { make_digits(10, 1, {.distortion = std::nan(""), .noise = 1}); }) ==
        "digits: distortion or noise of nan asked for, allowed is 0 to 3");
}
