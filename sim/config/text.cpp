#include "sim/config/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace cajal::config {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours count one each.
/// Source: Damerau 1964, "A technique for computer detection and correction of spelling errors", CACM 7.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool equal = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (equal ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

void append_table(std::string& out, const Value& table, std::size_t limit) {
  if (table.members.empty()) {
    out += "{}";
    return;
  }
  const char* separator = "{ ";
  for (const auto& [key, value] : table.members) {
    if (out.size() > limit) return;
    out += separator + written_key(key) + " = ";
    append_inline(out, value, limit);
    separator = ", ";
  }
  out += " }";
}

void append_array(std::string& out, const Value& array, std::size_t limit) {
  const char* separator = "";
  out += '[';
  for (const Value& item : array.items) {
    if (out.size() > limit) return;
    out += separator;
    append_inline(out, item, limit);
    separator = ", ";
  }
  out += ']';
}

}  // namespace

std::string written_text(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string written_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), bare) ? std::string(key) : written_text(key);
}

std::string written_number(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), end};
}

void append_inline(std::string& out, const Value& value, std::size_t limit) {
  switch (value.kind) {
    case Value::Kind::boolean:
      out += value.boolean ? "true" : "false";
      break;
    case Value::Kind::integer:
      out += std::to_string(value.integer);
      break;
    case Value::Kind::real: {
      const std::string number = written_number(value.real);
      out += number;
      if (number.find_first_of(".enai") == std::string::npos) out += ".0";
      break;
    }
    case Value::Kind::text: {
      const std::string_view text = value.text;
      out += written_text(limit == std::string::npos ? text : text.substr(0, limit + 1));
      break;
    }
    case Value::Kind::array:
      append_array(out, value, limit);
      break;
    case Value::Kind::table:
      append_table(out, value, limit);
      break;
  }
}

std::string shortened(std::string text) {
  if (text.size() <= longest_shown) return text;
  std::size_t end = longest_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text + "...";
}

std::string shown(std::string_view key) { return '`' + shortened(written_key(key.substr(0, 2 * longest_shown))) + '`'; }

std::string join(std::string_view address, std::string_view key) {
  const std::string last = shortened(written_key(key.substr(0, 2 * longest_shown)));
  return address.empty() ? last : std::string(address) + '.' + last;
}

std::string join(std::string_view address, std::size_t index) {
  return std::string(address) + '[' + std::to_string(index) + ']';
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t most = 100;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) {
    if (i > 0) out += ", ";
    out += shortened(names[i]);
  }
  return names.size() > most ? out + ", ..." : out;
}

std::string nearest(std::string_view name, const std::vector<std::string>& allowed) {
  constexpr std::size_t longest = 64, most = 200;  // a config with absurd names shall still be refused quickly
  if (name.empty() || name.size() > longest) return {};
  const std::size_t limit = std::max<std::size_t>(2, name.size() / 3);
  std::size_t best = limit + 1;
  std::string found;
  for (std::size_t i = 0; i < std::min(allowed.size(), most); ++i) {
    const std::string& candidate = allowed[i];
    const std::size_t difference =
        candidate.size() > name.size() ? candidate.size() - name.size() : name.size() - candidate.size();
    if (difference >= best) continue;
    const std::size_t apart = distance(name, candidate);
    if (apart < std::min(best, std::max(name.size(), candidate.size()))) {
      best = apart;
      found = candidate;
    }
  }
  return found;
}

std::string alternatives(std::string_view name, const std::vector<std::string>& allowed, std::string_view label) {
  const std::string near = nearest(name, allowed);
  return (near.empty() ? "; " : "; did you mean `" + shortened(near) + "`? ") + std::string(label) + ": " +
         listed(allowed);
}

std::string wrong_name(std::string_view name) {
  if (name.empty()) return "a name may not be empty";
  const bool bad = std::any_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '.' || c == '/' || byte < 0x20 || byte == 0x7f;
  });
  return bad ? "a name may not hold a dot, a slash or a control character, found " +
                   shortened(written_text(name.substr(0, 2 * longest_shown)))
             : "";
}

}  // namespace cajal::config
