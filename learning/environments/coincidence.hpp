#pragma once

#include <optional>

#include "learning/environments/environment.hpp"

namespace cajal {

/// A reward whenever the second of two groups fires soon after the first: the pairing of one synapse's two neurons, if
/// the groups are these. Every reward is an episode. It shows nothing.
class Coincidence final : public Environment {
 public:
  /// A spike of the second group counts if the last of the first was 1 to `window` steps before.
  explicit Coincidence(std::int64_t window) : window_(window) {}

  std::size_t populations() const override { return 2; }
  std::vector<ObservedQuantity> observed() const override { return {}; }
  std::span<const double> observation() const override { return {}; }
  Outcome step(const Action& action, Draws& draws) override;

 private:
  std::int64_t window_, steps_ = 0;
  std::optional<std::int64_t> last_;  ///< step of the first group's last spike
};

}  // namespace cajal
