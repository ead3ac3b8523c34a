#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "learning/optimizers/adadelta.hpp"
#include "learning/optimizers/adagrad.hpp"
#include "learning/optimizers/adam.hpp"
#include "learning/optimizers/adamax.hpp"
#include "learning/optimizers/adamw.hpp"
#include "learning/optimizers/amsgrad.hpp"
#include "learning/optimizers/elementwise.hpp"
#include "learning/optimizers/gd.hpp"
#include "learning/optimizers/momentum.hpp"
#include "learning/optimizers/nadam.hpp"
#include "learning/optimizers/rmsprop.hpp"
#include "learning/optimizers/sgd.hpp"
#include "learning/option.hpp"
#include "sim/edge.hpp"

namespace cajal {

/// The catalogue: an optimizer is one file and one word here.
using OptimizerKind = std::variant<Adam, AdamW, AmsGrad, NAdam, AdaMax, RmsProp, AdaGrad, AdaDelta, Sgd, Momentum, Gd>;
using OptimizerEntry = KindEntry;

/// What `describe` says of every optimizer.
std::vector<OptimizerEntry> optimizer_entries();

/// The optimizer at `key`: `optimizer = "adam"` or `optimizer = { kind = "adam", rate = 1e-3 }`. Errors go to the
/// diagnostics.
OptimizerKind read_optimizer(const config::Table& learn, std::string_view key = "optimizer");

/// Changes parameters along their gradients. Every element is updated for itself, so ranges may be given to any threads
/// in any order. A step is `begin_step`, then `update` once for each element of each parameter; then the caller calls
/// `changed` of each. `Real` is float or double.
template <class Real>
class Optimizer {
 public:
  explicit Optimizer(OptimizerKind kind);

  std::string_view name() const;
  /// Whether a step is for the gradient of all training samples (`gd`) and no batch size may be given.
  bool full_batch() const;

  /// Takes the parameters, which must outlive the optimizer, and sets the state to that before the first step.
  /// Throws Error if one has no gradient.
  void prepare(std::vector<Parameter<Real>*> parameters);
  std::size_t parameters() const { return parameters_.size(); }
  /// Bytes of all arrays of the state.
  std::size_t state_bytes() const;

  /// The step size of the steps that follow: a schedule changes it.
  double rate() const;
  void set_rate(double rate);

  /// Counts the step that the following updates belong to.
  void begin_step();
  /// Updates the elements [begin, end) of `value` of a parameter. Throws Error if there are no such elements.
  void update(std::size_t parameter, std::size_t begin, std::size_t end, const GradientShaping& shaping = {});

  /// An array of the state, in the layout of its parameter's `value`.
  struct Array {
    std::size_t parameter;
    std::string_view name;  ///< as PyTorch names it: `momentum_buffer`, `exp_avg`, `exp_avg_sq`
    std::span<Real> values;
  };
  /// With the number of steps all that a checkpoint holds of an optimizer: write it to save, fill it to resume.
  std::vector<Array> state();
  std::int64_t steps() const { return steps_; }
  /// Continues after that many steps. Throws Error if negative.
  void resume(std::int64_t steps);

 private:
  struct Slot {
    Parameter<Real>* parameter;
    std::vector<std::vector<Real>> state;  ///< [array][element]; empty where the optimizer does not keep it
  };

  OptimizerKind kind_;
  std::vector<Slot> parameters_;
  std::int64_t steps_ = 0;
};

extern template class Optimizer<float>;
extern template class Optimizer<double>;

}  // namespace cajal
