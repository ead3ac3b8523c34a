#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "tests/catch.hpp"

namespace cajal::tests {

/// Where a file or folder of the real datasets is: below `CAJAL_DATA`, or beside the repository. Nothing, with a
/// warning, where there is none: the test is skipped then.
inline std::optional<std::string> real_data(const std::string& name) {
  const char* folder = std::getenv("CAJAL_DATA");
  const std::filesystem::path path =
      (folder ? std::filesystem::path(folder) : std::filesystem::path(CAJAL_SOURCE_DIR) / "../shared/data") / name;
  if (std::filesystem::exists(path)) return path.string();
  WARN("skipped: there is no " << path << "; CAJAL_DATA names the folder of datasets");
  return {};
}

}  // namespace cajal::tests
