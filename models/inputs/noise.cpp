#include "models/inputs/noise.hpp"

#include <algorithm>
#include <array>

#include "models/inputs/entries.hpp"

namespace cajal {

namespace {

constexpr std::size_t most_at_once = 256;

}  // namespace

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
  const std::size_t end = std::min(units.end, this->size());
  const Real sd = static_cast<Real>(sd_);
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
    // A row is drawn whole, whoever asks for a part of it.
    Draws draws(stream_, this->trials[b]);
    std::array<float, most_at_once> drawn;
    for (std::size_t first = 0; first < end; first += most_at_once) {
      const std::size_t count = std::min(most_at_once, this->size() - first);
      draws.normals(std::span(drawn).first(count));
      for (std::size_t u = std::max(units.begin, first); u < std::min(end, first + count); ++u)
        for (std::int64_t t = steps.begin; t < (this->held ? steps.begin + 1 : steps.end); ++t)
          this->output.at(t, b)[u] = sd * static_cast<Real>(drawn[u - first]);
    }
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
