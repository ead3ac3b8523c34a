#include "sim/error.hpp"

namespace cajal {

namespace {

std::string joined(const std::vector<Diagnostic>& found) {
  std::string text;
  for (const Diagnostic& diagnostic : found) {
    if (!text.empty()) text += '\n';
    text += diagnostic.text();
  }
  return text;
}

}  // namespace

std::string Diagnostic::text() const {
  std::string out;
  if (!at.file.empty()) out += at.file + ':';
  if (at.line > 0) out += std::to_string(at.line) + ':' + std::to_string(at.column) + ':';
  if (!out.empty()) out += ' ';
  out += "error: ";
  if (!address.empty()) out += address + ": ";
  return out + message;
}

ConfigError::ConfigError(std::vector<Diagnostic> found) : Error(joined(found)), diagnostics_(std::move(found)) {}

}  // namespace cajal
