#include "sim/config/expression.hpp"
#include "sim/config/measure.hpp"
#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

/// How strongly an operation binds, see parse_expression. A quantity counts as the product that it is.
enum Strength { comparing = 1, adding, multiplying, negating, raising, alone };

/// A part of the text, and how strongly it holds together.
struct Piece {
  std::string text;
  int strength = alone;
};

int strength_of(Operation operation) {
  switch (operation) {
    case Operation::negate:
      return negating;
    case Operation::add:
    case Operation::subtract:
      return adding;
    case Operation::multiply:
    case Operation::divide:
      return multiplying;
    case Operation::power:
      return raising;
    case Operation::less:
    case Operation::less_equal:
    case Operation::greater:
    case Operation::greater_equal:
    case Operation::equal:
    case Operation::not_equal:
      return comparing;
    default:
      return alone;
  }
}

std::string held(const Piece& piece, int needed) {
  return piece.strength < needed ? '(' + piece.text + ')' : piece.text;
}

Piece constant(const Instruction& instruction) {
  const std::string number = written_number(instruction.number);
  std::string factors = base_factors(instruction.dimension);
  if (factors.empty()) return {number, instruction.number < 0 ? negating : alone};
  if (factors[0] == '*') factors[0] = ' ';
  return {number + factors, multiplying};
}

/// `name(a, b)` or `name[a, b]` of the topmost pieces, which are taken.
std::string with_arguments(const std::string& name, const char* brackets, std::vector<Piece>& pieces,
                           std::size_t count) {
  std::string out = name + brackets[0];
  for (std::size_t i = pieces.size() - count; i < pieces.size(); ++i)
    out += (i + count > pieces.size() ? ", " : "") + pieces[i].text;
  pieces.resize(pieces.size() - count);
  return out + brackets[1];
}

Piece written(const Instruction& instruction, std::vector<Piece>& pieces) {
  const Operation operation = instruction.operation;
  const int strength = strength_of(operation);
  const std::string symbol(symbol_of(operation));
  if (operation == Operation::constant) return constant(instruction);
  if (operation == Operation::variable)
    return {std::string(variables[static_cast<std::size_t>(instruction.variable)].name), alone};
  if (operation == Operation::whole_element) return {instruction.matrix->name, alone};
  if (operation == Operation::element) return {with_arguments(instruction.matrix->name, "[]", pieces, 2), alone};
  if (strength == alone) return {with_arguments(symbol, "()", pieces, operands_of(operation)), alone};
  Piece right = std::move(pieces.back());
  pieces.pop_back();
  if (operation == Operation::negate) return {'-' + held(right, strength), strength};
  Piece left = std::move(pieces.back());
  pieces.pop_back();
  const bool is_power = operation == Operation::power;
  const bool is_comparison = strength == comparing;
  std::string out = held(left, is_power || is_comparison ? strength + 1 : strength);
  out += is_power ? symbol : ' ' + symbol + ' ';
  out += held(right, is_power ? int{negating} : strength + 1);
  return {std::move(out), strength};
}

}  // namespace

std::string Expression::text() const {
  std::vector<Piece> pieces;
  for (const Instruction& instruction : program_) {
    Piece piece = written(instruction, pieces);
    pieces.push_back(std::move(piece));
  }
  return "= " + pieces.back().text;
}

}  // namespace cajal::config
