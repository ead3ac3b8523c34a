#pragma once

#include "models/connectivity/rule.hpp"

namespace cajal {

/// Source unit i to target unit i.
struct OneToOne {
  static constexpr std::string_view name = "one_to_one";
  static constexpr std::string_view meaning = "source unit i to target unit i";
  static constexpr std::string_view snippet = "connect = \"one_to_one\"";

  template <class Visitor>
  void options(Visitor&) {}
  std::optional<Refusal> refuse(const Populations& p) const {
    if (p.source == p.target) return {};
    return Refusal{"", "`one_to_one` needs two nodes of one size; found " + std::to_string(p.source) + " source and " +
                           std::to_string(p.target) + " target units"};
  }
  double expected(const Populations& p) const { return static_cast<double>(p.source); }
  void generate(const Populations& p, const Stream&, Synapses& out) const {
    for (std::uint32_t i = 0; i < p.source; ++i) {
      out.source.push_back(i);
      out.target.push_back(i);
    }
  }
};

}  // namespace cajal
