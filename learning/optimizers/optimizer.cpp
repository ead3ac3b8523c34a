#include "learning/optimizers/optimizer.hpp"

#include <utility>

#include "sim/error.hpp"

namespace cajal {

namespace {

/// Whether an optimizer keeps this array of its state, as it is set.
template <class Kind>
bool keeps(const Kind& kind, std::size_t array) {
  if constexpr (requires { kind.keeps(array); }) return kind.keeps(array);
  return true;
}

}  // namespace

std::vector<OptimizerEntry> optimizer_entries() { return kind_entries<OptimizerKind>(); }

OptimizerKind read_optimizer(const config::Table& learn, std::string_view key) {
  return read_kind<OptimizerKind>(learn, key);
}

template <class Real>
Optimizer<Real>::Optimizer(OptimizerKind kind) : kind_(std::move(kind)) {}

template <class Real>
std::string_view Optimizer<Real>::name() const {
  return std::visit([](const auto& kind) { return kind.name; }, kind_);
}

template <class Real>
bool Optimizer<Real>::full_batch() const {
  return std::visit([](const auto& kind) { return kind.full_batch; }, kind_);
}

template <class Real>
void Optimizer<Real>::prepare(std::vector<Parameter<Real>*> parameters) {
  std::vector<Slot> slots;
  for (Parameter<Real>* parameter : parameters) {
    if (parameter->gradient.size() != parameter->value.size())
      throw Error(std::string(name()) + ": parameter " + parameter->name + " has " +
                  std::to_string(parameter->value.size()) + " values and " +
                  std::to_string(parameter->gradient.size()) + " gradients");
    std::vector<std::vector<Real>> state;
    std::visit(
        [&](const auto& kind) {
          for (std::size_t k = 0; k < kind.state_names.size(); ++k)
            state.emplace_back(keeps(kind, k) ? parameter->value.size() : 0);
        },
        kind_);
    slots.push_back({parameter, std::move(state)});
  }
  parameters_ = std::move(slots);
  steps_ = 0;
}

template <class Real>
std::size_t Optimizer<Real>::state_bytes() const {
  std::size_t numbers = 0;
  for (const Slot& slot : parameters_)
    for (const auto& array : slot.state) numbers += array.size();
  return numbers * sizeof(Real);
}

template <class Real>
void Optimizer<Real>::begin_step() {
  ++steps_;
  std::visit(
      [&](auto& kind) {
        if constexpr (requires { kind.begin(steps_); }) kind.begin(steps_);
      },
      kind_);
}

template <class Real>
double Optimizer<Real>::rate() const {
  return std::visit([](const auto& kind) { return kind.rate; }, kind_);
}

template <class Real>
void Optimizer<Real>::set_rate(double rate) {
  std::visit([&](auto& kind) { kind.rate = rate; }, kind_);
}

template <class Real>
void Optimizer<Real>::update(std::size_t parameter, std::size_t begin, std::size_t end,
                             const GradientShaping& shaping) {
  if (parameter >= parameters_.size() || begin > end || end > parameters_[parameter].parameter->value.size())
    throw Error(std::string(name()) + ": no elements " + std::to_string(begin) + " to " + std::to_string(end) +
                " of parameter " + std::to_string(parameter));
  Slot& slot = parameters_[parameter];
  std::visit(
      [&]<class Kind>(const Kind& kind) {
        std::array<Real*, Kind::state_names.size()> state;
        for (std::size_t k = 0; k < state.size(); ++k)
          state[k] = slot.state[k].empty() ? nullptr : slot.state[k].data() + begin;
        Real* const value = slot.parameter->value.data() + begin;
        const Real* const gradient = slot.parameter->gradient.data() + begin;
        const auto step = kind.at(steps_);
        if (shaping.active())
          update_elements<Kind, true>(step, shaping, value, gradient, state, end - begin);
        else
          update_elements<Kind, false>(step, shaping, value, gradient, state, end - begin);
      },
      kind_);
}

template <class Real>
std::vector<typename Optimizer<Real>::Array> Optimizer<Real>::state() {
  return std::visit(
      [&](const auto& kind) {
        std::vector<Array> arrays;
        for (std::size_t i = 0; i < parameters_.size(); ++i)
          for (std::size_t k = 0; k < kind.state_names.size(); ++k)
            if (!parameters_[i].state[k].empty()) arrays.push_back({i, kind.state_names[k], parameters_[i].state[k]});
        return arrays;
      },
      kind_);
}

template <class Real>
void Optimizer<Real>::resume(std::int64_t steps) {
  if (steps < 0) throw Error(std::string(name()) + ": cannot resume after " + std::to_string(steps) + " steps");
  steps_ = 0;
  std::visit(
      [&](auto& kind) {
        if constexpr (requires { kind.begin(steps); })
          for (std::int64_t t = 1; t <= steps; ++t) kind.begin(t);
      },
      kind_);
  steps_ = steps;
}

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace cajal
