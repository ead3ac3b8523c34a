#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cajal::config {

/// What is wrong with an expression, and at which byte of its text. Thrown within this folder, where a diagnostic is
/// made of it; no message: it has been reported elsewhere.
struct Mistake {
  std::size_t at = 0;
  std::string message;
};

/// `, at character 5 of "2 * ?"`: where byte `at` of an expression stands.
std::string at_character(std::string_view text, std::size_t at);

/// Whether it is made of letters, digits and underscores and begins with no digit, as names in expressions are.
bool is_name(std::string_view text);

enum class Operation : unsigned char {
  // What an expression computes.
  negate,
  add,
  subtract,
  multiply,
  divide,
  power,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  square_root,
  exponential,
  logarithm,
  sine,
  cosine,
  hyperbolic_tangent,
  exponential_minus_one,
  logarithm_of_one_plus,
  sigmoid,
  relative_growth,  ///< (e^x - 1) / x
  absolute,
  minimum,
  maximum,
  floor,
  ceiling,
  round,
  choose,
  uniform,
  normal,
  // What it starts from.
  constant,
  variable,
  element,        ///< of a table, at a row and a column that are computed
  whole_element,  ///< of a table that is named as a whole: `W[i, j]`, or `W[i, 0]` where it has one column
  symbol,         ///< of a formula
};

/// `+`, `sqrt`: how an operation is written.
std::string_view symbol_of(Operation operation);

/// One node of a parsed text.
struct SyntaxNode {
  enum class Kind { number, unit, name, text, operation, call, element };
  Kind kind = Kind::number;
  std::size_t at = 0;  ///< byte of the text, from 0
  double number = 0;
  std::string name;  ///< of a unit, a name, a function, a table; what stands in quotes
  Operation operation = Operation::constant;
  std::vector<std::size_t> children;  ///< indices of nodes
};

/// The nodes of a text; children stand before their parents, the root is the last.
using Syntax = std::vector<SyntaxNode>;

/// The longest expression, in bytes, and how deep it may be nested.
inline constexpr std::size_t longest_expression = 10000;
inline constexpr int most_nested_expression = 100;

/// Parses what follows the `=` of `text`. From the weakest to the strongest: comparisons (one at most), `+ -`, `* /`,
/// the sign, `^` (from right to left), and a number with its unit: `1 / 2 ms` is 1 / (2 ms), `2 mV^2` is 2 (mV^2).
/// Throws Mistake.
Syntax parse_expression(std::string_view text);

}  // namespace cajal::config
