#include "models/equations/print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace cajal {

namespace {

using config::Formula;
using config::Instruction;
using config::Operation;

/// A string of C++ that holds any bytes.
std::string literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view(" _-+*/^().,:;=").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  }
  return out + '"';
}

/// A number that reads back as the same double.
std::string number(double value) { return fmt::format("Plain<T>({:a})", value); }

/// Names of the config have a prefix: they may be words of C++.
std::string member(const ModelEquations& e, std::size_t parameter) {
  return e.refractory == parameter ? "t_ref" : "p_" + e.parameters[parameter].name;
}
std::string member(const ModelEquations::Number& variable) { return "x_" + variable.name; }

/// One hook: its formulas with the parts that they need.
class Hook {
 public:
  explicit Hook(const ModelEquations& e) : e_(e), needed_(e.parts.size()) {
    for (const ModelEquations::Part& part : e.parts) part_moves_.push_back(run(part.formula.program()).back().moves);
  }

  /// The C++ of a formula, of the number type T or of parameters alone.
  std::string value(const Formula& formula) {
    mark(formula);
    return printed(formula.program());
  }

  /// The distance to the threshold: a comparison is that of its two sides.
  std::string distance(const Formula& formula) {
    mark(formula);
    const auto program = formula.program();
    const Operation last = program.back().operation;
    const bool less = last == Operation::less || last == Operation::less_equal;
    if (!less && last != Operation::greater && last != Operation::greater_equal) return printed(program);
    const auto [left, right] = sides(program.first(program.size() - 1));
    return less ? right + " - " + left : left + " - " + right;
  }

  /// The lines that stand before the formulas.
  std::string lines() const {
    std::string out;
    bool input = of_input_;
    for (std::size_t k = 0; k < needed_.size(); ++k)
      input = input || (needed_[k] && e_.parts[k].formula.uses(e_.input_symbol()));
    if (input) out += fmt::format("    const T I = input.at(x.{});\n", member(e_.state[0]));
    for (std::size_t k = 0; k < needed_.size(); ++k)
      if (needed_[k])
        out += fmt::format("    const auto l_{} = {};\n", e_.parts[k].name, printed(e_.parts[k].formula.program()));
    return out;
  }

 private:
  /// The parts that a formula needs, also those that they need.
  void mark(const Formula& formula) {
    of_input_ = of_input_ || formula.uses(e_.input_symbol());
    for (std::size_t k = e_.parts.size(); k-- > 0;) {
      bool needed = formula.uses(e_.part_symbol(k));
      for (std::size_t above = k + 1; above < e_.parts.size(); ++above)
        needed = needed || (needed_[above] && e_.parts[above].formula.uses(e_.part_symbol(k)));
      if (needed) needed_[k] = true;
    }
  }

  std::string symbol(std::size_t symbol) const {
    if (symbol < e_.state.size()) return "x." + member(e_.state[symbol]);
    if (symbol < e_.input_symbol()) return "p." + member(e_, symbol - e_.state.size());
    if (symbol == e_.input_symbol()) return "I";
    return "l_" + e_.parts[symbol - e_.part_symbol(0)].name;
  }

  /// How strongly a text holds together: parentheses only where they are needed, since compilers bound their depth.
  enum Strength { adding, multiplying, alone };

  /// What is on the stack; `truth`: true or false rather than a number, `moves`: of type T, not of parameters alone.
  struct Operand {
    std::string text;
    Strength strength = alone;
    bool truth = false, moves = false;

    std::string number() const { return truth ? fmt::format("where({}, T(1.0), T(0.0))", text) : text; }
    std::string held(Strength needed) const { return strength < needed ? '(' + text + ')' : number(); }
    /// Functions are found by the type of their argument, which that of a parameter is not.
    std::string argument() const { return moves || truth ? number() : "Plain<T>(" + text + ")"; }
    std::string typed() const { return truth ? number() : "T(" + text + ")"; }
    std::string condition() const { return truth ? text : fmt::format("(abs(T({})) > T(0.0))", text); }
  };

  bool moves_of(std::size_t symbol) const {
    if (symbol <= e_.input_symbol()) return symbol < e_.state.size() || symbol == e_.input_symbol();
    return part_moves_[symbol - e_.part_symbol(0)];
  }

  static bool is_constant(const Instruction& instruction, double value) {
    return instruction.operation == Operation::constant && instruction.number == value;
  }

  std::pair<std::string, std::string> sides(std::span<const Instruction> program) const {
    const std::vector<Operand> stack = run(program);
    return {stack[0].held(multiplying), stack[1].held(multiplying)};
  }
  std::string printed(std::span<const Instruction> program) const { return run(program).back().number(); }

  std::vector<Operand> run(std::span<const Instruction> program) const {
    std::vector<Operand> stack;
    for (std::size_t k = 0; k < program.size(); ++k) {
      const Instruction& instruction = program[k];
      const Operation operation = instruction.operation;
      std::array<Operand, 3> of;
      for (std::size_t i = config::operands_of(operation); i-- > 0; stack.pop_back()) of[i] = std::move(stack.back());
      // A unit is a factor 1: what is divided or multiplied by it stays as it is.
      const bool by_one = k > 0 && is_constant(program[k - 1], 1);
      const bool keeps = by_one && (operation == Operation::multiply || operation == Operation::divide);
      bool moves = std::any_of(of.begin(), of.end(), [](const Operand& o) { return o.moves || o.truth; });
      if (operation == Operation::symbol) moves = moves_of(instruction.symbol);
      stack.push_back(keeps ? std::move(of[0]) : applied(instruction, of, k > 0 ? &program[k - 1] : nullptr));
      // What functions of several arguments give is of type T always.
      const bool typed =
          operation == Operation::minimum || operation == Operation::maximum || operation == Operation::choose;
      stack.back().moves = moves || typed;
    }
    return stack;
  }

  Operand applied(const Instruction& instruction, const std::array<Operand, 3>& of, const Instruction* before) const {
    const Operation operation = instruction.operation;
    const auto call = [&](const char* name) { return Operand{fmt::format("{}({})", name, of[0].argument())}; };
    const auto both = [&](const char* name) {
      return Operand{fmt::format("{}({}, {})", name, of[0].typed(), of[1].typed())};
    };
    switch (operation) {
      case Operation::constant:
        return {number(instruction.number)};
      case Operation::symbol:
        return {symbol(instruction.symbol)};
      case Operation::negate:
        return {fmt::format("(-{})", of[0].held(alone))};
      case Operation::power:
        return {power(of, before)};
      case Operation::minimum:
        return both("at_most");
      case Operation::maximum:
        return both("at_least");
      case Operation::choose:
        return {fmt::format("where({}, {}, {})", of[0].condition(), of[1].typed(), of[2].typed())};
      case Operation::relative_growth:
        return call("relative_growth");
      case Operation::less:
      case Operation::less_equal:
      case Operation::greater:
      case Operation::greater_equal:
        return {fmt::format("({} {} {})", of[0].typed(), config::symbol_of(operation), of[1].typed()), alone, true};
      default:
        break;
    }
    const std::string sign(config::symbol_of(operation));
    if (config::operands_of(operation) == 1) return call(sign.c_str());
    const bool product = operation == Operation::multiply || operation == Operation::divide;
    const Strength strength = product ? multiplying : adding;
    // A number without derivatives is divided by one with several layers of them only where it is one too.
    const bool lifts = operation == Operation::divide && !of[0].moves && of[1].moves;
    const std::string left = lifts ? of[0].typed() : of[0].held(strength);
    return {fmt::format("{} {} {}", left, sign, of[1].held(product ? alone : multiplying)), strength};
  }

  /// By multiplication where the exponent is a whole number, else by exponential and logarithm.
  static std::string power(const std::array<Operand, 3>& of, const Instruction* exponent) {
    constexpr double most = 64;
    const bool constant = exponent && exponent->operation == Operation::constant;
    if (constant && exponent->number == std::round(exponent->number) && std::fabs(exponent->number) <= most)
      return fmt::format("pow({}, {})", of[0].argument(), static_cast<int>(exponent->number));
    return fmt::format("exp({} * log({}))", of[1].held(multiplying), of[0].argument());
  }

  const ModelEquations& e_;
  std::vector<bool> needed_, part_moves_;
  bool of_input_ = false;
};

std::string names(const std::vector<std::string>& members) { return fmt::format("{}", fmt::join(members, ", ")); }

std::string row(const char* type, const std::string& member, const ModelEquations::Number& n) {
  return fmt::format("field(&{}::{}, {}, {}, 0, config::any_number, {})", type, member, literal(n.name),
                     literal(n.unit), literal(n.meaning));
}

std::string hook(const std::string& signature, const Hook& hook, const std::string& result) {
  return fmt::format("  template <class T, class Q>\n  static {} {{\n{}    return {};\n  }}\n", signature, hook.lines(),
                     result);
}

std::string printed_hooks(const ModelEquations& e) {
  Hook flow(e);
  std::vector<std::string> derivatives;
  for (const Formula& f : e.derivative) derivatives.push_back("T(" + flow.value(f) + ")");
  std::string out = hook(
      "State<T> derivative([[maybe_unused]] const State<T>& x, [[maybe_unused]] const Input<T>& input, "
      "[[maybe_unused]] const Q& p)",
      flow, "{" + names(derivatives) + "}");
  constexpr const char* of_state = "([[maybe_unused]] const State<T>& x, [[maybe_unused]] const Q& p)";
  if (e.output) {
    Hook seen(e);
    const std::string value = seen.value(*e.output);
    return out + hook(fmt::format("T output{}", of_state), seen, "T(" + value + ")");
  }
  if (e.hazard) {
    Hook random(e);
    const std::string value = random.value(*e.hazard);
    out += hook(fmt::format("T hazard{}", of_state), random, "T(" + value + ")");
  } else {
    Hook threshold(e);
    const std::string value = threshold.distance(*e.spiked);
    out += hook(fmt::format("T distance{}", of_state), threshold, "T(" + value + ")");
    const std::string result =
        e.resets() ? "distance(now, p)" : "crossed(distance(before, p), distance(now, p), Plain<T>(0.0))";
    out += hook("T spiked([[maybe_unused]] const State<T>& before, const State<T>& now, const Q& p)", Hook(e), result);
  }
  Hook jump(e);
  std::vector<std::string> values;
  for (std::size_t k = 0; k < e.state.size(); ++k)
    values.push_back(e.reset[k] ? "T(" + jump.value(*e.reset[k]) + ")" : "x." + member(e.state[k]));
  return out + hook(fmt::format("State<T> reset{}", of_state), jump, "{" + names(values) + "}");
}

}  // namespace

std::string printed_model(const ModelEquations& e) {
  std::vector<std::string> variables, parameters, state_rows, parameter_rows;
  for (const ModelEquations::Number& n : e.state) {
    variables.push_back(member(n));
    state_rows.push_back(row("S", member(n), n));
  }
  for (std::size_t k = 0; k < e.parameters.size(); ++k) {
    parameters.push_back(member(e, k));
    parameter_rows.push_back(row("P", member(e, k), e.parameters[k]));
  }
  std::string out = fmt::format(
      "struct Model {{\n"
      "  static constexpr std::string_view name = {}, meaning = {}, equations = \"\", source = \"\";\n"
      "  template <class T>\n  struct State {{\n    T {};\n  }};\n",
      literal(e.name), literal(e.meaning), names(variables));
  out += fmt::format("  template <class T>\n  struct Parameters {{\n    {}\n  }};\n",
                     parameters.empty() ? "" : "T " + names(parameters) + ";");
  out += "  using S = State<double>;\n  using P = Parameters<double>;\n";
  out += fmt::format("  static constexpr auto state = fields({});\n", names(state_rows));
  out += parameters.empty() ? "  static constexpr auto parameters = no_fields;\n"
                            : fmt::format("  static constexpr auto parameters = fields({});\n", names(parameter_rows));
  if (e.linear) out += "  static constexpr bool linear = true;\n";
  return out + printed_hooks(e) + "};\n";
}

std::string printed_unit(const ModelEquations& e, bool double_precision) {
  const char* const real = double_precision ? "double" : "float";
  return fmt::format(
      "#include \"sim/population_kernel.hpp\"\n\n"
      // No other unit of the program sees the names of this one, nor this one those of another model.
      "namespace cajal {{\nnamespace {{\n\n{}\n}}\n}}\n\n"
      "extern \"C\" void cajal_make_population(const std::string& name, std::size_t size, "
      "const cajal::PopulationOptions& options,\n"
      "                                      std::unique_ptr<cajal::Node<{}>>& out) {{\n"
      "  out = std::make_unique<cajal::Population<cajal::Model, {}>>(name, size, options);\n}}\n",
      printed_model(e), real, real);
}

bool ModelEquations::resets() const {
  return std::any_of(reset.begin(), reset.end(), [](const auto& formula) { return formula.has_value(); });
}

std::string ModelEquations::text() const {
  std::string out;
  for (const Part& part : parts) out += fmt::format("{} = {}\n", part.name, part.formula.text());
  for (std::size_t k = 0; k < state.size(); ++k)
    out += fmt::format("d{}/dt = {}\n", state[k].name, derivative[k].text());
  if (spiked) out += fmt::format("spike:  {}{}\n", spiked->text(), resets() ? "" : ", where it comes to hold");
  if (hazard) out += fmt::format("spike:  at random, at the rate {}\n", hazard->text());
  std::string values;
  for (std::size_t k = 0; k < reset.size(); ++k)
    if (reset[k]) values += fmt::format("{}{} := {}", values.empty() ? "" : ", ", state[k].name, reset[k]->text());
  if (!values.empty()) out += fmt::format("reset:  {}\n", values);
  if (output) out += fmt::format("output: {}\n", output->text());
  out.pop_back();
  return out;
}

}  // namespace cajal
