#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "learning/plasticity/output_sum.hpp"
#include "learning/plasticity/read_process.hpp"
#include "learning/process.hpp"
#include "sim/field.hpp"

namespace cajal {

/// A read-out that is solved for at once.
struct RidgeReadout {
  static constexpr std::string_view name = "ridge";
  static constexpr std::string_view meaning =
      "ridge regression of a teacher on the mean activity of the source: the read-out of a reservoir";
  static constexpr std::string_view equations =
      "x_s: mean over trial s of what the source sent, y_s: of what the teacher sent\n"
      "W, b minimise  sum_s |y_s - W x_s - b|^2 + alpha |W|^2  over the trials of an epoch\n"
      "W = Y_c^T X_c (X_c^T X_c + alpha 1)^-1,  b = mean y - W mean x,  X_c, Y_c less their means\n"
      "of an edge without bias X_c = X, Y_c = Y and b = 0; weights and bias are set at the end of each epoch";
  static constexpr std::string_view source =
      "Hoerl & Kennard 1970, Technometrics 12:55; Maass, Natschlaeger & Markram 2002, Neural Comput. 14:2531 (linear "
      "read-out of a liquid state)";
  static constexpr Locality locality{Information::presynaptic, Information::target, Information::all_samples};

  template <class T>
  struct Parameters {
    T alpha;
  };
  using P = Parameters<double>;
  static constexpr auto parameters = fields(field(&P::alpha, "alpha", "", 1, config::not_negative,
                                                  "weight of the penalty; 0: none, of several solutions the shortest"));
};

/// The sums that a ridge regression needs, over rows that come one by one: in double, each over ascending rows,
/// whatever the number of threads.
class RidgeSums {
 public:
  /// `intercept`: whether the answers have one.
  RidgeSums(std::size_t inputs, std::size_t outputs, bool intercept);

  void add(const std::vector<double>& x, const std::vector<double>& y, Team& team);
  std::size_t rows() const { return count_ + pending_; }
  struct Solution {
    std::vector<double> weight;  ///< [output][input]
    std::vector<double> bias;    ///< [output], zeros without an intercept
  };
  /// Throws Error without rows.
  Solution solve(double alpha, Team& team);
  void clear();
  /// Bytes that sums and their solution take.
  static double bytes(double inputs, double outputs);

 private:
  /// Rows that are added at once.
  static constexpr std::size_t block = 128;
  std::size_t width() const { return inputs_ + 1 + outputs_; }
  void add_pending(Team& team);
  double sum(std::size_t input, std::size_t column) const;

  std::size_t inputs_, outputs_;
  bool intercept_;
  std::size_t count_ = 0, pending_ = 0;
  std::size_t stride_;
  AlignedVector<double> rows_;  ///< [block][x, 1, y]
  AlignedVector<double> sums_;  ///< panels of (x, 1)^T (x, 1, y)
};

/// Fits dense edges to what a teacher shows.
template <class Real>
class RidgeProcess final : public Process<Real> {
 public:
  RidgeProcess(typename Process<Real>::Identity identity, const std::vector<Edge<Real>*>& edges, Node<Real>& teacher,
               double alpha);
  ~RidgeProcess() override { leave(); }

  std::string_view rule() const override { return RidgeReadout::name; }
  void attach(Clock<Real>& clock) override;
  void begin_trial() override;
  void end_batch(Steps steps, std::size_t samples) override;
  void end_epoch() override;

 private:
  struct Readout {
    Edge<Real>* edge;
    RidgeSums sums;
  };
  void frozen_changed() override;
  void enter();
  void leave();
  std::vector<double> mean(const Node<Real>& node, Steps steps, std::size_t sample) const;

  std::vector<Readout> readouts_;
  Node<Real>* teacher_;
  double alpha_;
  Clock<Real>* clock_ = nullptr;
  std::vector<OutputSum<Real>> kept_;  ///< where no tape keeps the steps
};

template <class Real>
std::unique_ptr<Process<Real>> make_ridge_readout(const config::Table& table, Network<Real>& network, double dt);
ProcessEntry ridge_readout_entry();

extern template class RidgeProcess<float>;
extern template class RidgeProcess<double>;

}  // namespace cajal
