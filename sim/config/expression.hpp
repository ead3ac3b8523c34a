#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/matrix.hpp"
#include "sim/config/syntax.hpp"
#include "sim/config/variables.hpp"
#include "sim/random.hpp"

namespace cajal::config {

/// One step of a stack machine: takes the operands of `operation` from the stack and puts its result there.
struct Instruction {
  Operation operation = Operation::constant;
  double number = 0;                       ///< of a constant, in base units
  Dimension dimension{};                   ///< of a constant
  Variable variable = Variable::i;         ///< of a variable
  std::shared_ptr<const Matrix> matrix{};  ///< of an element
  std::size_t symbol{};                    ///< of a symbol: which one of a formula's
};

/// From the smallest to the largest value.
using Interval = std::pair<double, double>;

/// An expression that has a value for each unit or synapse, checked: its names are known, its dimensions fit.
class Expression {
 public:
  /// The most instructions that an expression may have, with all that `[let]` puts in.
  static constexpr std::size_t most_instructions = 10000;

  Expression(std::vector<Instruction> program, Dimension dimension);

  const Dimension& dimension() const { return dimension_; }
  /// Each once, in the order of their first use.
  std::vector<Variable> variables() const;
  std::vector<std::shared_ptr<const Matrix>> matrices() const;
  /// Whether it draws random numbers.
  bool draws() const { return draws_; }
  /// Written so that it reads back, with `=`; constants stand where `[let]` had names.
  std::string text() const;

  /// `out.size()` values in base units. Every variable must have a column. What has no finite value is not finite here:
  /// also an element outside its table. Random numbers are drawn value after value, so that a row may be cut anywhere.
  void evaluate(const Columns& columns, Draws& draws, std::span<double> out) const;

  /// An interval that holds every value it can have, in base units; not always the smallest such.
  Interval bounds() const;

  /// Why a table that the expression names as a whole does not fit so many targets and sources; empty if all do.
  std::string misfit(std::size_t targets, std::size_t sources) const;

 private:
  void evaluate_block(const Columns& columns, Draws& draws, std::size_t first, std::span<double> out,
                      std::span<double> stack) const;

  std::vector<Instruction> program_;
  Dimension dimension_;
  std::size_t depth_ = 0;  ///< of the stack
  bool draws_ = false;
};

/// How many operands it takes from the stack.
std::size_t operands_of(Operation operation);

/// (e^x - 1) / x, which is 1 at 0.
double relative_growth(double x);

/// One operation on numbers; not for draws, nor for what takes no operands from the stack.
double computed(Operation operation, double a, double b = 0, double c = 0);

}  // namespace cajal::config
