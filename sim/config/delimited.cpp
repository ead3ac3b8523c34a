#include "sim/config/delimited.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "sim/config/text.hpp"
#include "sim/error.hpp"
#include "sim/memory.hpp"

namespace cajal::config {

namespace {

struct Cell {
  std::string_view text;  ///< without spaces around it
  std::size_t column = 1;
};

constexpr std::string_view spaces = " \t\r";

Cell trimmed(std::string_view line, std::size_t begin, std::size_t end) {
  while (begin < end && spaces.find(line[begin]) != std::string_view::npos) ++begin;
  while (end > begin && spaces.find(line[end - 1]) != std::string_view::npos) --end;
  return {line.substr(begin, end - begin), begin + 1};
}

/// The end of the cell that begins at `begin`: a separator outside quotes, or the end of the line.
std::size_t end_of_cell(std::string_view line, std::size_t begin, char separator) {
  bool in_quotes = false;
  for (std::size_t i = begin; i < line.size(); ++i) {
    if (line[i] == '"') in_quotes = !in_quotes;
    if (in_quotes) continue;
    if (line[i] == separator || (separator == ' ' && line[i] == '\t')) return i;
  }
  return line.size();
}

void split(std::string_view line, char separator, std::vector<Cell>& cells) {
  cells.clear();
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = end_of_cell(line, begin, separator);
    const Cell cell = trimmed(line, begin, end);
    if (separator != ' ' || !cell.text.empty()) cells.push_back(cell);
    begin = end + 1;
  }
}

char separator_of(std::string_view line) {
  for (const char candidate : {',', ';', '\t'}) {
    if (end_of_cell(line, 0, candidate) < line.size()) return candidate;
  }
  return ' ';
}

std::optional<double> number_of(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) return {};
  return error == std::errc() ? number : HUGE_VAL;
}

std::string name_of(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    out += text[i];
    if (text[i] == '"' && text[i + 1] == '"') ++i;
  }
  return out;
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& path) : text_(text), path_(path) {
    if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
  }

  Delimited read() {
    if (!next_row()) throw DataError(path_, "holds no numbers");
    const std::size_t width = cells_.size();
    first_line_ = line_;
    const bool header = !std::any_of(cells_.begin() + (width > 1 ? 1 : 0), cells_.end(), is_number);
    if (header) {
      for (const Cell& cell : cells_) out_.column_names.push_back(name_of(cell.text));
      if (!next_row()) throw DataError(path_, "holds names, but no numbers");
    }
    const bool named = width > 1 && !is_number(cells_.front());
    if (named && header) out_.column_names.erase(out_.column_names.begin());
    out_.columns = width - (named ? 1 : 0);
    reserve();
    do {
      row(width, named);
    } while (next_row());
    return std::move(out_);
  }

 private:
  static bool is_number(const Cell& cell) { return number_of(cell.text).has_value(); }

  [[noreturn]] void fail(std::size_t column, const std::string& what) const {
    throw DataError(path_ + ':' + std::to_string(line_) + ':' + std::to_string(column), what);
  }

  /// Splits the next line with cells; false at the end of the text.
  bool next_row() {
    while (!text_.empty()) {
      const std::size_t end = std::min(text_.find('\n'), text_.size());
      const std::string_view line = text_.substr(0, end);
      text_.remove_prefix(std::min(end + 1, text_.size()));
      ++line_;
      const std::string_view content = trimmed(line, 0, line.size()).text;
      if (content.empty() || content.front() == '#') continue;
      if (separator_ == 0) separator_ = separator_of(line);
      split(line, separator_, cells_);
      return true;
    }
    return false;
  }

  void reserve() {
    // A number takes a digit and a separator at least.
    const std::size_t most = text_.size() / 2 + cells_.size();
    const double lines = static_cast<double>(std::count(text_.begin(), text_.end(), '\n')) + 2;
    const double count = std::min(static_cast<double>(most), lines * static_cast<double>(out_.columns));
    if (count * sizeof(double) > usable_memory())
      throw DataError(path_, "about " + bytes_text(count * sizeof(double)) + " of numbers; " +
                                 bytes_text(usable_memory()) + " of memory are there");
    out_.values.reserve(static_cast<std::size_t>(count));
  }

  void row(std::size_t width, bool named) {
    if (cells_.size() != width)
      fail(1, std::to_string(cells_.size()) + " cells, and " + std::to_string(width) + " in line " +
                  std::to_string(first_line_));
    if (named) out_.row_names.push_back(name_of(cells_.front().text));
    for (std::size_t i = named ? 1 : 0; i < width; ++i) {
      const std::optional<double> number = number_of(cells_[i].text);
      const std::string found = "found " + shortened(written_text(cells_[i].text.substr(0, 2 * longest_shown)));
      if (!number) fail(cells_[i].column, "expected a number, " + found);
      if (!std::isfinite(*number)) fail(cells_[i].column, "expected a finite number, " + found);
      out_.values.push_back(*number);
    }
    if (named && is_number(cells_.front()))
      fail(cells_.front().column, "expected a name, as in the rows above, found the number " + out_.row_names.back());
    ++out_.rows;
  }

  std::string_view text_;
  const std::string& path_;
  std::size_t line_ = 0, first_line_ = 0;
  char separator_ = 0;
  std::vector<Cell> cells_;
  Delimited out_;
};

}  // namespace

Delimited read_delimited(std::string_view text, const std::string& path) { return Reader(text, path).read(); }

}  // namespace cajal::config
