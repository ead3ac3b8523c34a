#include "sim/config/expression.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "sim/config/draw.hpp"
#include "tests/catch.hpp"
#include "tests/config/config_test.hpp"

namespace cajal::config {

namespace {

/// `node.E.x` of a config with some names.
struct Read {
  explicit Read(const std::string& expression)
      : root(parse("let = { J = \"0.1 mV\", g = 5, N = 10000, d = \"1.5 ms\", rate = \"31.875 Hz\" }\n"
                   "[node.all]\nx = [\"= J\", \"= g\", \"= N\", \"= d\", \"= rate\"]\n[node.E]\nx = '" +
                       expression + "'\n",
                   "a.toml")),
        table(at(root, "node", "E"), "node.E", diagnostics) {}

  std::string errors() {
    const std::string out = errors_of([&] { raise(diagnostics); });
    diagnostics.clear();
    return out;
  }

  Value root;
  std::vector<Diagnostic> diagnostics;
  Table table;
};

double in(const std::string& expression, const std::string& unit) {
  Read read(expression);
  const double out = read.table.required_quantity("x", unit);
  raise(read.diagnostics);
  return out;
}

std::string wrong(const std::string& expression) {
  const std::string all = errors_of([&] { Read{expression}; });
  const std::string place = "a.toml:5:1: error: node.E.x: ";
  return all.starts_with(place) ? all.substr(place.size()) : all;
}

double over(const std::string& expression, const std::string& unit, double i, double distance = 0) {
  Read read(expression);
  const Quantity quantity =
      read.table.distribution("x", unit, 0, any_number, {Variable::i, Variable::j, Variable::n, Variable::distance});
  raise(read.diagnostics);
  Columns columns;
  columns.set(Variable::i, {&i, 1});
  columns.set(Variable::j, {&i, 1});
  columns.set(Variable::n, {&i, 1});
  columns.set(Variable::distance, {&distance, 1});
  Draws draws(Stream(1, "x"), 0);
  double out = 0;
  draw_into(quantity, draws, {&out, 1}, columns);
  return out;
}

std::pair<double, double> bounds_of(const std::string& expression, const std::string& unit = "") {
  Read read(expression);
  const Quantity quantity =
      read.table.distribution("x", unit, 0, any_number, {Variable::i, Variable::n, Variable::x, Variable::distance});
  raise(read.diagnostics);
  return bounds(quantity);
}

}  // namespace

TEST_CASE("operators bind as in mathematics", "[expression]") {
  CHECK(in("= 1 + 2 * 3", "") == 7);
  CHECK(in("= (1 + 2) * 3", "") == 9);
  CHECK(in("= 10 - 4 - 3", "") == 3);
  CHECK(in("= 24 / 4 / 2", "") == 3);
  CHECK(in("= -2^2", "") == -4);
  CHECK(in("= (-2)^2", "") == 4);
  CHECK(in("= 2^3^2", "") == 512);
  CHECK(in("= 2^-1", "") == 0.5);
  CHECK(in("= - -3", "") == 3);
  CHECK(in("= +3", "") == 3);
  CHECK(in("=.5e1", "") == 5);
  CHECK(in("= 1 + 1 < 3", "") == 1);
  CHECK(in("= (1 < 2) * (3 >= 3) * (1 != 2) * (2 == 2) * (1 <= 1) * (2 > 1)", "") == 1);
  CHECK(in("= if(g > 4, 7, 8)", "") == 7);
  CHECK(in("= if(J > 1 mV, 7, 8)", "") == 8);
}

TEST_CASE("functions are those of mathematics", "[expression]") {
  CHECK(in("= sqrt(16)", "") == 4);
  CHECK(in("= exp(1)", "") == std::numbers::e);
  CHECK(in("= log(exp(2))", "") == 2);
  CHECK(in("= sin(pi / 6)", "") == Approx(0.5));
  CHECK(in("= cos(pi)", "") == -1);
  CHECK(in("= tanh(0.5)", "") == Approx((std::exp(1) - 1) / (std::exp(1) + 1)));
  CHECK(in("= expm1(1e-9)", "") == std::expm1(1e-9));
  CHECK(in("= log1p(1e-9)", "") == std::log1p(1e-9));
  CHECK(in("= sigmoid(log(3))", "") == Approx(0.75));
  CHECK(in("= exprel(0)", "") == 1);
  CHECK(in("= exprel(2)", "") == Approx((std::exp(2) - 1) / 2));
  CHECK(in("= abs(-J)", "mV") == 0.1);
  CHECK(in("= min(3, 1, 2) + max(3, 1, 2)", "") == 4);
  CHECK(in("= max(1 s, 3 ms)", "ms") == 1000);
  CHECK(in("= floor(2.7) + ceil(2.2) + round(2.5)", "") == 8);
}

TEST_CASE("a unit belongs to the number before it", "[expression]") {
  CHECK(in("= 2 mV", "mV") == 2);
  CHECK(in("= 1.5*ms", "ms") == 1.5);
  CHECK(in("= 1 / 2 ms", "Hz") == 500);
  CHECK(in("= 4 m/s", "m/s") == 4);
  CHECK(in("= 2 mV^2", "mV*mV") == 2);
  CHECK(in("= (2 mV)^2", "mV*mV") == 4);
  CHECK(in("= 2 min + 1 s", "ms") == 121000);
  CHECK(in("= 3 \xc2\xb5V", "mV") == 0.003);
}

TEST_CASE("units multiply to units", "[expression]") {
  CHECK(in("= 20 mV / 40 MOhm", "pA") == 500);
  CHECK(in("= 10 nS * 2 mV", "pA") == 20);
  CHECK(in("= 250 pF / 10 nS", "ms") == 25);
  CHECK(in("= 1 nF * 1 MOhm", "ms") == 1);
  CHECK(in("= 80 mm / (4 m/s)", "ms") == 20);
  CHECK(in("= 20 Hz * 0.5 s", "") == 10);
  CHECK(in("= sqrt(4 mV*mV)", "mV") == 2);
  CHECK(in("= (10 ms)^-1", "Hz") == 100);
  CHECK(in("= d + 1 s", "ms") == 1001.5);
}

TEST_CASE("a name stands for the very number that was written", "[expression]") {
  CHECK(in("= rate", "Hz") == 31.875);
  for (const double number : {0.1, 0.7, 9.3, 31.877, 8.1, 87.8})
    for (const char* unit : {"Hz", "kHz", "mV", "uV", "nA", "m/s", "uS", "us", "nF", "um"})
      CHECK(in("= " + Value::of(number, {}).written() + ' ' + unit, unit) == number);
  CHECK(in("= -g * J", "mV") == -5 * 0.1);
}

TEST_CASE("integers may be expressions of whole value", "[expression]") {
  const auto integer = [](const std::string& expression) {
    Read read(expression);
    const std::int64_t out = read.table.required_integer("x", 1, 1000000);
    raise(read.diagnostics);
    return out;
  };
  CHECK(integer("= 0.1 * N") == 1000);
  CHECK(integer("= 0.07 * 100") == 7);
  CHECK(integer("= round(N / 3)") == 3333);
  CHECK(errors_of([&] { integer("= N / 3"); }) ==
        "a.toml:5:1: error: node.E.x: expected a whole number between 1 and 1000000, found \"= N / 3\" "
        "(3333.3333333333335); `round`, `floor` and `ceil` make numbers whole");
  CHECK(errors_of([&] { integer("= i * 3"); }) ==
        "a.toml:5:1: error: node.E.x: expected a whole number between 1 and 1000000, found \"= i * 3\"");
  CHECK(errors_of([&] { integer("= d"); }) ==
        "a.toml:5:1: error: node.E.x: expected a whole number between 1 and 1000000, found \"= d\" (1.5 ms)");
}

TEST_CASE("getters say what an expression gave", "[expression]") {
  const auto error = [](const std::string& expression, const char* unit, Range range = any_number) {
    Read read(expression);
    read.table.quantity("x", unit, 1.0, range);
    const std::string all = read.errors();
    return all.substr(all.find(": ", 20) + 2);
  };
  CHECK(error("= 3 * d", "mV") == "expected a voltage (like \"20 mV\"), found \"= 3 * d\" (4.5 ms), which is a time");
  CHECK(error("= g", "mV") == "expected a voltage (like \"20 mV\"), found \"= g\" (5), which is a plain number");
  CHECK(error("= J", "") == "expected a plain number, found \"= J\" (0.1 mV), which is a voltage");
  CHECK(error("= -d", "ms", positive) == "must be positive, found \"= -d\" (-1.5 ms)");
  CHECK(error("= i * J", "mV") ==
        "expected a voltage (like \"20 mV\"), found \"= i * J\", which varies: one number is needed here");
  Read text("= i");
  CHECK(text.table.text("x", "f") == "f");
  CHECK(text.table.texts("x", {"f"}).front() == "f");
  CHECK(text.errors() ==
        "a.toml:5:1: error: node.E.x: expected a text in quotes, found \"= i\"\n"
        "a.toml:5:1: error: node.E.x: expected a text or a list of texts, found \"= i\"");
}

TEST_CASE("what is no expression says where it is wrong", "[expression]") {
  CHECK(wrong("= J + d") == "a voltage and a time cannot be added, at character 5 of \"= J + d\"");
  CHECK(wrong("= J - 1") == "a plain number cannot be subtracted from a voltage, at character 5 of \"= J - 1\"");
  CHECK(wrong("= J < d") == "a voltage and a time cannot be compared, at character 5 of \"= J < d\"");
  CHECK(wrong("= if(1, J, d)") ==
        "a voltage and a time cannot be put together in `if`, at character 3 of \"= if(1, J, d)\"");
  CHECK(wrong("= max(J, d)") ==
        "a voltage and a time cannot be put together in `max`, at character 3 of \"= max(J, d)\"");
  CHECK(wrong("= exp(J)") == "`exp` takes a plain number, found a voltage, at character 3 of \"= exp(J)\"");
  CHECK(wrong("= sqrt(J)") == "a voltage has no square root, at character 3 of \"= sqrt(J)\"");
  CHECK(wrong("= J^0.5") ==
        "a voltage may be raised to a whole number from -16 to 16 alone, at character 4 of \"= J^0.5\"");
  CHECK(wrong("= 2^J") == "an exponent is a plain number, found a voltage, at character 4 of \"= 2^J\"");
  CHECK(wrong("= 1 / 0") == "this divides by zero, at character 5 of \"= 1 / 0\"");
  CHECK(wrong("= log(-1)") == "this gives nan, which is not a finite number, at character 3 of \"= log(-1)\"");
  CHECK(wrong("= 1e300 * 1e300") ==
        "this gives inf, which is not a finite number, at character 9 of \"= 1e300 * 1e300\"");
  CHECK(wrong("= 1e999") == "this number is out of the range of 64-bit numbers, at character 3 of \"= 1e999\"");
  CHECK(wrong("= Jx * 2") ==
        "unknown name `Jx`; did you mean `J`? known here: J, N, d, g, rate, i, j, n, x, y, z, distance, pi, at "
        "character 3 of \"= Jx * 2\"");
  CHECK(wrong("= sqr(2)") ==
        "unknown function `sqr`; did you mean `sqrt`? functions are: sqrt, exp, log, sin, cos, tanh, expm1, "
        "log1p, sigmoid, exprel, abs, min, max, floor, ceil, round, if, uniform, normal, rows, columns, at character 3 "
        "of \"= sqr(2)\"");
  CHECK(wrong("= 2 mw") == "there is no unit `mw`; a product is written with *, at character 5 of \"= 2 mw\"");
  CHECK(wrong("= min(2)") == "`min` takes two or more arguments, found 1, at character 3 of \"= min(2)\"");
  CHECK(wrong("= exp(1, 2)") == "`exp` takes 1 argument, found 2, at character 3 of \"= exp(1, 2)\"");
  CHECK(wrong("= sqrt") ==
        "unknown name `sqrt`; a function has its arguments in parentheses, at character 3 of \"= sqrt\"");
  CHECK(wrong("= 2 ** 3") ==
        "expected a number, a name or `(`, found \"*\"; a power is written with ^, at character 6 of \"= 2 ** 3\"");
  CHECK(wrong("= (2") == "expected `)`, found the end, at character 5 of \"= (2\"");
  CHECK(wrong("= 2 )") == "expected an operator, found \")\", at character 5 of \"= 2 )\"");
  CHECK(wrong("=") == "expected a number, a name or `(`, found the end, at character 2 of \"=\"");
  CHECK(wrong("= 1 < 2 < 3") ==
        "comparisons cannot be chained; multiply two of them, at character 9 of \"= 1 < 2 < 3\"");
  CHECK(wrong("= \xc3\xa4 + 1") ==
        "expected a number, a name or `(`, found \"\xc3\xa4\", at character 3 of \"= \xc3\xa4 + 1\"");
  CHECK(wrong("= J * \"E\"") ==
        "a text only names a row or a column of a table, like P[\"E\", \"I\"], at character 7 of \"= J * \\\"E\\\"\"");
  CHECK(wrong("= " + std::string(20000, '1')).starts_with("an expression has at most 10000 characters"));
  CHECK(wrong("= " + std::string(101, '(') + "1" + std::string(101, ')')).starts_with("nested more than 100 deep"));
  CHECK(in("= " + std::string(99, '(') + "1" + std::string(99, ')'), "") == 1);
  CHECK(wrong("= " + std::string(5000, '-') + "1").starts_with("nested more than 100 deep"));
}

TEST_CASE("an expression has a value for each unit or synapse", "[expression]") {
  CHECK(over("= i * 2", "", 3) == 6);
  CHECK(over("= g * J * exp(-distance / 2 mm)", "mV", 0, 2) == Approx(0.5 / std::numbers::e));
  CHECK(over("= distance / (2 m/s) + d", "ms", 0, 6) == 4.5);
  CHECK(over("= if(i < 3, 10 Hz, 1 kHz)", "Hz", 2) == 10);
  CHECK(over("= if(i < 3, 10 Hz, 1 kHz)", "Hz", 3) == 1000);
  CHECK(over("= min(i, 5) + max(i, 5) + floor(i / 2) - abs(-i) ^ 2", "", 7) == 5 + 7 + 3 - 49);
  const auto error = [](const std::string& expression, const std::string& unit, VariableSet known,
                        Range range = any_number) {
    Read read(expression);
    CHECK(read.table.distribution("x", unit, 42, range, known).a == 42);
    const std::string all = read.errors();
    return all.substr(all.find(": ", 20) + 2);
  };
  CHECK(error("= i", "", {}) ==
        "expected a plain number, found \"= i\", which varies: here one number, a distribution or a list of numbers is "
        "needed");
  CHECK(error("= i * J", "ms", unit_variables) ==
        "expected a time (like \"20 ms\"), found \"= i * J\", which is a voltage");
  CHECK(error("= distance / 1 mm", "", unit_variables) ==
        "`distance` is not known here, found \"= distance / 1 mm\"; what varies here is: i, n");
  CHECK(error("= -i - 1", "", unit_variables, positive) == "must be positive, found \"= -i - 1\", which is at most -1");
  Read read("= log(i)");
  const Quantity quantity = read.table.distribution("x", "", 0, any_number, unit_variables);
  const double zero = 0;
  Columns columns;
  columns.set(Variable::i, {&zero, 1});
  Draws draws(Stream(1, "x"), 0);
  double out = 0;
  CHECK(errors_of([&] {
          draw_into(quantity, draws, {&out, 1}, columns);
        }) == "a.toml:5:1: error: node.E.x: must be a finite number, found \"= log(i)\" = -inf where i = 0");
  CHECK_THROWS_AS(draw_into(quantity, draws, {&out, 1}), Error);
}

TEST_CASE("a row of values may be cut anywhere, with draws too", "[expression]") {
  for (const char* text : {"= i * 2 + uniform(0, i) * normal(1, 2)", "= sqrt(i) * i^2"}) {
    Read read(text);
    const Quantity quantity = read.table.distribution("x", "", 0, any_number, unit_variables);
    std::vector<double> i(1000), whole(1000), cut(1000);
    for (std::size_t k = 0; k < i.size(); ++k) i[k] = static_cast<double>(k);
    Columns columns, first, second;
    columns.set(Variable::i, i);
    first.set(Variable::i, std::span(i).first(301));
    second.set(Variable::i, std::span(i).subspan(301));
    Draws draws(Stream(1, "x"), 0), again(Stream(1, "x"), 0);
    draw_into(quantity, draws, whole, columns);
    draw_into(quantity, again, std::span(cut).first(301), first);
    draw_into(quantity, again, std::span(cut).subspan(301), second);
    CHECK(whole == cut);
    CHECK(whole[900] != whole[901]);
  }
}

TEST_CASE("bounds of an expression hold all its values", "[expression]") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  using Pair = std::pair<double, double>;
  CHECK(bounds_of("= exp(-distance / 1 mm)") == Pair{0, 1});
  CHECK(bounds_of("= 2 ms + distance / (1 m/s)", "ms") == Pair{2, infinity});
  CHECK(bounds_of("= uniform(1 ms, 3 ms)", "us") == Pair{1000, 3000});
  CHECK(bounds_of("= min(max(normal(0, 1), -2), 3)") == Pair{-2, 3});
  CHECK(bounds_of("= if(i < 3, 1, 5)") == Pair{1, 5});
  CHECK(bounds_of("= (x / 1 mm)^2").first == 0);
  CHECK(bounds_of("= 1 / (1 + uniform(1, 3))") == Pair{0.25, 0.5});
  CHECK(bounds_of("= 1 / x * 1 mm") == Pair{-infinity, infinity});
  CHECK(bounds_of("= abs(uniform(-2, 1))") == Pair{0, 2});
  // Random expressions over one uniform number: no draw leaves the bounds.
  for (std::uint64_t trial = 0; trial < 300; ++trial) {
    Draws draws(Stream(3, "bounds"), trial);
    std::string text = "uniform(-2, 3)";
    const std::vector<std::string> around{"abs(@)",
                                          "-(@)",
                                          "(@)^2",
                                          "(@)^3",
                                          "exp(@)",
                                          "tanh(@)",
                                          "expm1(@)",
                                          "log1p(abs(@))",
                                          "sigmoid(@)",
                                          "exprel(@)",
                                          "1 / (2 + abs(@))",
                                          "(@) * uniform(-1, 1)",
                                          "sin(@)",
                                          "min(@, 1)",
                                          "floor(@)",
                                          "(@) - uniform(0, 2)",
                                          "if(@ < 0, 2, @)",
                                          "sqrt(abs(@))",
                                          "2^min(@, 5)"};
    for (int depth = 0; depth < 3; ++depth) {
      std::string outer = around[static_cast<std::size_t>(draws.below(around.size()))];
      for (std::size_t at = outer.find('@'); at != std::string::npos; at = outer.find('@', at + text.size()))
        outer.replace(at, 1, text);
      text = outer;
    }
    Read read("= " + text);
    const Quantity quantity = read.table.distribution("x", "", 0, any_number, unit_variables);
    const auto [low, high] = bounds(quantity);
    std::vector<double> values(50);
    std::string failed = errors_of([&] { draw_into(quantity, draws, values); });
    if (!failed.empty()) continue;  // too large a number
    INFO(text << " in " << low << " to " << high);
    for (const double value : values) CHECK((value >= low && value <= high));
  }
}

TEST_CASE("an expression is written so that it reads back", "[expression]") {
  const auto written = [](const std::string& expression) { return at(Read(expression).root, "node", "E", "x").text; };
  CHECK(written("= g * J * exp(-distance/(2*mm))") == "= 0.5 mV * exp(-distance / (2 mm))");
  CHECK(written("= i - (n - 1)") == "= i - (n - 1)");
  CHECK(written("= (i - n) - 1") == "= i - n - 1");
  CHECK(written("= -(i + 1)^2") == "= -(i + 1)^2");
  CHECK(written("= (-i)^2 / (3 * n)") == "= (-i)^2 / (3 * n)");
  CHECK(written("= if(i < 2, -1, i^-1)") == "= if(i < 2, -1, i^-1)");
  CHECK(written("= (2 mV)^2 * i") == "= 4 mV*mV * i");
  CHECK(written("= i / rate / 2 mV") == "= i / (0.031875 kHz) / (2 mV)");
  CHECK(written("= uniform(0, g) + (i > 1) * 2^i") == "= uniform(0, 5) + (i > 1) * 2^i");
  const std::vector<std::string> parts{"(@ + @)",         "@ - @", "@ * @", "@ / @", "(@)^2",   "-@",     "min(@, @)",
                                       "if(@ < @, @, @)", "i",     "n",     "3.25",  "(1 / 3)", "(@ - @)"};
  for (std::uint64_t trial = 0; trial < 500; ++trial) {
    Draws draws(Stream(4, "text"), trial);
    std::string text = "@ + @ * i";
    for (int steps = 0; text.find('@') != std::string::npos; ++steps) {
      const std::uint64_t choices = steps < 12 ? parts.size() : 3;
      std::string part = parts[static_cast<std::size_t>(steps < 12 ? draws.below(choices) : 8 + draws.below(choices))];
      text.replace(text.find('@'), 1, part);
    }
    INFO(text);
    std::string once;
    if (!errors_of([&] { once = written("= " + text); }).empty()) continue;  // divides by zero
    CHECK(written(once) == once);
    if (at(Read("= " + text).root, "node", "E", "x").expression == nullptr) continue;
    double value = 0, again = 0;
    const std::string failed = errors_of([&] { value = over("= " + text, "", 2.5); });
    CHECK(errors_of([&] { again = over(once, "", 2.5); }).empty() == failed.empty());
    CHECK(value == again);
  }
}

}  // namespace cajal::config
