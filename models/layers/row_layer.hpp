#pragma once

#include <array>
#include <vector>

#include "sim/node.hpp"

namespace cajal {

/// A sum of value(u) over u from `begin` to `end`, in double precision and always in the same order: sixteen sums side
/// by side, added up at the end.
template <class Value>
double ordered_sum(std::size_t begin, std::size_t end, Value value) {
  std::array<double, 16> sums{};
  std::size_t u = begin;
  for (; u + 16 <= end; u += 16)
    for (std::size_t k = 0; k < 16; ++k) sums[k] += static_cast<double>(value(u + k));
  for (std::size_t k = 0; u + k < end; ++k) sums[k] += static_cast<double>(value(u + k));
  double sum = 0;
  for (const double s : sums) sum += s;
  return sum;
}

/// A layer without memory whose units depend on one another: output row = f(arrivals row), for each step and sample by
/// itself.
template <class Real>
class RowLayer : public Node<Real> {
 public:
  RowLayer(std::string name, std::size_t size) : Node<Real>(std::move(name), size) {
    Port<Real> port;
    port.name = "input";
    port.receptor = "none";
    this->ports.push_back(std::move(port));
  }
  bool instantaneous() const override { return true; }
  bool couples_units() const override { return true; }

  void advance(Steps steps, const Slice& slice) override {
    if (!shorten(steps)) return;
    if (slice.parts > 1) return advance_part(steps, slice);
    for (std::int64_t t = steps.begin; t < steps.end; ++t)
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
        forward(this->ports[0].arrivals.at(t, b), this->output.at(t, b));
  }

  void rewind(Steps steps, const Slice& slice) override {
    if (!shorten(steps)) return;
    for (std::int64_t t = steps.end; t-- > steps.begin;)
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
        backward(this->ports[0].arrivals.at(t, b), this->output.at(t, b), this->output_gradient.at(t, b),
                 this->ports[0].arrivals_gradient.at(t, b));
  }

 private:
  /// Rows of `padded(size)` numbers; those beyond the size must come out finite.
  virtual void forward(const Real* x, Real* y) const = 0;
  virtual void backward(const Real* x, const Real* y, const Real* y_gradient, Real* x_gradient) const = 0;

  /// Of what is held the first step is made alone. False: nothing is to be done.
  bool shorten(Steps& steps) const {
    if (!this->held) return true;
    if (steps.begin > this->trial_begin) return false;
    steps.end = steps.begin + 1;
    return true;
  }

  /// Each part makes the whole row and keeps its own units: what the others did stands in memory of theirs.
  void advance_part(Steps steps, const Slice& slice) {
    const std::size_t stride = padded(this->size());
    std::vector<Real> x(stride), y(stride);
    for (std::int64_t t = steps.begin; t < steps.end; ++t)
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
        for (std::size_t part = 0; part < slice.parts; ++part) {
          Slice other = slice;
          other.part = part;
          const auto [begin, end] = other.units(stride);
          std::copy_n(this->ports[0].arrivals.at(t, b, part) + begin, end - begin, x.data() + begin);
        }
        forward(x.data(), y.data());
        const auto [begin, end] = slice.units(stride);
        std::copy_n(y.data() + begin, end - begin, this->output.at(t, b, slice.part) + begin);
      }
  }
};

}  // namespace cajal
