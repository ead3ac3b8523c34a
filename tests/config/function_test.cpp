#include "sim/config/function.hpp"

#include <cmath>

#include "tests/catch.hpp"

using namespace cajal;
using namespace cajal::config;

namespace {

std::vector<double> values(const std::string& text, const std::vector<std::string>& inputs,
                           const std::vector<double>& rows) {
  std::string why;
  const auto function = Function::parse(text, inputs, why);
  INFO(why);
  REQUIRE(function);
  Draws draws(Stream(1, "test"), 0);
  return function->values(rows, draws);
}

std::string fault(const std::string& text, const std::vector<std::string>& inputs = {"x"}) {
  std::string why;
  return Function::parse(text, inputs, why) ? "" : why;
}

}  // namespace

TEST_CASE("a function is that of its inputs, whatever their names") {
  CHECK(values("2 * x + 1", {"x"}, {0, 1, -3}) == std::vector<double>{1, 3, -5});
  CHECK(values("2 * x1 + 3 * x2 + 1", {"x1", "x2"}, {1, 1, 2, 0}) == std::vector<double>{6, 5});
  CHECK(values("j * distance - z", {"z", "j", "distance"}, {1, 2, 3}) == std::vector<double>{5});
  CHECK(values("if(x < 0.5, sin(pi * x), abs(x))", {"x"}, {0.25, -0.5, 2})[0] == Approx(std::sqrt(0.5)));
  CHECK(values("i / n", {"x"}, {7, 7, 7, 7}) == std::vector<double>{0, 0.25, 0.5, 0.75});
  CHECK(values("3", {"x"}, {1, 2}) == std::vector<double>{3, 3});
  CHECK(std::isnan(values("log(x)", {"x"}, {-1})[0]));
}

TEST_CASE("a comparison is a condition") {
  std::string why;
  CHECK(Function::parse("x < 0.5", {"x"}, why)->condition());
  CHECK_FALSE(Function::parse("1 + (x < 0.5)", {"x"}, why)->condition());
  CHECK(values("x < 0.5", {"x"}, {0, 0.5, 1}) == std::vector<double>{1, 0, 0});
}

TEST_CASE("random numbers are drawn anew for each row") {
  const auto v = values("x + normal(0, 1)", {"x"}, std::vector<double>(1000, 0.0));
  double sum = 0;
  for (const double x : v) sum += x;
  CHECK(v[0] != v[1]);
  CHECK(std::abs(sum / 1000) < 5 / std::sqrt(1000.0));
}

TEST_CASE("a wrong function says what is wrong and where") {
  CHECK(fault("2 * y + 1") == "`y` is no input; inputs are: x, at character 5 of \"2 * y + 1\"");
  CHECK(fault("2 * u + 1").starts_with("unknown name `u`"));
  CHECK(fault("2 *").starts_with("expected a number, a name or `(`, found the end"));
  CHECK(fault("x + 2 mV").find("cannot be added") != std::string::npos);
  CHECK(fault("2 mV") == "the function gives a voltage, not a plain number, at character 1 of \"2 mV\"");
  CHECK(fault("1 / 0 + x").find("divides by zero") != std::string::npos);
  CHECK_FALSE(fault(std::string(20000, '1')).empty());
  CHECK_FALSE(fault("").empty());
}

TEST_CASE("inputs have names that mean nothing else") {
  CHECK(wrong_input_name("x1").empty());
  CHECK(wrong_input_name("distance").empty());
  CHECK(wrong_input_name("i") == "`i` is the number of a sample, or of all, in functions");
  CHECK(wrong_input_name("sin") == "`sin` is a function already; choose another name");
  CHECK_FALSE(wrong_input_name("mV").empty());
  CHECK_FALSE(wrong_input_name("2x").empty());
  CHECK_FALSE(wrong_input_name("").empty());
}
