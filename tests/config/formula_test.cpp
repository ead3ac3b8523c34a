#include "sim/config/formula.hpp"

#include "sim/config/dimension.hpp"
#include "tests/catch.hpp"

namespace cajal::config {

namespace {

const std::vector<Symbol> symbols{{"V_m", {0, 1, 0, 0}}, {"w", {0, 0, 1, 0}}, {"tau", {1, 0, 0, 0}},
                                  {"R", {0, 1, -1, 0}},  {"m", {}},           {"n", {}}};

std::string dimension_of_formula(const std::string& text) {
  std::string why;
  const auto formula = Formula::parse(text, symbols, why);
  return formula ? name_of(formula->dimension()) : why;
}

}  // namespace

TEST_CASE("a formula has the dimension of its operations", "[config]") {
  CHECK(dimension_of_formula("V_m / tau") == "voltage per time");
  CHECK(dimension_of_formula("R * w - V_m") == "voltage");
  CHECK(dimension_of_formula("= V_m") == "voltage");
  CHECK(dimension_of_formula("exp(V_m / (2 mV)) * m^3 * n") == "plain number");
  CHECK(dimension_of_formula("V_m^2 / (1 mV)") == "voltage");
  CHECK(dimension_of_formula("sqrt(V_m * V_m)") == "voltage");
  CHECK(dimension_of_formula("if(V_m > -50 mV, w, 1 pA)") == "current");
  CHECK(dimension_of_formula("min(V_m, 0 mV, R * w)") == "voltage");
  CHECK(dimension_of_formula("V_m > 3 mV") == "plain number");
  CHECK(dimension_of_formula("pi * exprel(m) * sigmoid(n)") == "plain number");
}

TEST_CASE("dimensions of formulas that do not fit are found where they stand", "[config]") {
  CHECK(dimension_of_formula("V_m + w") == "a voltage and a current cannot be added, at character 5 of \"V_m + w\"");
  CHECK(dimension_of_formula("V_m - 3") ==
        "a plain number cannot be subtracted from a voltage, at character 5 of \"V_m - 3\"");
  CHECK(dimension_of_formula("2 * exp(V_m)") ==
        "`exp` takes a plain number, found a voltage, at character 5 of \"2 * exp(V_m)\"");
  CHECK(dimension_of_formula("V_m < w") == "a voltage and a current cannot be compared, at character 5 of \"V_m < w\"");
  CHECK(dimension_of_formula("max(V_m, w)") ==
        "a voltage and a current cannot be put together in `max`, at character 1 of \"max(V_m, w)\"");
  CHECK(dimension_of_formula("m ^ V_m") ==
        "an exponent is a plain number, found a voltage, at character 3 of \"m ^ V_m\"");
}

TEST_CASE("names that formulas do not know are found where they stand", "[config]") {
  CHECK(
      dimension_of_formula("V_m + V_n") ==
      "unknown name `V_n`; did you mean `V_m`? known here: V_m, w, tau, R, m, n, pi, at character 7 of \"V_m + V_n\"");
  CHECK(
      dimension_of_formula("expp(m)").starts_with("unknown function `expp`; did you mean `exp`? functions are: sqrt"));
  CHECK(dimension_of_formula("tanh(m, n)") == "`tanh` takes 1 argument, found 2, at character 1 of \"tanh(m, n)\"");
  CHECK(dimension_of_formula("x").starts_with("unknown name `x`"));  // a position elsewhere
  CHECK(dimension_of_formula("m + t") == "equations do not know the time, at character 5 of \"m + t\"");
  CHECK(dimension_of_formula("2 m").starts_with("`m` is no unit here but a name; a product is written with *"));
  CHECK(dimension_of_formula("exp + 1").starts_with("unknown name `exp`; a function has its arguments"));
  for (const char* none : {"floor(m)", "uniform(m, n)", "rows(m)", "m == n", "m != n", "m[1]", "\"m\""}) {
    INFO(none);
    CHECK(dimension_of_formula(none).find(", at character ") != std::string::npos);
  }
}

TEST_CASE("names of symbols may hide units of one letter and nothing else", "[config]") {
  for (const char* good : {"V", "m", "h", "n", "V_m", "tau_m", "int", "x"}) CHECK(wrong_symbol_name(good).empty());
  for (const char* bad : {"I", "t", "dt", "mV", "pi", "exp", "if", "2x", "a b", "", "a;b", "\xc3\xa4"})
    CHECK(!wrong_symbol_name(bad).empty());
}

}  // namespace cajal::config
