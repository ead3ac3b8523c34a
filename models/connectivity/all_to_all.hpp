#pragma once

#include "models/connectivity/rule.hpp"

namespace cajal {

/// Every source unit to every target unit, by source.
struct AllToAll {
  static constexpr std::string_view name = "all_to_all";
  static constexpr std::string_view meaning = "every source unit to every target unit";
  static constexpr std::string_view snippet = "connect = { rule = \"all_to_all\", self = false }";

  static constexpr Connection::Rows rows_of = Connection::Rows::source;

  bool self = true;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.boolean("self", self, "also pairs of equal number");
  }
  std::optional<Refusal> refuse(const Populations& p) const { return refuse_self(self, p); }
  double expected(const Populations& p) const {
    return static_cast<double>(p.source) * static_cast<double>(candidates(self, p.target));
  }
  void row(const Populations& p, std::uint32_t unit, Draws&, std::vector<std::uint32_t>& partners) const {
    const std::size_t count = candidates(self, p.target);
    for (std::uint64_t j = 0; j < count; ++j) partners.push_back(candidate(self, j, unit));
  }
};

}  // namespace cajal
