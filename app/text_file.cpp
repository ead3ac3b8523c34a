#include "app/text_file.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "sim/error.hpp"

namespace cajal::app {

void write_text(const std::string& path, const std::string& text) {
  const std::string part = path + ".part";
  std::error_code error, ignored;
  {
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) {
      std::filesystem::remove(part, ignored);
      throw OutputError(fmt::format("{}: cannot be written", path));
    }
  }
  std::filesystem::rename(part, path, error);
  if (!error) return;
  std::filesystem::remove(part, ignored);
  throw OutputError(fmt::format("{}: {}", path, error.message()));
}

}  // namespace cajal::app
