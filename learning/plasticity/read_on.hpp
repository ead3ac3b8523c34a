#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/config/table.hpp"

namespace cajal {

/// Which of `addresses` the key `on` names, in their order; `others` are addresses of another kind, with what they are.
/// What `rule` cannot change is an error of the table.
std::vector<std::size_t> read_on(const config::Table& table, std::string_view rule,
                                 const std::vector<std::string>& addresses,
                                 const std::vector<std::pair<std::string, std::string>>& others);

}  // namespace cajal
