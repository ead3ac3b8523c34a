#pragma once

#include <algorithm>
#include <vector>

#include "learning/learner.hpp"

namespace cajal {

/// The samples that are shown side by side, and what came of them.
template <class Real>
struct Learner<Real>::Batch {
  const data::Dataset* dataset = nullptr;
  std::vector<std::uint32_t> samples;
  /// Whose loss is taken; null: nobody's.
  Trainer<Real>* trainer = nullptr;
  bool gradient = false;  ///< its parameters are changed along the gradient of these samples
  bool watched = false;   ///< and the norms of that gradient are wanted
  bool measured = false;
  Membranes* membranes = nullptr;          ///< looks at every step
  bool taught = false;                     ///< teachers show what is to be predicted; else they are silent
  const data::Augment* augment = nullptr;  ///< how samples are changed as they are shown, null: not at all
  std::size_t group = 0;                   ///< samples of each part that is shown; 0: there is one part
  Node<Real>* chooser = nullptr;           ///< the switch that they are shown through
  std::vector<std::size_t> ports;          ///< of the switch, by part
  std::size_t first = 0;                   ///< number of the first sample within the phase
  double total = 0;                        ///< sum of the weights of the samples in the loss
  std::vector<double> terms;               ///< of the loss, by sample

  std::size_t part_of(std::size_t b) const { return group > 0 ? b / group : 0; }
  /// Takes these samples of an order, once for each part that the trainer shows.
  void take(const std::vector<std::uint32_t>& order, std::size_t begin, std::size_t count) {
    samples.clear();
    group = ports.size() > 1 ? count : 0;
    for (std::size_t part = 0; part < std::max<std::size_t>(ports.size(), 1); ++part)
      samples.insert(samples.end(), order.begin() + static_cast<std::ptrdiff_t>(begin),
                     order.begin() + static_cast<std::ptrdiff_t>(begin + count));
  }

  double loss() const {
    double sum = 0;
    for (const double term : terms) sum += term;
    return sum;
  }
};

/// Counts the steps at which membrane potentials change.
template <class Real>
class Learner<Real>::Membranes {
 public:
  Membranes(const Network<Real>& network, std::size_t batch, std::size_t parts);
  /// `step` has run for the samples and units of the slice, and it is the first of their trials, or not.
  void look(bool first, const Slice& slice, std::size_t part);
  double updates() const;

 private:
  struct Watched {
    const Signal<Real>* potential;
    std::size_t units;
    std::vector<Real> before;  ///< [sample][unit]
  };
  std::vector<Watched> watched_;
  std::vector<double> updates_;  ///< by part
};

}  // namespace cajal
