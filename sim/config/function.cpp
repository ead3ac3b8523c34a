#include "sim/config/function.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "sim/config/expression.hpp"
#include "sim/config/text.hpp"
#include "sim/config/typing.hpp"

namespace cajal::config {

namespace {

/// The inputs as names: each is the element of a table at the row that is evaluated and the column of the input.
class Inputs : public Scope {
 public:
  Inputs(const std::vector<std::string>& names, std::vector<double> rows) : names_(names) {
    auto matrix = std::make_shared<Matrix>();
    matrix->columns = std::max<std::size_t>(1, names.size());
    matrix->rows = rows.size() / matrix->columns;
    matrix->values = std::move(rows);
    matrix_ = std::move(matrix);
    for (std::size_t k = 0; k < names.size(); ++k)
      terms_.push_back({plain_number,
                        {},
                        {{Operation::variable, 0, {}, Variable::i, {}},
                         {Operation::constant, static_cast<double>(k), plain_number, {}, {}},
                         {Operation::element, 0, {}, {}, matrix_}}});
  }

  const Term* value(const std::string& name) override {
    const auto found = std::find(names_.begin(), names_.end(), name);
    return found == names_.end() ? nullptr : &terms_[static_cast<std::size_t>(found - names_.begin())];
  }
  std::shared_ptr<const Matrix> matrix(const std::string&) override { return nullptr; }
  std::vector<std::string> names() const override { return names_; }
  std::size_t rows() const { return matrix_->rows; }

 private:
  std::vector<std::string> names_;
  std::shared_ptr<const Matrix> matrix_;
  std::vector<Term> terms_;
};

/// Whether it names a variable of units or synapses, which a function does not have.
bool uses_variable_of_units(const SyntaxNode& node, const std::vector<std::string>& inputs) {
  if (node.kind != SyntaxNode::Kind::name) return false;
  const auto is = [&](const VariableEntry& v) { return v.name == node.name && v.name != "i" && v.name != "n"; };
  return std::any_of(variables.begin(), variables.end(), is) &&
         std::find(inputs.begin(), inputs.end(), node.name) == inputs.end();
}

}  // namespace

std::optional<Function> Function::parse(const std::string& text, std::vector<std::string> inputs, std::string& why) {
  try {
    Function out(parse_expression(text), std::move(inputs));
    Inputs scope(out.inputs_, {});
    for (const SyntaxNode& node : out.syntax_)
      if (uses_variable_of_units(node, out.inputs_))
        throw Mistake{node.at, shown(node.name) + " is no input; inputs are: " + listed(out.inputs_)};
    const Term term = typed(out.syntax_, scope);
    if (term.dimension != plain_number)
      throw Mistake{0, "the function gives " + one_of(term.dimension) + ", not a plain number"};
    return out;
  } catch (const Mistake& mistake) {
    why = mistake.message + at_character(text, mistake.at);
    return {};
  }
}

bool Function::condition() const {
  const SyntaxNode& root = syntax_.back();
  return root.kind == SyntaxNode::Kind::operation && root.operation >= Operation::less &&
         root.operation <= Operation::not_equal;
}

std::vector<double> Function::values(std::vector<double> rows, Draws& draws) const {
  Inputs scope(inputs_, std::move(rows));
  Term term = typed(syntax_, scope);
  std::vector<double> out(scope.rows());
  if (term.constant) {
    std::fill(out.begin(), out.end(), term.constant->base());
    return out;
  }
  std::vector<double> number(out.size());
  for (std::size_t i = 0; i < number.size(); ++i) number[i] = static_cast<double>(i);
  const double count = static_cast<double>(out.size());
  Columns columns;
  columns.set(Variable::i, number);
  columns.set(Variable::n, {&count, 1});
  Expression(std::move(term.program), plain_number).evaluate(columns, draws, out);
  return out;
}

std::string wrong_input_name(const std::string& name) {
  if (name == "i" || name == "n") return shown(name) + " is the number of a sample, or of all, in functions";
  if (!is_name(name)) return "a name in functions is made of letters, digits and underscores, found " + shown(name);
  const std::string reserved = reserved_for(name);
  return reserved.empty() || reserved == "a variable of units and synapses"
             ? ""
             : shown(name) + " is " + reserved + " already; choose another name";
}

}  // namespace cajal::config
