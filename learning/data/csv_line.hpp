#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cajal::data {

struct CsvField {
  std::string text;  ///< without quotes and the blanks around it
  int column = 1;    ///< of its first character in the line, from 1
};

/// Comma, semicolon, tab or blanks: the first of tab, semicolon and comma that stands outside quotes, else blanks if
/// there are any, else comma.
char detect_delimiter(std::string_view line);

/// The fields of a line; with `delimiter` a blank, any run of blanks and tabs parts two fields. Quotes are `"`, doubled
/// within. `where` is the file and line for the DataError about a bad quote.
std::vector<CsvField> split_line(std::string_view line, char delimiter, const std::string& where);

/// The lines of a text one after another, without those that are empty or begin with `#`.
class CsvLines {
 public:
  explicit CsvLines(std::string_view text);
  /// Nothing at the end.
  std::optional<std::string_view> next();
  /// Of the line that `next` gave last, from 1.
  int number() const { return number_; }

 private:
  std::string_view rest_;
  int number_ = 0;
};

/// A field as it may stand in a message: in quotes, short, printable.
std::string quoted(std::string_view field);

}  // namespace cajal::data
