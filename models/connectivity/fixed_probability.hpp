#pragma once

#include "models/connectivity/rule.hpp"

namespace cajal {

/// Each pair of units is joined with probability p, independently of all others (Erdos & Renyi 1959; Gilbert 1959). By
/// source; the gaps between the targets of a source are geometric, so that only synapses cost time. NEST calls it
/// `pairwise_bernoulli`.
struct FixedProbability {
  static constexpr std::string_view name = "fixed_probability";
  static constexpr std::string_view meaning = "each pair of units with the same probability, independently";
  static constexpr std::string_view snippet = "connect = { rule = \"fixed_probability\", p = 0.1 }";

  static constexpr Connection::Rows rows_of = Connection::Rows::source;

  double p = 0;
  bool self = true;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.required("p", p, config::fraction, "probability that a pair is joined");
    visit.boolean("self", self, "also pairs of equal number");
  }
  std::optional<Refusal> refuse(const Populations& q) const { return refuse_self(self, q); }
  double expected(const Populations& q) const {
    return p * static_cast<double>(q.source) * static_cast<double>(candidates(self, q.target));
  }
  void row(const Populations& q, std::uint32_t unit, Draws& draws, std::vector<std::uint32_t>& partners) const {
    if (p <= 0) return;
    const double scale = 1 / std::log1p(-p);  // -0 where p is 1: every gap is 0
    const auto count = static_cast<double>(candidates(self, q.target));
    // In floating point, since a small p makes gaps that no integer holds.
    const auto gap = [&] { return std::floor(std::log(1 - draws.uniform()) * scale); };
    for (double j = gap(); j < count; j += 1 + gap())
      partners.push_back(candidate(self, static_cast<std::uint64_t>(j), unit));
  }
};

}  // namespace cajal
