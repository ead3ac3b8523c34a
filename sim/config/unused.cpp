#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "sim/config/table.hpp"
#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

auto order(const Diagnostic& diagnostic) {
  return std::tie(diagnostic.at.file, diagnostic.at.line, diagnostic.at.column, diagnostic.address, diagnostic.message);
}

void refuse(const Value& value, const std::string& address, const std::vector<std::string>& known,
            std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> allowed = known;
  for (const std::string& key : value.wanted) {
    if (std::find(allowed.begin(), allowed.end(), key) == allowed.end()) allowed.push_back(key);
  }
  for (const auto& [key, member] : value.members) {
    const std::string inner = join(address, key);
    if (member.used) {
      refuse(member, inner, {}, diagnostics);
    } else if (member.matrix) {
      if (!member.spent) diagnostics.push_back({member.at, inner, "nothing uses this table"});
    } else {
      diagnostics.push_back(
          {member.at, inner,
           "unknown key " + shown(key) + (allowed.empty() ? "; no key is allowed here" : alternatives(key, allowed))});
    }
  }
  for (std::size_t i = 0; i < value.items.size(); ++i) refuse(value.items[i], join(address, i), {}, diagnostics);
}

}  // namespace

void Table::refuse_unused(const std::vector<std::string>& known) const {
  refuse(*value_, address_, known, *diagnostics_);
}

void raise(std::vector<Diagnostic> diagnostics) {
  constexpr std::size_t most = 100;
  if (diagnostics.empty()) return;
  std::sort(diagnostics.begin(), diagnostics.end(),
            [](const Diagnostic& a, const Diagnostic& b) { return order(a) < order(b); });
  const auto equal = [](const Diagnostic& a, const Diagnostic& b) { return order(a) == order(b); };
  diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(), equal), diagnostics.end());
  if (diagnostics.size() > most) {
    const std::string more = std::to_string(diagnostics.size() - most) + " more errors";
    diagnostics.resize(most);
    diagnostics.push_back({{diagnostics.back().at.file, 0, 0}, "", more});
  }
  throw ConfigError(std::move(diagnostics));
}

}  // namespace cajal::config
