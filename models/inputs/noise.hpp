#pragma once

#include "sim/node.hpp"
#include "sim/random.hpp"

namespace cajal {

/// Standard normal numbers, drawn anew for each presentation and held during it: what a generator starts from.
template <class Real>
class NoiseInput final : public Node<Real> {
 public:
  static constexpr std::string_view name = "noise";
  static constexpr std::string_view meaning = "normal numbers, drawn anew for each sample that is shown";
  static constexpr std::string_view equations = "x normal with mean 0 and standard deviation sd";
  static constexpr std::string_view source = "Goodfellow et al. 2014, NeurIPS: the prior of a generator";

  NoiseInput(std::string name, std::size_t size, double sd);
  std::string_view kind() const override { return name; }
  void prepare(const Plan& plan) override;
  void advance(Steps steps, const Slice& slice) override;

 private:
  double sd_;
  Stream stream_{0, ""};
};

}  // namespace cajal
