#include "models/equations/print.hpp"

#include <cstdlib>
#include <filesystem>

#include "models/equations/compiler.hpp"
#include "tests/catch.hpp"
#include "tests/models/equations/models.hpp"

namespace cajal::test {

namespace {

ModelEquations equations(const std::string& text) {
  const config::Value root = config::parse(text, "m.toml");
  std::vector<Diagnostic> diagnostics;
  const config::Table table(root, "", diagnostics);
  const auto models = table.tables("model");
  REQUIRE(models.size() == 1);
  auto out = read_equations(models[0].first, models[0].second);
  for (const Diagnostic& d : diagnostics) INFO(d.text());
  REQUIRE(out);
  return *std::move(out);
}

/// What stands in a printed model of one dimensionless variable `v` for a formula.
std::string printed(const std::string& formula) {
  const std::string text = printed_model(
      equations("[model.x]\nstate = { v = 1 }\nparams = { a = 2, b = 3 }\nderivative = { v = \"-v * a / b "
                "/ ms\" }\noutput = \"" +
                formula + "\"\n"));
  const std::size_t at = text.find("T output");
  const std::size_t begin = text.find("return T(", at) + 9;
  return text.substr(begin, text.find(");\n", begin) - begin);
}

/// Every operation, between numbers that move and numbers that do not.
const std::string everything = R"toml(
[model.x]
state = { v = 0.3, w = 0.7 }
params = { a = 2, b = 0.5, tau = "10 ms" }
let = { c = "a * b", d = "exp(b) + tanh(a)", e = "if(a > b, a, b)" }
output = "v"
[model.x.derivative]
v = "(a / v + sqrt(w) + exp(v) + log(w) + sin(v) - cos(w) + tanh(v) + expm1(b) + sigmoid(v) + exprel(v) + abs(-v) + min(v, w, a) + max(v, b) + v^3 + v^a + a^2 + a^v + w^-2 + c * d + e + 1 / w) / tau"
w = "if(v > w, v, -w) / tau * (v < a) + (v > 0.1) * b / tau"
)toml";

}  // namespace

TEST_CASE("operations of formulas are printed in their order", "[equations]") {
  CHECK(printed("v + a - b") == "x.x_v + p.p_a - p.p_b");
  CHECK(printed("v - (a - b)") == "x.x_v - (p.p_a - p.p_b)");
  CHECK(printed("v / (a * b) * 1") == "x.x_v / (p.p_a * p.p_b)");
  CHECK(printed("v * (a + b)") == "x.x_v * (p.p_a + p.p_b)");
  CHECK(printed("-v * -a") == "(-x.x_v) * (-p.p_a)");
  CHECK(printed("-(v + a)") == "(-(x.x_v + p.p_a))");
  CHECK(printed("v^3") == "pow(x.x_v, 3)");
  CHECK(printed("v^a") == "exp(p.p_a * log(x.x_v))");
  CHECK(printed("tanh(v) * sigmoid(a)") == "tanh(x.x_v) * sigmoid(Plain<T>(p.p_a))");
  CHECK(printed("max(v, a)") == "at_least(T(x.x_v), T(p.p_a))");
  CHECK(printed("if(v > a, v, b)") == "where((T(x.x_v) > T(p.p_a)), T(x.x_v), T(p.p_b))");
  CHECK(printed("(v > a) * b") == "where((T(x.x_v) > T(p.p_a)), T(1.0), T(0.0)) * p.p_b");
  CHECK(printed("a / v") == "T(p.p_a) / x.x_v");
  CHECK(printed("0.25 * v") == "Plain<T>(0x1p-2) * x.x_v");
  CHECK(printed("v * (2 ms) / (1 s)") == "x.x_v * Plain<T>(0x1p+1) / Plain<T>(0x1.f4p+9)");
}

TEST_CASE("nothing of a config is printed as C++ but its numbers and names", "[equations]") {
  const std::string text = printed_model(equations(
      "[model.x]\nmeaning = \"\\\"; system(\\\"ls\\\"); \\\\\\n#include <x> ?\?/\"\nstate = { int = { value = 1, "
      "meaning = \"*/ } \\u00e4\" } }\nderivative = { int = \"-int / ms\" }\noutput = \"int\"\n"));
  CHECK(text.find("system(\"") == std::string::npos);
  CHECK(text.find("#include") == std::string::npos);
  CHECK(text.find("\\042; system(\\042ls\\042); \\134\\012\\043include \\074x\\076 \\077\\077/") != std::string::npos);
  CHECK(text.find("*/ \\175 \\303\\244") != std::string::npos);
  CHECK(text.find("T x_int;") != std::string::npos);
}

TEST_CASE("values of a model do not change what is compiled", "[equations]") {
  std::string other = lif_equations;
  other.replace(other.find("\"10 ms\""), 7, "\"25 ms\"");
  CHECK(printed_unit(equations(lif_equations), false) == printed_unit(equations(other), false));
  CHECK(printed_unit(equations(lif_equations), false) != printed_unit(equations(lif_equations), true));
}

TEST_CASE("equations of library models give the bits of the library, and all operations their values",
          "[equations][compiles]") {
  // Both models side by side in one unit, evaluated over states, inputs and parameters, in double precision.
  const std::string text =
      "#include <algorithm>\n#include <cmath>\n#include <cstring>\n#include \"sim/integrate.hpp\"\n#include "
      "\"sim/number/constant.hpp\"\n#include \"models/neurons/izhikevich.hpp\"\n#include "
      "\"models/neurons/lif.hpp\"\nnamespace cajal {\nnamespace a {\n" +
      printed_model(equations(lif_equations)) + "}\nnamespace b {\n" + printed_model(equations(izhikevich_equations)) +
      "}\nnamespace c {\n" + printed_model(equations(everything)) +
      R"(}
template <class A, class B>
int different() {
  int out = 0;
  const auto library = defaults<ParametersOf<A, double>>(A::parameters);
  ParametersOf<B, double> own;
  static_assert(sizeof own == sizeof library);
  std::memcpy(&own, &library, sizeof own);
  for (int k = 0; k < 2000; ++k) {
    StateOf<A, double> x;
    each_member(x, [&](double& v, std::size_t i) { v = -90.0 + 0.0613 * k + 3.7 * static_cast<double>(i); });
    StateOf<B, double> y;
    std::memcpy(&y, &x, sizeof y);
    const Input<double> input{0.77 * k, 0.013 * k};
    const auto unequal = [&](const auto& p, const auto& q) { return std::memcmp(&p, &q, sizeof p) != 0; };
    out += unequal(A::derivative(x, input, library), B::derivative(y, input, own));
    out += unequal(A::spiked(x, x, library), B::spiked(y, y, own));
    out += unequal(A::reset(x, library), B::reset(y, own));
  }
  return out;
}

/// How far the value of v's derivative in number type T is from what the C library gives.
template <class T, class C>
double off() {
  const double v = 0.3, w = 0.7, a = 2, b = 0.5, tau = 10;
  const double d = std::exp(b) + std::tanh(a);
  const double sum = a / v + std::sqrt(w) + std::exp(v) + std::log(w) + std::sin(v) - std::cos(w) + std::tanh(v) +
                     std::expm1(b) + 1 / (1 + std::exp(-v)) + std::expm1(v) / v + v + v + b + v * v * v +
                     std::pow(v, a) + a * a + std::pow(a, v) + 1 / (w * w) + a * b * d + a + 1 / w;
  const c::Model::State<T> x{T(v), T(w)};
  const c::Model::Parameters<C> p{C(a), C(b), C(tau)};
  const auto slope = c::Model::derivative(x, Input<T>{T(0.0), T(0.0)}, p);
  const auto first = [](const auto& y) {
    if constexpr (std::is_same_v<std::decay_t<decltype(y)>, double>)
      return y;
    else
      return static_cast<double>(y.v[0]);
  };
  return std::fabs(first(value_of(slope.x_v)) / (sum / tau) - 1) +
         std::fabs(first(value_of(slope.x_w)) / ((-w + b) / tau) - 1);
}
using W = Pack<double, 8>;
}
extern "C" int everything() {
  using namespace cajal;
  const double most = std::max({off<double, double>(), off<W, Constant<W>>(), off<Dual<W, 2>, Constant<W>>(),
                                off<Dual<Dual<W, 1>, 4>, Constant<W>>(), off<Dual<double, 3>, double>()});
  return most < 1e-12 ? 0 : 1;
}
extern "C" int lif() { return cajal::different<cajal::Lif, cajal::a::Model>(); }
extern "C" int izhikevich() { return cajal::different<cajal::Izhikevich, cajal::b::Model>(); }
)";
  Compiler compiler = Compiler::of_build();
  std::string folder = (std::filesystem::temp_directory_path() / "cajal-print-XXXXXX").string();
  compiler.cache = mkdtemp(folder.data());
  for (const char* name : {"lif", "izhikevich", "everything"})
    CHECK(reinterpret_cast<int (*)()>(load_unit("bits", text, name, compiler))() == 0);
  std::filesystem::remove_all(folder);
}

}  // namespace cajal::test
