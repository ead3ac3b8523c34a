#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cajal::tests {

/// The first fault of markup: a tag that is not closed or closes another, an attribute without quotes, a stray
/// character. Empty if there is none. The contents of `style` and `script` are text.
inline std::string fault(const std::string& page) {
  std::vector<std::string> open;
  std::size_t at = page.starts_with("<!DOCTYPE html>") ? 15 : 0;
  while (at < page.size()) {
    const char c = page[at];
    if (c == '>') return "stray > at " + std::to_string(at);
    if (c == '&') {
      const std::size_t end = page.find(';', at);
      if (end == std::string::npos || end - at > 6) return "stray & at " + std::to_string(at);
    }
    if (c != '<') {
      ++at;
      continue;
    }
    std::size_t end = at + 1;
    bool quoted = false;
    for (; end < page.size() && (quoted || page[end] != '>'); ++end) {
      if (page[end] == '"') quoted = !quoted;
      if (page[end] == '<') return "a tag within a tag: " + page.substr(at, 40);
    }
    if (end >= page.size()) return "a tag without its end: " + page.substr(at, 40);
    const std::string tag = page.substr(at + 1, end - at - 1);
    at = end + 1;
    if (tag.starts_with("/")) {
      if (open.empty() || open.back() != tag.substr(1)) return "closes another: " + tag;
      open.pop_back();
    } else if (!tag.ends_with("/")) {
      open.push_back(tag.substr(0, tag.find_first_of(" \n")));
      for (const char* plain : {"style", "script"})
        if (open.back() == plain) at = page.find(std::string("</") + plain + ">", at);
    }
  }
  return open.empty() ? "" : "never closed: " + open.back();
}

inline std::size_t times(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace cajal::tests
