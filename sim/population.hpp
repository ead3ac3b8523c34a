#pragma once

#include <string>

#include "sim/population_base.hpp"

namespace cajal {

namespace detail {

/// A linear flow of one input has an exact step.
template <class M>
inline constexpr bool has_exact_step = Linear<M> && !HasInputs<M>;

}  // namespace detail

/// A population of neurons or rate units of model M. Everything here is common to all models: the models know only
/// their equations. Instantiated in one translation unit per model.
template <class M, class Real>
class Population final : public PopulationBase<Real> {
 public:
  Population(std::string name, std::size_t size, PopulationOptions options);

  void advance(Steps steps, const Slice& slice) override;
  void rewind(Steps steps, const Slice& slice) override;

 private:
  friend struct PopulationKernel;
  friend struct PopulationSinglePass;
  friend struct PopulationRewind;
  using Run = PopulationRun;
  using Kernel = void (*)(Population&, const Run&);

  LinearMembrane membrane(std::size_t unit) const override;
  void select_kernels() override;
  void compute_observed(const Run& run);

  Kernel advance_ = nullptr, rewind_ = nullptr;
};

}  // namespace cajal
