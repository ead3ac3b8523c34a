#pragma once

#include <vector>

#include "models/connectivity/draw_partners.hpp"
#include "models/connectivity/rule.hpp"

namespace cajal {

/// Each source unit gets k targets, drawn uniformly; by source. With `multapses` the draws are independent, so that a
/// pair may be joined more than once (NEST's `fixed_outdegree` and its defaults); without, each set of k targets is
/// equally likely.
struct FixedOutDegree {
  static constexpr std::string_view name = "fixed_out_degree";
  static constexpr std::string_view meaning = "the same number of randomly drawn targets for each source unit";
  static constexpr std::string_view snippet = "connect = { rule = \"fixed_out_degree\", k = 100 }";

  static constexpr Connection::Rows rows_of = Connection::Rows::source;

  std::uint64_t k = 0;
  bool multapses = true;
  bool self = true;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.required("k", k, "targets of each source unit");
    visit.boolean("multapses", multapses, "a pair may be joined more than once");
    visit.boolean("self", self, "also pairs of equal number");
  }
  std::optional<Refusal> refuse(const Populations& p) const {
    if (auto refusal = refuse_self(self, p)) return refusal;
    return refuse_degree(k, multapses, candidates(self, p.target), "target", "source");
  }
  double expected(const Populations& p) const { return static_cast<double>(k) * static_cast<double>(p.source); }
  void row(const Populations& p, std::uint32_t unit, Draws& draws, std::vector<std::uint32_t>& partners) const {
    draw_partners(p.target, k, multapses, self, unit, draws, partners);
  }
};

}  // namespace cajal
