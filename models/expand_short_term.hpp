#pragma once

#include <string>
#include <vector>

#include "sim/config/value.hpp"
#include "sim/error.hpp"

namespace cajal {

/// Expands `short_term = { kind = "tsodyks_markram", U = 0.5, ... }` of the edges of a tree, in place. An edge X with
/// it becomes
/// - node `X_release` of that kind, with the keys of the table: a unit for each unit of the source;
/// - edge `X_release`, one to one and without delay, from the source to it;
/// - edge X from it, with all its other keys.
/// With `release = p` on X, each synapse passes on u x weight with probability p, else nothing.
/// `address` is the tree's own. Called after `like` is expanded, so that every edge has a node of its own.
void expand_short_term(config::Value& root, std::vector<Diagnostic>& diagnostics, const std::string& address = "");

}  // namespace cajal
