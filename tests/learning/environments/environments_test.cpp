// Environments without a network: they are told actions.

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "learning/environments/bandit.hpp"
#include "learning/environments/cart_pole.hpp"
#include "learning/environments/coincidence.hpp"
#include "learning/environments/instrumental.hpp"
#include "tests/catch.hpp"

using namespace cajal;

namespace {

Draws draws_of(std::uint64_t step) { return {Stream(1, "tests.environments"), step}; }

Outcome choose(Environment& environment, std::int64_t choice, std::uint64_t step = 0) {
  const std::vector<double> activity(environment.populations(), 0.0);
  Draws draws = draws_of(step);
  return environment.step({activity, choice, 0}, draws);
}

Outcome show(Environment& environment, double first, double second) {
  const std::array activity{first, second};
  Draws draws = draws_of(0);
  return environment.step({activity, -1, 0}, draws);
}

/// Accelerations (x'', theta'') of the pole and the cart by their equations of motion, which are linear in them:
///     (M + m) x'' + m l cos(theta) theta''     = F + m l sin(theta) theta'^2 - mu_c sgn(x')
///     m l cos(theta) x'' + 4/3 m l^2 theta''   = m g l sin(theta) - mu_p theta'
std::array<double, 2> accelerations(const CartPole::State& s, double force) {
  constexpr double M = 1.0, m = 0.1, l = 0.5, g = 9.8, mu_c = 0.0005, mu_p = 0.000002;
  const double sign = s[1] > 0 ? 1 : s[1] < 0 ? -1 : 0;
  const double a = M + m, b = m * l * std::cos(s[2]), d = 4.0 / 3 * m * l * l;
  const double f = force + m * l * std::sin(s[2]) * s[3] * s[3] - mu_c * sign;
  const double q = m * g * l * std::sin(s[2]) - mu_p * s[3];
  const double determinant = a * d - b * b;
  return {(f * d - b * q) / determinant, (a * q - b * f) / determinant};
}

}  // namespace

TEST_CASE("the arms of a bandit pay with their probabilities", "[environments]") {
  Bandit bandit({0.2, 0.7, 0.4});
  constexpr int pulls = 20000;
  for (const auto& [arm, p] : {std::pair{0, 0.2}, std::pair{1, 0.7}, std::pair{2, 0.4}}) {
    double paid = 0;
    for (int i = 0; i < pulls; ++i) {
      const Outcome outcome = choose(bandit, arm, static_cast<std::uint64_t>(arm * pulls + i));
      REQUIRE((outcome.decided && outcome.ends_episode && outcome.best == 1 && outcome.chosen == arm));
      paid += outcome.reward;
    }
    CHECK(std::fabs(paid - pulls * p) < 4 * std::sqrt(pulls * p * (1 - p)));
  }
  CHECK(choose(bandit, -1).reward == 0);
  Bandit level({0.5, 0.5});
  CHECK(choose(level, 0).best == -1);
}

TEST_CASE("the pole moves by the equations of motion", "[environments]") {
  const Stream stream(1, "tests.cart_pole");
  for (std::uint64_t i = 0; i < 200; ++i) {
    Draws draws(stream, i);
    const CartPole::State s{draws.uniform(-2, 2), draws.uniform(-3, 3), draws.uniform(-0.3, 0.3), draws.uniform(-4, 4)};
    const double force = draws.uniform(-10, 10), step = 0.02;
    const auto [a, alpha] = accelerations(s, force);
    const CartPole::State next = CartPole::advanced(s, force, step);
    CHECK(next[0] == Approx(s[0] + step * s[1]));
    CHECK(next[1] == Approx(s[1] + step * a).margin(1e-12));
    CHECK(next[2] == Approx(s[2] + step * s[3]));
    CHECK(next[3] == Approx(s[3] + step * alpha).margin(1e-12));
  }
  // What simulators of this cart and pole show after one push to the right.
  const CartPole::State pushed = CartPole::advanced({}, 10, 0.02);
  CHECK(pushed[1] == Approx(0.195122));
  CHECK(pushed[3] == Approx(-0.292683));
}

TEST_CASE("a pole that is pushed one way falls and begins anew", "[environments]") {
  CartPole pole({});
  CartPole::State expected{};
  for (int step = 1;; ++step) {
    REQUIRE(step < 50);
    expected = CartPole::advanced(expected, 10, 0.02);
    const Outcome outcome = choose(pole, 1);
    const bool fell = CartPole::failed(expected);
    CHECK(outcome.reward == (fell ? -1 : 0));
    CHECK(outcome.terminal == fell);
    CHECK(outcome.ends_episode == fell);
    for (std::size_t i = 0; i < 4; ++i) CHECK(pole.observation()[i] == (fell ? 0 : expected[i]));
    if (!fell) continue;
    // 12 degrees are reached in about sqrt(2 * 0.2094 / 14.63) s, and a little later in steps of Euler's method.
    CHECK((step == 9 || step == 10));
    break;
  }
  CartPole::Options short_ones;
  short_ones.longest = 3;
  CartPole ended(short_ones);
  choose(ended, 0), choose(ended, 1);
  const Outcome last = choose(ended, 0);
  CHECK((last.ends_episode && !last.terminal));
}

TEST_CASE("a push is a share of the force", "[environments]") {
  CartPole pole({});
  const std::array activity{0.0, 0.0};
  Draws draws = draws_of(0);
  pole.step({activity, -1, 0.25}, draws);
  CHECK(pole.observation()[1] == Approx(CartPole::advanced({}, 2.5, 0.02)[1]));
}

TEST_CASE("a stimulus comes every period and the group that answers more decides", "[environments]") {
  Instrumental::Options options;
  options.period = 10;
  options.stimulus = 2;
  options.response = 4;
  options.switch_after = 2;
  Instrumental task(options);
  const std::vector<std::pair<double, double>> answers{{2, 1}, {1, 1}, {1, 3}, {3, 1}};
  const std::vector<std::int64_t> chosen{0, -1, 1, 0}, best{0, 0, 1, 1};
  const std::vector<double> reward{1, 0, 1, 0};
  CHECK(task.observation()[0] == 0);
  // Activity before the first stimulus and after the response counts for nothing.
  for (int step = 0; step < 10; ++step) {
    CHECK(task.observation()[0] == 0);
    CHECK(!show(task, 0, 5).decided);
  }
  for (std::size_t trial = 0; trial < answers.size(); ++trial)
    for (int step = 0; step < 10; ++step) {
      INFO("trial " << trial << " step " << step);
      CHECK(task.observation()[0] == (step < 2 ? 1 : 0));
      const bool answer = step == 3;
      const Outcome out = show(task,
                               answer     ? answers[trial].first
                               : step > 3 ? 7
                                          : 0,
                               answer ? answers[trial].second : 0);
      CHECK(out.decided == answer);
      if (!answer) continue;
      CHECK(out.chosen == chosen[trial]);
      CHECK(out.best == best[trial]);
      CHECK(out.reward == reward[trial]);
    }
}

TEST_CASE("a coincidence is the second group soon after the first", "[environments]") {
  Coincidence task(5);
  const auto rewarded = [&](double first, double second) { return show(task, first, second).reward == 1; };
  CHECK(!rewarded(0, 1));  // nothing came before
  CHECK(!rewarded(1, 1));  // at the same time
  CHECK(rewarded(0, 2));
  CHECK(rewarded(1, 1));  // after the first one, still
  for (int i = 0; i < 4; ++i) CHECK(!rewarded(0, 0));
  CHECK(rewarded(0, 1));   // 5 steps later
  CHECK(!rewarded(0, 1));  // 6
}
