#include "learning/plasticity/read_on.hpp"

#include <algorithm>

#include "learning/plasticity/targets.hpp"
#include "sim/config/text.hpp"

namespace cajal {

bool matches(std::string_view text, std::string_view pattern) {
  // The last star takes more where what follows it does not fit.
  std::size_t t = 0, p = 0, star = std::string_view::npos, taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::vector<std::size_t> read_on(const config::Table& table, std::string_view rule,
                                 const std::vector<std::string>& addresses,
                                 const std::vector<std::pair<std::string, std::string>>& others) {
  if (!table.has("on")) {
    table.required_text("on");
    return {};
  }
  std::vector<bool> named(addresses.size(), false);
  const std::size_t errors = table.diagnostics().size();
  const std::vector<std::string> patterns = table.texts("on");
  if (patterns.empty() && table.diagnostics().size() == errors) table.error("on", "names nothing");
  for (const std::string& pattern : patterns) {
    bool found = false;
    for (std::size_t i = 0; i < addresses.size(); ++i)
      if (matches(addresses[i], pattern)) found = named[i] = true;
    if (found) continue;
    const auto other = std::find_if(others.begin(), others.end(), [&](const auto& o) { return o.first == pattern; });
    if (other != others.end()) {
      table.error("on", std::string(rule) + " cannot change \"" + pattern + "\", " + other->second);
      continue;
    }
    table.error("on", "there is no \"" + pattern + "\"" +
                          (addresses.empty() ? "; the network has nothing that " + std::string(rule) + " can change"
                                             : config::alternatives(pattern, addresses)));
  }
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < addresses.size(); ++i)
    if (named[i]) out.push_back(i);
  return out;
}

}  // namespace cajal
