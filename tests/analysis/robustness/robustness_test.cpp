#include "analysis/robustness/robustness.hpp"

#include <cmath>
#include <set>

#include "analysis/robustness/disturbance.hpp"
#include "analysis/robustness/quantised.hpp"
#include "sim/config/table.hpp"
#include "tests/analysis/fake_subject.hpp"
#include "tests/catch.hpp"

namespace cajal::analysis {

namespace {

/// How the rows of a disturbance differ from those of the questions.
std::vector<double> changes(const Disturbance& d, const Questions& q, double level, std::uint64_t repeat = 0) {
  FakeSubject subject = seer();
  d.answer(subject, q, level, repeat);
  std::vector<double> out;
  for (std::size_t i = 0; i < q.rows.size(); ++i)
    out.push_back(static_cast<double>(subject.asked.back()[i]) - static_cast<double>(q.rows[i]));
  return out;
}

Findings measured(const std::string& text, Subject& subject, const Questions& q) {
  const config::Value root = config::parse("[measure]\nm = " + text, "test.toml");
  std::vector<Diagnostic> diagnostics;
  const config::Table table(root, "", diagnostics);
  const auto asked = robustness_measure().make(*table.table("measure")->table("m"), q);
  table.refuse_unused();
  config::raise(diagnostics);
  return asked.take(subject, q);
}

}  // namespace

TEST_CASE("pixel noise has the sd of its level and stays in range") {
  Questions q = halves(200);
  q.low = -100;
  q.high = 100;
  const auto wide = changes(pixel_noise(), q, 0.01);
  double squares = 0;
  for (const double c : wide) squares += c * c;
  // 12,800 draws: the sd of an sd of 2 is 0.0125.
  CHECK(std::sqrt(squares / static_cast<double>(wide.size())) == Approx(2).margin(0.05));
  q.low = 0;
  q.high = 1;
  FakeSubject subject = seer();
  pixel_noise().answer(subject, q, 5, 0);
  for (const float x : subject.asked.back()) CHECK((x >= 0 && x <= 1));
  CHECK(changes(pixel_noise(), q, 0.1) == changes(pixel_noise(), q, 0.1));
  CHECK(changes(pixel_noise(), q, 0.1) != changes(pixel_noise(), q, 0.1, 1));
}

TEST_CASE("salt and pepper strike their share, half of it each") {
  const Questions q = halves(200);
  FakeSubject subject = seer();
  salt_and_pepper().answer(subject, q, 0.3, 0);
  double salt = 0, pepper = 0;
  for (const float x : subject.asked.back()) {
    salt += x == 1;
    pepper += x == 0;
  }
  // 12,800 values: the sd of a share of 0.15 is 0.0032.
  CHECK(salt / 12800 == Approx(0.15).margin(0.013));
  CHECK(pepper / 12800 == Approx(0.15).margin(0.013));
}

TEST_CASE("occlusion covers a square of its share of the area") {
  const Questions q = halves(50);
  FakeSubject subject = seer();
  occlusion().answer(subject, q, 0.25, 0);
  std::set<std::size_t> places;
  for (std::size_t s = 0; s < q.samples; ++s) {
    std::vector<std::size_t> covered;
    for (std::size_t f = 0; f < 64; ++f)
      if (subject.asked.back()[s * 64 + f] == 0) covered.push_back(f);
    REQUIRE(covered.size() == 16);
    CHECK(covered[3] == covered[0] + 3);
    CHECK(covered[15] == covered[0] + 3 * 8 + 3);
    places.insert(covered[0]);
  }
  CHECK(places.size() > 10);
  Questions line = q;
  line.shape = {64};
  occlusion().answer(subject, line, 0.25, 0);
  CHECK(std::count(subject.asked.back().begin(), subject.asked.back().begin() + 64, 0.0f) == 16);
  occlusion().answer(subject, q, 1, 0);
  CHECK(std::count(subject.asked.back().begin(), subject.asked.back().end(), 0.0f) == 3200);
}

TEST_CASE("quantised weights lie on an even grid that holds zero") {
  std::vector<double> w{-1, -0.4, 0, 0.1, 0.3, 0.9};
  quantise(w, 3);  // multiples of 1/3
  const double expected[] = {-1, -1. / 3, 0, 0, 1. / 3, 1};
  for (std::size_t i = 0; i < w.size(); ++i) CHECK(w[i] == Approx(expected[i]).margin(1e-15));
  w = {-1, -0.4, 0.7};
  quantise(w, 2);
  CHECK(w == std::vector<double>{-1, 0, 1});
  w = {-1, -0.4, 0.7};
  quantise(w, 1);
  for (std::size_t i = 0; i < 3; ++i) CHECK(w[i] == Approx(i < 2 ? -0.7 : 0.7));
  w = {-1, -0.4, 0.7};
  quantise(w, 16);
  CHECK(w[1] == Approx(-0.4).margin(1. / 32767));
  w = {0, 0};
  quantise(w, 4);
  CHECK(w == std::vector<double>{0, 0});
}

TEST_CASE("lesions take their share, more of it at a larger level, and are put back") {
  const Questions q = halves(4);
  FakeSubject subject = seer();
  unit_lesion().answer(subject, q, 0.25, 0);
  CHECK(subject.silent_asked.back() == 16);
  unit_lesion().answer(subject, q, 1, 0);
  CHECK(subject.silent_asked.back() == 64);
  synapse_lesion().answer(subject, q, 0.25, 0);
  const auto few = subject.weights_asked.back();
  synapse_lesion().answer(subject, q, 0.75, 0);
  const auto many = subject.weights_asked.back();
  for (std::size_t i = 0; i < few.size(); ++i) CHECK((few[i] != 0 || many[i] == 0));
  CHECK(std::count(few.begin(), few.end(), 0.0) == Approx(32).margin(15));
  subject.answer(q.rows);
  CHECK(subject.silent_asked.back() == 0);
  CHECK(std::count(subject.weights_asked.back().begin(), subject.weights_asked.back().end(), 0.0) == 0);
}

TEST_CASE("weight noise has the sd of its level by the rms of the weights") {
  const Questions q = halves(2);
  FakeSubject subject(std::vector<double>(20000, 3.0), 2);
  Questions wide = q;
  wide.features = 10000;
  wide.rows.assign(20000, 0.5f);
  weight_noise().answer(subject, wide, 0.2, 0);
  double squares = 0;
  for (const double w : subject.weights_asked.back()) squares += (w - 3) * (w - 3);
  CHECK(std::sqrt(squares / 20000) == Approx(0.6).margin(0.02));
}

TEST_CASE("the step against the gradient goes where the loss rises") {
  const Questions q = halves(6);
  const auto step = changes(fgsm(), q, 0.1);
  // Of the right class the bright half darkens, and the other lightens.
  for (std::size_t i = 0; i < step.size(); ++i) CHECK(step[i] == Approx(q.rows[i] > 0.5f ? -0.1 : 0.1).margin(1e-6));
}

TEST_CASE("the area of robustness is the mean by trapezoids") {
  const double levels[] = {0, 1, 3}, accuracies[] = {0.8, 0.6, 0.2};
  CHECK(robustness_area(levels, accuracies, 0.8) == Approx((0.7 + 2 * 0.4) / 3 / 0.8));
}

TEST_CASE("robustness asks each level once and begins undisturbed") {
  const Questions q = halves(40);
  FakeSubject subject = seer();
  const Findings f = measured(R"({ to = "unit_lesion", levels = [1, 0, 0.5] })", subject, q);
  REQUIRE(f.rows.size() == 4);
  CHECK(f.rows[0].level == 0);
  CHECK(f.rows[0].value == 1);
  CHECK(f.rows[0].low == Approx(0.912).margin(0.001));
  CHECK(f.rows[2].level == 1);
  // All units silent: the first of equals is the answer to everything.
  CHECK(f.rows[2].value == 0.5);
  CHECK(f.rows[3].measure == "robustness_area");
  CHECK(subject.asked.size() == 3);
  const Findings defaults = measured("{}", subject, q);
  std::set<std::string> parts;
  for (const Measured& row : defaults.rows) parts.insert(row.part);
  CHECK(parts == std::set<std::string>{"pixel_noise", "weight_quantisation", "unit_lesion"});
}

TEST_CASE("what cannot be disturbed is left out with a reason") {
  Questions q = halves(4);
  q.tokens = true;
  FakeSubject subject = seer();
  const Findings f = measured(R"({ to = ["pixel_noise", "unit_lesion"] })", subject, q);
  REQUIRE(f.left_out.size() == 1);
  CHECK(f.left_out[0] == "no robustness to pixel_noise: samples are made of tokens, to which nothing can be added");
}

TEST_CASE("keys of robustness are refused with what is allowed") {
  const Questions q = halves(2);
  FakeSubject subject = seer();
  const auto says = [&](const std::string& text, const std::string& what) {
    try {
      measured(text, subject, q);
      FAIL_CHECK("not refused: " << text);
    } catch (const Error& e) {
      CHECK_THAT(e.what(), Catch::Contains(what));
    }
  };
  says(R"({ to = "pixel_nois" })", "did you mean `pixel_noise`?");
  says(R"({ to = [] })", "names nothing");
  says(R"({ to = "unit_lesion", levels = [0, 2] })", "2 is no level of \"unit_lesion\": share of the units, between 0");
  says(R"({ to = "weight_quantisation", levels = [2.5] })", "a whole number between 1 and 32");
  says(R"({ to = "unit_lesion", levels = [0.5, 0.5] })", "0.5 stands there twice");
  says(R"({ to = ["unit_lesion", "fgsm"], levels = [0.5] })", "are those of one disturbance");
  says(R"({ to = "fgsm", repeats = 3 })", "nothing is drawn here");
  says(R"({ to = "fgsm", sampels = 3 })", "did you mean `samples`?");
}

}  // namespace cajal::analysis
