#pragma once

#include <span>
#include <string>

#include "sim/field.hpp"
#include "sim/model.hpp"

namespace cajal {

/// A table of fields as text: name, default with unit, range, meaning.
std::string describe_fields(std::span<const Field> table);
/// Name, meaning, equations, source.
std::string describe_head(std::string_view name, std::string_view meaning, std::string_view equations,
                          std::string_view source);
std::string describe_preset(const Preset& preset);

}  // namespace cajal
