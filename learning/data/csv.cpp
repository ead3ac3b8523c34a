#include "learning/data/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include "learning/data/byte_reader.hpp"
#include "learning/data/check_memory.hpp"
#include "learning/data/csv_line.hpp"
#include "sim/config/value.hpp"
#include "sim/error.hpp"

namespace cajal::data {

namespace {

/// Of a one-hot column: more is no column of categories.
constexpr std::size_t most_categories = 10000;

bool is_missing(std::string_view text) {
  return text.empty() || text == "?" || text == "NA" || text == "nan" || text == "NaN" || text == "NAN";
}

/// The number that all of `text` is, in the range of float; infinity for what is larger, nothing for anything else.
std::optional<double> number_of(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || text.empty()) return {};
  if (error == std::errc::result_out_of_range) return std::numeric_limits<double>::infinity();
  if (error != std::errc() || std::isnan(value)) return {};
  return std::fabs(value) > std::numeric_limits<float>::max() ? std::numeric_limits<double>::infinity() : value;
}

/// What stands in the target column, and where, until all of it is known.
struct Target {
  std::string text;
  int line = 0, column = 0;
};

/// The names in a one-hot column, numbered as they come.
struct Categories {
  std::map<std::string, std::size_t> number;

  double number_of(const std::string& name) {
    return static_cast<double>(number.emplace(name, number.size()).first->second);
  }
};

class CsvReader {
 public:
  CsvReader(const std::string& text, const std::string& name, const CsvOptions& options)
      : name_(name), options_(options), lines_(text) {
    d_.name = name;
  }

  Dataset read() {
    std::optional<std::string_view> line = lines_.next();
    if (!line) throw DataError(name_, "holds no data");
    delimiter_ = options_.delimiter.value_or(detect_delimiter(*line));
    begin(split_line(*line, delimiter_, where()));
    if (options_.header) line = lines_.next();
    for (; line; line = lines_.next()) add(split_line(*line, delimiter_, where()));
    if (targets_.empty()) throw DataError(name_, "holds a header and no data");
    d_.samples = targets_.size();
    if (std::find(d_.missing.begin(), d_.missing.end(), 1) == d_.missing.end()) d_.missing.clear();
    if (!options_.one_hot.empty()) spread_names();
    set_targets();
    d_.validate();
    return std::move(d_);
  }

 private:
  std::string where() const { return fmt::format("{}:{}", name_, lines_.number()); }
  [[noreturn]] void fail(int line, int column, const std::string& what) const {
    throw DataError(fmt::format("{}:{}:{}", name_, line, column), what);
  }
  std::string column_text(std::size_t i) const {
    return names_.empty() ? fmt::format("column {}", i) : fmt::format("column {} {}", i, quoted(names_[i]));
  }

  /// Learns the columns from the first line.
  void begin(const std::vector<CsvField>& first) {
    width_ = first.size();
    if (width_ < 2)
      fail(lines_.number(), 1,
           "holds one column; features and a target need two, parted by comma, semicolon, tab or blank");
    if (options_.header)
      for (const CsvField& field : first) names_.push_back(field.text);
    target_ = place(options_.target, "target");
    is_feature_.assign(width_, true);
    is_feature_[target_] = false;
    for (const CsvColumn& column : options_.ignore) ignore(column);
    categories_.resize(width_);
    for (const CsvColumn& column : options_.one_hot) categories_[named_column(column)].emplace();
    d_.features = static_cast<std::size_t>(std::count(is_feature_.begin(), is_feature_.end(), true));
    if (d_.features == 0) throw DataError(name_, "all columns but the target are ignored");
    d_.shape = {d_.features};
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (is_feature_[i]) d_.feature_names.push_back(names_[i]);
    if (options_.header && looks_like_a_sample())
      fail(lines_.number(), 1, "the header is all numbers; set header = false if this line is a sample");
  }

  void ignore(const CsvColumn& column) {
    const std::size_t at = place(column, "column to ignore");
    if (at == target_) throw DataError(name_, column_text(at) + " is the target and is to be ignored");
    is_feature_[at] = false;
  }

  std::size_t named_column(const CsvColumn& column) const {
    const std::size_t at = place(column, "column to make one-hot");
    if (!is_feature_[at]) throw DataError(name_, column_text(at) + " is to be one-hot and is no feature");
    return at;
  }

  /// Numbers, but not the 0, 1, 2, ... that some programs name columns by.
  bool looks_like_a_sample() const {
    bool counted = true;
    for (std::size_t i = 0; i < width_; ++i) {
      if (is_feature_[i] && (categories_[i] || !number_of(names_[i]))) return false;
      counted = counted && names_[i] == std::to_string(i);
    }
    return !counted;
  }

  std::size_t place(const CsvColumn& column, const char* role) const {
    if (const auto* index = std::get_if<std::int64_t>(&column)) {
      const auto width = static_cast<std::int64_t>(width_);
      if (*index < -width || *index >= width)
        throw DataError(name_, fmt::format("{} {} is none of its {} columns, allowed are {} to {}", role, *index, width,
                                           -width, width - 1));
      return static_cast<std::size_t>(*index < 0 ? *index + width : *index);
    }
    const auto& name = std::get<std::string>(column);
    if (names_.empty())
      throw DataError(name_,
                      fmt::format("{} {} is a name, but header = false; give its place, from 0", role, quoted(name)));
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) throw DataError(name_, fmt::format("holds no column {}{}", quoted(name), hint(name)));
    if (std::find(found + 1, names_.end(), name) != names_.end())
      throw DataError(name_, fmt::format("holds several columns {}; give a place, from 0", quoted(name)));
    return static_cast<std::size_t>(found - names_.begin());
  }

  std::string hint(const std::string& name) const {
    constexpr std::size_t most = 20;
    std::vector<std::string> shown;
    for (std::size_t i = 0; i < std::min(most, names_.size()); ++i) shown.push_back(quoted(names_[i]));
    const std::string near = config::nearest(name, names_);
    return fmt::format("{}; its columns are {}{}", near.empty() ? "" : "; did you mean " + quoted(near) + "?",
                       fmt::join(shown, ", "), names_.size() > most ? ", ..." : "");
  }

  void add(std::vector<CsvField> fields) {
    const int line = lines_.number();
    if (fields.size() != width_)
      fail(line, fields[std::min(fields.size() - 1, width_)].column,
           fmt::format("holds {} fields, the first line has {}", fields.size(), width_));
    for (std::size_t i = 0; i < width_; ++i)
      if (is_feature_[i]) add_feature(i, fields[i], line);
    CsvField& target = fields[target_];
    if (is_missing(target.text)) fail(line, target.column, column_text(target_) + ", the target, is missing");
    targets_.push_back({std::move(target.text), line, target.column});
  }

  void add_feature(std::size_t i, const CsvField& field, int line) {
    const bool missing = is_missing(field.text);
    if (missing && options_.missing == CsvOptions::Missing::refuse)
      fail(line, field.column,
           fmt::format("{} is {}; set missing = \"mean\" to fill it with the mean of the training samples",
                       column_text(i), field.text.empty() ? "empty" : quoted(field.text)));
    const auto value = [&] {
      if (categories_[i] && categories_[i]->number.size() > most_categories)
        fail(line, field.column, fmt::format("{} holds more than {} names", column_text(i), most_categories));
      if (categories_[i]) return categories_[i]->number_of(field.text);
      return finite(i, field.text, line, field.column);
    };
    d_.x.push_back(missing ? 0.0f : static_cast<float>(value()));
    if (options_.missing == CsvOptions::Missing::mean) d_.missing.push_back(missing);
  }

  double finite(std::size_t i, const std::string& text, int line, int column) const {
    const std::optional<double> value = number_of(text);
    if (!value)
      fail(line, column,
           fmt::format("{} is {}, not a number{}", column_text(i), quoted(text),
                       i == target_ ? "" : "; columns of names are listed in `one_hot` or in `ignore`"));
    if (!std::isfinite(*value))
      fail(line, column, fmt::format("{} is {}, outside of the range of a float", column_text(i), quoted(text)));
    return *value;
  }

  /// Puts as many features in the place of each column of names as it has names.
  void spread_names() {
    const std::size_t before = d_.features;
    std::vector<std::size_t> columns;   // [feature before]
    std::vector<const Categories*> of;  // [feature before]
    for (std::size_t i = 0; i < width_; ++i) {
      if (!is_feature_[i]) continue;
      columns.push_back(i);
      of.push_back(categories_[i] ? &*categories_[i] : nullptr);
    }
    std::vector<std::vector<std::size_t>> order(before);  // [feature before][number of the name]: its place when sorted
    std::vector<std::string> names;
    d_.features = 0;
    for (std::size_t f = 0; f < before; ++f) {
      const std::string own = d_.feature_names.empty() ? std::to_string(columns[f]) : d_.feature_names[f];
      if (!of[f]) names.push_back(own);
      if (of[f]) order[f].resize(of[f]->number.size());
      std::size_t next = 0;
      for (const auto& [name, number] : of[f] ? of[f]->number : std::map<std::string, std::size_t>{}) {
        names.push_back(own + "=" + name);
        order[f][number] = next++;
      }
      d_.features += of[f] ? next : 1;
    }
    if (d_.features == 0) throw DataError(name_, "its one-hot columns hold no names");
    check_memory(name_, fmt::format("{} samples of {} features", d_.samples, d_.features),
                 static_cast<double>(d_.samples) * static_cast<double>(d_.features) * (sizeof(float) + 1));
    const std::vector<float> x = std::move(d_.x);
    const std::vector<std::uint8_t> missing = std::move(d_.missing);
    d_.x.clear();
    d_.missing.clear();
    for (std::size_t k = 0; k < x.size(); ++k) {
      const auto& places = order[k % before];
      const bool is_missing = !missing.empty() && missing[k];
      const std::size_t wide = of[k % before] ? places.size() : 1;
      for (std::size_t p = 0; p < wide; ++p)
        d_.x.push_back(!of[k % before]                                              ? x[k]
                       : !is_missing && places[static_cast<std::size_t>(x[k])] == p ? 1.0f
                                                                                    : 0.0f);
      if (!missing.empty()) d_.missing.insert(d_.missing.end(), wide, is_missing);
    }
    d_.shape = {d_.features};
    d_.feature_names = std::move(names);
  }

  void set_targets() {
    bool numbers = true, whole = true;
    for (const Target& t : targets_) {
      const std::optional<double> value = number_of(t.text);
      numbers = numbers && value;
      whole = whole && value && *value == std::floor(*value);
    }
    const bool regression = options_.task == CsvOptions::Task::regression ||
                            (options_.task == CsvOptions::Task::automatic && numbers && !whole);
    if (regression) {
      d_.targets = 1;
      for (const Target& t : targets_) d_.y.push_back(static_cast<float>(finite(target_, t.text, t.line, t.column)));
    } else if (numbers) {
      set_classes([&](const Target& t) { return finite(target_, t.text, t.line, t.column); });
    } else {
      set_classes([](const Target& t) { return t.text; });
    }
  }

  /// Classes in the order of what `key` gives of a target, named as they are first written.
  template <class Key>
  void set_classes(Key key) {
    std::map<decltype(key(targets_[0])), std::pair<std::string, std::int32_t>> classes;
    for (const Target& t : targets_) classes.try_emplace(key(t), t.text, 0);
    if (classes.size() < 2)
      throw DataError(name_, fmt::format("{}, the target, holds one class only, {}", column_text(target_),
                                         quoted(targets_[0].text)));
    for (auto& [unused, entry] : classes) {
      entry.second = static_cast<std::int32_t>(d_.class_names.size());
      d_.class_names.push_back(entry.first);
    }
    d_.classes = classes.size();
    for (const Target& t : targets_) d_.label.push_back(classes.find(key(t))->second.second);
  }

  std::string name_;
  const CsvOptions& options_;
  CsvLines lines_;
  char delimiter_ = ',';
  std::size_t width_ = 0, target_ = 0;
  std::vector<std::string> names_;  ///< of all columns, empty without a header
  std::vector<bool> is_feature_;
  std::vector<std::optional<Categories>> categories_;  ///< of all columns, nothing for those of numbers
  std::vector<Target> targets_;
  Dataset d_;
};

}  // namespace

Dataset parse_csv(const std::string& text, const std::string& name, const CsvOptions& options) {
  return CsvReader(text, name, options).read();
}

Dataset read_csv(const std::string& path, const CsvOptions& options) {
  return parse_csv(read_text(path), path, options);
}

}  // namespace cajal::data
