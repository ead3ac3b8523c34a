#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cajal::reference {

/// Numbers with a shape, row-major: in a file `{"shape": [2, 3], "data": [...]}`.
struct Array {
  std::vector<std::size_t> shape;
  std::vector<double> data;
};

/// A value of a JSON file of reference numbers. What is not there or of another kind throws std::runtime_error.
class Json {
 public:
  using List = std::vector<Json>;
  using Object = std::map<std::string, Json, std::less<>>;

  Json() = default;
  Json(std::variant<std::monostate, bool, double, std::string, List, Object> value) : value_(std::move(value)) {}

  bool has(std::string_view key) const { return get<Object>("an object").count(key) != 0; }
  const Json& operator[](std::string_view key) const {
    const Object& object = get<Object>("an object");
    const auto found = object.find(key);
    if (found == object.end()) throw std::runtime_error("no key " + std::string(key));
    return found->second;
  }

  bool null() const { return std::holds_alternative<std::monostate>(value_); }
  bool boolean() const { return get<bool>("true or false"); }
  double number() const { return get<double>("a number"); }
  const std::string& text() const { return get<std::string>("a text"); }
  const List& items() const { return get<List>("a list"); }
  const Object& members() const { return get<Object>("an object"); }

  /// A list of numbers, or the data of an array.
  std::vector<double> numbers() const {
    if (std::holds_alternative<Object>(value_)) return array().data;
    std::vector<double> out;
    for (const Json& item : items()) out.push_back(item.number());
    return out;
  }
  /// The same where all are whole.
  std::vector<std::int32_t> integers() const {
    std::vector<std::int32_t> out;
    for (const double x : numbers()) {
      if (x != std::trunc(x) || std::abs(x) > 2147483647) throw std::runtime_error("expected whole numbers");
      out.push_back(static_cast<std::int32_t>(x));
    }
    return out;
  }
  /// Checks that as many numbers are there as the shape says.
  Array array() const {
    Array out;
    std::size_t size = 1;
    for (const double n : (*this)["shape"].numbers()) {
      out.shape.push_back(static_cast<std::size_t>(n));
      size *= out.shape.back();
    }
    out.data = (*this)["data"].numbers();
    if (out.data.size() != size) throw std::runtime_error("an array has not as many numbers as its shape says");
    return out;
  }

 private:
  template <class T>
  const T& get(const char* what) const {
    if (const T* value = std::get_if<T>(&value_)) return *value;
    throw std::runtime_error(std::string("expected ") + what);
  }

  std::variant<std::monostate, bool, double, std::string, List, Object> value_;
};

/// Reads RFC 8259 JSON, and NaN and Infinity as Python writes them.
class JsonParser {
 public:
  explicit JsonParser(std::string_view text) : text_(text) {}

  Json parse() {
    Json out = value(0);
    if (peek() != '\0') fail("nothing more");
    return out;
  }

 private:
  static constexpr int deepest = 100;

  [[noreturn]] void fail(const std::string& wanted) const {
    throw std::runtime_error("JSON: expected " + wanted + " at byte " + std::to_string(at_));
  }
  char peek() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool skip(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!skip(c)) fail(std::string(1, c));
  }
  bool skip(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  Json value(int depth) {
    if (depth > deepest) fail("less depth");
    switch (peek()) {
      case '{':
        return object(depth);
      case '[':
        return list(depth);
      case '"':
        return Json(string());
      default:
        break;
    }
    if (skip("true")) return Json(true);
    if (skip("false")) return Json(false);
    if (skip("null")) return Json();
    return Json(number());
  }

  Json object(int depth) {
    Json::Object out;
    expect('{');
    if (skip('}')) return Json(std::move(out));
    do {
      if (peek() != '"') fail("a key");
      std::string key = string();
      expect(':');
      out[std::move(key)] = value(depth + 1);
    } while (skip(','));
    expect('}');
    return Json(std::move(out));
  }

  Json list(int depth) {
    Json::List out;
    expect('[');
    if (skip(']')) return Json(std::move(out));
    do out.push_back(value(depth + 1));
    while (skip(','));
    expect(']');
    return Json(std::move(out));
  }

  double number() {
    double x = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), x);
    if (error != std::errc()) fail("a value");
    at_ = static_cast<std::size_t>(end - text_.data());
    return x;
  }

  std::string string() {
    std::string out;
    expect('"');
    while (at_ < text_.size() && text_[at_] != '"') {
      const char c = text_[at_++];
      if (c == '\\')
        out += escaped();
      else
        out += c;
    }
    if (at_ == text_.size()) fail("the end of a text");
    ++at_;
    return out;
  }

  std::string escaped() {
    const char c = at_ < text_.size() ? text_[at_++] : '\0';
    constexpr std::string_view letters = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
    if (const auto i = letters.find(c); c != '\0' && i != std::string_view::npos) return {meant[i]};
    if (c != 'u') fail("an escape");
    unsigned code = 0;
    const char* end = text_.data() + std::min(at_ + 4, text_.size());
    if (std::from_chars(text_.data() + at_, end, code, 16).ptr != text_.data() + at_ + 4)
      fail("four hexadecimal digits");
    at_ += 4;
    return utf8(code);
  }

  static std::string utf8(unsigned code) {
    if (code < 0x80) return {static_cast<char>(code)};
    if (code < 0x800) return {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
    return {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)),
            static_cast<char>(0x80 | (code & 0x3F))};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// A file of tests/reference: `read_json("pytorch/optimizers_20steps.json")`.
inline Json read_json(const std::string& name) {
  const std::string path = std::string(CAJAL_SOURCE_DIR) + "/tests/reference/" + name;
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << in.rdbuf();
  return JsonParser(text.str()).parse();
}

}  // namespace cajal::reference
