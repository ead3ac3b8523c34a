#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cajal::app {

/// One claim about a rule of `[learn]`: a number that comes of running it, what that must be, and who says so.
struct RuleCheck {
  enum class Bound { difference, share, at_least, at_most };  ///< share: of what is expected

  std::string_view rule;   ///< its word in the catalogue
  std::string_view claim;  ///< what the number is
  double expected = 0;
  Bound bound = Bound::difference;
  double tolerance = 0;  ///< of `difference` and `share`
  std::string_view source;
  double (*measure)() = nullptr;

  /// Whether a number that was found is what was expected; NaN is not.
  bool holds(double found) const;
};

// Each family of rules has its claims in a file of its own, in the order of the table.
std::vector<RuleCheck> pair_rule_checks();
std::vector<RuleCheck> triplet_rule_checks();
std::vector<RuleCheck> voltage_rule_checks();
std::vector<RuleCheck> inhibition_checks();
std::vector<RuleCheck> reward_rule_checks();
std::vector<RuleCheck> value_rule_checks();
std::vector<RuleCheck> digit_rule_checks();
std::vector<RuleCheck> homeostasis_checks();
std::vector<RuleCheck> gradient_checks();

/// All of them.
std::vector<RuleCheck> rule_checks();

/// A table of all claims about these rules; about all where none is named. Exit code: 0, or 3 where a claim does not
/// hold. Throws Error for a name of which there is none.
int verify_rules(const std::vector<std::string>& names, std::string& text);

}  // namespace cajal::app
