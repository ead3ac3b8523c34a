#pragma once

#include <array>

#include "learning/environments/environment.hpp"

namespace cajal {

/// A pole on a cart that is pushed to the left or to the right. Euler steps of the equations with friction:
///     theta'' = (g sin(theta) + cos(theta) (-F - m l theta'^2 sin(theta) + mu_c sgn(x')) / (m_c + m)
///                - mu_p theta' / (m l)) / (l (4/3 - m cos(theta)^2 / (m_c + m)))
///     x''     = (F + m l (theta'^2 sin(theta) - theta'' cos(theta)) - mu_c sgn(x')) / (m_c + m)
/// An episode ends when the pole leans more than 12 degrees, the cart is 2.4 m away, or it has lasted long enough.
/// Source: Barto, Sutton & Anderson 1983, IEEE Trans. SMC 13:834, appendix.
class CartPole final : public Environment {
 public:
  struct Options {
    double step = 0.02;            ///< s
    double force = 10;             ///< N, of a push
    double alive = 0;              ///< reward of a step after which the pole still stands
    double failure = -1;           ///< reward of the step in which it falls
    std::int64_t longest = 10000;  ///< steps of an episode
  };
  using State = std::array<double, 4>;  ///< x (m), x' (m/s), theta (rad), theta' (rad/s)

  explicit CartPole(const Options& options) : options_(options) {}

  /// The state after `step` seconds under a force in N.
  static State advanced(const State& state, double force, double step);
  static bool failed(const State& state);

  std::size_t populations() const override { return 2; }
  bool takes_push() const override { return true; }
  /// Cut into the 162 boxes of the paper.
  std::vector<ObservedQuantity> observed() const override;
  std::span<const double> observation() const override { return state_; }
  /// Choice 0 pushes to the left, 1 to the right; without a choice the push counts.
  Outcome step(const Action& action, Draws& draws) override;

 private:
  Options options_;
  State state_{};
  std::int64_t steps_ = 0;  ///< of this episode
};

}  // namespace cajal
