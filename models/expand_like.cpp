#include <fmt/format.h>

#include "models/build.hpp"
#include "sim/config/text.hpp"

namespace cajal {

void expand_like(config::Value& root, std::vector<Diagnostic>& diagnostics, const std::string& address) {
  for (const char* group : {"node", "edge"}) {
    config::Value* tables = root.find(group);
    if (!tables) continue;
    for (auto& [name, table] : tables->members) {
      // A chain of `like` ends, or comes back to where it began.
      for (int depth = 0; config::Value* like = table.find("like"); ++depth) {
        const config::Value* other = like->kind == config::Value::Kind::text ? tables->find(like->text) : nullptr;
        if (!other || other == &table || depth > 20) {
          std::vector<std::string> names;
          for (const auto& [n, t] : tables->members)
            if (n != name) names.push_back(n);
          diagnostics.push_back({like->at,
                                 config::join(address.empty() ? group : address + "." + group, name) + ".like",
                                 other ? "refers to itself"
                                       : fmt::format("no {} {}{}", group, like->written(),
                                                     config::alternatives(like->text, names, "there are"))});
          std::erase_if(table.members, [](const auto& m) { return m.first == "like"; });
          break;
        }
        config::Value merged = *other;
        for (const auto& [key, value] : table.members)
          if (key != "like") merged.set(key, value);
        merged.at = table.at;
        table = merged;
      }
    }
  }
}

}  // namespace cajal
