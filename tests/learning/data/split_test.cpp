#include "learning/data/split.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "learning/data/digits.hpp"
#include "sim/random.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

using namespace cajal;
using namespace cajal::data;
using cajal::tests::data_error;

namespace {

Dataset labelled(std::vector<std::int32_t> label, std::size_t classes) {
  Dataset d;
  d.name = "set";
  d.samples = label.size();
  d.features = 1;
  d.shape = {1};
  d.x.assign(d.samples, 0.0f);
  d.label = std::move(label);
  d.classes = classes;
  d.class_names.assign(classes, "c");
  return d;
}

Dataset even(std::size_t samples, std::size_t classes) {
  std::vector<std::int32_t> label;
  for (std::size_t i = 0; i < samples; ++i) label.push_back(static_cast<std::int32_t>(i * classes / samples));
  return labelled(std::move(label), classes);
}

SplitOptions fractions(double train, double validation, double test) {
  SplitOptions options;
  options.train = train;
  options.validation = validation;
  options.test = test;
  return options;
}

std::size_t count(const Dataset& d, const std::vector<std::uint32_t>& part, std::int32_t label) {
  return static_cast<std::size_t>(
      std::count_if(part.begin(), part.end(), [&](std::uint32_t i) { return d.label[i] == label; }));
}

bool disjoint(const Split& s, std::size_t samples) {
  std::vector<int> seen(samples);
  for (const auto* part : {&s.train, &s.validation, &s.test})
    for (std::uint32_t i : *part)
      if (i >= samples || seen[i]++ > 0) return false;
  return true;
}

}  // namespace

TEST_CASE("a split is exact, disjoint, stratified and the same for the same seed") {
  const Dataset d = even(1000, 10);
  const Split s = split(d, fractions(0.8, 0.1, 0.1), 7);
  CHECK(s.train.size() == 800);
  CHECK(s.validation.size() == 100);
  CHECK(s.test.size() == 100);
  CHECK(disjoint(s, 1000));
  for (std::int32_t c = 0; c < 10; ++c) {
    CHECK(count(d, s.train, c) == 80);
    CHECK(count(d, s.test, c) == 10);
  }
  CHECK(split(d, fractions(0.8, 0.1, 0.1), 7).hash() == s.hash());
  CHECK(split(d, fractions(0.8, 0.1, 0.1), 8).hash() != s.hash());
}

TEST_CASE("the hash tells parts and their order apart") {
  const Split a{{0, 1}, {2}, {3}}, b{{0, 1, 2}, {}, {3}}, c{{1, 0}, {2}, {3}};
  CHECK(a.hash() != b.hash());
  CHECK(a.hash() != c.hash());
  CHECK(a.hash() == Split{{0, 1}, {2}, {3}}.hash());
}

TEST_CASE("parts stand in random order") {
  const Dataset d = even(1000, 2);
  const Split s = split(d, fractions(0.8, 0.1, 0.1), 1);
  const std::vector<std::uint32_t> first(s.train.begin(), s.train.begin() + 100);
  CHECK(count(d, first, 0) > 25);
  CHECK(count(d, first, 0) < 75);
}

TEST_CASE("any sizes and fractions are rounded to one sample with exact totals") {
  Draws draws(Stream(3, "split test"), 0);
  for (int round = 0; round < 400; ++round) {
    const std::size_t classes = 1 + draws.below(6), samples = 30 + draws.below(200);
    std::vector<std::int32_t> label;
    for (std::size_t i = 0; i < samples; ++i) label.push_back(static_cast<std::int32_t>(draws.below(classes)));
    const Dataset d = labelled(label, classes);
    const double test = draws.uniform(0.05, 0.3), validation = draws.below(3) == 0 ? 0.0 : draws.uniform(0.05, 0.3);
    const double train = draws.below(2) == 0 ? 1 - test - validation : draws.uniform(0.1, 0.4);
    const Split s = split(d, fractions(train, validation, test), static_cast<std::uint64_t>(round));
    CHECK(disjoint(s, samples));
    const std::pair<const std::vector<std::uint32_t>*, double> parts[] = {
        {&s.train, train}, {&s.validation, validation}, {&s.test, test}};
    for (const auto& [part, fraction] : parts) {
      CHECK(std::fabs(static_cast<double>(part->size()) - fraction * static_cast<double>(samples)) < 1);
      for (std::size_t c = 0; c < classes; ++c) {
        const auto of_class = static_cast<double>(std::count(label.begin(), label.end(), static_cast<std::int32_t>(c)));
        const auto found = static_cast<double>(count(d, *part, static_cast<std::int32_t>(c)));
        CHECK(std::fabs(found - fraction * of_class) <= 1 + 1e-9);
      }
    }
    if (train + validation + test > 1 - 1e-9) CHECK(s.train.size() + s.validation.size() + s.test.size() == samples);
    if (validation == 0) CHECK(s.validation.empty());
  }
}

TEST_CASE("the default parts 0.8, 0.1, 0.1, or takes the given test part and 0.1 of the rest") {
  Dataset d = even(200, 4);
  Split s = split(d, {}, 1);
  CHECK(s.train.size() == 160);
  CHECK(s.validation.size() == 20);
  CHECK(s.test.size() == 20);
  d.given_test = 150;
  s = split(d, {}, 1);
  CHECK(s.train.size() == 135);
  CHECK(s.validation.size() == 15);
  std::vector<std::uint32_t> expected(50);
  std::iota(expected.begin(), expected.end(), 150U);
  CHECK(s.test == expected);
  CHECK(disjoint(s, 200));
}

TEST_CASE("what is not said of a split is left out, and training takes the rest") {
  Dataset d = even(200, 4);
  d.given_test = 150;
  SplitOptions options;
  options.from = SplitOptions::Test::given;
  Split s = split(d, options, 1);
  CHECK(s.train.size() == 150);
  CHECK(s.validation.empty());
  options.from = SplitOptions::Test::drawn;
  options.test = 0.25;
  s = split(d, options, 1);
  CHECK(s.train.size() == 150);
  CHECK(s.test.size() == 50);
  CHECK(s.test.front() != 150);
}

TEST_CASE("a limit keeps the first samples of each part") {
  const Dataset d = even(1000, 10);
  SplitOptions options;
  const Split all = split(d, options, 1);
  options.most_train = 30;
  options.most_test = 1000;
  const Split some = split(d, options, 1);
  CHECK(some.train == std::vector<std::uint32_t>(all.train.begin(), all.train.begin() + 30));
  CHECK(some.validation == all.validation);
  CHECK(some.test == all.test);
}

TEST_CASE("regression is split without classes") {
  Dataset d = even(100, 2);
  d.label.clear();
  d.class_names.clear();
  d.classes = 0;
  d.targets = 1;
  d.y.assign(100, 0.5f);
  const Split s = split(d, fractions(0.5, 0.25, 0.25), 1);
  CHECK(s.train.size() == 50);
  CHECK(disjoint(s, 100));
}

TEST_CASE("an impossible split says why") {
  Dataset d = even(100, 2);
  const auto fault = [&](const SplitOptions& options) { return data_error([&] { split(d, options, 1); }); };
  CHECK(fault(fractions(0.8, 0.2, 0.1)) == "set: the fractions of the parts sum to 1.1, allowed is at most 1");
  CHECK(fault(fractions(0.8, -0.1, 0.1)) == "set: the validation part is to be a fraction of -0.1, allowed is 0 to 1");
  CHECK(fault(fractions(std::nan(""), 0.1, 0.1)) ==
        "set: the train part is to be a fraction of nan, allowed is 0 to 1");
  CHECK(fault(fractions(0.9, 0.001, 0.099)) ==
        "set: the validation part would be empty: a fraction of 0.001 of 100 samples");
  CHECK(fault(fractions(0.0, 0.5, 0.5)) == "set: the train part would be empty: a fraction of 0 of 100 samples");
  SplitOptions options;
  options.from = SplitOptions::Test::given;
  CHECK(fault(options) == "set: gives no test part; say which fraction to draw, as in test = 0.1");
  d.given_test = 50;
  options.test = 0.1;
  CHECK(fault(options) == "set: the test part cannot be both given and a fraction");
}

namespace {

SplitOptions fold(std::size_t folds, std::size_t number, double validation = 0) {
  SplitOptions options;
  options.from = SplitOptions::Test::fold;
  options.folds = folds;
  options.fold = number;
  options.validation = validation;
  return options;
}

/// Windows of a sequence, each of which shares values with so many that follow.
Dataset sequence(std::size_t samples, std::size_t overlap) {
  Dataset d = even(samples, 2);
  d.overlap = overlap;
  return d;
}

/// The smallest distance between a sample of one part and one of another.
std::size_t distance(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  std::size_t least = 1000000;
  for (const std::int64_t i : a)
    for (const std::int64_t j : b) least = std::min(least, static_cast<std::size_t>(std::abs(i - j)));
  return least;
}

}  // namespace

TEST_CASE("each sample is tested in one fold, and folds are even in size and in classes") {
  std::vector<std::int32_t> label(103, 0);
  std::fill_n(label.begin(), 17, 1);
  const Dataset d = labelled(label, 2);
  std::vector<int> tested(d.samples);
  for (std::size_t k = 0; k < 5; ++k) {
    const Split s = split(d, fold(5, k, 0.25), 3);
    CHECK(disjoint(s, d.samples));
    CHECK((s.test.size() == 20 || s.test.size() == 21));
    CHECK((count(d, s.test, 1) == 3 || count(d, s.test, 1) == 4));
    CHECK(s.train.size() + s.validation.size() + s.test.size() == d.samples);
    CHECK(std::abs(static_cast<double>(s.validation.size()) - 0.25 * 82.5) < 1);
    for (const std::uint32_t i : s.test) ++tested[i];
  }
  CHECK(std::count(tested.begin(), tested.end(), 1) == 103);
  CHECK(split(d, fold(5, 0), 3).hash() == split(d, fold(5, 0), 3).hash());
  CHECK(split(d, fold(5, 0), 3).hash() != split(d, fold(5, 0), 4).hash());
}

TEST_CASE("folds leave a given test part out, and there are no more of them than samples") {
  Dataset d = even(20, 2);
  d.given_test = 15;
  const Split s = split(d, fold(3, 2), 1);
  CHECK(s.test.size() == 5);
  CHECK(s.train.size() == 10);
  for (const std::uint32_t i : s.train) CHECK(i < 15);
  CHECK(data_error([&] { split(d, fold(16, 2), 1); }) == "set: 16 folds of 15 samples: some would be empty");
  CHECK(data_error([&] { split(d, fold(3, 3), 1); }).find("fold 3 of 3") != std::string::npos);
}

TEST_CASE("what was trained with can be the test") {
  SplitOptions options;
  options.from = SplitOptions::Test::train;
  options.most_train = 7;
  const Split s = split(even(10, 2), options, 1);
  CHECK(s.train.size() == 7);
  CHECK(s.test == s.train);
  CHECK(s.validation.empty());
}

TEST_CASE("parts of a sequence are blocks in its order that share no value") {
  for (const std::size_t overlap : {0, 1, 7}) {
    const Split s = split(sequence(200, overlap), fractions(0.7, 0.15, 0.15), 5);
    CHECK(s.test.size() == 30);
    CHECK(s.validation.size() == 30 - overlap);
    CHECK(s.train.size() == 140 - overlap);
    CHECK(*std::max_element(s.train.begin(), s.train.end()) + overlap <
          *std::min_element(s.validation.begin(), s.validation.end()));
    CHECK(*std::max_element(s.validation.begin(), s.validation.end()) + overlap <
          *std::min_element(s.test.begin(), s.test.end()));
    CHECK_FALSE(std::is_sorted(s.train.begin(), s.train.end()));
  }
  CHECK(data_error([] { split(sequence(20, 30), fractions(0.5, 0, 0.5), 1); }).find("would be empty") !=
        std::string::npos);
}

TEST_CASE("folds of a sequence are blocks with training on both sides") {
  std::vector<int> tested(100);
  for (std::size_t k = 0; k < 4; ++k) {
    const Split s = split(sequence(100, 3), fold(4, k, 0.2), 5);
    CHECK(s.test.size() == 25);
    for (const std::uint32_t i : s.test) ++tested[i];
    CHECK(distance(s.train, s.test) >= 4);
    CHECK(distance(s.train, s.validation) == 4);
    CHECK(distance(s.validation, s.test) >= 4);
    CHECK(s.train.size() >= 50);
  }
  CHECK(std::count(tested.begin(), tested.end(), 1) == 100);
}
