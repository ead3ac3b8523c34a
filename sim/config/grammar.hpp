#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/value.hpp"

// The stages of reading a config, in their order. Each adds what is wrong to the diagnostics and goes on.

namespace cajal::config {

/// How deep tables and lists may be nested.
inline constexpr int most_nested = 100;

/// The largest text of a config, in bytes.
inline constexpr std::size_t longest_config = 4 << 20;

/// The most values that a config may have after `extends`.
inline constexpr std::size_t most_values = 1000000;

/// The file's text. Throws DataError if it cannot be read or is longer than `longest_config`.
std::string read_text_file(const std::string& path);

/// TOML text as a tree; nothing, with one diagnostic, if it is not TOML.
std::optional<Value> parse_toml(const std::string& text, const std::string& name, std::vector<Diagnostic>& diagnostics);

/// Puts the root and each learner over what they extend; `name` is the root's file.
void resolve_extends(Value& root, const std::string& name, std::vector<Diagnostic>& diagnostics);

/// Applies `address=value`, in their order.
void apply_overrides(Value& root, const std::vector<std::string>& overrides, std::vector<Diagnostic>& diagnostics);

/// Which keys may stand in a root and in a learner, how deep the tree may be.
void check_grammar(const Value& root, std::vector<Diagnostic>& diagnostics);

/// Replaces every text that begins with `=` by its value: a number or a quantity, or an Expression where it has a value
/// for each unit or synapse. Names are those of `[let]`, then of `[table]`, of a learner and then of the root. Reads
/// the tables' files, looked for in `data_folder` unless that is empty, then relative to the config `name`, and takes
/// `[let]` out of the tree: what is left can be run again.
void resolve_expressions(Value& root, const std::string& name, const std::string& data_folder,
                         std::vector<Diagnostic>& diagnostics);

}  // namespace cajal::config
