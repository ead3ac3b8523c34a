#include "models/describe.hpp"

#include <fmt/format.h>

namespace cajal {

std::string describe_head(std::string_view name, std::string_view meaning, std::string_view equations,
                          std::string_view source) {
  std::string out = fmt::format("{}: {}\n\n", name, meaning);
  for (std::size_t begin = 0; begin <= equations.size();) {
    const std::size_t end = std::min(equations.find('\n', begin), equations.size());
    out += fmt::format("    {}\n", equations.substr(begin, end - begin));
    begin = end + 1;
  }
  return out + fmt::format("\nsource: {}\n", source);
}

std::string describe_fields(std::span<const Field> table) {
  std::string out;
  for (const Field& f : table) {
    const std::string value = fmt::format("{:g}{}{}", f.value, f.unit.empty() ? "" : " ", f.unit);
    out += fmt::format("  {:<10} {:<12} {:<14} {}\n", f.name, value, f.range.text(), f.meaning);
  }
  return out;
}

std::string describe_preset(const Preset& preset) {
  std::string out = fmt::format("  {:<14} {}\n  {:<14} ", preset.name, preset.meaning, "");
  bool first = true;
  for (const Setting& s : preset.settings) {
    out += fmt::format("{}{} = {}", first ? "" : ", ", s.key,
                       s.text.empty() ? fmt::format("{:g}", s.number) : std::string(s.text));
    first = false;
  }
  if (!preset.receptors.empty()) out += fmt::format("\n  {:<14} receptors = {}", "", preset.receptors);
  return out + "\n";
}

}  // namespace cajal
