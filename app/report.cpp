#include "app/report.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "sim/error.hpp"

namespace cajal::app {

namespace fs = std::filesystem;

std::string write_report(const std::string& result, const std::string& out) {
  const std::string path = out.empty() ? fs::path(result).replace_extension(".html").string() : out;
  std::error_code ignored;
  if (fs::equivalent(path, result, ignored) || path == result)
    throw OutputError(fmt::format("{}: a report cannot replace its own result", path));
  const std::string page = analysis::report::html(read_report(record::ResultReader(result)));
  const std::string part = path + ".part";
  {
    std::ofstream file(part, std::ios::binary | std::ios::trunc);
    file << page;
    file.close();
    if (!file) {
      fs::remove(part, ignored);
      throw OutputError(fmt::format("{}: the report cannot be written there", path));
    }
  }
  std::error_code error;
  fs::rename(part, path, error);
  if (error) {
    fs::remove(part, ignored);
    throw OutputError(fmt::format("{}: {}", path, error.message()));
  }
  return path;
}

void report_run(const std::string& result, Terminal& terminal) {
  try {
    terminal.line("wrote " + write_report(result));
  } catch (const Error& e) {
    terminal.line(fmt::format("no report: {}", e.what()));
  }
}

}  // namespace cajal::app
