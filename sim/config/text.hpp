#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/config/value.hpp"

// How keys, values and addresses are written, in files and in messages: what the files of this folder share.

namespace cajal::config {

/// The longest text of a value or key that a message shows, in bytes.
inline constexpr std::size_t longest_shown = 60;

/// A TOML basic string, on one line.
std::string written_text(std::string_view text);

/// A key as TOML writes it: bare if it can be.
std::string written_key(std::string_view key);

/// The shortest decimal number that reads back as the same double: `20`, `0.1`, `1e-07`.
std::string written_number(double number);

/// Appends the value as TOML on one line. Stops soon after `out` is longer than `limit`.
void append_inline(std::string& out, const Value& value, std::size_t limit = std::string::npos);

/// Cut to `longest_shown` at the boundary of a UTF-8 character, with `...` at the end.
std::string shortened(std::string text);

/// `` `key` ``, shortened.
std::string shown(std::string_view key);

/// `node.E` + `tau_m` -> `node.E.tau_m`
std::string join(std::string_view address, std::string_view key);

/// `phase` + 1 -> `phase[1]`
std::string join(std::string_view address, std::size_t index);

/// `a, b, c`
std::string listed(const std::vector<std::string>& names);

/// `; did you mean `near`? LABEL: a, b`, the question only if a name is near.
std::string alternatives(std::string_view name, const std::vector<std::string>& allowed,
                         std::string_view label = "allowed here");

/// What is wrong with `name` as the name of a thing: addresses and files are made of it; empty if it is good.
std::string wrong_name(std::string_view name);

/// `a time (like "20 ms")`, or `a plain number` for the unit `""`.
std::string wanted_quantity(std::string_view unit);

}  // namespace cajal::config
