#include "sim/config/value.hpp"

#include "sim/config/text.hpp"

namespace cajal::config {

Value::Value() = default;
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

const Value* Value::find(std::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name == key) return &value;
  }
  return nullptr;
}

Value* Value::find(std::string_view key) { return const_cast<Value*>(static_cast<const Value*>(this)->find(key)); }

Value& Value::set(std::string_view key, Value value) {
  if (Value* present = find(key)) return *present = std::move(value);
  return members.emplace_back(std::string(key), std::move(value)).second;
}

std::string Value::written() const {
  std::string out;
  append_inline(out, *this, longest_shown);
  out = shortened(std::move(out));
  if (source.empty()) return out;
  if (expression) return shortened(written_text(source));
  if (kind == Kind::text) out = out.substr(1, out.size() - 2);
  return shortened(written_text(source)) + " (" + out + ')';
}

Value Value::table(Position at) {
  Value value;
  value.at = std::move(at);
  return value;
}

Value Value::of(std::string text, Position at) {
  Value value = table(std::move(at));
  value.kind = Kind::text;
  value.text = std::move(text);
  return value;
}

Value Value::of(double number, Position at) {
  Value value = table(std::move(at));
  value.kind = Kind::real;
  value.real = number;
  return value;
}

Value Value::of(std::int64_t number, Position at) {
  Value value = table(std::move(at));
  value.kind = Kind::integer;
  value.integer = number;
  return value;
}

Value Value::of(bool boolean, Position at) {
  Value value = table(std::move(at));
  value.kind = Kind::boolean;
  value.boolean = boolean;
  return value;
}

}  // namespace cajal::config
