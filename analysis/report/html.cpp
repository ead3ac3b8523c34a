#include "analysis/report/html.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace cajal::analysis::report {

namespace {

/// Bytes of the UTF-8 character at the start of the text; 0 if there is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return 1;
  const std::size_t size = byte(0) < 0xC2 ? 0 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : byte(0) < 0xF5 ? 4 : 0;
  if (size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const bool overlong = (byte(0) == 0xE0 && byte(1) < 0xA0) || (byte(0) == 0xF0 && byte(1) < 0x90);
  const bool no_character = (byte(0) == 0xED && byte(1) >= 0xA0) || (byte(0) == 0xF4 && byte(1) >= 0x90);
  return overlong || no_character ? 0 : size;
}

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const std::string_view replacement = entity(text[0]);
    if (!replacement.empty()) {
      out += replacement;
    } else if (size == 0 || is_control(text[0])) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

std::string count(double value) {
  if (!std::isfinite(value)) return "–";
  if (std::abs(value) >= 1e15) return fmt::format("{:.3e}", value);
  std::string digits = fmt::format("{:.0f}", value);
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  for (std::size_t i = digits.size(); i > first + 3;) digits.insert(i -= 3, 1, ',');
  return digits;
}

std::string number(double value) {
  if (!std::isfinite(value)) return "–";
  if (std::abs(value) >= 1e4 && std::abs(value) < 1e12) return count(value);
  return fmt::format("{:.4g}", value);
}

std::string counted(std::size_t n, std::string_view what) {
  return fmt::format("{} {}{}", count(static_cast<double>(n)), what, n == 1 ? "" : "s");
}

std::string short_number(double value) {
  if (!std::isfinite(value)) return "–";
  constexpr std::array<std::pair<double, const char*>, 4> prefixes{{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};
  for (const auto& [size, prefix] : prefixes)
    if (std::abs(value) >= size) return fmt::format("{:.4g}{}", value / size, prefix);
  return fmt::format("{:.4g}", value);
}

std::string table(const Table& t) {
  std::string out = "<div class=\"scroll\"><table><thead><tr>";
  for (const std::string& name : t.header) out += "<th scope=\"col\">" + escape(name) + "</th>";
  out += "</tr></thead><tbody>\n";
  for (const auto& row : t.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i)
      out += fmt::format("<{0}>{1}</{2}>", i == 0 ? "th scope=\"row\"" : "td", escape(row[i]), i == 0 ? "th" : "td");
    out += "</tr>\n";
  }
  out += "</tbody></table></div>";
  if (!t.note.empty()) out += "<p class=\"note\">" + escape(t.note) + "</p>";
  return out;
}

Table thinned(Table t, std::size_t most) {
  if (t.rows.size() <= most || most == 0) return t;
  const std::size_t all = t.rows.size(), step = (all + most - 1) / most;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < all; i += step, ++kept)
    if (kept != i) t.rows[kept] = std::move(t.rows[i]);
  t.rows.resize(kept);
  t.note = fmt::format("Every {}th of {} rows. ", step, count(static_cast<double>(all))) + t.note;
  return t;
}

std::string figures(const std::vector<Figure>& all) {
  std::string out;
  for (const Figure& f : all) out += figure(f);
  return out.empty() ? out : "<div class=\"figures\">\n" + out + "</div>\n";
}

std::string figure(const Figure& f) {
  std::string out = fmt::format("<figure{}>\n", f.wide ? " class=\"wide\"" : "");
  if (!f.title.empty()) out += "<h3>" + escape(f.title) + "</h3>\n";
  out += "<div class=\"drawing\">" + f.drawing + "</div>\n<figcaption>" + escape(f.caption) + "</figcaption>\n";
  if (!f.numbers.header.empty()) out += "<details><summary>Numbers</summary>\n" + table(f.numbers) + "</details>\n";
  return out + "</figure>\n";
}

}  // namespace cajal::analysis::report
