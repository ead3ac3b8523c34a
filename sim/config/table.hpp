#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/dimension.hpp"
#include "sim/config/value.hpp"
#include "sim/config/variables.hpp"

namespace cajal::config {

/// Which numbers a key allows; the default allows every finite one.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;  ///< the low end itself is not allowed
  bool high_open = false;

  bool contains(double x) const { return (low_open ? x > low : x >= low) && (high_open ? x < high : x <= high); }
  /// `positive`, `at least 0`, `between 0 and 1 ms`, `any number`
  std::string text(std::string_view unit = {}) const;
};

inline constexpr Range any_number{};
inline constexpr Range positive{0, std::numeric_limits<double>::infinity(), true, false};
inline constexpr Range not_negative{0, std::numeric_limits<double>::infinity(), false, false};
inline constexpr Range fraction{0, 1, false, false};

/// A number or a distribution to draw from, in the unit asked for: `"1 ms"`, `{ uniform = ["0 ms", "10 ms"] }`,
/// `{ normal = [mean, sd] }`, `{ lognormal = [mu, sigma] }`, `{ lognormal = { mean = "1 mV", sd = "0.5 mV" } }`,
/// `{ exponential = mean }`; each with optional `min`, `max` and `clip`, which says what becomes of a draw outside:
/// `"bound"` moves it to the bound, `"redraw"` draws again until one is within. Or an array of numbers, one for each
/// element (`values`), or `{ npy = "file" }` (`file`), or an expression over what varies (`expression`).
/// `mu` and `sigma` are those of the logarithm of the value in the unit asked for, plain numbers. A distribution whose
/// draws could leave the allowed range is refused, unless `min` and `max` keep them in, and one that would be redrawn
/// more than 99 times of 100; `file` is as written. Values come from `draw_into`.
struct Quantity {
  enum class Kind { constant, uniform, normal, lognormal, exponential, values, file, expression };
  Kind kind = Kind::constant;
  double a = 0, b = 0;
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool redraw = false;
  std::vector<double> values;
  std::string path;
  std::shared_ptr<const Expression> expression;
  Range allowed{};      ///< of an expression: what its values must be
  Unit unit{};          ///< of an expression: the unit asked for
  std::string address;  ///< of an expression, for its errors
  Position at;

  bool constant() const { return kind == Kind::constant; }
};

/// A view of one table of a config. Every getter marks its key as used; what is wrong is added to the diagnostics and
/// the fallback returned, so that one pass over a config finds all its errors. Nothing here throws. A required getter
/// without a value returns one within its range (0 or 1 if those are), an empty text, or the first choice.
class Table {
 public:
  Table(const Value& value, std::string address, std::vector<Diagnostic>& diagnostics)
      : value_(&value), address_(std::move(address)), diagnostics_(&diagnostics) {}

  const std::string& address() const { return address_; }
  const Position& at() const { return value_->at; }
  const Value& value() const { return *value_; }
  std::vector<Diagnostic>& diagnostics() const { return *diagnostics_; }
  /// Where `key` stands, else where the table stands.
  Position at(std::string_view key) const;

  bool has(std::string_view key) const { return value_->find(key) != nullptr; }
  /// The value without marking it used.
  const Value* peek(std::string_view key) const { return value_->find(key); }
  /// The value, marked used with all below it.
  const Value* take(std::string_view key) const;
  /// Marks all below as used: after an error that leaves the rest unread, so that it is not reported as unknown too.
  void skip() const;
  /// All keys in source order.
  std::vector<std::string> keys() const;

  /// A physical quantity in `unit` (`""`: dimensionless, a bare number). A string is `"20 ms"`; a wrong dimension says
  /// so; a bare number for a quantity with a unit is an error that shows how to write it.
  double quantity(std::string_view key, std::string_view unit, double fallback, Range allowed = any_number) const;
  std::optional<double> quantity(std::string_view key, std::string_view unit, Range allowed = any_number) const;
  double required_quantity(std::string_view key, std::string_view unit, Range allowed = any_number) const;
  /// A quantity or a distribution, see Quantity. An expression may use the variables that the caller knows.
  Quantity distribution(std::string_view key, std::string_view unit, double fallback, Range allowed = any_number,
                        VariableSet known = {}) const;

  double number(std::string_view key, double fallback, Range allowed = any_number) const {
    return quantity(key, "", fallback, allowed);
  }
  std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t low, std::int64_t high) const;
  std::int64_t required_integer(std::string_view key, std::int64_t low, std::int64_t high) const;
  bool boolean(std::string_view key, bool fallback) const;
  std::string text(std::string_view key, std::string_view fallback) const;
  std::string required_text(std::string_view key) const;
  /// One of `allowed`; another name gets the nearest one in its message.
  std::string choice(std::string_view key, const std::vector<std::string>& allowed, std::string_view fallback) const;
  std::string required_choice(std::string_view key, const std::vector<std::string>& allowed) const;
  /// A text or an array of texts.
  std::vector<std::string> texts(std::string_view key, std::vector<std::string> fallback = {}) const;
  std::vector<double> numbers(std::string_view key, std::string_view unit, std::vector<double> fallback = {}) const;

  /// The table at `key`; nothing if absent (an error if it is something else).
  std::optional<Table> table(std::string_view key) const;
  /// All members of the table at `key` that are tables, in source order (others are errors).
  std::vector<std::pair<std::string, Table>> tables(std::string_view key) const;
  /// The array of tables at `key`.
  std::vector<Table> list(std::string_view key) const;
  /// `"name"` or `{ kind = "name", ... }`: the name and the table of its options (an empty one for the short form).
  /// Nothing if absent or, with an error, if it is neither.
  std::optional<std::pair<std::string, Table>> named(std::string_view key, std::string_view kind = "kind") const;

  /// Adds an error at `key`, or at the table if there is no such key.
  void error(std::string_view key, std::string message) const;

  /// Adds an error for each member that nothing read, here and below, with what the getters asked for there as allowed;
  /// `known` are further names that this table allows.
  void refuse_unused(const std::vector<std::string>& known = {}) const;

 private:
  const Value* value_;
  std::string address_;
  std::vector<Diagnostic>* diagnostics_;

  const Value* want(std::string_view key) const;
  std::optional<double> read(const Value& value, const std::string& address, std::string_view unit,
                             Range allowed) const;
  std::optional<std::string> read_text(const Value& value, const std::string& address) const;
  /// Of a table with the keys of a distribution, `address_` its own; nothing, with an error, if it is none.
  std::optional<Quantity> read_distribution(std::string_view unit, Range allowed) const;
  /// The two parameters of a distribution, set in `quantity`; false, with errors, if they are wrong.
  bool read_parameters(const std::string& key, std::string_view unit, Quantity& quantity) const;
  bool read_clip(std::string_view unit, Quantity& quantity) const;
  /// Why an expression does not fit here; empty if it does.
  std::string refusal(const Value& value, std::string_view unit, VariableSet known, Range allowed) const;
  std::optional<std::vector<double>> read_list(const Value& list, const std::string& address, std::string_view unit,
                                               Range allowed) const;
  std::optional<std::int64_t> read_integer(std::string_view key, std::int64_t low, std::int64_t high) const;
  void report(const Value& value, std::string address, std::string message) const;
  void missing(std::string_view key, const std::string& what) const;
};

/// `"20 ms"` in `unit`; the dimension must fit. Nothing, with `why` set, if it is not such a quantity. A unit is a
/// product or quotient of named ones, from left to right: `mV/ms`, `pA*ms`, `1/s`. Rounded once where units differ by
/// powers of ten.
std::optional<double> parse_quantity(std::string_view text, std::string_view unit, std::string& why);

/// What a unit measures: `ms` -> `time`, `mV` -> `voltage`, `` -> `plain number`; empty for what is no unit.
std::string dimension_of(std::string_view unit);

/// Throws ConfigError if there are diagnostics: sorted by position, each once, at most 100 and then how many more.
void raise(std::vector<Diagnostic> diagnostics);

}  // namespace cajal::config
