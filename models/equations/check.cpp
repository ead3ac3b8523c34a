#include "models/equations/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace cajal {

namespace {

using config::Formula;
using config::Instruction;
using config::Operation;

bool compares(Operation operation) { return operation >= Operation::less && operation <= Operation::greater_equal; }

/// How a formula depends on what moves: not at all, linearly, or otherwise.
enum class Degree { none, linear, other };

Degree degree(const Formula& formula, const std::vector<Degree>& symbols) {
  std::vector<Degree> stack;
  for (const Instruction& instruction : formula.program()) {
    const Operation operation = instruction.operation;
    std::array<Degree, 3> of{};
    Degree most = Degree::none;
    for (std::size_t k = config::operands_of(operation); k-- > 0; stack.pop_back())
      most = std::max(most, of[k] = stack.back());
    const bool keeps = operation == Operation::add || operation == Operation::subtract ||
                       operation == Operation::negate ||
                       (operation == Operation::multiply && (of[0] == Degree::none || of[1] == Degree::none)) ||
                       (operation == Operation::divide && of[1] == Degree::none);
    if (operation == Operation::symbol)
      stack.push_back(symbols[instruction.symbol]);
    else
      stack.push_back(most == Degree::none || keeps ? most : Degree::other);
  }
  return stack.back();
}

/// Calls f with every formula of the model.
template <class F>
void each_formula(const ModelEquations& e, F&& f) {
  for (const ModelEquations::Part& part : e.parts) f(part.formula);
  for (const Formula& formula : e.derivative) f(formula);
  for (const auto& formula : e.reset)
    if (formula) f(*formula);
  for (const auto* formula : {&e.spiked, &e.hazard, &e.output})
    if (*formula) f(**formula);
}

/// At a name in a table of the model, or where the model stands if the name is not written there.
void error_at(const config::Table& model, const char* key, const std::string& name, const std::string& message) {
  const auto table = model.table(key);
  if (table && table->has(name))
    table->error(name, message);
  else
    model.error("", message);
}

}  // namespace

bool is_truth(const Formula& formula) {
  std::vector<bool> stack;
  for (const Instruction& instruction : formula.program()) {
    const Operation operation = instruction.operation;
    bool truth = compares(operation) && &instruction != &formula.program().back();
    const std::size_t count = config::operands_of(operation);
    for (std::size_t k = count; k-- > 0; stack.pop_back()) {
      const bool condition = operation == Operation::choose && k == 0;
      truth = truth || (stack.back() && !condition);
    }
    stack.push_back(truth);
  }
  return stack.back();
}

bool is_linear(const ModelEquations& e) {
  std::vector<Degree> symbols(e.state.size(), Degree::linear);
  symbols.resize(e.input_symbol(), Degree::none);
  symbols.push_back(Degree::linear);
  for (const ModelEquations::Part& part : e.parts) symbols.push_back(degree(part.formula, symbols));
  return std::all_of(e.derivative.begin(), e.derivative.end(),
                     [&](const Formula& formula) { return degree(formula, symbols) != Degree::other; });
}

void refuse_idle_names(const ModelEquations& e, const config::Table& table) {
  std::vector<bool> used(e.part_symbol(e.parts.size()), false);
  each_formula(e, [&](const Formula& formula) {
    for (const Instruction& instruction : formula.program())
      if (instruction.operation == Operation::symbol) used[instruction.symbol] = true;
  });
  for (std::size_t k = 0; k < e.parameters.size(); ++k)
    if (!used[e.parameter_symbol(k)] && e.refractory != k)
      error_at(table, "params", e.parameters[k].name, fmt::format("nothing uses `{}`", e.parameters[k].name));
  for (std::size_t k = 0; k < e.parts.size(); ++k)
    if (!used[e.part_symbol(k)])
      error_at(table, "let", e.parts[k].name, fmt::format("nothing uses `{}`", e.parts[k].name));
}

void bind_divisors(ModelEquations& e, const config::Table& table) {
  constexpr config::Range negative{-std::numeric_limits<double>::infinity(), 0, false, true};
  each_formula(e, [&](const Formula& formula) {
    const auto program = formula.program();
    for (std::size_t i = 1; i < program.size(); ++i) {
      // The operand on the right stands last: it is this symbol alone.
      if (program[i].operation != Operation::divide || program[i - 1].operation != Operation::symbol) continue;
      const std::size_t symbol = program[i - 1].symbol;
      if (symbol < e.parameter_symbol(0) || symbol >= e.input_symbol()) continue;
      ModelEquations::Number& parameter = e.parameters[symbol - e.parameter_symbol(0)];
      if (parameter.value == 0) error_at(table, "params", parameter.name, "cannot be 0: the equations divide by it");
      parameter.range = parameter.value < 0 ? negative : config::positive;
    }
  });
}

}  // namespace cajal
