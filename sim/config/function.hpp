#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/config/syntax.hpp"
#include "sim/random.hpp"

namespace cajal::config {

/// A function of named plain numbers, in the language of expressions: `2 * x + 1`. It may use `i`, the number of the
/// row it is evaluated for, and `n`, how many there are; `uniform` and `normal` draw anew for each row.
class Function {
 public:
  /// Nothing, with `why` set, if the text is no such function of `inputs`.
  static std::optional<Function> parse(const std::string& text, std::vector<std::string> inputs, std::string& why);

  /// Whether it is a comparison: its values are 0 and 1.
  bool condition() const;

  /// One value for each row of `rows`, which is [row][input]; not finite where the function has no value there.
  std::vector<double> values(std::vector<double> rows, Draws& draws) const;

 private:
  Function(Syntax syntax, std::vector<std::string> inputs) : syntax_(std::move(syntax)), inputs_(std::move(inputs)) {}

  Syntax syntax_;
  std::vector<std::string> inputs_;
};

/// Why a function cannot have an input of this name; empty if it can.
std::string wrong_input_name(const std::string& name);

}  // namespace cajal::config
