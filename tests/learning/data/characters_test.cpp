#include "learning/data/characters.hpp"

#include <algorithm>
#include <set>

#include "learning/data/split.hpp"
#include "sim/random.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/real_data.hpp"
#include "tests/learning/data/temporary_folder.hpp"

using namespace cajal;
using namespace cajal::data;
using namespace cajal::tests;

TEST_CASE("a text is windows of characters, each with the next one as label") {
  const Dataset d = characters("abcab\nc", "t", {3, 2});
  d.validate();
  CHECK(d.class_names == std::vector<std::string>{"\\n", "a", "b", "c"});
  CHECK(d.tokens == 4);
  CHECK(d.classes == 4);
  CHECK(d.samples == 2);
  CHECK(d.shape == std::vector<std::size_t>{3, 1});
  CHECK(d.x == std::vector<float>{1, 2, 3, 3, 1, 2});
  CHECK(d.label_steps == 3);
  CHECK(d.label == std::vector<std::int32_t>{2, 3, 1, 1, 2, 0});
  CHECK(d.overlap == 1U);
  CHECK(characters("abcab\nc", "t", {3, 4}).overlap == 0U);
  CHECK(characters("\x80\t", "t", {1, 1}).class_names == std::vector<std::string>{"\\t", "\\x80"});
  CHECK(data_error([] {
          characters("abc", "t", {3, 1});
        }) == "t: holds 3 characters; a window of 3 and the next one need 4");
  CHECK(data_error([] { characters("", "t", {1, 1}); }).starts_with("t: holds 0 characters"));
}

TEST_CASE("no character of one part of a text stands in another") {
  Draws draws(Stream(1, "text"), 0);
  for (int round = 0; round < 50; ++round) {
    const std::size_t window = 1 + draws.below(20), stride = 1 + draws.below(30);
    const Dataset d = characters(std::string(2000, 'a') + "b", "t", {window, stride});
    SplitOptions options;
    if (round % 2 == 0) {
      options.from = SplitOptions::Test::fold;
      options.folds = 4;
      options.fold = draws.below(4);
    } else {
      options.from = SplitOptions::Test::drawn;
      options.test = 0.2;
    }
    options.validation = 0.2;
    const Split s = split(d, options, 1);
    std::vector<int> part_of(2001, -1);
    const std::vector<std::uint32_t>* parts[] = {&s.train, &s.validation, &s.test};
    bool shared = false;
    for (int p = 0; p < 3; ++p) {
      CHECK_FALSE(parts[p]->empty());
      for (const std::uint32_t i : *parts[p])
        for (std::size_t at = i * stride; at <= i * stride + window; ++at) {
          shared = shared || (part_of[at] >= 0 && part_of[at] != p);
          part_of[at] = p;
        }
    }
    CHECK_FALSE(shared);
  }
}

TEST_CASE("the real plays of Shakespeare are read") {
  const auto path = real_data("text/tinyshakespeare.txt.gz");
  if (!path) return;
  const Dataset d = read_characters(*path, {64, 64});
  CHECK(d.tokens == 65);
  CHECK(d.samples == (1115394 - 1 - 64) / 64 + 1);
  std::string begin;
  for (std::size_t t = 0; t < 14; ++t) begin += d.class_names[static_cast<std::size_t>(d.x[t])];
  CHECK(begin == "First Citizen:");
}
