#include "learning/optimizers/optimizer.hpp"

#include <utility>

#include "learning/optimizers/elementwise.hpp"
#include "sim/error.hpp"

namespace cajal {

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
  const std::size_t arrays = std::visit([](const auto& kind) { return kind.state_names.size(); }, kind_);
  std::vector<Slot> slots;
  for (Parameter<Real>* parameter : parameters) {
    if (parameter->gradient.size() != parameter->value.size())
      throw Error(std::string(name()) + ": parameter " + parameter->name + " has " +
                  std::to_string(parameter->value.size()) + " values and " +
                  std::to_string(parameter->gradient.size()) + " gradients");
    slots.push_back({parameter, std::vector(arrays, std::vector<Real>(parameter->value.size()))});
  }
  parameters_ = std::move(slots);
  steps_ = 0;
}

template <class Real>
void Optimizer<Real>::begin_step() {
  ++steps_;
}

template <class Real>
void Optimizer<Real>::update(std::size_t parameter, std::size_t begin, std::size_t end) {
  if (parameter >= parameters_.size() || begin > end || end > parameters_[parameter].parameter->value.size())
    throw Error(std::string(name()) + ": no elements " + std::to_string(begin) + " to " + std::to_string(end) +
                " of parameter " + std::to_string(parameter));
  Slot& slot = parameters_[parameter];
  std::visit(
      [&]<class Kind>(const Kind& kind) {
        std::array<Real*, Kind::state_names.size()> state;
        for (std::size_t k = 0; k < state.size(); ++k) state[k] = slot.state[k].data() + begin;
        update_elements<Kind>(kind.at(steps_), slot.parameter->value.data() + begin,
                              slot.parameter->gradient.data() + begin, state, end - begin);
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
            arrays.push_back({i, kind.state_names[k], parameters_[i].state[k]});
        return arrays;
      },
      kind_);
}

template <class Real>
void Optimizer<Real>::resume(std::int64_t steps) {
  if (steps < 0) throw Error(std::string(name()) + ": cannot resume after " + std::to_string(steps) + " steps");
  steps_ = steps;
}

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace cajal
