#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "learning/plasticity/read_process.hpp"
#include "learning/plasticity/stored_weights.hpp"
#include "learning/process.hpp"

namespace cajal {

/// Dale's principle: what a unit sends excites all its targets, or inhibits all.
struct Dale {
  static constexpr std::string_view name = "dale";
  static constexpr std::string_view meaning = "keeps the weights of each source unit at one sign, beside any rule";
  static constexpr std::string_view equations =
      "s_i = 1 or -1:  after each batch, or at times,  w_ij = 0 where s_i w_ij < 0\n"
      "sign = \"initial\": s_i is the sign of the first weights of source unit i, which must agree\n"
      "sign = \"excitatory\" or \"inhibitory\": s_i is 1, or -1, for all, and at first w_ij = s_i |w_ij|";
  static constexpr std::string_view source =
      "Eccles, Fatt & Koketsu 1954, J. Physiol. 126:524; in networks trained by gradient Song, Yang & Wang 2016, PLoS "
      "Comput. Biol. 12:e1004792";
  static constexpr Locality locality{Information::own_weight};

  enum class Sign { initial, excitatory, inhibitory };
};

/// Clips weights that have crossed zero, of sparse and dense edges. Composes with what changes them, also with a
/// gradient: then it is a projection after each step of the optimizer.
template <class Real>
class DaleProcess final : public Process<Real> {
 public:
  /// Of an edge, sparse or dense, and the sign of each source unit, 1 or -1; 0: of a unit that sends nothing.
  struct Target {
    SparseEdge<Real>* sparse = nullptr;
    Edge<Real>* dense = nullptr;
    std::vector<int> sign;
  };
  /// Sparse edges that nothing trains become plastic. `every`: in ms; 0: at the end of trials.
  DaleProcess(typename Process<Real>::Identity identity, std::vector<Target> targets, double every);

  std::string_view rule() const override { return Dale::name; }
  bool composes() const override { return true; }
  double every() const override { return every_; }
  void attach(Clock<Real>& clock) override;
  void act(std::int64_t step) override;
  void end_batch(Steps steps, std::size_t samples) override;

 private:
  void clip(std::int64_t step);

  std::vector<Target> targets_;
  double every_;
  std::vector<std::optional<StoredWeights<Real>>> stored_;  ///< by target; none of a dense one
  std::int64_t steps_ = 0;
};

template <class Real>
std::unique_ptr<Process<Real>> make_dale(const config::Table& table, Network<Real>& network, double dt);
ProcessEntry dale_entry();

}  // namespace cajal
