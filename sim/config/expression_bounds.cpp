#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/config/expression.hpp"

namespace cajal::config {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Interval everything{-infinity, infinity};

bool is_point(const Interval& a) { return a.first == a.second; }

/// Around all the corners; where one is not a number, nothing is known.
Interval around(std::initializer_list<double> corners) {
  Interval out{infinity, -infinity};
  for (const double corner : corners) {
    if (std::isnan(corner)) return everything;
    out = {std::min(out.first, corner), std::max(out.second, corner)};
  }
  return out;
}

/// A product in which 0 times anything, also what is not bounded, is 0: bounds are never reached there.
double product(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }

Interval times(const Interval& a, const Interval& b) {
  return around(
      {product(a.first, b.first), product(a.first, b.second), product(a.second, b.first), product(a.second, b.second)});
}

Interval reciprocal(const Interval& b) {
  if (b.first < 0 && b.second > 0) return everything;
  return {b.second == 0 ? -infinity : 1 / b.second, b.first == 0 ? infinity : 1 / b.first};
}

Interval quotient(const Interval& a, const Interval& b) {
  if (is_point(b) && b.first != 0) return around({a.first / b.first, a.second / b.first});
  return times(a, reciprocal(b));
}

Interval power(const Interval& a, const Interval& b) {
  if (!is_point(b)) {
    if (a.first < 0) return everything;
    // Monotonic in each: the corners hold it all. At 0 ^ 0 it is not continuous.
    if (a.first == 0 && b.first <= 0) return {0, infinity};
    return around({std::pow(a.first, b.first), std::pow(a.first, b.second), std::pow(a.second, b.first),
                   std::pow(a.second, b.second)});
  }
  const double k = b.first;
  const bool whole = k == std::floor(k), even = whole && std::fmod(k, 2) == 0;
  if (!whole && a.first < 0) return power({0, std::max(a.second, 0.0)}, b);  // the rest has no value
  if (k < 0) return reciprocal(power(a, {-k, -k}));
  if (even && a.first < 0 && a.second > 0) return {0, std::max(std::pow(a.first, k), std::pow(a.second, k))};
  return around({std::pow(a.first, k), std::pow(a.second, k)});
}

Interval absolute(const Interval& a) {
  const double most = std::max(std::fabs(a.first), std::fabs(a.second));
  if (a.first <= 0 && a.second >= 0) return {0, most};
  return {std::min(std::fabs(a.first), std::fabs(a.second)), most};
}

/// Of a function that never falls.
template <class F>
Interval rising(const Interval& a, F&& f) {
  return around({f(a.first), f(a.second)});
}

Interval of_variable(Variable variable) {
  switch (variable) {
    case Variable::i:
    case Variable::j:
    case Variable::distance:
      return {0, infinity};
    case Variable::n:
      return {1, infinity};
    default:
      return everything;
  }
}

Interval combined(Operation operation, const Interval& a, const Interval& b, const Interval& c) {
  switch (operation) {
    case Operation::negate:
      return {-a.second, -a.first};
    case Operation::add:
      return {a.first + b.first, a.second + b.second};
    case Operation::subtract:
      return {a.first - b.second, a.second - b.first};
    case Operation::multiply:
      return times(a, b);
    case Operation::divide:
      return quotient(a, b);
    case Operation::power:
      return power(a, b);
    case Operation::square_root:
      return rising({std::max(a.first, 0.0), std::max(a.second, 0.0)}, [](double u) { return std::sqrt(u); });
    case Operation::logarithm_of_one_plus:
      return rising({std::max(a.first, -1.0), std::max(a.second, -1.0)}, [](double u) { return std::log1p(u); });
    case Operation::logarithm:
      return rising({std::max(a.first, 0.0), std::max(a.second, 0.0)}, [](double u) { return std::log(u); });
    case Operation::exponential:
    case Operation::hyperbolic_tangent:
    case Operation::exponential_minus_one:
    case Operation::sigmoid:
    case Operation::relative_growth:
    case Operation::floor:
    case Operation::ceiling:
    case Operation::round:
      return rising(a, [&](double u) { return computed(operation, u); });
    case Operation::sine:
    case Operation::cosine:
      return {-1, 1};
    case Operation::absolute:
      return absolute(a);
    case Operation::minimum:
      return {std::min(a.first, b.first), std::min(a.second, b.second)};
    case Operation::maximum:
      return {std::max(a.first, b.first), std::max(a.second, b.second)};
    case Operation::choose:
      return {std::min(b.first, c.first), std::max(b.second, c.second)};
    case Operation::uniform:
      return {std::min(a.first, b.first), std::max(a.second, b.second)};
    case Operation::normal:
      return is_point(b) && b.first == 0 ? a : everything;
    default:
      return {0, 1};  // comparisons
  }
}

}  // namespace

Interval Expression::bounds() const {
  std::vector<Interval> stack;
  for (const Instruction& instruction : program_) {
    const Operation operation = instruction.operation;
    Interval operands[3] = {everything, everything, everything};
    for (std::size_t i = operands_of(operation); i-- > 0;) {
      operands[i] = stack.back();
      stack.pop_back();
    }
    if (operation == Operation::constant)
      stack.emplace_back(instruction.number, instruction.number);
    else if (operation == Operation::variable)
      stack.push_back(of_variable(instruction.variable));
    else if (instruction.matrix)
      stack.emplace_back(instruction.matrix->least, instruction.matrix->largest);
    else
      stack.push_back(combined(operation, operands[0], operands[1], operands[2]));
    if (std::isnan(stack.back().first) || std::isnan(stack.back().second)) stack.back() = everything;
  }
  return stack.back();
}

}  // namespace cajal::config
