#include "sim/config/formula.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/config/syntax.hpp"
#include "sim/config/text.hpp"
#include "sim/config/typing.hpp"

namespace cajal::config {

namespace {

constexpr std::array<std::string_view, 12> functions{"sqrt",  "exp",     "log",    "sin", "cos", "tanh",
                                                     "expm1", "sigmoid", "exprel", "abs", "min", "max"};

bool is_function(const std::string& name) {
  return name == "if" || std::find(functions.begin(), functions.end(), name) != functions.end();
}

std::vector<std::string> function_names() {
  std::vector<std::string> names(functions.begin(), functions.end());
  names.emplace_back("if");
  return names;
}

class Symbols : public Scope {
 public:
  explicit Symbols(std::span<const Symbol> symbols) : symbols_(symbols) {
    for (std::size_t k = 0; k < symbols.size(); ++k)
      terms_.push_back({symbols[k].dimension, {}, {{Operation::symbol, 0, {}, {}, {}, k}}});
  }

  const Term* value(const std::string& name) override {
    const auto found =
        std::find_if(symbols_.begin(), symbols_.end(), [&](const Symbol& symbol) { return symbol.name == name; });
    return found == symbols_.end() ? nullptr : &terms_[static_cast<std::size_t>(found - symbols_.begin())];
  }
  std::shared_ptr<const Matrix> matrix(const std::string&) override { return nullptr; }
  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (const Symbol& symbol : symbols_) names.push_back(symbol.name);
    return names;
  }

 private:
  std::span<const Symbol> symbols_;
  std::vector<Term> terms_;
};

/// Throws Mistake for a name that formulas do not know.
void check_name(const SyntaxNode& node, Symbols& symbols) {
  if (symbols.value(node.name) || node.name == "pi" || find_unit(node.name)) return;
  if (reserved_for(node.name) == "a function")
    throw Mistake{node.at, "unknown name " + shown(node.name) + "; a function has its arguments in parentheses"};
  if (node.name == "t") throw Mistake{node.at, "equations do not know the time"};
  std::vector<std::string> known = symbols.names();
  known.emplace_back("pi");
  throw Mistake{node.at, "unknown name " + shown(node.name) + alternatives(node.name, known, "known here")};
}

/// Throws Mistake for what the language has and formulas have not.
void check_node(const SyntaxNode& node, Symbols& symbols) {
  using Kind = SyntaxNode::Kind;
  switch (node.kind) {
    case Kind::name:
      return check_name(node, symbols);
    case Kind::unit:
      if (symbols.value(node.name))
        throw Mistake{node.at, shown(node.name) + " is no unit here but a name; a product is written with *"};
      return;
    case Kind::call:
      if (is_function(node.name)) return;
      if (reserved_for(node.name) == "a function")
        throw Mistake{node.at,
                      shown(node.name) + " is no part of equations; functions are: " + listed(function_names())};
      throw Mistake{
          node.at, "unknown function " + shown(node.name) + alternatives(node.name, function_names(), "functions are")};
    case Kind::element:
    case Kind::text:
      throw Mistake{node.at, "equations have no tables and no texts"};
    case Kind::operation:
      if (node.operation == Operation::equal || node.operation == Operation::not_equal)
        throw Mistake{node.at, "equations compare by <, <=, > and >= alone"};
      return;
    case Kind::number:
      return;
  }
}

}  // namespace

std::optional<Formula> Formula::parse(const std::string& text, std::span<const Symbol> symbols, std::string& why) {
  try {
    Symbols scope(symbols);
    const Syntax syntax = parse_expression(text);
    for (const SyntaxNode& node : syntax) check_node(node, scope);
    Term term = typed(syntax, scope);
    if (term.constant) term.program = {{Operation::constant, term.constant->base(), term.dimension, {}, {}}};
    return Formula(text, std::move(term.program), term.dimension);
  } catch (const Mistake& mistake) {
    why = mistake.message + at_character(text, mistake.at);
    return {};
  }
}

bool Formula::uses(std::size_t symbol) const {
  return std::any_of(program_.begin(), program_.end(), [&](const Instruction& instruction) {
    return instruction.operation == Operation::symbol && instruction.symbol == symbol;
  });
}

std::string wrong_symbol_name(const std::string& name) {
  if (!is_name(name)) return "a name in equations is made of letters, digits and underscores, found " + shown(name);
  if (name == "t" || name == "dt") return shown(name) + " is the time in equations; choose another name";
  if (name == "I") return "`I` is the input in equations; choose another name";
  const std::string reserved = reserved_for(name);
  const bool free =
      reserved.empty() || reserved == "a variable of units and synapses" || (reserved == "a unit" && name.size() == 1);
  return free ? "" : shown(name) + " is " + reserved + " in expressions; choose another name";
}

}  // namespace cajal::config
