#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "learning/plasticity/read_process.hpp"
#include "learning/process.hpp"
#include "sim/field.hpp"

namespace cajal {

/// A threshold that moves until a unit is as active as it should be.
struct FoldiakThreshold {
  static constexpr std::string_view name = "foldiak_threshold";
  static constexpr std::string_view meaning = "each trial moves the threshold of a unit until its mean activity is p";
  static constexpr std::string_view equations = "after each trial:  theta += rate (y - p)";
  static constexpr std::string_view source = "Foldiak 1990, Biol. Cybern. 64:165, section 3";
  static constexpr Locality locality{Information::postsynaptic};

  template <class T>
  struct Parameters {
    T rate, p;
  };
  using P = Parameters<double>;
  static constexpr auto parameters =
      fields(field(&P::rate, "rate", "", 0.02, config::positive, "step size"),
             field(&P::p, "p", "", 0.1, config::any_number, "mean activity that is aimed at"));
};

/// Adapts the parameter theta of rate units by what they send in the last step of a trial, one value per unit. Samples
/// of a batch move it by the mean, or the sum, of what each would have.
template <class Real>
class FoldiakThresholdProcess final : public Process<Real> {
 public:
  struct Options {
    FoldiakThreshold::P parameters;
    std::optional<double> binary_above;  ///< values above this count as 1, others as 0
    bool mean_batch = true;
  };
  /// The nodes must have a parameter theta: throws Error otherwise.
  FoldiakThresholdProcess(typename Process<Real>::Identity identity, const std::vector<Node<Real>*>& nodes,
                          const Options& options);

  std::string_view rule() const override { return FoldiakThreshold::name; }
  void attach(Clock<Real>& clock) override { clock_ = &clock; }
  void begin_trial() override;
  void end_batch(Steps steps, std::size_t samples) override;
  std::vector<typename Process<Real>::State> state() override;
  void restore() override;

 private:
  struct Threshold {
    Node<Real>* node;
    std::span<Real> parameter;
    std::vector<double> theta;
    void apply();
  };

  Options options_;
  std::vector<Threshold> thresholds_;
  Clock<Real>* clock_ = nullptr;
};

template <class Real>
std::unique_ptr<Process<Real>> make_foldiak_threshold(const config::Table& table, Network<Real>& network, double dt);
ProcessEntry foldiak_threshold_entry();

extern template class FoldiakThresholdProcess<float>;
extern template class FoldiakThresholdProcess<double>;

}  // namespace cajal
