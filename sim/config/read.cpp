// toml++ must keep its checks in every build: some texts that are not TOML (`[.a]`) break them, and without checks it
// assumes that they hold. A broken check throws instead of ending the program.
#undef NDEBUG
namespace cajal::config {
namespace {
struct BrokenCheck {};
constexpr void check_of_toml(bool holds) {
  if (!holds) throw BrokenCheck{};
}
}  // namespace
}  // namespace cajal::config
#define TOML_ASSERT(condition) cajal::config::check_of_toml(static_cast<bool>(condition))
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

#include "sim/config/draft.hpp"
#include "sim/config/grammar.hpp"
#include "sim/config/table.hpp"
#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

/// Follows the nesting of a TOML text without recursion: toml++ sets no limit on dotted keys, whose tables would
/// overflow the stack when they are destroyed.
class NestingScan {
 public:
  explicit NestingScan(std::string_view text) : text_(text) {}

  /// The offset where the text is nested too deeply, if anywhere.
  std::optional<std::size_t> too_deep() {
    while (next_ < text_.size()) {
      step();
      if (depth_ > most_nested) return next_ - 1;
    }
    return {};
  }

 private:
  void step() {
    const char c = text_[next_++];
    switch (c) {
      case '#':
        next_ = std::min(text_.find('\n', next_), text_.size());
        break;
      case '"':
      case '\'':
        skip_text(c);
        break;
      case '.':
        ++dots_.back(), ++depth_;
        break;
      case '[':
      case '{':
        dots_.push_back(0), ++depth_;
        break;
      case ']':
      case '}':
        close();
        break;
      case ',':
        forget_dots();
        break;
      case '\n':
        if (dots_.size() == 1) forget_dots();
        break;
      default:
        break;
    }
  }

  void forget_dots() {
    depth_ -= dots_.back();
    dots_.back() = 0;
  }

  void close() {
    if (dots_.size() == 1) return;
    forget_dots();
    dots_.pop_back();
    --depth_;
  }

  /// From behind the opening quote to behind the closing one, or to the end of the line of a text of one line.
  void skip_text(char quote) {
    const bool block = text_.substr(next_, 2) == std::string(2, quote);
    if (block) next_ += 2;
    while (next_ < text_.size() && (block || text_[next_] != '\n')) {
      const char c = text_[next_++];
      if (c == '\\' && quote == '"' && next_ < text_.size()) ++next_;
      if (c != quote) continue;
      if (!block) return;
      if (text_.substr(next_, 2) != std::string(2, quote)) continue;
      next_ += 2;
      for (int extra = 0; extra < 2 && next_ < text_.size() && text_[next_] == quote; ++extra) ++next_;
      return;
    }
  }

  std::string_view text_;
  std::size_t next_ = 0;
  int depth_ = 0;
  std::vector<int> dots_{0};  ///< in the key being read, for each open bracket
};

Position position_in(std::string_view text, std::size_t offset, const std::string& name) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n');
  return {name, static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(line_start == std::string_view::npos ? offset + 1 : offset - line_start)};
}

/// Whether toml++ breaks one of its own checks.
bool breaks(std::string_view text) {
  try {
    static_cast<void>(toml::parse(text));
  } catch (const toml::parse_error&) {
  } catch (const BrokenCheck&) {
    return true;
  }
  return false;
}

/// The line at which toml++ breaks a check: it reads on and on, so a text without that line breaks none.
Position broken_line(std::string_view text, const std::string& name) {
  std::vector<std::size_t> ends;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') ends.push_back(i + 1);
  }
  const auto unbroken = [&](std::size_t end) { return !breaks(text.substr(0, end)); };
  return {name, static_cast<int>(std::partition_point(ends.begin(), ends.end(), unbroken) - ends.begin()) + 1, 1};
}

/// From the nodes of toml++ to our own.
class Conversion {
 public:
  Conversion(const std::string& name, std::vector<Diagnostic>& diagnostics) : name_(name), diagnostics_(diagnostics) {}

  Position position(const toml::source_region& region) const {
    return {name_, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
  }

  Value convert(const toml::node& node, Position at, const std::string& address) {
    if (const auto* text = node.as_string()) return Value::of(text->get(), std::move(at));
    if (const auto* integer = node.as_integer()) return Value::of(std::int64_t{integer->get()}, std::move(at));
    if (const auto* real = node.as_floating_point()) return Value::of(real->get(), std::move(at));
    if (const auto* boolean = node.as_boolean()) return Value::of(boolean->get(), std::move(at));
    if (const auto* array = node.as_array()) return convert_array(*array, std::move(at), address);
    if (const auto* table = node.as_table()) return convert_table(*table, std::move(at), address);
    diagnostics_.push_back({at, address, "a config has no dates and times; put quotes around it to make it a text"});
    return Value::table(std::move(at));
  }

 private:
  Value convert_array(const toml::array& array, Position at, const std::string& address) {
    Value out = Value::table(std::move(at));
    out.kind = Value::Kind::array;
    out.items.reserve(array.size());
    for (const toml::node& item : array) {
      out.items.push_back(convert(item, position(item.source()), join(address, out.items.size())));
    }
    return out;
  }

  Value convert_table(const toml::table& table, Position at, const std::string& address) {
    std::vector<std::pair<const toml::key*, const toml::node*>> members;
    for (const auto& [key, node] : table) members.emplace_back(&key, &node);
    // toml++ sorts keys by name; the order of the source is that of their places.
    std::sort(members.begin(), members.end(),
              [](const auto& a, const auto& b) { return a.first->source().begin < b.first->source().begin; });
    Value out = Value::table(std::move(at));
    out.members.reserve(members.size());
    for (const auto& [key, node] : members) {
      out.members.emplace_back(key->str(), convert(*node, position(key->source()), join(address, key->str())));
    }
    return out;
  }

  const std::string& name_;
  std::vector<Diagnostic>& diagnostics_;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The message of toml++, with what a person most likely meant.
std::string explained(std::string_view description, std::string_view text, const Position& at) {
  constexpr std::string_view lead = "Error ";
  if (description.starts_with(lead)) description.remove_prefix(lead.size());
  std::string message = "not TOML: " + std::string(description);
  if (description.starts_with("while parsing inline table") && description.ends_with("saw '\\n'")) {
    return message + "; a table in braces stands on one line";
  }
  std::size_t start = 0;
  for (int line = 1; line < at.line; ++line) start = text.find('\n', start) + 1;
  const std::size_t place = start + static_cast<std::size_t>(std::max(at.column, 1)) - 1;
  const std::size_t before = place < text.size() && place > 0 ? text.find_last_not_of(' ', place - 1) : text.npos;
  const bool in_key = description.find("expected '='") != description.npos;
  if (before != text.npos && !in_key && is_digit(text[before]) && is_letter(text[place])) {
    message += "; a quantity with a unit stands in quotes, \"20 ms\"";
  }
  return message;
}

Value drafted(std::optional<Value> root, const std::string& name, const std::vector<std::string>& overrides,
              std::vector<Diagnostic>& diagnostics) {
  if (!root) raise(std::move(diagnostics));
  resolve_extends(*root, name, diagnostics);
  apply_overrides(*root, overrides, diagnostics);
  check_grammar(*root, diagnostics);
  return std::move(*root);
}

Value resolved(Value root, const std::string& name, const std::string& data_folder,
               std::vector<Diagnostic>& diagnostics) {
  for (const char* key : {"sweep", "search"})
    if (const Value* value = root.find(key))
      diagnostics.push_back({value->at, key, "makes many configs of one; here one is expected"});
  resolve_expressions(root, name, data_folder, diagnostics);
  raise(std::move(diagnostics));
  return root;
}

}  // namespace

std::string read_text_file(const std::string& path) {
  std::error_code ignored;
  if (path.find('\0') != std::string::npos) throw DataError(shortened(written_text(path)), "is not the name of a file");
  if (std::filesystem::is_directory(path, ignored)) throw DataError(path, "is a folder, not a config file");
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const bool there = std::filesystem::exists(path, ignored);
    throw DataError(path, there ? "cannot be read" : "there is no such file");
  }
  std::string text(longest_config + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) throw DataError(path, "cannot be read");
  if (text.size() > longest_config) throw DataError(path, "is longer than 4 MB, which no config is");
  return text;
}

std::optional<Value> parse_toml(const std::string& text, const std::string& name,
                                std::vector<Diagnostic>& diagnostics) {
  if (text.size() > longest_config) throw DataError(name, "is longer than 4 MB, which no config is");
  if (const auto offset = NestingScan(text).too_deep()) {
    diagnostics.push_back({position_in(text, *offset, name), "",
                           "tables and lists are nested more than " + std::to_string(most_nested) + " deep"});
    return {};
  }
  Conversion conversion(name, diagnostics);
  try {
    const toml::table root = toml::parse(std::string_view(text), std::string_view(name));
    return conversion.convert(root, {name, 1, 1}, "");
  } catch (const toml::parse_error& error) {
    const Position place = conversion.position(error.source());
    diagnostics.push_back({place, "", explained(error.description(), text, place)});
    return {};
  } catch (const BrokenCheck&) {
    diagnostics.push_back({broken_line(text, name), "", "not TOML: this line cannot be read"});
    return {};
  }
}

Value parse(const std::string& text, const std::string& name, const std::vector<std::string>& overrides) {
  std::vector<Diagnostic> diagnostics;
  std::optional<Value> root = parse_toml(text, name, diagnostics);
  Value draft = drafted(std::move(root), name, overrides, diagnostics);
  return resolved(std::move(draft), name, {}, diagnostics);
}

Value read(const std::string& path, const std::vector<std::string>& overrides) {
  return parse(read_text_file(path), path, overrides);
}

Value read_draft(const std::string& path, const std::vector<std::string>& overrides, const std::string& data_folder) {
  std::vector<Diagnostic> diagnostics;
  std::optional<Value> root = parse_toml(read_text_file(path), path, diagnostics);
  Value draft = drafted(std::move(root), path, overrides, diagnostics);
  // What else is wrong shows when expressions have their values: those of one config are told with it.
  if (!diagnostics.empty() && !draft.find("sweep") && !draft.find("search"))
    resolve_expressions(draft, path, data_folder, diagnostics);
  raise(std::move(diagnostics));
  return draft;
}

Value resolve(Value draft, const std::string& name, const std::string& data_folder) {
  std::vector<Diagnostic> diagnostics;
  check_grammar(draft, diagnostics);
  return resolved(std::move(draft), name, data_folder, diagnostics);
}

}  // namespace cajal::config
