#include "learning/environments/reward_signal.hpp"

#include <cmath>
#include <vector>

#include "learning/environments/population_code.hpp"
#include "sim/config/syntax.hpp"
#include "tests/catch.hpp"

using namespace cajal;

namespace {

RewardSignal::Options options_of(RewardSignal::Form form) {
  RewardSignal::Options o;
  o.form = form;
  return o;
}

Outcome outcome_of(double reward, bool terminal = true) { return {true, 0, 0, reward, terminal, terminal}; }

}  // namespace

TEST_CASE("a raw reward is scaled, a prediction error is what exceeds the running mean", "[environments]") {
  auto raw_options = options_of(RewardSignal::Form::raw);
  raw_options.scale = 0.5;
  RewardSignal raw(raw_options, 0, 20, 1);
  CHECK(raw.reward(0, outcome_of(3), {}, {}) == 1.5);
  CHECK(raw.arriving(0) == 1.5);
  CHECK(raw.arriving(1) == 0);

  auto o = options_of(RewardSignal::Form::prediction_error);
  o.window = 4;
  RewardSignal error(o, 0, 20, 1);
  double mean = 0;
  for (const double r : {1.0, 1.0, 0.0, 1.0, 0.0, 0.0}) {
    CHECK(error.reward(0, outcome_of(r), {}, {}) == Approx(r - mean));
    mean = 0.75 * mean + 0.25 * r;
    CHECK(error.expected() == Approx(mean));
  }
}

TEST_CASE("rewards come when their delay is over", "[environments]") {
  auto o = options_of(RewardSignal::Form::raw);
  o.delay.kind = config::Quantity::Kind::uniform;
  o.delay.a = 100;
  o.delay.b = 300;
  RewardSignal signal(o, 0, 1, 7);
  constexpr std::int64_t sent = 400;
  double arrived = 0, delays = 0;
  for (std::int64_t step = 0; step < sent + 301; ++step) {
    if (step < sent) signal.reward(step, outcome_of(1), {}, {});
    const double now = signal.arriving(step);
    if (step < 100) CHECK(now == 0);
    arrived += now;
    delays += now * static_cast<double>(step);
  }
  CHECK(arrived == sent);
  // The mean delay is 200.5 steps, as each is rounded up; its standard deviation 58.
  CHECK(delays / sent - (sent - 1) / 2.0 == Approx(200.5).margin(4 * 58 / std::sqrt(sent)));
}

TEST_CASE("the critic learns the values of a random walk", "[environments]") {
  // Sutton & Barto 2018, example 6.2: five places in a row, a step to either side with equal chance, a reward of 1 at
  // the right end alone. The values are 1/6, 2/6, ... 5/6.
  auto o = options_of(RewardSignal::Form::td_error);
  o.discount = 1;
  o.trace = 0.5;
  o.rate = 0.02;
  RewardSignal critic(o, 5, 1, 1);
  const auto features = [](int place) {
    std::vector<double> out(5, 0.0);
    if (place >= 0 && place < 5) out[static_cast<std::size_t>(place)] = 1;
    return out;
  };
  Draws draws(Stream(3, "tests.critic"), 0);
  std::vector<double> mean(5, 0.0), seen(5, 0.0);
  for (int episode = 0; episode < 6000; ++episode)
    for (int place = 2; place >= 0 && place < 5;) {
      const int next = place + (draws.uniform() < 0.5 ? -1 : 1);
      const bool ends = next < 0 || next > 4;
      critic.reward(0, outcome_of(next > 4 ? 1 : 0, ends), features(place), features(ends ? 2 : next));
      if (episode > 1000 && !ends) {
        mean[static_cast<std::size_t>(next)] += critic.expected();
        ++seen[static_cast<std::size_t>(next)];
      }
      place = next;
    }
  for (std::size_t i = 0; i < 5; ++i)
    CHECK(mean[i] / seen[i] == Approx((1.0 + static_cast<double>(i)) / 6).margin(0.03));
}

TEST_CASE("observations are coded by boxes and by bumps", "[environments]") {
  const std::vector<ObservedQuantity> observed{{"a", "", 0, 4, {1, 2}}, {"b", "", -1, 1, {0}}};
  const auto coded = [&](const PopulationCode& code, double a, double b) {
    std::vector<double> out(code.features());
    code.encode(std::vector<double>{a, b}, out);
    return out;
  };
  const PopulationCode boxes(PopulationCode::Kind::boxes, observed);
  REQUIRE(boxes.features() == 6);
  CHECK(coded(boxes, 0.5, -1) == std::vector<double>{1, 0, 0, 0, 0, 0});
  CHECK(coded(boxes, 1, 0) == std::vector<double>{0, 0, 0, 1, 0, 0});
  CHECK(coded(boxes, 99, 0.1) == std::vector<double>{0, 0, 0, 0, 0, 1});

  const PopulationCode direct(PopulationCode::Kind::direct, observed);
  CHECK(coded(direct, 1, 7) == std::vector<double>{0.25, 1});

  const PopulationCode bumps(PopulationCode::Kind::gaussian, observed, {5, 3}, 0.5);
  REQUIRE(bumps.features() == 15);
  // Centres of a stand at 0, 1, ... 4, of b at -1, 0, 1; the width is half their distance.
  const auto at = coded(bumps, 2.5, 0);
  CHECK(at[2 * 3 + 1] == Approx(std::exp(-0.5)));
  CHECK(at[3 * 3 + 1] == Approx(std::exp(-0.5)));
  CHECK(at[2 * 3 + 0] == Approx(std::exp(-0.5 - 2)));
  CHECK(coded(bumps, 4, 1).back() == 1);
}
