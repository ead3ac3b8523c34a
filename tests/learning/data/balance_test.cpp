#include "learning/data/balance.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

using namespace cajal;
using namespace cajal::data;
using cajal::tests::data_error;

namespace {

/// 60 samples of class 0, 10 of class 1, 30 of class 2, none of class 3; the part is every second one.
Dataset uneven() {
  Dataset d;
  d.name = "set";
  d.samples = 100;
  d.classes = 4;
  for (int i = 0; i < 100; ++i) d.label.push_back(i < 60 ? 0 : i < 70 ? 1 : 2);
  return d;
}

std::vector<std::uint32_t> every_second() {
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < 100; i += 2) out.push_back(i);
  return out;
}

using Counts = std::vector<std::size_t>;

}  // namespace

TEST_CASE("class counts are those of the part") {
  CHECK(uneven().class_counts(every_second()) == Counts{30, 5, 15, 0});
  Dataset steps;
  steps.classes = 2;
  steps.label_steps = 3;
  steps.label = {0, 1, 1, 0, 0, 1};
  const std::vector<std::uint32_t> second{1};
  CHECK(steps.class_counts(second) == Counts{2, 1});
  CHECK(Dataset().class_counts(second).empty());
}

TEST_CASE("oversampling repeats samples of smaller classes and loses none") {
  const Dataset d = uneven();
  const auto part = balanced(d, every_second(), Balance::oversample, 1);
  CHECK(d.class_counts(part) == Counts{30, 30, 30, 0});
  const std::set<std::uint32_t> distinct(part.begin(), part.end());
  const auto before = every_second();
  CHECK(std::vector<std::uint32_t>(distinct.begin(), distinct.end()) == before);
  CHECK(std::count(part.begin(), part.end(), 0U) == 1);
  CHECK_FALSE(std::is_sorted(part.begin(), part.end()));
}

TEST_CASE("undersampling leaves samples of larger classes out and repeats none") {
  const Dataset d = uneven();
  const auto part = balanced(d, every_second(), Balance::undersample, 1);
  CHECK(d.class_counts(part) == Counts{5, 5, 5, 0});
  CHECK(std::set<std::uint32_t>(part.begin(), part.end()).size() == 15);
  CHECK(std::all_of(part.begin(), part.end(), [](std::uint32_t i) { return i % 2 == 0; }));
}

TEST_CASE("balance depends on the seed alone, and needs classes") {
  const Dataset d = uneven();
  for (const Balance how : {Balance::oversample, Balance::undersample}) {
    CHECK(balanced(d, every_second(), how, 1) == balanced(d, every_second(), how, 1));
    CHECK(balanced(d, every_second(), how, 1) != balanced(d, every_second(), how, 2));
  }
  CHECK(balanced(d, every_second(), Balance::none, 1) == every_second());
  Dataset numbers;
  numbers.name = "set";
  CHECK(data_error([&] { balanced(numbers, {}, Balance::oversample, 1); }) ==
        "set: has no class for each sample: there is nothing to balance");
}

TEST_CASE("what is repeated is drawn evenly") {
  Dataset d;
  d.samples = 10010;
  d.classes = 2;
  d.label.assign(10000, 0);
  d.label.resize(10010, 1);
  std::vector<std::uint32_t> all(d.samples);
  std::iota(all.begin(), all.end(), 0U);
  const auto part = balanced(d, all, Balance::oversample, 1);
  for (std::uint32_t i = 10000; i < 10010; ++i) {
    // Each of ten is drawn binomially in 9990 draws: sd 30.
    CHECK(std::abs(static_cast<double>(std::count(part.begin(), part.end(), i)) - 1000) < 5 * 30);
  }
}
