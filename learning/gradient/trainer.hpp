#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "learning/data/dataset.hpp"
#include "learning/gradient/gradient_options.hpp"
#include "learning/optimizers/optimizer.hpp"
#include "learning/readout.hpp"
#include "sim/network.hpp"
#include "sim/parallel/team.hpp"

namespace cajal {

/// One entry `rule = "backprop"` of `[learn]` at work: the parameters of its edges, its loss and its optimizer. The
/// gradients of the parameters are there once the network was rewound; the trainer says where the walk back begins and
/// makes the step.
template <class Real>
class Trainer {
 public:
  /// Takes its edges of the network, which must outlive it, and makes room for their gradients. `counts`: training
  /// samples of each class, for a loss that balances them.
  Trainer(GradientOptions options, Network<Real>& network, const std::vector<std::size_t>& counts);

  const GradientOptions& options() const { return options_; }
  /// What the loss reads.
  const Readout<Real>& readout() const { return readout_; }
  Readout<Real>& readout() { return readout_; }
  std::span<Parameter<Real>* const> parameters() const { return parameters_; }
  /// Bytes of the optimizer's state and of the gradients.
  std::size_t state_bytes() const;

  /// The switch that its samples are shown through, null for none, and which of its ports, by part.
  Node<Real>* chooser(std::vector<std::size_t>& ports) const;

  /// For batches of at most `batch` samples, worked on by `parts` threads, and trials of `steps` steps.
  void prepare(std::size_t batch, std::size_t parts, std::int64_t steps);

  /// Sum of the weights of these samples in the loss: what its mean divides by.
  double total(const data::Dataset& dataset, std::span<const std::uint32_t> samples) const;
  /// The term of the loss of the batch's sample b, which is sample `sample` of the data set; `shown` is the number of
  /// the part that it belongs to.
  double term(const data::Dataset& dataset, std::size_t sample, std::size_t shown, std::size_t b, double total,
              std::size_t part);
  /// The same, and writes its gradient to where the walk back over these steps begins.
  double term_and_gradient(const data::Dataset& dataset, std::size_t sample, std::size_t shown, std::size_t b,
                           double total, std::size_t part, Steps steps);

  /// Before the training of a phase: schedule, patience and the best epoch start anew.
  void begin();
  /// Before a batch: the rate of the moment, and room for its gradient.
  void begin_step(const Moment& now);
  /// In a task of the team, by every part, once all gradients are there: penalties, clipping, the optimizer's step.
  /// `measured`: the norms of the gradient are wanted afterwards.
  void step(std::size_t part, Team& team, bool measured);
  double rate() const { return optimizer_.rate(); }

  /// Euclidean norm of the gradient of the last batch that was measured, penalties included, before it was clipped.
  double gradient_norm() const;
  double penalty() const;
  /// Norms of the weights of each of its edges: of their last gradient as above, and of themselves.
  struct EdgeNorms {
    std::vector<double> gradient, weight;
  };
  EdgeNorms edge_norms() const;
  const std::vector<std::string>& edges() const { return edges_; }

  /// An epoch ended with this value of what is monitored: whether it is the best so far.
  bool epoch_ended(double monitored, std::int64_t epoch);
  Stop& stop() { return stop_; }
  /// Puts the weights, and the statistics of nodes, of the best epoch back, where they were kept: its number, 0 where
  /// none was.
  std::int64_t restore_best();

 private:
  /// Elements of one parameter that are one piece of work.
  struct Range {
    std::size_t parameter, begin, end;
  };
  /// Of one thread.
  struct Scratch {
    std::vector<Real> output, gradient;
    std::vector<float> target;
  };
  double evaluate(const data::Dataset& dataset, std::size_t sample, std::size_t shown, std::size_t b, double total,
                  Scratch& scratch, std::span<Real> gradient) const;
  double compare(const data::Dataset& dataset, std::size_t sample, std::size_t step, double total,
                 std::span<const Real> output, Scratch& scratch, std::span<Real> gradient) const;
  void add(const std::string& edge, bool penalised, Parameter<Real>* parameter);

  GradientOptions options_;
  Readout<Real> readout_;
  Network<Real>* network_;
  Optimizer<Real> optimizer_;
  std::optional<Schedule> schedule_;
  Stop stop_;
  double rate_ = 0;  ///< as the config says
  std::vector<Parameter<Real>*> parameters_;
  std::vector<GradientShaping> shapings_;  ///< [parameter]
  std::vector<std::string> edges_;
  std::vector<std::size_t> weights_;  ///< [edge]: index of its weight in `parameters_`
  std::vector<Range> ranges_;
  std::vector<double> squares_;  ///< [range]
  std::vector<Scratch> scratch_;
  Best best_;
  std::vector<std::vector<Real>> best_values_;      ///< [parameter]
  std::vector<std::vector<Real>> best_statistics_;  ///< of all nodes
};

}  // namespace cajal
