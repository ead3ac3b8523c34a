#include <algorithm>
#include <string>

#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

bool is_written(const Value& value) { return !value.spent || value.used; }

bool is_table(const Value& value) { return value.kind == Value::Kind::table; }

/// Whether a value can be written as a section of its own: `[address]`, or `[[address]]` for each table of a list.
bool is_section(const Value& value) {
  if (is_table(value)) return true;
  return value.kind == Value::Kind::array && !value.items.empty() &&
         std::all_of(value.items.begin(), value.items.end(), is_table);
}

void append_line(std::string& out, const std::string& key, const Value& value) {
  out += written_key(key) + " = ";
  append_inline(out, value);
  out += '\n';
}

void append_lines(std::string& out, const Value& table) {
  for (const auto& [key, value] : table.members) {
    if (is_written(value)) append_line(out, key, value);
  }
}

void append_tree(std::string& out, const std::string& prefix, const Value& tree);

void append_section(std::string& out, const std::string& address, const std::string& key, const Value& value) {
  for (const Value& item : value.items) {
    out += "\n[[" + address + "]]\n";
    append_lines(out, item);
  }
  if (!is_table(value)) return;
  const bool learners = key == "learner" && !value.members.empty() &&
                        std::all_of(value.members.begin(), value.members.end(),
                                    [](const auto& member) { return is_table(member.second); });
  if (!learners) {
    out += "\n[" + address + "]\n";
    append_lines(out, value);
    return;
  }
  for (const auto& [name, learner] : value.members) {
    const std::string inner = address + '.' + written_key(name);
    out += "\n[" + inner + "]\n";
    append_tree(out, inner + '.', learner);
  }
}

/// A root or a learner. TOML wants plain keys before sections, so what stands before the last plain key is written on
/// one line each and only the rest as sections: this keeps the order.
void append_tree(std::string& out, const std::string& prefix, const Value& tree) {
  const auto plain = [](const auto& member) { return !is_section(member.second); };
  const auto sections = std::find_if(tree.members.rbegin(), tree.members.rend(), plain).base();
  for (auto member = tree.members.begin(); member != sections; ++member) {
    append_line(out, member->first, member->second);
  }
  for (auto member = sections; member != tree.members.end(); ++member) {
    append_section(out, prefix + written_key(member->first), member->first, member->second);
  }
}

}  // namespace

std::string write(const Value& root) {
  std::string out;
  append_tree(out, "", root);
  return out;
}

}  // namespace cajal::config
