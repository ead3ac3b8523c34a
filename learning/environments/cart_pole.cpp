#include "learning/environments/cart_pole.hpp"

#include <cmath>
#include <numbers>

#include "learning/environments/catalogue.hpp"

namespace cajal {

namespace {

constexpr double gravity = 9.8, cart = 1.0, pole = 0.1, half_length = 0.5;  // m/s^2, kg, kg, m
constexpr double cart_friction = 0.0005, pole_friction = 0.000002;
constexpr double degree = std::numbers::pi / 180;
constexpr double widest = 2.4, steepest = 12 * degree;

double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

}  // namespace

CartPole::State CartPole::advanced(const State& state, double force, double step) {
  const auto [x, v, theta, omega] = state;
  constexpr double mass = cart + pole, lever = pole * half_length;
  const double sine = std::sin(theta), cosine = std::cos(theta), drag = cart_friction * sign(v);
  const double pushed = (-force - lever * omega * omega * sine + drag) / mass;
  const double turning = (gravity * sine + cosine * pushed - pole_friction * omega / lever) /
                         (half_length * (4.0 / 3.0 - pole * cosine * cosine / mass));
  const double moving = (force + lever * (omega * omega * sine - turning * cosine) - drag) / mass;
  return {x + step * v, v + step * moving, theta + step * omega, omega + step * turning};
}

bool CartPole::failed(const State& state) { return std::fabs(state[0]) > widest || std::fabs(state[2]) > steepest; }

std::vector<ObservedQuantity> CartPole::observed() const {
  return {{"position", "m", -widest, widest, {-0.8, 0.8}},
          {"velocity", "m/s", -2, 2, {-0.5, 0.5}},
          {"angle", "rad", -steepest, steepest, {-6 * degree, -degree, 0, degree, 6 * degree}},
          {"angular_velocity", "rad/s", -100 * degree, 100 * degree, {-50 * degree, 50 * degree}}};
}

Outcome CartPole::step(const Action& action, Draws&) {
  const double push = action.chosen < 0 ? action.push : action.chosen == 0 ? -1 : 1;
  state_ = advanced(state_, push * options_.force, options_.step);
  ++steps_;
  Outcome out{true, action.chosen, -1, options_.alive, false, false};
  if (failed(state_)) out.reward = options_.failure, out.terminal = true;
  out.ends_episode = out.terminal || steps_ >= options_.longest;
  if (out.ends_episode) state_ = {}, steps_ = 0;
  return out;
}

namespace {

std::unique_ptr<Environment> read_cart_pole(const EnvironmentRequest& request) {
  const config::Table& table = request.table;
  CartPole::Options o;
  o.step = 1e-3 * table.quantity("step", "ms", 1e3 * o.step, {0, 200, true, false});
  o.force = table.number("force", o.force, {0, 1e6, true, false});
  o.alive = table.number("alive", o.alive);
  o.failure = table.number("failure", o.failure);
  o.longest = table.integer("longest", o.longest, 1, std::int64_t{1} << 40);
  return std::make_unique<CartPole>(o);
}

}  // namespace

EnvironmentKind cart_pole_environment() {
  return {
      "cart_pole",
      "a pole that is balanced on a cart by pushes to the left and to the right",
      "theta'' = (g sin theta + cos theta (-F - m l theta'^2 sin theta + mu_c sgn x') / (m_c + m) - mu_p theta' / "
      "(m l)) / (l (4/3 - m cos^2 theta / (m_c + m)))\n"
      "x'' = (F + m l (theta'^2 sin theta - theta'' cos theta) - mu_c sgn x') / (m_c + m)\n"
      "an episode ends at |x| > 2.4 m or |theta| > 12 degrees; the next begins upright and at rest",
      "step (20 ms) of Euler's method, once an interval; force (10, in N); alive (0), failure (-1): rewards;\n"
      "  longest (10000): steps of an episode; two populations in `action.of`: left, right",
      "Barto, Sutton & Anderson 1983, IEEE Trans. Systems, Man & Cybernetics 13:834",
      R"(environment = { kind = "cart_pole", interval = "20 ms", observe = { to = "S", code = "boxes", max = "100 Hz" }, action = { of = ["A", "B"] }, reward = { to = "DA", form = "td_error" } })",
      read_cart_pole};
}

}  // namespace cajal
