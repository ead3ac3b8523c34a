#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "learning/process.hpp"

namespace cajal {

/// Keeps the sum of each unit's afferent weights.
struct Normalise {
  static constexpr std::string_view name = "normalise";
  static constexpr std::string_view meaning = "scales the afferent weights of each target unit to a given sum";
  static constexpr std::string_view equations =
      "before each trial:  w_ij *= sum / sum_i w_ij, of one edge; units whose weights sum to 0 stay";
  static constexpr std::string_view source =
      "Diehl & Cook 2015, Front. Comput. Neurosci. 9:99; von der Malsburg 1973, Kybernetik 14:85";
};

/// Before each trial, or batch, scales the weights of edges by target unit. Composes with the rule that changes them.
template <class Real>
class NormaliseProcess final : public Process<Real> {
 public:
  struct Target {
    SparseEdge<Real>* edge;
    double sum;  ///< in the unit of the weights
  };
  /// Makes the edges plastic, so that they hold one weight a synapse.
  NormaliseProcess(typename Process<Real>::Identity identity, std::vector<Target> targets);

  std::string_view rule() const override { return Normalise::name; }
  bool composes() const override { return true; }
  void attach(Clock<Real>& clock) override;
  void begin_trial() override;

 private:
  struct Attached {
    SparseStore<Real>* store;
    std::size_t edge;
    double sum;
    std::vector<double> factor;  // by unit of the shard
  };
  static void scale(Attached& attached);

  std::vector<Target> targets_;
  std::vector<Attached> attached_;
};

extern template class NormaliseProcess<float>;
extern template class NormaliseProcess<double>;

}  // namespace cajal
