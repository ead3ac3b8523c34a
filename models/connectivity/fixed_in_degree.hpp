#pragma once

#include <vector>

#include "models/connectivity/draw_partners.hpp"
#include "models/connectivity/rule.hpp"

namespace cajal {

/// Each target unit gets k sources, drawn uniformly; by target. With `multapses` the draws are independent, so that a
/// pair may be joined more than once (NEST's `fixed_indegree` and its defaults); without, each set of k sources is
/// equally likely.
struct FixedInDegree {
  static constexpr std::string_view name = "fixed_in_degree";
  static constexpr std::string_view meaning = "the same number of randomly drawn sources for each target unit";
  static constexpr std::string_view snippet = "connect = { rule = \"fixed_in_degree\", k = 100 }";

  static constexpr Connection::Rows rows_of = Connection::Rows::target;

  std::uint64_t k = 0;
  bool multapses = true;
  bool self = true;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.required("k", k, "sources of each target unit");
    visit.boolean("multapses", multapses, "a pair may be joined more than once");
    visit.boolean("self", self, "also pairs of equal number");
  }
  std::optional<Refusal> refuse(const Populations& p) const {
    if (auto refusal = refuse_self(self, p)) return refusal;
    return refuse_degree(k, multapses, candidates(self, p.source), "source", "target");
  }
  double expected(const Populations& p) const { return static_cast<double>(k) * static_cast<double>(p.target); }
  void row(const Populations& p, std::uint32_t unit, Draws& draws, std::vector<std::uint32_t>& partners) const {
    draw_partners(p.source, k, multapses, self, unit, draws, partners);
  }
};

}  // namespace cajal
