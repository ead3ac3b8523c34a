#pragma once

#include "models/inputs/poisson_counts.hpp"
#include "sim/node.hpp"

namespace cajal {

/// Poisson spike trains in which, for some of the units, the same stretch comes back again and again, at random times.
/// Outside of it, and in all other units, nothing repeats; the mean rate is the same everywhere.
///
/// Time is cut into windows as long as the stretch. To each belongs a number u, uniform in [0, 1); the stretch is shown
/// in the windows whose u is below a limit and below the u of both neighbours, so that no showing follows another
/// directly. With the limit 1 - (1 - 3 share)^(1/3) this happens in `share` of all windows.
template <class Real>
class PatternInput final : public Node<Real> {
 public:
  static constexpr std::string_view name = "pattern";
  static constexpr std::string_view meaning = "Poisson spike trains in which a stretch comes back at random times";
  static constexpr std::string_view equations =
      "P(n spikes in dt) = m^n exp(-m) / n!,  m = rate dt; in the showings of the pattern the first `units` repeat "
      "what "
      "they drew\nat the same place of an earlier showing, but for the part `fresh` of the rate";
  static constexpr std::string_view source =
      "after Masquelier, Guyonneau & Thorpe 2008, PLoS ONE 3:e1377; theirs has rates that change in time, and jitter";

  struct Options {
    double rate = 0, fresh = 0;  ///< Hz
    double duration = 50;        ///< of the stretch, in ms
    double share = 0.25;         ///< of the time in which it is shown, at most 1/3
    std::size_t units = 0;       ///< that take part: the first ones
  };
  static constexpr double largest_share = 1.0 / 3;

  PatternInput(std::string name, std::size_t size, const Options& options);
  std::string_view kind() const override { return name; }
  bool spiking() const override { return true; }
  void prepare(const Plan& plan) override;
  void reset(const Slice& slice) override;
  void advance(Steps steps, const Slice& slice) override;
  std::vector<Column<Real>> columns() override;

 private:
  bool shown_in(std::int64_t window, std::uint64_t trial) const;

  Options options_;
  double limit_;
  std::int64_t steps_ = 1;                ///< of the stretch
  PoissonCounts apart_, fresh_, frozen_;  ///< outside of showings; within, what is drawn anew and what repeats
  Stream stream_{0, ""}, frozen_stream_{0, ""}, window_stream_{0, ""};
  Signal<Real> shown_, repeated_;
};

}  // namespace cajal
