#pragma once

#include "sim/model.hpp"
#include "sim/node.hpp"

namespace cajal {

/// A layer of units without memory: output = activation(arrivals), elementwise. The derivative comes from the
/// activation itself, on dual numbers.
template <Activation M, class Real>
class Layer final : public Node<Real> {
 public:
  Layer(std::string name, std::size_t size, const std::vector<double>& parameters) : Node<Real>(std::move(name), size) {
    Port<Real> port;
    port.name = "input";
    port.receptor = "none";
    this->ports.push_back(std::move(port));
    each_member(parameters_, [&](Wide<Real>& p, std::size_t i) { p = Wide<Real>(parameters[i]); });
  }

  std::string_view kind() const override { return M::name; }
  bool instantaneous() const override { return true; }

  /// Where the derivative can be told from the output as well as from the input, both stand in one place: one signal
  /// less that goes through the memory, forwards and backwards.
  void prepare(const Plan& plan) override {
    Node<Real>::prepare(plan);
    if constexpr (InPlace<M>) {
      Port<Real>& port = this->ports[0];
      if (!port.connected || port.arrivals.slots() != this->output.slots()) return;
      this->output.share(port.arrivals);
      if (plan.tape) this->output_gradient.share(port.arrivals_gradient);
    }
  }

  void advance(Steps steps, const Slice& slice) override {
    if (unchanged()) return;
    const auto p = parameters_;
    each_row(steps, slice, [&](std::int64_t t, std::size_t b, std::size_t begin, std::size_t end) {
      const Real* in = this->ports[0].arrivals.at(t, b, slice.part);
      Real* out = this->output.at(t, b);
      for (std::size_t u = begin; u < end; u += Wide<Real>::lanes)
        M::activation(Wide<Real>::load(in + u), p).store(out + u);
    });
  }

  void rewind(Steps steps, const Slice& slice) override {
    if (unchanged()) return;
    using D = Dual<Wide<Real>, 1>;
    const auto p = parameters_;
    each_row(steps, slice, [&](std::int64_t t, std::size_t b, std::size_t begin, std::size_t end) {
      const Real* in = this->ports[0].arrivals.at(t, b);
      const Real* gradient = this->output_gradient.at(t, b);
      Real* out = this->ports[0].arrivals_gradient.at(t, b);
      for (std::size_t u = begin; u < end; u += Wide<Real>::lanes) {
        const D y = M::activation(D::variable(Wide<Real>::load(in + u), 0), p);
        (y.by[0] * Wide<Real>::load(gradient + u)).store(out + u);
      }
    });
  }

 private:
  /// The output is what arrived, and stands there already.
  bool unchanged() const {
    if constexpr (InPlace<M>)
      if constexpr (M::identity) return this->output.shares(this->ports[0].arrivals);
    return false;
  }

  /// Held outputs are made once a trial; their gradients, which gather all steps, are passed on at the trial's first
  /// step.
  template <class F>
  void each_row(Steps steps, const Slice& slice, F&& f) {
    const std::size_t stride = padded(this->size());
    const auto [begin, end] = slice.units(stride);
    if (this->held) {
      if (steps.begin > 0) return;
      steps.end = 1;
    }
    for (std::int64_t t = steps.begin; t < steps.end; ++t) {
      // Samples lie side by side: one run covers them all.
      if (slice.parts == 1)
        f(t, slice.sample_begin, std::size_t{0}, (slice.sample_end - slice.sample_begin) * stride);
      else
        for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) f(t, b, begin, end);
    }
  }

  ParametersOf<M, Wide<Real>> parameters_;
};

}  // namespace cajal
