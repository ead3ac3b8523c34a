#include "app/report.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "sim/error.hpp"

namespace cajal::app {

namespace fs = std::filesystem;

std::string write_report(const std::vector<std::string>& results, const std::string& out) {
  if (results.empty()) throw Error("a report needs a result");
  if (results.size() > 1 && out.empty())
    throw OutputError(fmt::format("a report of {} results needs a name: -o report.html", results.size()));
  const std::string path = out.empty() ? fs::path(results.front()).replace_extension(".html").string() : out;
  std::error_code ignored;
  std::vector<analysis::report::Report> reports;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (fs::equivalent(path, results[i], ignored) || path == results[i])
      throw OutputError(fmt::format("{}: a report cannot replace its own result", path));
    for (std::size_t k = 0; k < i; ++k)
      if (fs::equivalent(results[k], results[i], ignored))
        throw DataError(results[i], fmt::format("is the same result as {}, which is there once already", results[k]));
    reports.push_back(read_report(record::ResultReader(results[i])));
  }
  const std::string page = analysis::report::page(reports);
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
    terminal.line("wrote " + write_report({result}));
  } catch (const Error& e) {
    terminal.line(fmt::format("no report: {}", e.what()));
  }
}

}  // namespace cajal::app
