#include "analysis/behaviour.hpp"

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal;
using namespace cajal::analysis;

TEST_CASE("behaviour is measured over the last quarter", "[analysis]") {
  const std::vector<double> reward{1, 1, 1, 1, 1, 1, 0, 1};
  const std::vector<std::int64_t> chosen{0, 0, 0, 0, 0, 0, 0, 1}, best{1, 1, 1, 1, 1, 1, 1, 1};
  const std::vector<std::uint64_t> episode{0, 0, 0, 1, 1, 1, 1, 2};
  const auto b = behaviour({reward, chosen, best, episode});
  REQUIRE(b);
  CHECK(b->decisions == 2);
  CHECK(b->mean_reward == 0.5);
  CHECK(*b->best_choice == 0.5);
  // Episode 1 ended within it; episode 2 has not ended.
  CHECK(*b->episode_length == 4);
  CHECK(b->episodes == 1);
  CHECK(episode_lengths(episode) == std::vector<double>{3, 4});
}

TEST_CASE("behaviour without decisions or without a best choice is not made up", "[analysis]") {
  CHECK(!behaviour({}));
  const std::vector<double> reward{2};
  const std::vector<std::int64_t> none{-1};
  const std::vector<std::uint64_t> episode{0};
  const auto b = behaviour({reward, none, none, episode});
  REQUIRE(b);
  CHECK(b->mean_reward == 2);
  CHECK(!b->best_choice);
  CHECK(!b->episode_length);
  CHECK_THROWS_AS(behaviour({reward, none, {}, episode}), Error);
}
