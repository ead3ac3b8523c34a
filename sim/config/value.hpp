#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/error.hpp"

namespace cajal::config {

class Expression;
struct Matrix;

/// A config as a tree that remembers where each value was written and whether anything read it.
/// Tables keep the order of the source.
struct Value {
  enum class Kind { boolean, integer, real, text, array, table };

  Kind kind = Kind::table;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;
  std::vector<Value> items;                            ///< of an array
  std::vector<std::pair<std::string, Value>> members;  ///< of a table, in source order
  Position at;  ///< where it was written: of a member of a table the place of its key

  std::string source;                            ///< of the value of an expression: the expression, as it was written
  std::shared_ptr<const Expression> expression;  ///< of a text that has a value for each unit or synapse
  std::shared_ptr<const Matrix> matrix;          ///< of an entry of `[table]`: its numbers
  bool spent = false;  ///< of an entry of `[table]`: all that expressions took from it stands in other values already

  mutable bool used = false;                ///< a getter of Table has read it
  mutable std::vector<std::string> wanted;  ///< of a table: every key that a getter asked for, there or not

  // Out of line: what a pair with a Value needs of it must not be asked for while both are still being defined.
  Value();
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();

  bool is_number() const { return kind == Kind::integer || kind == Kind::real; }
  double number() const { return kind == Kind::integer ? static_cast<double>(integer) : real; }
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  /// Adds the member or replaces its value.
  Value& set(std::string_view key, Value value);
  /// How a person would write it in TOML on one line, shortened for messages: `"20 mV"`, `[1, 2]`, `{ kind = "lif" }`;
  /// the value of an expression with what it comes from: `"= g * J" (0.5 mV)`.
  std::string written() const;

  static Value of(std::string text, Position at);
  static Value of(const char* text, Position at) { return of(std::string(text), std::move(at)); }
  static Value of(int number, Position at) { return of(std::int64_t{number}, std::move(at)); }
  static Value of(double number, Position at);
  static Value of(std::int64_t number, Position at);
  static Value of(bool boolean, Position at);
  static Value table(Position at);
};

/// Reads a config: the file over what it `extends` (tables merge, lists and scalars replace), each learner over what it
/// `extends` (`"learner.Y"`, or a file, whose root is then the learner's tree without its `run.name`), then `overrides`
/// (`address=value`, the right side as TOML, else as text). A file is named relative to the one that names it.
/// Strings that begin with `=` are then replaced by their values (see resolve_expressions). `sweep` and `search` are
/// refused: they make many configs of one (see draft.hpp). Throws ConfigError (all errors at once; of a file that is
/// not TOML the first) and DataError (no such file).
Value read(const std::string& path, const std::vector<std::string>& overrides = {});

/// The same from text, for tests and for configs stored in results; `name` stands in messages.
Value parse(const std::string& text, const std::string& name, const std::vector<std::string>& overrides = {});

/// The whole tree as TOML text that `parse` reads back to the same tree, in the same order.
std::string write(const Value& root);

/// The nearest of `allowed` by Damerau-Levenshtein distance without regard to case (at most 2, or a third of the
/// length, and less than the length), else empty.
std::string nearest(std::string_view name, const std::vector<std::string>& allowed);

}  // namespace cajal::config
