#include "sim/config/typing.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

/// How the dimensions of a function's arguments and its result belong together.
enum class Rule { plain, same, root, choice };

struct Function {
  Operation operation;
  std::size_t least, most;  ///< arguments
  Rule rule;
};

constexpr std::size_t many = 100;

constexpr Function functions[] = {
    {Operation::square_root, 1, 1, Rule::root},
    {Operation::exponential, 1, 1, Rule::plain},
    {Operation::logarithm, 1, 1, Rule::plain},
    {Operation::sine, 1, 1, Rule::plain},
    {Operation::cosine, 1, 1, Rule::plain},
    {Operation::hyperbolic_tangent, 1, 1, Rule::plain},
    {Operation::exponential_minus_one, 1, 1, Rule::plain},
    {Operation::logarithm_of_one_plus, 1, 1, Rule::plain},
    {Operation::sigmoid, 1, 1, Rule::plain},
    {Operation::relative_growth, 1, 1, Rule::plain},
    {Operation::absolute, 1, 1, Rule::same},
    {Operation::minimum, 2, many, Rule::same},
    {Operation::maximum, 2, many, Rule::same},
    {Operation::floor, 1, 1, Rule::plain},
    {Operation::ceiling, 1, 1, Rule::plain},
    {Operation::round, 1, 1, Rule::plain},
    {Operation::choose, 3, 3, Rule::choice},
    {Operation::uniform, 2, 2, Rule::same},
    {Operation::normal, 2, 2, Rule::same},
};

const Function* find_function(const std::string& name) {
  for (const Function& function : functions) {
    if (symbol_of(function.operation) == name) return &function;
  }
  return nullptr;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const Function& function : functions) names.emplace_back(symbol_of(function.operation));
  names.insert(names.end(), {"rows", "columns"});
  return names;
}

std::optional<Variable> find_variable(const std::string& name) {
  for (std::size_t v = 0; v < variables.size(); ++v) {
    if (variables[v].name == name) return static_cast<Variable>(v);
  }
  return {};
}

bool is_comparison(Operation operation) { return operation >= Operation::less && operation <= Operation::not_equal; }

bool draws(Operation operation) { return operation == Operation::uniform || operation == Operation::normal; }

/// `a voltage and a time cannot be added`
std::string cannot(Operation operation, const Dimension& a, const Dimension& b) {
  const std::string pair = one_of(a) + " and " + one_of(b) + " cannot be ";
  if (operation == Operation::add) return pair + "added";
  if (operation == Operation::subtract) return one_of(b) + " cannot be subtracted from " + one_of(a);
  if (is_comparison(operation)) return pair + "compared";
  return pair + "put together in `" + std::string(symbol_of(operation)) + '`';
}

class Typing {
 public:
  Typing(const Syntax& syntax, Scope& scope) : syntax_(syntax), scope_(scope), terms_(syntax.size()) {}

  Term type() {
    for (std::size_t i = 0; i < syntax_.size(); ++i) {
      if (!is_argument_by_name(i)) terms_[i] = term_of(syntax_[i]);
      if (terms_[i].constant && !std::isfinite(terms_[i].constant->base()))
        throw Mistake{syntax_[i].at,
                      "this gives " + written_number(terms_[i].constant->base()) + ", which is not a finite number"};
      require_size(i);
    }
    require_number(syntax_.size() - 1);
    return std::move(terms_[syntax_.size() - 1]);
  }

 private:
  using Kind = SyntaxNode::Kind;

  /// Whether the node is the table in `rows(W)`, or a name in quotes: it has no value of its own.
  bool is_argument_by_name(std::size_t index) const {
    if (syntax_[index].kind == Kind::text) return true;
    if (syntax_[index].kind != Kind::name || index + 1 >= syntax_.size()) return false;
    const SyntaxNode& parent = syntax_[index + 1];
    return parent.kind == Kind::call && (parent.name == "rows" || parent.name == "columns") &&
           parent.children.size() == 1;
  }

  void require_size(std::size_t index) const {
    if (terms_[index].program.size() > Expression::most_instructions)
      throw Mistake{syntax_[index].at, "with all that `let` puts in, this expression is too long"};
    for (const int exponent : terms_[index].dimension) {
      if (std::abs(exponent) > 100) throw Mistake{syntax_[index].at, "no quantity has such a dimension"};
    }
  }

  void require_number(std::size_t index) const {
    if (syntax_[index].kind == Kind::text)
      throw Mistake{syntax_[index].at, "a text only names a row or a column of a table, like P[\"E\", \"I\"]"};
  }

  static Term constant(const Measure& measure) { return {measure.dimension, measure, {}}; }

  Term term_of(const SyntaxNode& node) {
    for (const std::size_t child : node.children) {
      if (node.kind != Kind::element) require_number(child);
    }
    switch (node.kind) {
      case Kind::number:
        return constant({node.number, 0, plain_number});
      case Kind::unit:
        return unit(node);
      case Kind::operation:
        return node.children.size() == 1 ? negated(node) : combined(node, node.operation, node.children);
      case Kind::call:
        return call(node);
      case Kind::element:
        return element(node);
      default:
        return name(node);
    }
  }

  Term unit(const SyntaxNode& node) const {
    const std::optional<Unit> unit = find_unit(node.name);
    if (!unit) throw Mistake{node.at, "there is no unit " + shown(node.name) + "; a product is written with *"};
    return constant({unit->factor, unit->exponent, unit->dimension});
  }

  Term name(const SyntaxNode& node) {
    if (const Term* term = scope_.value(node.name)) return *term;
    if (std::shared_ptr<const Matrix> matrix = scope_.matrix(node.name)) {
      Instruction whole{Operation::whole_element, 0, {}, {}, std::move(matrix)};
      const Dimension dimension = whole.matrix->dimension;
      return {dimension, {}, {std::move(whole)}};
    }
    if (node.name == "pi") return constant({std::numbers::pi, 0, plain_number});
    if (const auto variable = find_variable(node.name)) {
      const Dimension& dimension = variables[static_cast<std::size_t>(*variable)].dimension;
      return {dimension, {}, {{Operation::variable, 0, {}, *variable, {}}}};
    }
    if (find_unit(node.name)) return unit(node);
    std::vector<std::string> known = scope_.names();
    for (const VariableEntry& variable : variables) known.emplace_back(variable.name);
    known.emplace_back("pi");
    const std::string call = find_function(node.name) ? "; a function has its arguments in parentheses" : "";
    throw Mistake{node.at, "unknown name " + shown(node.name) +
                               (call.empty() ? alternatives(node.name, known, "known here") : call)};
  }

  /// The program of a term, that of a constant too, taken from it.
  static std::vector<Instruction> program_of(Term&& term) {
    if (!term.constant) return std::move(term.program);
    return {{Operation::constant, term.constant->base(), term.dimension, {}, {}}};
  }

  /// Takes the terms at `children` and puts `operation` behind them.
  Term programmed(Operation operation, const std::vector<std::size_t>& children, const Dimension& dimension,
                  std::shared_ptr<const Matrix> matrix = {}) {
    std::vector<Instruction> program = program_of(std::move(terms_[children.front()]));
    for (std::size_t i = 1; i < children.size(); ++i) {
      std::vector<Instruction> more = program_of(std::move(terms_[children[i]]));
      program.insert(program.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    }
    program.push_back({operation, 0, {}, {}, std::move(matrix)});
    return {dimension, {}, std::move(program)};
  }

  bool all_constant(const std::vector<std::size_t>& children) const {
    return std::all_of(children.begin(), children.end(), [&](std::size_t i) { return bool(terms_[i].constant); });
  }

  Term negated(const SyntaxNode& node) {
    const Term& inner = terms_[node.children.front()];
    if (!inner.constant) return programmed(Operation::negate, node.children, inner.dimension);
    Measure out = *inner.constant;
    out.number = -out.number;
    return constant(out);
  }

  Term combined(const SyntaxNode& node, Operation operation, const std::vector<std::size_t>& children) {
    const Term& a = terms_[children.front()];
    const Term& b = terms_[children.back()];
    if (operation == Operation::power) return raised(node, children);
    if (operation == Operation::multiply || operation == Operation::divide) {
      const Measure zero_a{0, 0, a.dimension}, zero_b{1, 0, b.dimension};
      const bool product = operation == Operation::multiply;
      const Measure x = a.constant.value_or(zero_a), y = b.constant.value_or(zero_b);
      if (!product && b.constant && y.number == 0) throw Mistake{node.at, "this divides by zero"};
      const Measure out = product ? x * y : x / y;
      return all_constant(children) ? constant(out) : programmed(operation, children, out.dimension);
    }
    if (a.dimension != b.dimension) throw Mistake{node.at, cannot(operation, a.dimension, b.dimension)};
    const Dimension dimension = is_comparison(operation) ? plain_number : a.dimension;
    if (draws(operation) || !all_constant(children)) return programmed(operation, children, dimension);
    const Aligned at = aligned(*a.constant, *b.constant);
    const double out = computed(operation, at.a, at.b);
    return constant({out, is_comparison(operation) ? 0 : at.exponent, dimension});
  }

  Term raised(const SyntaxNode& node, const std::vector<std::size_t>& children) {
    constexpr double most = 16;
    const Term& base = terms_[children.front()];
    const Term& exponent = terms_[children.back()];
    if (exponent.dimension != plain_number)
      throw Mistake{node.at, "an exponent is a plain number, found " + one_of(exponent.dimension)};
    if (base.dimension == plain_number) {
      if (!all_constant(children)) return programmed(Operation::power, children, plain_number);
      return constant({std::pow(base.constant->base(), exponent.constant->base()), 0, plain_number});
    }
    const double k = exponent.constant ? exponent.constant->base() : 0.5;
    if (k != std::round(k) || std::fabs(k) > most)
      throw Mistake{node.at, one_of(base.dimension) + " may be raised to a whole number from -16 to 16 alone"};
    const int power = static_cast<int>(k);
    Measure out = base.constant.value_or(Measure{});
    out.number = std::pow(out.number, k);
    out.exponent *= power;
    out.dimension = base.dimension;
    for (int& part : out.dimension) part *= power;
    return base.constant ? constant(out) : programmed(Operation::power, children, out.dimension);
  }

  Term call(const SyntaxNode& node) {
    if (node.name == "rows" || node.name == "columns") return size_of_table(node);
    const Function* function = find_function(node.name);
    if (!function)
      throw Mistake{
          node.at, "unknown function " + shown(node.name) + alternatives(node.name, function_names(), "functions are")};
    const std::size_t count = node.children.size();
    if (count < function->least || count > function->most) {
      const std::string wanted = function->most == many ? "two or more" : std::to_string(function->least);
      throw Mistake{node.at, '`' + node.name + "` takes " + wanted +
                                 (function->most == 1 ? " argument" : " arguments") + ", found " +
                                 std::to_string(count)};
    }
    if (function->rule == Rule::choice) return chosen(node);
    if (function->rule == Rule::same) return count == 1 ? single(node, *function) : folded(node, *function);
    return single(node, *function);
  }

  Term size_of_table(const SyntaxNode& node) {
    const SyntaxNode* argument = node.children.size() == 1 ? &syntax_[node.children.front()] : nullptr;
    if (!argument || argument->kind != Kind::name)
      throw Mistake{node.at, '`' + node.name + "` takes the name of a table"};
    const auto matrix = table(*argument);
    return constant({static_cast<double>(node.name == "rows" ? matrix->rows : matrix->columns), 0, plain_number});
  }

  std::shared_ptr<const Matrix> table(const SyntaxNode& node) {
    auto matrix = scope_.matrix(node.name);
    if (!matrix) throw Mistake{node.at, "there is no table " + shown(node.name) + " in `[table]`"};
    return matrix;
  }

  /// A function of one argument.
  Term single(const SyntaxNode& node, const Function& function) {
    const Term& a = terms_[node.children.front()];
    Dimension dimension = a.dimension;
    const bool is_root = function.rule == Rule::root;
    if (is_root) {
      const bool even = std::all_of(dimension.begin(), dimension.end(), [](int part) { return part % 2 == 0; });
      if (!even) throw Mistake{node.at, one_of(a.dimension) + " has no square root"};
      for (int& part : dimension) part /= 2;
    } else if (function.rule == Rule::plain && dimension != plain_number) {
      throw Mistake{node.at, '`' + node.name + "` takes a plain number, found " + one_of(dimension)};
    }
    if (!a.constant) return programmed(function.operation, node.children, dimension);
    if (function.operation == Operation::absolute)
      return constant({std::fabs(a.constant->number), a.constant->exponent, dimension});
    return constant({computed(function.operation, a.constant->base()), 0, dimension});
  }

  /// `min`, `max` and draws: of two arguments, then of what they give and the next one.
  Term folded(const SyntaxNode& node, const Function& function) {
    const std::size_t first = node.children.front();
    for (std::size_t i = 1; i < node.children.size(); ++i)
      terms_[first] = combined(node, function.operation, {first, node.children[i]});
    return std::move(terms_[first]);
  }

  Term chosen(const SyntaxNode& node) {
    const Term& condition = terms_[node.children[0]];
    const Dimension a = terms_[node.children[1]].dimension, b = terms_[node.children[2]].dimension;
    if (condition.dimension != plain_number)
      throw Mistake{node.at, "a condition is a comparison or a plain number, found " + one_of(condition.dimension)};
    if (a != b) throw Mistake{node.at, cannot(Operation::choose, a, b)};
    if (condition.constant) return std::move(terms_[node.children[condition.constant->number != 0 ? 1 : 2]]);
    return programmed(Operation::choose, node.children, a);
  }

  Term element(const SyntaxNode& node) {
    auto matrix = table(node);
    const std::size_t count = node.children.size();
    const bool is_column = matrix->columns == 1;
    if (count != 2 && !(count == 1 && is_column))
      throw Mistake{node.at, shown(node.name) + " has " + std::to_string(matrix->columns) +
                                 " columns: an element is written " + node.name + "[row, column], found " +
                                 std::to_string(count) + (count == 1 ? " index" : " indices")};
    std::vector<std::size_t> children = node.children;
    index(children.front(), "row", matrix->rows, matrix->row_names, matrix->name);
    if (count == 1) {
      terms_.push_back(constant({}));
      children.push_back(terms_.size() - 1);
    } else {
      index(children.back(), "column", matrix->columns, matrix->column_names, matrix->name);
    }
    const Dimension dimension = matrix->dimension;
    if (!all_constant(children)) return programmed(Operation::element, children, dimension, std::move(matrix));
    const auto at = [&](std::size_t child) { return static_cast<std::size_t>(terms_[child].constant->base()); };
    return constant(matrix->measure(at(children.front()), at(children.back())));
  }

  /// Makes the term of an index a number, within the table if it is a constant.
  void index(std::size_t child, const std::string& what, std::size_t count, const std::vector<std::string>& names,
             const std::string& table) {
    const SyntaxNode& node = syntax_[child];
    if (node.kind == Kind::text) {
      const auto found = std::find(names.begin(), names.end(), node.name);
      if (found == names.end())
        throw Mistake{node.at, shown(table) + " has no " + what + ' ' + written_text(node.name) +
                                   (names.empty() ? ": its " + what + "s have no names"
                                                  : alternatives(node.name, names, "there are"))};
      terms_[child] = constant({static_cast<double>(found - names.begin()), 0, plain_number});
      return;
    }
    const Term& term = terms_[child];
    if (term.dimension != plain_number)
      throw Mistake{node.at, "an index is a plain number, found " + one_of(term.dimension)};
    if (!term.constant) return;
    const double number = term.constant->base();
    if (number != std::floor(number) || number < 0 || number >= static_cast<double>(count))
      throw Mistake{node.at, shown(table) + " has no " + what + ' ' + written_number(number) + ": it has " +
                                 std::to_string(count) + " " + what + "s, counted from 0"};
  }

  const Syntax& syntax_;
  Scope& scope_;
  std::vector<Term> terms_;
};

}  // namespace

Term typed(const Syntax& syntax, Scope& scope) { return Typing(syntax, scope).type(); }

std::string reserved_for(const std::string& name) {
  if (find_unit(name)) return "a unit";
  if (find_variable(name)) return "a variable of units and synapses";
  if (name == "pi") return "a constant";
  const std::vector<std::string> names = function_names();
  return std::find(names.begin(), names.end(), name) != names.end() ? "a function" : "";
}

}  // namespace cajal::config
