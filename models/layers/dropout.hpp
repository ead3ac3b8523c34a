#pragma once

#include "sim/node.hpp"
#include "sim/random.hpp"

namespace cajal {

/// Sets each input to zero with probability p while training and scales the others by 1 / (1 - p); otherwise passes
/// them on. The mask is drawn once a trial, sample and unit. Source: Srivastava et al. 2014, JMLR 15:1929, in the
/// inverted form of PyTorch.
template <class Real>
class Dropout final : public Node<Real> {
 public:
  Dropout(std::string name, std::size_t size, double p);
  std::string_view kind() const override { return "dropout"; }
  bool instantaneous() const override { return true; }
  void prepare(const Plan& plan) override;
  void advance(Steps steps, const Slice& slice) override;
  void rewind(Steps steps, const Slice& slice) override;

 private:
  /// 0 or 1 / (1 - p) for four units; 1 when not training.
  std::array<Real, 4> mask(std::size_t sample, std::size_t unit) const;
  void apply(const Signal<Real>& in, Signal<Real>& out, Steps steps, const Slice& slice) const;

  double p_;
  std::uint32_t threshold_;
  Stream stream_{0, ""};
};

}  // namespace cajal
