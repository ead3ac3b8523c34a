#pragma once

#include "models/connectivity/rule.hpp"

namespace cajal {

/// Source unit i to target unit i.
struct OneToOne {
  static constexpr std::string_view name = "one_to_one";
  static constexpr std::string_view meaning = "source unit i to target unit i";
  static constexpr std::string_view snippet = "connect = \"one_to_one\"";

  static constexpr Connection::Rows rows_of = Connection::Rows::source;

  template <class Visitor>
  void options(Visitor&) {}
  std::optional<Refusal> refuse(const Populations& p) const {
    if (p.source == p.target) return {};
    return Refusal{"", "`one_to_one` needs two nodes of one size; found " + std::to_string(p.source) + " source and " +
                           std::to_string(p.target) + " target units"};
  }
  double expected(const Populations& p) const { return static_cast<double>(p.source); }
  void row(const Populations&, std::uint32_t unit, Draws&, std::vector<std::uint32_t>& partners) const {
    partners.push_back(unit);
  }
};

}  // namespace cajal
