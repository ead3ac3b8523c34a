#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/expression.hpp"
#include "sim/config/measure.hpp"
#include "sim/config/syntax.hpp"

namespace cajal::config {

/// A checked part of an expression: a constant, or a program that computes it for each unit or synapse.
struct Term {
  Dimension dimension{};
  std::optional<Measure> constant;
  std::vector<Instruction> program;  ///< where it is no constant
};

/// The names that an expression may use beside those of the language. A name that is there but is wrong itself is a
/// Mistake without a message: it is reported where it stands.
class Scope {
 public:
  virtual ~Scope() = default;
  /// The entry of `[let]`; nothing if there is none.
  virtual const Term* value(const std::string& name) = 0;
  /// The entry of `[table]`; nothing if there is none.
  virtual std::shared_ptr<const Matrix> matrix(const std::string& name) = 0;
  /// All names of both.
  virtual std::vector<std::string> names() const = 0;
};

/// Resolves the names, checks the dimensions and computes what is constant. Throws Mistake.
Term typed(const Syntax& syntax, Scope& scope);

/// What the language uses a name for, `a unit`; empty if it is free for entries of `[let]` and `[table]`.
std::string reserved_for(const std::string& name);

}  // namespace cajal::config
