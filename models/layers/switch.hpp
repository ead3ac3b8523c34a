#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/catalogue.hpp"
#include "sim/node.hpp"

namespace cajal {

/// Passes on what arrives at one of its two ports, chosen for each sample by `select`; the first until then. The
/// gradient goes to the port that was passed on, and is zero at the other: the discriminator of an adversarial pair
/// sees a real sample or a generated one. Source: Goodfellow et al. 2014, NeurIPS, algorithm 1.
template <class Real>
class Switch final : public Node<Real> {
 public:
  Switch(std::string name, std::size_t size, std::array<std::string, 2> ports);
  std::string_view kind() const override { return "switch"; }
  bool instantaneous() const override { return true; }
  void prepare(const Plan& plan) override;
  /// Throws Error for a port that is not there.
  void select(std::size_t sample, std::size_t port) override;
  void begin_rewind(const Slice& slice) override;
  void advance(Steps steps, const Slice& slice) override;
  void rewind(Steps steps, const Slice& slice) override;

 private:
  bool shorten(Steps& steps) const;
  /// Whether a port collects the gradients of all steps: it is held, and the node is not.
  bool gathers(const Port<Real>& port) const { return port.held && !this->held; }

  std::vector<std::uint8_t> selected_;  ///< by sample
};

NodeEntry switch_entry();

}  // namespace cajal
