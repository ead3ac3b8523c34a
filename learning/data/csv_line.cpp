#include "learning/data/csv_line.hpp"

#include <fmt/format.h>

#include "sim/config/value.hpp"
#include "sim/error.hpp"

namespace cajal::data {

namespace {

bool blank(char c) { return c == ' ' || c == '\t'; }

std::size_t skip_blanks(std::string_view line, std::size_t at, char delimiter) {
  while (at < line.size() && blank(line[at]) && (delimiter == ' ' || line[at] != delimiter)) ++at;
  return at;
}

bool parts(char c, char delimiter) { return delimiter == ' ' ? blank(c) : c == delimiter; }

/// Reads the quoted field that begins at `at`, returns where it ends.
std::size_t read_quoted(std::string_view line, std::size_t at, const std::string& where, std::string& out) {
  const std::size_t open = at++;
  for (; at < line.size(); ++at) {
    if (line[at] != '"') {
      out += line[at];
    } else if (at + 1 < line.size() && line[at + 1] == '"') {
      out += line[at++];
    } else {
      return at + 1;
    }
  }
  throw DataError(fmt::format("{}:{}", where, open + 1), "a quote is opened here and not closed on this line");
}

std::size_t read_plain(std::string_view line, std::size_t at, char delimiter, std::string& out) {
  const std::size_t begin = at;
  while (at < line.size() && !parts(line[at], delimiter)) ++at;
  std::size_t end = at;
  while (end > begin && blank(line[end - 1])) --end;
  out = line.substr(begin, end - begin);
  return at;
}

}  // namespace

char detect_delimiter(std::string_view line) {
  bool inside = false, tab = false, semicolon = false, comma = false, space = false;
  for (char c : line) {
    if (c == '"') inside = !inside;
    if (inside) continue;
    tab |= c == '\t';
    semicolon |= c == ';';
    comma |= c == ',';
    space |= c == ' ';
  }
  return tab ? '\t' : semicolon ? ';' : comma || !space ? ',' : ' ';
}

std::vector<CsvField> split_line(std::string_view line, char delimiter, const std::string& where) {
  if (delimiter == ' ')
    while (!line.empty() && blank(line.back())) line.remove_suffix(1);
  std::vector<CsvField> fields;
  for (std::size_t at = 0;;) {
    at = skip_blanks(line, at, delimiter);
    CsvField& field = fields.emplace_back();
    field.column = static_cast<int>(at) + 1;
    const bool in_quotes = at < line.size() && line[at] == '"';
    at = in_quotes ? read_quoted(line, at, where, field.text) : read_plain(line, at, delimiter, field.text);
    const std::size_t after = at;
    if (delimiter != ' ') at = skip_blanks(line, at, delimiter);
    if (at == line.size()) return fields;
    if (!parts(line[at], delimiter))
      throw DataError(fmt::format("{}:{}", where, after + 1), "text follows a closing quote");
    ++at;
  }
}

CsvLines::CsvLines(std::string_view text) : rest_(text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
}

std::optional<std::string_view> CsvLines::next() {
  while (!rest_.empty()) {
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++number_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t first = line.find_first_not_of(" \t");
    if (first != std::string_view::npos && line[first] != '#') return line;
  }
  return {};
}

std::string quoted(std::string_view field) { return config::Value::of(std::string(field), {}).written(); }

}  // namespace cajal::data
