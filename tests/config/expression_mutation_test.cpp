#include <string>
#include <string_view>
#include <vector>

#include "sim/config/expression.hpp"
#include "sim/config/typing.hpp"
#include "tests/catch.hpp"
#include "tests/config/config_test.hpp"

namespace cajal::config {

namespace {

using namespace std::string_view_literals;

/// Names that are there, and one that is wrong itself.
class FewNames : public Scope {
 public:
  FewNames() {
    J_.constant = Measure{0.1, 0, {0, 1, 0, 0}};
    J_.dimension = J_.constant->dimension;
    auto matrix = std::make_shared<Matrix>();
    matrix->name = "W", matrix->rows = 2, matrix->columns = 3, matrix->values = {1, 2, 3, 4, 5, 6};
    matrix->row_names = {"E", "I"}, matrix->least = 1, matrix->largest = 6;
    W_ = matrix;
  }
  const Term* value(const std::string& name) override {
    if (name == "wrong") throw Mistake{};
    return name == "J" ? &J_ : nullptr;
  }
  std::shared_ptr<const Matrix> matrix(const std::string& name) override { return name == "W" ? W_ : nullptr; }
  std::vector<std::string> names() const override { return {"J", "W"}; }

 private:
  Term J_;
  std::shared_ptr<const Matrix> W_;
};

/// Whether the text is an expression; one that is has values, bounds and a text that is an expression again.
bool is_good(const std::string& text) {
  FewNames names;
  try {
    Term term = typed(parse_expression(text), names);
    if (term.constant) {
      CHECK(std::isfinite(term.constant->base()));
      return true;
    }
    const Expression expression(std::move(term.program), term.dimension);
    const double two = 2;
    Columns columns;
    for (std::size_t v = 0; v < variables.size(); ++v) columns.set(static_cast<Variable>(v), {&two, 1});
    Draws draws(Stream(1, "x"), 0);
    std::vector<double> out(3);
    expression.evaluate(columns, draws, out);
    const Interval bounds = expression.bounds();
    CHECK((bounds.first <= bounds.second || std::isnan(out[0])));
    if (!std::isnan(out[0]))
      CHECK((out[0] >= bounds.first - 1e-9 * std::abs(bounds.first) &&
             out[0] <= bounds.second + 1e-9 * std::abs(bounds.second)));
    CHECK(typed(parse_expression(expression.text()), names).dimension == expression.dimension());
    return true;
  } catch (const Mistake& mistake) {
    CHECK(mistake.at <= text.size());
    return false;
  }
}

std::size_t below(Draws& draws, std::size_t n) { return static_cast<std::size_t>(draws.below(n)); }

}  // namespace

TEST_CASE("a mutated expression is read or refused", "[expression]") {
  const std::vector<std::string> good{
      "= J * exp(-distance / (2 mm)) + 1e-3 mV", "= if(i < n / 2, W[0, 1], W['I', j]) * uniform(0.5, 2)",
      "= max(x, y, 3 um)^2 / (z + 1 m)^2 - -W * 2", "= sqrt(abs(sin(pi * i))) + rows(W) ^ columns(W) == 8",
      "= round(normal(W, 0.1 * i)) >= floor(3.7) - ceil(.2e1) * tanh(0)"};
  const std::string_view special = "()[]+-*/^<>=!,.\"'0123456789eE ijnxyzJWms\0\xc2\xb5\xff"sv;
  for (const std::string& text : good) {
    INFO(text);
    CHECK(is_good(text));
  }
  int read = 0, refused = 0;
  for (std::uint64_t trial = 0; trial < 6000; ++trial) {
    Draws draws(Stream(1, "expression"), trial);
    std::string text = good[below(draws, good.size())];
    for (std::uint64_t change = 0; change <= draws.below(4); ++change) {
      const std::size_t place = below(draws, text.size() + 1), length = below(draws, 12);
      const std::string& donor = good[below(draws, good.size())];
      switch (draws.below(4)) {
        case 0:
          text.insert(place, 1, special[below(draws, special.size())]);
          break;
        case 1:
          text.erase(place, length);
          break;
        case 2:
          text.insert(place, std::string(donor, below(draws, donor.size()), length));
          break;
        default:
          if (place < text.size()) text[place] = special[below(draws, special.size())];
          break;
      }
    }
    INFO("trial " << trial << ": " << text);
    ++(is_good(text) ? read : refused);
  }
  CHECK(read > 200);
  CHECK(refused > 300);
}

TEST_CASE("random bytes are no expression, and end", "[expression]") {
  for (std::uint64_t trial = 0; trial < 2000; ++trial) {
    Draws draws(Stream(2, "expression"), trial);
    std::string text = "=";
    for (std::uint64_t i = draws.below(60); i > 0; --i) text += static_cast<char>(draws.below(256));
    is_good(text);
  }
  for (const char* part : {"(", "-", "2^", "1+", "if(", "W[", "abs(", "1<", "\"", "2 m"}) {
    std::string text = "=";
    while (text.size() + 4 < longest_expression) text += part;
    CHECK_FALSE(is_good(text));
  }
  std::string sum = "= i";
  while (sum.size() + 4 < longest_expression) sum += " + i";
  CHECK(is_good(sum));
}

}  // namespace cajal::config
