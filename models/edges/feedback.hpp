#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "sim/edge.hpp"

namespace cajal {

/// What carries errors back through an edge while it is trained, in place of the transposed weights W^T:
/// - `random`: a fixed random B of the same shape, which never learns: feedback alignment. Source: Lillicrap, Cownden,
///   Tweed & Akerman 2016, Nat. Commun. 7:13276.
/// - `sign`: |B| with the signs that the weights have now. Source: Liao, Leibo & Poggio 2016, AAAI, "fixed random
///   magnitudes".
enum class Feedback { transpose, random, sign };

/// The words of the key `feedback`, in the order of Feedback.
inline const std::vector<std::string> feedback_words{"transpose", "random", "sign"};

/// An edge that may send errors back by numbers other than its weights.
template <class Real>
class FeedbackEdge {
 public:
  virtual ~FeedbackEdge() = default;
  /// `matrix`: B, row-major as the weights.
  virtual void set_feedback(Feedback kind, const std::vector<double>& matrix) = 0;
  /// B as it is stored in a result; null where errors go back by the transposed weights.
  virtual Parameter<Real>* feedback() = 0;
};

/// B of one edge.
template <class Real>
class FeedbackWeights {
 public:
  /// Of an edge with these weights, whose layout B takes.
  void set(Feedback kind, const std::vector<double>& matrix, const Parameter<Real>& weight) {
    kind_ = kind;
    matrix_.name = "feedback";
    matrix_.unit = weight.unit;
    matrix_.shape = weight.shape;
    matrix_.order = weight.order;
    matrix_.value.assign(weight.value.size(), Real(0));
    matrix_.assign(matrix);
    refresh(weight);
  }
  bool given() const { return kind_ != Feedback::transpose; }
  Parameter<Real>& matrix() { return matrix_; }
  /// After the weights changed.
  void refresh(const Parameter<Real>& weight) {
    if (kind_ != Feedback::sign) return;
    signed_.resize(matrix_.value.size());
    for (std::size_t i = 0; i < signed_.size(); ++i) {
      const Real w = weight.value[i], size = std::fabs(matrix_.value[i]);
      signed_[i] = w > Real(0) ? size : w < Real(0) ? -size : Real(0);
    }
  }
  /// What stands in for the weights on the way back, in their layout.
  const Real* values() const { return kind_ == Feedback::sign ? signed_.data() : matrix_.value.data(); }

 private:
  Feedback kind_ = Feedback::transpose;
  Parameter<Real> matrix_;
  std::vector<Real> signed_;
};

}  // namespace cajal
