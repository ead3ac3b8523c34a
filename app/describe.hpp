#pragma once

#include <string>
#include <vector>

namespace cajal::app {

/// The groups of `cajal list`.
const std::vector<std::string>& list_groups();
/// Names and meanings of one group, or of all. Throws Error for an unknown group.
std::string list_text(const std::string& group);
/// All that is known of one word: equations, keys with units, defaults and ranges, source, a config that works.
/// A word of several catalogues (`sigmoid`: a layer and a surrogate) gives each. Throws Error for an unknown name.
std::string describe_text(const std::string& name);

}  // namespace cajal::app
