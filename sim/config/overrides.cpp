#include <charconv>
#include <string_view>

#include "sim/config/draft.hpp"
#include "sim/config/grammar.hpp"
#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

const Position command_line{"--set", 0, 0};

/// One part of an address: a key, or the index of an item.
struct Step {
  std::string key;
  std::optional<std::size_t> index;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view spaces = " \t\r\n";
  const std::size_t first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

/// Where the `=` between address and value stands: the first outside quotes.
std::size_t equals_sign(std::string_view text) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '=' && !quote) return i;
    if (quote && c == quote) {
      quote = 0;
    } else if (!quote && (c == '"' || c == '\'')) {
      quote = c;
    }
  }
  return std::string_view::npos;
}

/// `node."my E".w[2]` in parts; nothing if it is no address.
class Address {
 public:
  explicit Address(std::string_view text) : text_(text) {}

  std::optional<std::vector<Step>> parse() {
    std::vector<Step> steps;
    do {
      std::optional<std::string> key = read_key();
      if (!key) return {};
      steps.push_back({std::move(*key), {}});
      while (accept('[')) {
        const std::optional<std::size_t> index = read_index();
        if (!index) return {};
        steps.push_back({{}, index});
      }
    } while (accept('.'));
    if (!text_.empty()) return {};
    return steps;
  }

 private:
  bool accept(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::optional<std::string> read_key() {
    const bool is_quoted = !text_.empty() && (text_.front() == '"' || text_.front() == '\'');
    const std::size_t begin = is_quoted ? 1 : 0;
    const std::size_t end =
        is_quoted ? text_.find(text_.front(), 1) : std::min(text_.find_first_of(".[]\"' "), text_.size());
    if (end == std::string_view::npos || (!is_quoted && end == 0)) return {};
    std::string key(text_.substr(begin, end - begin));
    text_.remove_prefix(end + begin);
    return key;
  }

  std::optional<std::size_t> read_index() {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), index);
    if (error != std::errc()) return {};
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    if (!accept(']')) return {};
    return index;
  }

  std::string_view text_;
};

void place(Value& value, const Position& at) {
  value.at = at;
  for (Value& item : value.items) place(item, at);
  for (auto& member : value.members) place(member.second, at);
}

/// As if nothing had read it yet.
void forget_use(Value& value) {
  value.used = false;
  value.wanted.clear();
  for (Value& item : value.items) forget_use(item);
  for (auto& member : value.members) forget_use(member.second);
}

/// Puts values at addresses of a root. What is wrong is told at `at`, of `address`.
class Placement {
 public:
  Placement(Value& root, Position at, std::string address, std::vector<Diagnostic>& diagnostics)
      : root_(root), at_(std::move(at)), address_(std::move(address)), diagnostics_(diagnostics) {}

  void place(const std::vector<Step>& steps, Value value) {
    Value* parent = &root_;
    std::string path;
    for (std::size_t i = 0; i + 1 < steps.size() && parent; ++i) parent = enter(*parent, steps[i], path, false);
    if (!parent) return;
    Value* target = enter(*parent, steps.back(), path, true);
    if (target) *target = std::move(value);
  }

 private:
  void error(std::string message) { diagnostics_.push_back({at_, address_, std::move(message)}); }

  /// The child of `parent` that `step` names; the last key of an address is made if absent. `path` grows by the step.
  Value* enter(Value& parent, const Step& step, std::string& path, bool last) {
    const std::string above = path;
    path = step.index ? join(above, *step.index) : join(above, step.key);
    if (step.index) return enter_item(parent, *step.index, above);
    if (parent.kind != Value::Kind::table) {
      const bool list = parent.kind == Value::Kind::array;
      error('`' + above + "` is no table but " + parent.written() +
            (list ? "; an item is written `" + join(above, std::size_t{0}) + '`' : ""));
      return nullptr;
    }
    if (Value* child = parent.find(step.key)) return child;
    if (last) return &parent.set(step.key, Value::table(at_));
    std::vector<std::string> names;
    for (const auto& member : parent.members) names.push_back(member.first);
    const std::string near = nearest(step.key, names);
    error("there is no `" + path + '`' + (near.empty() ? "" : "; did you mean `" + join(above, near) + "`?") +
          (near.empty() && !names.empty() ? "; there is: " + listed(names) : ""));
    return nullptr;
  }

  Value* enter_item(Value& parent, std::size_t index, const std::string& above) {
    if (parent.kind != Value::Kind::array) {
      error('`' + above + "` is no list but " + parent.written());
      return nullptr;
    }
    if (index < parent.items.size()) return &parent.items[index];
    error('`' + above + "` has " + std::to_string(parent.items.size()) + " items, counted from 0");
    return nullptr;
  }

  Value& root_;
  Position at_;
  std::string address_;
  std::vector<Diagnostic>& diagnostics_;
};

class Override {
 public:
  Override(Value& root, std::string_view text, std::vector<Diagnostic>& diagnostics)
      : root_(root), text_(text), diagnostics_(diagnostics) {}

  void apply() {
    if (!parsed("value = " + written_text(text_))) return error("", "not valid UTF-8: " + shown_text(text_));
    const std::size_t sign = equals_sign(text_);
    if (sign == std::string_view::npos) return error("", "expected address=value, found " + shown_text(text_));
    const std::string_view written = trimmed(text_.substr(0, sign));
    address_ = shortened(std::string(written));
    const auto steps = Address(written).parse();
    if (!steps) return error("", "expected an address (like node.E.size), found " + shown_text(written));
    std::optional<Value> value = value_of(trimmed(text_.substr(sign + 1)));
    if (value) Placement(root_, command_line, address_, diagnostics_).place(*steps, std::move(*value));
  }

 private:
  static std::string shown_text(std::string_view text) {
    return shortened(written_text(text.substr(0, 2 * longest_shown)));
  }

  void error(const std::string& address, std::string message) {
    diagnostics_.push_back({command_line, address, std::move(message)});
  }

  /// The one value of a TOML text; nothing, and the last `wrong_`, if it is no such text.
  std::optional<Value> parsed(const std::string& toml) {
    std::vector<Diagnostic> wrong;
    std::optional<Value> table = parse_toml(toml, command_line.file, wrong);
    wrong_ = wrong.empty() ? "" : ": " + wrong.front().message;
    if (!table || !wrong.empty() || table->members.size() != 1) return {};
    return std::move(table->members.front().second);
  }

  /// The right side as TOML; as text if it is none, unless it starts like a list, a table or a quoted text.
  std::optional<Value> value_of(std::string_view right) {
    std::optional<Value> value = parsed("value = " + std::string(right));
    if (!value && !right.empty() && std::string_view("[{\"'").find(right.front()) != std::string_view::npos) {
      error(address_, "cannot read " + shown_text(right) + wrong_);
      return {};
    }
    if (!value) value = Value::of(std::string(right), command_line);
    place(*value, command_line);
    return value;
  }

  Value& root_;
  std::string_view text_;
  std::string address_;
  std::string wrong_;
  std::vector<Diagnostic>& diagnostics_;
};

}  // namespace

void apply_overrides(Value& root, const std::vector<std::string>& overrides, std::vector<Diagnostic>& diagnostics) {
  for (const std::string& text : overrides) Override(root, text, diagnostics).apply();
}

void assign(Value& draft, const std::string& address, const Value& value, const Position& at, const std::string& named,
            std::vector<Diagnostic>& diagnostics) {
  const auto steps = Address(address).parse();
  if (!steps) {
    diagnostics.push_back({at, named, "expected an address (like node.E.size), found `" + shortened(address) + '`'});
    return;
  }
  Value fresh = value;
  forget_use(fresh);
  Placement(draft, at, named, diagnostics).place(*steps, std::move(fresh));
}

std::optional<std::vector<std::string>> parts_of(const std::string& address) {
  const auto steps = Address(address).parse();
  if (!steps) return {};
  std::vector<std::string> parts;
  for (const Step& step : *steps) parts.push_back(step.index ? '[' + std::to_string(*step.index) + ']' : step.key);
  return parts;
}

}  // namespace cajal::config
