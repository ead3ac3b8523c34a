#pragma once

#include <cstddef>
#include <vector>

#include "models/connectivity/draw_partners.hpp"
#include "models/connectivity/rule.hpp"
#include "sim/config/text.hpp"

namespace cajal {

/// Exactly n synapses; by source. With `multapses` each of them joins a pair drawn uniformly and independently of all
/// others (NEST's `fixed_total_number`; Potjans & Diesmann 2014, Cereb. Cortex 24:785, table 5); without, each set of n
/// pairs is equally likely. How many fall to each source is drawn once, by halving the sources over and over: of the
/// synapses of a range, a binomial number (a hypergeometric one without multapses) goes to its first half. Given its
/// number, each source draws its targets alone.
struct FixedTotalNumber {
  static constexpr std::string_view name = "fixed_total_number";
  static constexpr std::string_view meaning = "a given number of synapses between randomly drawn pairs";
  static constexpr std::string_view snippet = "connect = { rule = \"fixed_total_number\", n = 1000 }";

  static constexpr Connection::Rows rows_of = Connection::Rows::source;

  std::uint64_t n = 0;
  bool multapses = true;
  bool self = true;
  std::vector<std::uint64_t> out_degrees;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.required("n", n, "synapses");
    visit.boolean("multapses", multapses, "a pair may be joined more than once");
    visit.boolean("self", self, "also pairs of equal number");
  }
  std::optional<Refusal> refuse(const Populations& p) const {
    if (auto refusal = refuse_self(self, p)) return refusal;
    const double pairs = static_cast<double>(p.source) * static_cast<double>(candidates(self, p.target));
    if (pairs == 0 && n > 0) return Refusal{"n", std::to_string(n) + " synapses, and there is no pair to join"};
    if (multapses || static_cast<double>(n) <= pairs) return {};
    return Refusal{"n", std::to_string(n) + " synapses, each pair at most once (`multapses = false`): at most " +
                            config::written_number(pairs)};
  }
  double expected(const Populations&) const { return static_cast<double>(n); }
  void prepare(const Populations& p, const Stream& stream) {
    out_degrees.assign(p.source, 0);
    share(stream, {1, 0, p.source, n}, candidates(self, p.target));
  }
  void row(const Populations& p, std::uint32_t unit, Draws& draws, std::vector<std::uint32_t>& partners) const {
    draw_partners(p.target, out_degrees[unit], multapses, self, unit, draws, partners);
  }

 private:
  /// Synapses that fall to a range of sources; `number` of the range in the tree of halves, the root's being 1.
  struct Range {
    std::uint64_t number;
    std::size_t begin, end;
    std::uint64_t synapses;
  };

  void share(const Stream& stream, const Range& range, std::size_t targets) {
    if (range.synapses == 0) return;
    if (range.end - range.begin == 1) {
      out_degrees[range.begin] = range.synapses;
      return;
    }
    const std::size_t size = range.end - range.begin, half = size / 2;
    Draws draws(stream, shared_draws + range.number);
    const std::uint64_t first =
        multapses ? draws.binomial(range.synapses, static_cast<double>(half) / static_cast<double>(size))
                  : draws.hypergeometric(size * targets, half * targets, range.synapses);
    share(stream, {2 * range.number, range.begin, range.begin + half, first}, targets);
    share(stream, {2 * range.number + 1, range.begin + half, range.end, range.synapses - first}, targets);
  }
};

}  // namespace cajal
