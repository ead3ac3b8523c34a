#include "sim/config/syntax.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// The sign for micro, U+00B5 or Greek mu U+03BC, which stands only in the names of units.
bool is_micro(std::string_view text) { return text.starts_with("\xc2\xb5") || text.starts_with("\xce\xbc"); }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), next_(text.starts_with('=') ? 1 : 0) {
    if (text.size() > longest_expression)
      throw Mistake{0, "an expression has at most " + std::to_string(longest_expression) + " characters"};
  }

  Syntax parse() {
    comparison();
    skip_space();
    if (next_ < text_.size()) throw Mistake{next_, "expected an operator, found " + here()};
    return std::move(nodes_);
  }

 private:
  using Kind = SyntaxNode::Kind;

  void skip_space() {
    while (next_ < text_.size() && std::string_view(" \t\r\n").find(text_[next_]) != std::string_view::npos) ++next_;
  }

  std::string_view rest() const { return text_.substr(next_); }

  /// What stands at the next place, for messages.
  std::string here() const {
    if (next_ >= text_.size()) return "the end";
    std::size_t end = next_ + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xc0) == 0x80) ++end;
    return written_text(text_.substr(next_, end - next_));
  }

  bool accept(std::string_view token) {
    skip_space();
    if (!rest().starts_with(token)) return false;
    next_ += token.size();
    return true;
  }

  void expect(char c, const char* why) {
    if (!accept(std::string_view(&c, 1))) throw Mistake{next_, std::string("expected ") + why + ", found " + here()};
  }

  std::size_t add(SyntaxNode node) {
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }

  std::size_t operation(Operation operation, std::size_t at, std::vector<std::size_t> children) {
    SyntaxNode node{Kind::operation, at, 0, {}, operation, std::move(children)};
    return add(std::move(node));
  }

  /// The first of `operations` that stands here, taken.
  template <std::size_t n>
  bool operation_of(const std::array<Operation, n>& operations, Operation& found) {
    for (const Operation candidate : operations) {
      if (!accept(symbol_of(candidate))) continue;
      found = candidate;
      return true;
    }
    return false;
  }

  std::size_t comparison() {
    const Nesting nesting(*this);
    // The longer signs first, of which the shorter ones are the beginning.
    constexpr std::array signs{Operation::less_equal, Operation::greater_equal, Operation::equal,
                               Operation::not_equal,  Operation::less,          Operation::greater};
    const std::size_t left = sum();
    skip_space();
    const std::size_t at = next_;
    Operation sign{};
    if (!operation_of(signs, sign)) return left;
    const std::size_t right = sum();
    const std::size_t out = operation(sign, at, {left, right});
    skip_space();
    const std::size_t second = next_;
    if (operation_of(signs, sign)) throw Mistake{second, "comparisons cannot be chained; multiply two of them"};
    return out;
  }

  std::size_t sum() {
    return chain(std::array{Operation::add, Operation::subtract}, [this] { return product(); });
  }

  std::size_t product() {
    return chain(std::array{Operation::multiply, Operation::divide}, [this] { return signed_power(); });
  }

  template <class Part>
  std::size_t chain(const std::array<Operation, 2>& signs, Part&& part) {
    std::size_t left = part();
    while (true) {
      skip_space();
      const std::size_t at = next_;
      Operation sign{};
      if (!operation_of(signs, sign)) return left;
      const std::size_t right = part();
      left = operation(sign, at, {left, right});
    }
  }

  std::size_t signed_power() {
    const Nesting nesting(*this);
    skip_space();
    const std::size_t at = next_;
    if (accept("-")) {
      const std::size_t inner = signed_power();
      return operation(Operation::negate, at, {inner});
    }
    if (accept("+")) return signed_power();
    return raised(primary());
  }

  std::size_t raised(std::size_t base) {
    skip_space();
    const std::size_t at = next_;
    if (!accept("^")) return base;
    const std::size_t exponent = signed_power();
    return operation(Operation::power, at, {base, exponent});
  }

  std::size_t primary() {
    skip_space();
    const std::size_t at = next_;
    if (accept("(")) {
      const std::size_t inner = comparison();
      expect(')', "`)`");
      return inner;
    }
    const std::string_view left = rest();
    if (left.starts_with('"') || left.starts_with('\'')) return quoted();
    if (!left.empty() && (is_digit(left[0]) || (left[0] == '.' && left.size() > 1 && is_digit(left[1]))))
      return quantity();
    const std::string name = read_name();
    if (name.empty()) {
      const bool doubled = left.starts_with('*') && at > 0 && text_[at - 1] == '*';
      throw Mistake{
          at, "expected a number, a name or `(`, found " + here() + (doubled ? "; a power is written with ^" : "")};
    }
    if (accept("(")) return arguments(Kind::call, name, at, ')', "`,` or `)`");
    if (accept("[")) return arguments(Kind::element, name, at, ']', "`,` or `]`");
    return add({Kind::name, at, 0, name, {}, {}});
  }

  std::size_t arguments(Kind kind, const std::string& name, std::size_t at, char closing, const char* expected) {
    SyntaxNode node{kind, at, 0, name, {}, {}};
    do {
      node.children.push_back(comparison());
    } while (accept(","));
    expect(closing, expected);
    return add(std::move(node));
  }

  std::string read_name() {
    const std::size_t begin = next_;
    const auto is_part = [&] { return next_ < text_.size() && (is_letter(text_[next_]) || is_digit(text_[next_])); };
    if (is_micro(rest())) next_ += 2;
    while (is_part()) ++next_;
    return std::string(text_.substr(begin, next_ - begin));
  }

  std::size_t quoted() {
    const std::size_t at = next_;
    const std::size_t end = text_.find(text_[at], at + 1);
    if (end == std::string_view::npos) throw Mistake{at, "the closing quote is missing"};
    next_ = end + 1;
    return add({Kind::text, at, 0, std::string(text_.substr(at + 1, end - at - 1)), {}, {}});
  }

  /// A number, with the unit that may follow it.
  std::size_t quantity() {
    const std::size_t at = next_;
    double number = 0;
    const auto [end, error] = std::from_chars(text_.data() + at, text_.data() + text_.size(), number);
    if (error != std::errc() || !std::isfinite(number))
      throw Mistake{at, "this number is out of the range of 64-bit numbers"};
    next_ = static_cast<std::size_t>(end - text_.data());
    const std::size_t left = add({Kind::number, at, number, {}, {}, {}});
    skip_space();
    const std::size_t place = next_;
    const std::string unit = read_name();
    if (unit.empty()) return left;
    const std::size_t right = raised(add({Kind::unit, place, 0, unit, {}, {}}));
    return operation(Operation::multiply, place, {left, right});
  }

  /// Counts how deep the parser is in its own recursion.
  struct Nesting {
    explicit Nesting(Parser& parser) : depth(parser.depth_) {
      // Each level of parentheses passes two of these.
      if (++depth > 2 * most_nested_expression) {
        --depth;
        throw Mistake{parser.next_, "nested more than " + std::to_string(most_nested_expression) + " deep"};
      }
    }
    ~Nesting() { --depth; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    int& depth;
  };

  std::string_view text_;
  std::size_t next_;
  int depth_ = 0;
  Syntax nodes_;
};

}  // namespace

std::string_view symbol_of(Operation operation) {
  constexpr std::array<std::string_view, 36> symbols{
      "-",    "+",     "-",    "*",     "/",   "^",       "<",      "<=",    ">",       ">=",     "==",  "!=",
      "sqrt", "exp",   "log",  "sin",   "cos", "tanh",    "expm1",  "log1p", "sigmoid", "exprel", "abs", "min",
      "max",  "floor", "ceil", "round", "if",  "uniform", "normal", "",      "",        "",       "",    ""};
  return symbols[static_cast<std::size_t>(operation)];
}

std::string at_character(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto character = std::count_if(before.begin(), before.end(), [](char c) { return (c & 0xc0) != 0x80; }) + 1;
  return ", at character " + std::to_string(character) + " of " +
         shortened(written_text(text.substr(0, 2 * longest_shown)));
}

bool is_name(std::string_view text) {
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

Syntax parse_expression(std::string_view text) { return Parser(text).parse(); }

}  // namespace cajal::config
