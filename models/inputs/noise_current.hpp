#pragma once

#include "sim/node.hpp"
#include "sim/random.hpp"

namespace cajal {

/// A noisy current for each unit, an Ornstein-Uhlenbeck process, exact for any step.
template <class Real>
class NoiseCurrentInput final : public Node<Real> {
 public:
  static constexpr std::string_view name = "noise_current";
  static constexpr std::string_view meaning =
      "a noisy current for each unit (Ornstein-Uhlenbeck), stationary from the start";
  static constexpr std::string_view equations =
      "I(t + dt) = mean + (I(t) - mean) exp(-dt / tau) + sigma sqrt(1 - exp(-2 dt / tau)) xi,  xi standard normal\n"
      "I(0) normal with mean and sigma; the covariance over a time s is sigma^2 exp(-|s| / tau)";
  static constexpr std::string_view source = "Uhlenbeck & Ornstein 1930; Gillespie 1996, Phys. Rev. E 54:2084, eq. 3.1";

  /// mean and standard deviation in `unit`, `pA` or none; tau in ms.
  NoiseCurrentInput(std::string name, std::size_t size, double mean, double sigma, double tau,
                    std::string_view unit = "pA");
  std::string_view kind() const override { return name; }
  std::string_view output_unit() const override { return unit_; }
  void prepare(const Plan& plan) override;
  void reset(const Slice& slice) override;
  void advance(Steps steps, const Slice& slice) override;
  std::vector<Column<Real>> columns() override;

 private:
  /// Calls use(unit, 16 standard normals) for each run of 16 units of the slice.
  template <class Use>
  void each_normals(const Stream& stream, std::uint64_t key, const Slice& slice, Use use) const;

  double mean_, sigma_, tau_;
  std::string unit_;
  bool tape_ = false;
  double decay_ = 0, spread_ = 0;
  Signal<Real> current_;
  Stream stream_{0, ""}, initial_stream_{0, ""};
};

}  // namespace cajal
