#include "app/verify_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "sim/config/text.hpp"
#include "sim/error.hpp"

namespace cajal::app {

namespace {

std::string wanted(const RuleCheck& c) {
  switch (c.bound) {
    case RuleCheck::Bound::at_least:
      return fmt::format(">= {:g}", c.expected);
    case RuleCheck::Bound::at_most:
      return fmt::format("<= {:g}", c.expected);
    case RuleCheck::Bound::share:
      return fmt::format("{:.6g} +- {:g} %", c.expected, 100 * c.tolerance);
    default:
      return fmt::format("{:.6g} +- {:g}", c.expected, c.tolerance);
  }
}

}  // namespace

bool RuleCheck::holds(double found) const {
  switch (bound) {
    case Bound::at_least:
      return found >= expected;
    case Bound::at_most:
      return found <= expected;
    case Bound::share:
      return std::fabs(found - expected) <= tolerance * std::fabs(expected);
    default:
      return std::fabs(found - expected) <= tolerance;
  }
}

std::vector<RuleCheck> rule_checks() {
  std::vector<RuleCheck> all;
  for (const auto& family :
       {pair_rule_checks(), triplet_rule_checks(), voltage_rule_checks(), inhibition_checks(), reward_rule_checks(),
        value_rule_checks(), digit_rule_checks(), homeostasis_checks(), gradient_checks()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

int verify_rules(const std::vector<std::string>& names, std::string& text) {
  const std::vector<RuleCheck> all = rule_checks();
  std::vector<std::string> known;
  for (const RuleCheck& c : all)
    if (std::find(known.begin(), known.end(), c.rule) == known.end()) known.emplace_back(c.rule);
  for (const std::string& name : names)
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw Error(
          fmt::format("no claim about a rule \"{}\"{}", name, config::alternatives(name, known, "there are some of")));
  constexpr std::string_view row = "{:<19} {:<52} {:>11} {:>16}  {:<5} {}\n";
  text = fmt::format(fmt::runtime(row), "rule", "claim", "found", "expected", "holds", "by");
  std::string_view last;
  int code = 0;
  for (const RuleCheck& c : all) {
    if (!names.empty() && std::find(names.begin(), names.end(), c.rule) == names.end()) continue;
    double found = std::numeric_limits<double>::quiet_NaN();
    std::string wrong;
    try {
      found = c.measure();
    } catch (const Error& error) {
      wrong = error.what();
    }
    const bool holds = c.holds(found);
    text += fmt::format(fmt::runtime(row), c.rule == last ? "" : c.rule, c.claim, fmt::format("{:.6g}", found),
                        wanted(c), holds ? "yes" : "NO", c.source);
    if (!wrong.empty()) text += fmt::format("{:<19} ^ {}\n", "", wrong);
    if (!holds) code = 3;
    last = c.rule;
  }
  return code;
}

}  // namespace cajal::app
