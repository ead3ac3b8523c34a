#include "app/result_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace cajal::app {

std::vector<LearnerRuns> learner_runs(const record::ResultReader& reader, const std::string& base) {
  std::vector<LearnerRuns> out;
  const std::string runs = base + "runs", group = base.size() > 1 ? base.substr(0, base.size() - 1) : base;
  if (reader.has(base + "sweep")) return out;
  if (!reader.has(runs)) {
    if (!reader.has(base + "predictions") && !reader.has(base + "training") && !reader.has(base + "activity"))
      return out;
    std::string name = reader.has_attribute(group, "name") ? reader.attribute<std::string>(group, "name") : "";
    if (name.empty()) name = std::filesystem::path(reader.path()).stem().string();
    out.push_back(
        {name, {{reader.has_attribute(group, "seed") ? reader.attribute<std::uint64_t>(group, "seed") : 0, base}}});
    return out;
  }
  std::vector<std::string> names;
  if (reader.has(base + "measures/learner"))
    for (const std::string& learner : reader.read<std::string>(base + "measures/learner").values)
      if (std::find(names.begin(), names.end(), learner) == names.end() && reader.has(runs + "/" + learner))
        names.push_back(learner);
  for (const std::string& name : reader.members(runs))
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  for (const std::string& name : names) {
    LearnerRuns l{name, {}};
    for (const std::string& seed : reader.members(runs + "/" + name))
      l.runs.push_back({std::strtoull(seed.c_str(), nullptr, 10), fmt::format("{}/{}/{}/", runs, name, seed)});
    std::sort(l.runs.begin(), l.runs.end(), [](const auto& a, const auto& b) { return a.seed < b.seed; });
    if (!l.runs.empty()) out.push_back(std::move(l));
  }
  return out;
}

}  // namespace cajal::app
