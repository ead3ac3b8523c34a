#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "learning/plasticity/read_process.hpp"
#include "learning/plasticity/stored_weights.hpp"
#include "learning/process.hpp"

namespace cajal {

/// Keeps the norm of each unit's afferent or efferent weights.
struct Normalise {
  static constexpr std::string_view name = "normalise";
  static constexpr std::string_view meaning = "scales the weights of each unit to a given sum or length";
  static constexpr std::string_view equations =
      "norm = \"L1\":  w_ij *= sum / sum_i |w_ij|\n"
      "norm = \"L2\":  w_ij *= length / sqrt(sum_i w_ij^2)\n"
      "of one edge; the sum is over the afferents of target unit j, with of = \"pre\" over the efferents of source i\n"
      "units whose weights are all 0 stay; before each trial, or at 0, every, 2 every ...";
  static constexpr std::string_view source =
      "von der Malsburg 1973, Kybernetik 14:85; Diehl & Cook 2015, Front. Comput. Neurosci. 9:99; Miller & MacKay "
      "1994, Neural Comput. 6:100 (multiplicative constraints)";
  static constexpr Locality locality{Information::own_weight, Information::other_weights};

  enum class Norm { L1, L2 };
  enum class Of { post, pre };
};

/// Before each trial, or batch, or at intervals, scales the weights of edges by unit. Composes with the rule that
/// changes them.
template <class Real>
class NormaliseProcess final : public Process<Real> {
 public:
  struct Target {
    SparseEdge<Real>* edge;
    double norm;  ///< in the unit of the weights
  };
  struct Options {
    Normalise::Norm norm = Normalise::Norm::L1;
    Normalise::Of of = Normalise::Of::post;
    double every = 0;  ///< ms; 0: at trials
  };
  /// Makes the edges plastic, so that they hold one weight a synapse.
  NormaliseProcess(typename Process<Real>::Identity identity, std::vector<Target> targets, Options options);

  std::string_view rule() const override { return Normalise::name; }
  bool composes() const override { return true; }
  double every() const override { return options_.every; }
  void attach(Clock<Real>& clock) override;
  void begin_trial() override;
  void act(std::int64_t step) override;

 private:
  struct Attached {
    StoredWeights<Real> weights;
    double norm;
    std::vector<double> factor;  // by unit
  };
  void scale(Attached& attached) const;

  std::vector<Target> targets_;
  Options options_;
  std::int64_t steps_ = 0;  ///< between two times; 0: at trials
  std::vector<Attached> attached_;
};

template <class Real>
std::unique_ptr<Process<Real>> make_normalise(const config::Table& table, Network<Real>& network, double dt);
ProcessEntry normalise_entry();

}  // namespace cajal
