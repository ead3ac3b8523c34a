#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "models/connectivity/rule.hpp"
#include "models/population_reader.hpp"
#include "sim/config/draw.hpp"
#include "sim/config/variables.hpp"

namespace cajal {

template <class Rule>
concept BringsWeights = requires(const Rule& rule, std::vector<double>& weights) {
  { rule.has_weights() } -> std::same_as<bool>;
  rule.weights_of(Populations{}, std::uint32_t{}, weights);
};
template <class Rule>
concept BringsDelays = requires(const Rule& rule, std::vector<std::uint32_t>& delays) {
  { rule.has_delays() } -> std::same_as<bool>;
  rule.delays_of(std::uint32_t{}, delays);
};

/// Whether there is a distance between the units.
inline bool placed(const Populations& p) {
  return p.source_positions && p.target_positions && !p.source_positions->empty() &&
         p.source_positions->dimensions == p.target_positions->dimensions;
}

/// What the draws of an edge come from.
struct Streams {
  Stream pairs, weights, delays;
  double dt;  ///< ms
};

/// Weight and delay as the config gives them; none where the rule's own are used.
struct Drawn {
  std::optional<config::Quantity> weight, delay;
};

/// The connection of a rule: pairs, weights and delays each from a stream of their own, by row.
template <class Rule>
class RuleConnection final : public Connection {
 public:
  RuleConnection(Rule rule, const Populations& populations, const Streams& streams, Drawn drawn)
      : rule_(std::move(rule)), populations_(populations), streams_(streams), drawn_(std::move(drawn)) {
    rows_of = Rule::rows_of;
    rows = rows_of == Rows::source ? populations.source : populations.target;
    expected = rule_.expected(populations);
    if constexpr (requires { rule_.prepare(populations_, streams_.pairs); })
      rule_.prepare(populations_, streams_.pairs);
    if constexpr (BringsDelays<Rule>)
      if (!drawn_.delay) std::tie(min_delay, max_delay) = rule_.delay_range();
  }

  void row(std::uint32_t unit, SynapseRow& out) const override {
    out.partner.clear();
    Draws draws(streams_.pairs, unit);
    rule_.row(populations_, unit, draws, out.partner);
    if (drawn_.weight)
      fill(*drawn_.weight, streams_.weights, unit, out.partner, out.weight);
    else if constexpr (BringsWeights<Rule>)
      rule_.weights_of(populations_, unit, out.weight);
    if (one_delay()) return out.delay.clear();
    if (drawn_.delay) {
      std::vector<double> in_ms;
      fill(*drawn_.delay, streams_.delays, unit, out.partner, in_ms);
      out.delay.resize(in_ms.size());
      for (std::size_t i = 0; i < in_ms.size(); ++i)
        out.delay[i] = static_cast<std::uint32_t>(steps_of(in_ms[i], streams_.dt));
    } else if constexpr (BringsDelays<Rule>) {
      rule_.delays_of(unit, out.delay);
    }
  }

  /// Where each row's values stand in a list: made once there is one.
  void number_rows() {
    if (!first_.empty()) return;
    std::vector<std::uint32_t> partners;
    first_ = {0};
    for (std::size_t unit = 0; unit < rows; ++unit) {
      Draws draws(streams_.pairs, unit);
      partners.clear();
      rule_.row(populations_, static_cast<std::uint32_t>(unit), draws, partners);
      first_.push_back(first_.back() + partners.size());
    }
  }
  std::size_t listed() const { return first_.back(); }
  const Drawn& drawn() const { return drawn_; }
  const Populations& populations() const { return populations_; }

 private:
  void fill(const config::Quantity& quantity, const Stream& stream, std::uint32_t unit,
            const std::vector<std::uint32_t>& partners, std::vector<double>& out) const {
    using Kind = config::Quantity::Kind;
    out.resize(quantity.constant() ? 0 : partners.size());
    if (out.empty()) return;
    if (quantity.kind == Kind::values) {
      std::copy_n(quantity.values.begin() + static_cast<std::ptrdiff_t>(first_[unit]), out.size(), out.begin());
      return;
    }
    Draws draws(stream, unit);
    if (quantity.kind != Kind::expression) return config::draw_row(quantity, draws, out);
    const auto own = static_cast<double>(unit);
    const std::vector<double> others(partners.begin(), partners.end());
    std::vector<double> distances;
    config::Columns columns;
    const bool by_source = rows_of == Rows::source;
    columns.set(by_source ? config::Variable::j : config::Variable::i, {&own, 1});
    columns.set(by_source ? config::Variable::i : config::Variable::j, others);
    if (placed(populations_)) {
      const Positions &from = *populations_.source_positions, &to = *populations_.target_positions;
      for (const std::uint32_t partner : partners)
        distances.push_back(by_source ? distance(from, unit, to, partner) : distance(from, partner, to, unit));
      columns.set(config::Variable::distance, distances);
    }
    config::draw_into(quantity, draws, out, columns);
  }

  Rule rule_;
  Populations populations_;
  Streams streams_;
  Drawn drawn_;
  std::vector<std::size_t> first_;
};

}  // namespace cajal
