#pragma once

#include <vector>

#include "models/connectivity/rule.hpp"

namespace cajal {

/// Each target unit gets k sources, drawn uniformly; by target. With `multapses` the draws are independent, so that a
/// pair may be joined more than once (NEST's `fixed_indegree` and its defaults); without, each set of k sources is
/// equally likely (Floyd's algorithm, Bentley & Floyd 1987).
struct FixedInDegree {
  static constexpr std::string_view name = "fixed_in_degree";
  static constexpr std::string_view meaning = "the same number of randomly drawn sources for each target unit";
  static constexpr std::string_view snippet = "connect = { rule = \"fixed_in_degree\", k = 100 }";

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
  void generate(const Populations& p, const Stream& stream, Synapses& out) const {
    const std::uint64_t from = candidates(self, p.source);
    std::vector<std::uint32_t> taken(multapses ? 0 : from, 0);  // by source: the last target that took it, from 1
    for (std::uint32_t j = 0; j < p.target; ++j) {
      Draws draws(stream, j);
      for (std::uint64_t i = 0; i < k; ++i) {
        std::uint64_t number = 0;
        if (multapses) {
          number = draws.below(from);
        } else {
          const std::uint64_t last = from - k + i;
          number = draws.below(last + 1);
          if (taken[number] == j + 1) number = last;
          taken[number] = j + 1;
        }
        out.source.push_back(candidate(self, number, j));
        out.target.push_back(j);
      }
    }
  }
};

}  // namespace cajal
