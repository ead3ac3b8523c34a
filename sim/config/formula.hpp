#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/config/expression.hpp"

namespace cajal::config {

/// A named quantity of a formula: a variable, a parameter.
struct Symbol {
  std::string name;
  Dimension dimension{};
};

/// An expression over named quantities whose values are not known yet, in the language of expressions, checked: the
/// names are known and the dimensions fit. What has no derivative (rounding, draws, `==`) is no part of it.
class Formula {
 public:
  /// Nothing, with `why` set, if the text is no formula of these symbols.
  static std::optional<Formula> parse(const std::string& text, std::span<const Symbol> symbols, std::string& why);

  const Dimension& dimension() const { return dimension_; }
  /// In base units. An instruction `symbol` stands for the symbol of that number.
  std::span<const Instruction> program() const { return program_; }
  /// As it was written.
  const std::string& text() const { return text_; }
  bool uses(std::size_t symbol) const;

 private:
  Formula(std::string text, std::vector<Instruction> program, Dimension dimension)
      : text_(std::move(text)), program_(std::move(program)), dimension_(dimension) {}

  std::string text_;
  std::vector<Instruction> program_;
  Dimension dimension_;
};

/// Why a symbol cannot have this name; empty if it can. It may hide a unit of one letter: `V`, `m`.
std::string wrong_symbol_name(const std::string& name);

}  // namespace cajal::config
