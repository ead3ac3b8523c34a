#include "analysis/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

constexpr std::string_view indent = "  ";
constexpr std::size_t widest_name = 30, widest_learner = 16, gap = 2;

struct Signs {
  std::string_view plus_minus, dash, to, cut;
};
constexpr Signs utf8_signs{"±", "–", "–", "…"};
constexpr Signs ascii_signs{"+-", "-", "-", "~"};

/// A cell as it is printed, the mark of the best apart.
struct Printed {
  std::string value, interval;
  bool best = false;
};

struct Column {
  std::string name;
  std::vector<Printed> cells;  ///< [row]
  std::size_t width = 0;
};

bool continues(unsigned char byte) { return (byte & 0xC0) == 0x80; }

/// Number of characters of valid UTF-8.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

/// Bytes of the UTF-8 character at the start of the text; 0 if there is none, or a control character.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return byte(0) >= 0x20 && byte(0) != 0x7F;
  const std::size_t size = byte(0) >= 0xC2 && byte(0) < 0xE0   ? 2
                           : byte(0) >= 0xE0 && byte(0) < 0xF0 ? 3
                           : byte(0) >= 0xF0 && byte(0) < 0xF5 ? 4
                                                               : 0;
  if (size == 0 || size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if (!continues(byte(i))) return 0;
  const bool c1_control = byte(0) == 0xC2 && byte(1) < 0xA0;
  return c1_control ? 0 : size;
}

/// The text without what a terminal cannot show, at most `width` characters.
std::string shown(std::string_view text, std::size_t width, const TableStyle& style) {
  std::vector<std::string> characters;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const bool unknown = size == 0 || (style.ascii && size > 1);
    characters.emplace_back(unknown ? std::string("?") : std::string(text.substr(0, size)));
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  if (characters.size() > width) {
    characters.resize(width);
    characters.back() = style.ascii ? ascii_signs.cut : utf8_signs.cut;
  }
  std::string out;
  for (const std::string& character : characters) out += character;
  return out;
}

std::string grouped(double number) {
  std::string digits = fmt::format("{:.0f}", number);
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  for (std::size_t i = digits.size(); i > first + 3;) digits.insert(i -= 3, 1, ',');
  return digits;
}

std::string printed(double number, const Row& row) {
  if (!std::isfinite(number)) return fmt::format("{}", number);
  // Digits beyond these say nothing and do not fit.
  const bool long_number = std::abs(number) >= 1e9;
  switch (row.format) {
    case Row::Format::percent:
      return fmt::format("{:.{}f}", 100 * number, row.decimals);
    case Row::Format::count:
      return long_number ? fmt::format("{:.3e}", number) : grouped(number);
    case Row::Format::fixed:
      return long_number ? fmt::format("{:.3e}", number) : fmt::format("{:.{}f}", number, row.decimals);
    case Row::Format::significant:
      break;
  }
  return std::abs(number) >= 1e4 && !long_number ? grouped(number) : fmt::format("{:.4g}", number);
}

Printed print(const std::optional<Cell>& cell, const Row& row, const Signs& signs) {
  if (!cell) return {std::string(signs.dash), "", false};
  Printed out{printed(cell->value, row), "", false};
  if (cell->deviation) out.value += fmt::format(" {}{}", signs.plus_minus, printed(*cell->deviation, row));
  if (cell->low && cell->high)
    out.interval = fmt::format("{}{}{}", printed(*cell->low, row), signs.to, printed(*cell->high, row));
  return out;
}

/// Marks the best values of a row: which are equal is decided as they print, so that no mark rests on unseen digits.
void mark_best(const Row& row, std::size_t index, std::vector<Column>& columns) {
  if (row.better == Row::Better::none) return;
  std::optional<double> best;
  for (const auto& cell : row.values) {
    if (!cell || std::isnan(cell->value)) continue;
    const bool better = !best || (row.better == Row::Better::higher ? cell->value > *best : cell->value < *best);
    if (better) best = cell->value;
  }
  if (!best) return;
  const std::string text = printed(*best, row);
  const auto is_best = [&](const std::optional<Cell>& cell) { return cell && printed(cell->value, row) == text; };
  const auto compared =
      std::count_if(row.values.begin(), row.values.end(), [](const auto& cell) { return cell.has_value(); });
  if (std::count_if(row.values.begin(), row.values.end(), is_best) == compared) return;
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i].cells[index].best = is_best(row.values[i]);
}

/// The name and unit of a row, broken at spaces into lines of at most `widest_name`; further lines are indented.
std::vector<std::string> name_lines(const Row& row, const TableStyle& style) {
  const std::string unit = row.format == Row::Format::percent ? "%" : row.unit;
  std::string rest = unit.empty() ? row.name : row.name + " (" + unit + ")";
  std::vector<std::string> lines = {""};
  while (!rest.empty()) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string word = shown(rest.substr(0, space), widest_name - indent.size(), style);
    rest.erase(0, space + 1);
    if (columns_of(lines.back()) + 1 + columns_of(word) > widest_name && !lines.back().empty())
      lines.push_back(std::string(indent) + word);
    else
      lines.back() += (lines.back().empty() ? "" : " ") + word;
  }
  return lines;
}

void check(const Comparison& comparison) {
  for (const Row& row : comparison.rows) {
    if (row.values.size() != comparison.columns.size())
      throw Error(fmt::format("table: row {} has {} values for {} columns", row.name, row.values.size(),
                              comparison.columns.size()));
    if (row.decimals < 0 || row.decimals > 17)
      throw Error(fmt::format("table: row {} has {} decimals, allowed are 0 to 17", row.name, row.decimals));
  }
}

std::vector<Column> print_columns(const Comparison& comparison, const TableStyle& style) {
  const Signs& signs = style.ascii ? ascii_signs : utf8_signs;
  std::vector<Column> columns;
  for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
    columns.push_back({shown(comparison.columns[i], widest_learner, style), {}, 0});
    for (const Row& row : comparison.rows) columns.back().cells.push_back(print(row.values[i], row, signs));
  }
  for (std::size_t r = 0; r < comparison.rows.size(); ++r) mark_best(comparison.rows[r], r, columns);
  for (Column& column : columns) {
    column.width = columns_of(column.name);
    for (const Printed& cell : column.cells)
      column.width = std::max({column.width, columns_of(cell.value), columns_of(cell.interval)});
  }
  return columns;
}

void append_left(std::string& line, std::string_view text, std::size_t width) {
  line.append(text);
  line.append(width - columns_of(text), ' ');
}

/// Right-aligned, followed by the mark's place.
void append_right(std::string& line, std::string_view text, std::size_t width, char mark = ' ') {
  line.append(gap + width - columns_of(text), ' ');
  line.append(text);
  line += mark;
}

void append_line(std::string& out, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + '\n';
}

/// The lines of a row: values beside its name, then the rest of the name, then intervals if there are any.
void append_row(std::string& out, const std::vector<std::string>& name, const std::string& interval_name,
                std::size_t name_width, std::span<const Column> columns, std::size_t row) {
  std::string values, intervals;
  append_left(values, name.front(), name_width);
  append_left(intervals, interval_name, name_width);
  bool has_intervals = false;
  for (const Column& column : columns) {
    const Printed& cell = column.cells[row];
    append_right(values, cell.value, column.width, cell.best ? '*' : ' ');
    append_right(intervals, cell.interval, column.width);
    has_intervals |= !cell.interval.empty();
  }
  append_line(out, values);
  for (std::size_t i = 1; i < name.size(); ++i) append_line(out, name[i]);
  if (has_intervals) append_line(out, intervals);
}

/// How many of the columns fit beside the names; at least one.
std::size_t fitting(std::span<const Column> columns, std::size_t name_width, std::size_t width) {
  std::size_t count = 0, used = name_width;
  for (const Column& column : columns) {
    used += gap + column.width + 1;
    if (used > width && count > 0) break;
    ++count;
  }
  return count;
}

}  // namespace

std::string table_text(const Comparison& comparison, const TableStyle& style) {
  check(comparison);
  const std::vector<Column> columns = print_columns(comparison, style);
  std::vector<std::vector<std::string>> names;
  std::vector<std::string> interval_names;
  std::size_t name_width = 0;
  for (const Row& row : comparison.rows) {
    names.push_back(name_lines(row, style));
    interval_names.push_back(std::string(indent) + shown(row.interval_name, widest_name - indent.size(), style));
    for (const std::string& line : names.back()) name_width = std::max(name_width, columns_of(line));
    name_width = std::max(name_width, columns_of(interval_names.back()));
  }
  std::string out;
  for (std::span<const Column> rest = columns; !rest.empty();) {
    const auto block = rest.first(fitting(rest, name_width, style.width));
    if (rest.size() < columns.size()) out += '\n';
    std::string header(name_width, ' ');
    for (const Column& column : block) append_right(header, column.name, column.width);
    append_line(out, header);
    for (std::size_t r = 0; r < names.size(); ++r) append_row(out, names[r], interval_names[r], name_width, block, r);
    rest = rest.subspan(block.size());
  }
  return out;
}

}  // namespace cajal::analysis
