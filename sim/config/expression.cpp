#include "sim/config/expression.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sim/config/text.hpp"
#include "sim/error.hpp"

namespace cajal::config {

namespace {

/// How many values go through the program at once: the stack of an ordinary expression stays in the first cache.
constexpr std::size_t block_size = 256;

double element(const Matrix& matrix, double row, double column) {
  const bool inside = row >= 0 && column >= 0 && row < static_cast<double>(matrix.rows) &&
                      column < static_cast<double>(matrix.columns) && row == std::floor(row) &&
                      column == std::floor(column);
  if (!inside) return std::numeric_limits<double>::quiet_NaN();
  return matrix.measure(static_cast<std::size_t>(row), static_cast<std::size_t>(column)).base();
}

bool is_draw(Operation operation) { return operation == Operation::uniform || operation == Operation::normal; }

template <class F>
void each(std::size_t count, double* a, F&& f) {
  for (std::size_t k = 0; k < count; ++k) a[k] = f(a[k]);
}

template <class F>
void each(std::size_t count, double* a, const double* b, F&& f) {
  for (std::size_t k = 0; k < count; ++k) a[k] = f(a[k], b[k]);
}

}  // namespace

std::size_t operands_of(Operation operation) {
  switch (operation) {
    case Operation::constant:
    case Operation::variable:
    case Operation::whole_element:
    case Operation::symbol:
      return 0;
    case Operation::negate:
    case Operation::square_root:
    case Operation::exponential:
    case Operation::logarithm:
    case Operation::sine:
    case Operation::cosine:
    case Operation::hyperbolic_tangent:
    case Operation::exponential_minus_one:
    case Operation::logarithm_of_one_plus:
    case Operation::sigmoid:
    case Operation::relative_growth:
    case Operation::absolute:
    case Operation::floor:
    case Operation::ceiling:
    case Operation::round:
      return 1;
    case Operation::choose:
      return 3;
    default:
      return 2;
  }
}

double relative_growth(double x) { return x == 0 ? 1 : std::expm1(x) / x; }

double computed(Operation operation, double a, double b, double c) {
  switch (operation) {
    case Operation::negate:
      return -a;
    case Operation::add:
      return a + b;
    case Operation::subtract:
      return a - b;
    case Operation::multiply:
      return a * b;
    case Operation::divide:
      return a / b;
    case Operation::power:
      return std::pow(a, b);
    case Operation::less:
      return a < b ? 1 : 0;
    case Operation::less_equal:
      return a <= b ? 1 : 0;
    case Operation::greater:
      return a > b ? 1 : 0;
    case Operation::greater_equal:
      return a >= b ? 1 : 0;
    case Operation::equal:
      return a == b ? 1 : 0;
    case Operation::not_equal:
      return a != b ? 1 : 0;
    case Operation::square_root:
      return std::sqrt(a);
    case Operation::exponential:
      return std::exp(a);
    case Operation::logarithm:
      return std::log(a);
    case Operation::sine:
      return std::sin(a);
    case Operation::cosine:
      return std::cos(a);
    case Operation::hyperbolic_tangent:
      return std::tanh(a);
    case Operation::exponential_minus_one:
      return std::expm1(a);
    case Operation::logarithm_of_one_plus:
      return std::log1p(a);
    case Operation::sigmoid:
      return 1 / (1 + std::exp(-a));
    case Operation::relative_growth:
      return relative_growth(a);
    case Operation::absolute:
      return std::fabs(a);
    case Operation::minimum:
      return b < a ? b : a;
    case Operation::maximum:
      return b > a ? b : a;
    case Operation::floor:
      return std::floor(a);
    case Operation::ceiling:
      return std::ceil(a);
    case Operation::round:
      return std::round(a);
    case Operation::choose:
      return a != 0 ? b : c;
    default:
      return std::numeric_limits<double>::quiet_NaN();
  }
}

Expression::Expression(std::vector<Instruction> program, Dimension dimension)
    : program_(std::move(program)), dimension_(dimension) {
  std::size_t height = 0;
  for (const Instruction& instruction : program_) {
    height += 1 - operands_of(instruction.operation);
    depth_ = std::max(depth_, height);
    draws_ = draws_ || is_draw(instruction.operation);
  }
}

std::vector<Variable> Expression::variables() const {
  std::vector<Variable> out;
  const auto use = [&](Variable variable) {
    if (std::find(out.begin(), out.end(), variable) == out.end()) out.push_back(variable);
  };
  for (const Instruction& instruction : program_) {
    if (instruction.operation == Operation::variable) use(instruction.variable);
    if (instruction.operation != Operation::whole_element) continue;
    use(Variable::i);
    if (instruction.matrix->columns > 1) use(Variable::j);
  }
  return out;
}

std::vector<std::shared_ptr<const Matrix>> Expression::matrices() const {
  std::vector<std::shared_ptr<const Matrix>> out;
  for (const Instruction& instruction : program_) {
    if (instruction.matrix && std::find(out.begin(), out.end(), instruction.matrix) == out.end())
      out.push_back(instruction.matrix);
  }
  return out;
}

std::string Expression::misfit(std::size_t targets, std::size_t sources) const {
  for (const Instruction& instruction : program_) {
    if (instruction.operation != Operation::whole_element) continue;
    const Matrix& matrix = *instruction.matrix;
    const bool is_column = matrix.columns == 1;
    if (matrix.rows == targets && (is_column || matrix.columns == sources)) continue;
    return shown(matrix.name) + " has " + std::to_string(matrix.rows) + " x " + std::to_string(matrix.columns) +
           " numbers; needed: " + std::to_string(targets) + (is_column ? "" : " x " + std::to_string(sources)) +
           (is_column ? ", one for each unit" : " (targets x sources)");
  }
  return {};
}

void Expression::evaluate(const Columns& columns, Draws& draws, std::span<double> out) const {
  for (const Variable variable : variables()) {
    const std::size_t given = columns[variable].size();
    if (given != 1 && given != out.size())
      throw Error("an expression lacks the values of " + std::string(config::variables[std::size_t(variable)].name));
  }
  const std::size_t block = draws_ ? 1 : std::min(block_size, out.size());
  std::vector<double> stack((depth_ + 2) * block);  // operands are looked at, not read, up to two above the top
  for (std::size_t first = 0; first < out.size(); first += block)
    evaluate_block(columns, draws, first, out.subspan(first, std::min(block, out.size() - first)), stack);
}

void Expression::evaluate_block(const Columns& columns, Draws& draws, std::size_t first, std::span<double> out,
                                std::span<double> stack) const {
  const std::size_t count = out.size();
  double* top = stack.data();  // behind the topmost values
  const auto value = [&](Variable variable, std::size_t k) {
    const std::span<const double> column = columns[variable];
    return column.size() == 1 ? column[0] : column[first + k];
  };
  for (const Instruction& instruction : program_) {
    const Operation operation = instruction.operation;
    top -= operands_of(operation) * count;
    double *a = top, *b = top + count, *c = b + count;
    switch (operation) {
      case Operation::constant:
        std::fill_n(a, count, instruction.number);
        break;
      case Operation::variable:
        for (std::size_t k = 0; k < count; ++k) a[k] = value(instruction.variable, k);
        break;
      case Operation::whole_element:
        for (std::size_t k = 0; k < count; ++k) {
          const Matrix& matrix = *instruction.matrix;
          a[k] = element(matrix, value(Variable::i, k), matrix.columns > 1 ? value(Variable::j, k) : 0);
        }
        break;
      case Operation::element:
        each(count, a, b, [&](double row, double column) { return element(*instruction.matrix, row, column); });
        break;
      case Operation::uniform:
        each(count, a, b, [&](double low, double high) { return draws.uniform(low, high); });
        break;
      case Operation::normal:
        each(count, a, b, [&](double mean, double sd) { return mean + sd * draws.normal(); });
        break;
      case Operation::add:
        each(count, a, b, [](double u, double v) { return u + v; });
        break;
      case Operation::subtract:
        each(count, a, b, [](double u, double v) { return u - v; });
        break;
      case Operation::multiply:
        each(count, a, b, [](double u, double v) { return u * v; });
        break;
      case Operation::divide:
        each(count, a, b, [](double u, double v) { return u / v; });
        break;
      case Operation::exponential:
        each(count, a, [](double u) { return std::exp(u); });
        break;
      case Operation::choose:
        for (std::size_t k = 0; k < count; ++k) a[k] = a[k] != 0 ? b[k] : c[k];
        break;
      default:
        if (operands_of(operation) == 1)
          each(count, a, [&](double u) { return computed(operation, u); });
        else
          each(count, a, b, [&](double u, double v) { return computed(operation, u, v); });
        break;
    }
    top += count;
  }
  std::copy_n(stack.data(), count, out.data());
}

}  // namespace cajal::config
