#include "learning/data/characters.hpp"

#include <fmt/format.h>

#include <array>

#include "learning/data/byte_reader.hpp"
#include "learning/data/check_memory.hpp"
#include "sim/error.hpp"

namespace cajal::data {

namespace {

std::string printable(unsigned char c) {
  if (c == '\n') return "\\n";
  if (c == '\t') return "\\t";
  if (c == '\r') return "\\r";
  return c >= 32 && c < 127 ? std::string(1, static_cast<char>(c)) : fmt::format("\\x{:02x}", c);
}

}  // namespace

Dataset characters(const std::string& text, const std::string& name, const CharactersOptions& options) {
  const auto [window, stride] = options;
  if (text.size() <= window)
    throw DataError(name, fmt::format("holds {} characters; a window of {} and the next one need {}", text.size(),
                                      window, window + 1));
  std::array<std::int32_t, 256> token{};
  for (const char c : text) token[static_cast<unsigned char>(c)] = 1;
  Dataset out;
  out.name = name;
  for (std::size_t c = 0; c < token.size(); ++c) {
    if (token[c] == 0) continue;
    token[c] = static_cast<std::int32_t>(out.class_names.size());
    out.class_names.push_back(printable(static_cast<unsigned char>(c)));
  }
  out.classes = out.tokens = out.class_names.size();
  out.samples = (text.size() - 1 - window) / stride + 1;
  out.features = out.label_steps = window;
  out.shape = {window, 1};
  out.overlap = window / stride;
  check_memory(name, fmt::format("{} windows of {} characters", out.samples, window),
               static_cast<double>(out.samples) * static_cast<double>(window) * (sizeof(float) + sizeof(std::int32_t)));
  out.x.reserve(out.samples * window);
  out.label.reserve(out.samples * window);
  for (std::size_t s = 0; s < out.samples; ++s)
    for (std::size_t t = 0; t < window; ++t) {
      const std::size_t at = s * stride + t;
      out.x.push_back(static_cast<float>(token[static_cast<unsigned char>(text[at])]));
      out.label.push_back(token[static_cast<unsigned char>(text[at + 1])]);
    }
  return out;
}

Dataset read_characters(const std::string& path, const CharactersOptions& options) {
  return characters(read_text(path), path, options);
}

}  // namespace cajal::data
