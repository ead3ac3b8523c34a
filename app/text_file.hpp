#pragma once

#include <string>

namespace cajal::app {

/// Writes a text file, whole or not at all. Throws OutputError.
void write_text(const std::string& path, const std::string& text);

}  // namespace cajal::app
