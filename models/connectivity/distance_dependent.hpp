#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "models/connectivity/cells.hpp"
#include "models/connectivity/rule.hpp"

namespace cajal {

/// p as a function of the square of the distance, which is what a loop has.
struct Falloff {
  enum class Shape { gaussian, exponential, linear };
  Shape shape;
  double p_max, coefficient;  ///< of d^2, d and d
  double reach;               ///< p is 0 beyond

  double probability(double square) const {
    if (square > reach * reach) return 0;
    if (shape == Shape::gaussian) return p_max * std::exp(-coefficient * square);
    const double fall = coefficient * std::sqrt(square);
    return shape == Shape::exponential ? p_max * std::exp(-fall) : std::max(0.0, p_max - fall);
  }
};

/// Each pair of units at distance d is joined with probability p(d), independently of all others; by source.
///
///   gaussian:    p(d) = p_max exp(-d^2 / (2 sigma^2))
///   exponential: p(d) = p_max exp(-d / lambda)
///   linear:      p(d) = max(0, p_max - slope d)
///
/// and p(d) = 0 beyond `max_distance`. Within a cell of units candidates are drawn by geometric gaps with the largest
/// p there is in it, and kept with the share that their own p is of that: so what is improbable costs little. The gaps
/// come of one exponential number from candidate to candidate, which each unit that is passed uses up by -log(1 - p).
/// `boundary = "periodic"` takes distances on the torus of the positions' extent; without the key it is as the
/// positions say. NEST: `pairwise_bernoulli` with spatial `p` and a mask.
struct DistanceDependent {
  static constexpr std::string_view name = "distance_dependent";
  static constexpr std::string_view meaning =
      "each pair with a probability that falls with its distance, by `positions`";
  static constexpr std::string_view snippet =
      "connect = { rule = \"distance_dependent\", kernel = \"gaussian\", p_max = 0.8, sigma = \"0.2 mm\" }";

  static constexpr Connection::Rows rows_of = Connection::Rows::source;
  /// So small that its square is still a number.
  static constexpr config::Range length{1e-9};

  std::string kernel;
  double p_max = 0, sigma = 0, lambda = 0, slope = 0;  ///< mm, mm, 1/mm
  std::optional<double> max_distance;                  ///< mm
  std::optional<std::string> boundary;
  bool self = true;
  std::shared_ptr<const Cells> cells;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.required_choice("kernel", kernel, {"gaussian", "exponential", "linear"}, "how it falls");
    if (visit.where(kernel == "gaussian"))
      visit.required("sigma", sigma, "mm", length, "standard deviation (of gaussian alone)");
    if (visit.where(kernel == "exponential"))
      visit.required("lambda", lambda, "mm", length, "length of decay (of exponential alone)");
    if (visit.where(kernel == "linear"))
      visit.required("slope", slope, "1/mm", config::not_negative, "fall by length (of linear alone)");
    visit.required("p_max", p_max, config::fraction, "probability at no distance");
    visit.optional("max_distance", max_distance, "mm", config::positive, "none", "no pair beyond");
    visit.optional_choice("boundary", boundary, {"open", "periodic"}, "of positions", "of the space");
    visit.boolean("self", self, "also pairs of equal number");
  }
  std::optional<Refusal> refuse(const Populations& p) const;
  double expected(const Populations& p) const;
  void prepare(const Populations& p, const Stream&) {
    cells = std::make_shared<Cells>(*p.target_positions, periodic(p));
  }
  void row(const Populations& p, std::uint32_t unit, Draws& draws, std::vector<std::uint32_t>& partners) const;

 private:
  bool periodic(const Populations& p) const {
    return boundary ? *boundary == "periodic" : p.source_positions->periodic;
  }
  Falloff falloff() const;
};

}  // namespace cajal
