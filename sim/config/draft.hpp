#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/value.hpp"

// A config in two halves, so that values can be put between them: what a sweep makes its points of.

namespace cajal::config {

/// The first half of `read`: the file over what it extends, then the overrides; the grammar is checked. Expressions
/// stand as they were written, `sweep` and `search` are still there. Throws as `read` does.
Value read_draft(const std::string& path, const std::vector<std::string>& overrides = {},
                 const std::string& data_folder = {});

/// The second half: expressions are replaced by their values. `name` is the file that the draft was read from; files of
/// tables are looked for in `data_folder` first, if it is not empty. Throws ConfigError, also for a draft with a
/// `sweep`: that is not one config but many.
Value resolve(Value draft, const std::string& name, const std::string& data_folder = {});

/// Puts `value` at `address`, by the rules of `--set`: what stands there is replaced, the last key is made if absent.
/// What is wrong with the address is told at `at`, of `named`.
void assign(Value& draft, const std::string& address, const Value& value, const Position& at, const std::string& named,
            std::vector<Diagnostic>& diagnostics);

/// `learn.bp.w[2]` as `learn`, `bp`, `w`, `[2]`; nothing if it is no address.
std::optional<std::vector<std::string>> parts_of(const std::string& address);

}  // namespace cajal::config
