#include "models/inputs/noise.hpp"

#include "models/inputs/entries.hpp"

namespace cajal {

template <class Real>
NoiseInput<Real>::NoiseInput(std::string name, std::size_t size, double sd)
    : Node<Real>(std::move(name), size), sd_(sd) {
  this->held = true;
}

template <class Real>
void NoiseInput<Real>::prepare(const Plan& plan) {
  Node<Real>::prepare(plan);
  stream_ = Stream(plan.seed, "node." + Node<Real>::name());
}

template <class Real>
void NoiseInput<Real>::advance(Steps steps, const Slice& slice) {
  const bool begins = steps.begin <= this->trial_begin && this->trial_begin < steps.end;
  if (this->held && !begins) return;
  const auto units = slice.units(padded(this->size()));
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
    for (std::size_t u = units.begin; u < std::min(units.end, this->size()); ++u) {
      // A number for each unit, whatever the others draw.
      Draws draws(stream_, this->trials[b] * this->size() + u);
      const Real x = static_cast<Real>(sd_ * draws.normal());
      for (std::int64_t t = steps.begin; t < (this->held ? steps.begin + 1 : steps.end); ++t)
        this->output.at(t, b)[u] = x;
    }
}

template class NoiseInput<float>;
template class NoiseInput<double>;

NodeEntry noise_entry() {
  return input_entry<NoiseInput>(
      []<class Real>(const NodeRequest& r) {
        auto node = std::make_unique<NoiseInput<Real>>(r.name, r.size, r.table.number("sd", 1, config::positive));
        // A value may only be held where every trial starts anew.
        node->held = r.trial_resets;
        return node;
      },
      R"(keys
  size, sd (1)

example
  [node]
  z = { kind = "noise", size = 64 }
)");
}

}  // namespace cajal
