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
    const std::size_t from = candidates(self, p.source);
    if (multapses && (from > 0 || k == 0)) return {};
    if (!multapses && k <= from) return {};
    const std::string allowed = from == 0 ? "there is no source to draw" : "at most " + std::to_string(from);
    return Refusal{"k", std::to_string(k) + " sources for each target unit, " +
                            (multapses ? "" : "each at most once (`multapses = false`): ") + allowed};
  }
  double expected(const Populations& p) const { return static_cast<double>(k) * static_cast<double>(p.target); }
  void row(const Populations& p, std::uint32_t unit, Draws& draws, std::vector<std::uint32_t>& partners) const {
    draw_partners(candidates(self, p.source), k, multapses, draws, partners);
    if (!self)
      for (std::uint32_t& partner : partners) partner = candidate(self, partner, unit);
  }
};

}  // namespace cajal
