#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/catch.hpp"

// The rules of the house that a machine can read. Each rule gives the lines that break it, so that a test which fails
// shows where; each is also tried on text that breaks it.

namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

constexpr int longest_file = 450;
constexpr std::array<std::string_view, 7> folders{"sim", "models", "learning", "analysis", "app", "tests", "bench"};

struct File {
  std::string path;  ///< from the root of the repository
  std::string text;

  std::string folder() const { return path.substr(0, path.find('/')); }
  bool is_header() const { return path.ends_with(".hpp"); }
};

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool is_source(const fs::path& path) { return path.extension() == ".hpp" || path.extension() == ".cpp"; }

bool is_build_file(const fs::path& path) {
  return path.extension() == ".cmake" || path.filename() == "CMakeLists.txt" || path.filename() == "CMakePresets.json";
}

/// All files of the folders, and those of the root itself, that are `wanted`; sorted by path.
std::vector<File> files(bool wanted(const fs::path&)) {
  const fs::path root = CAJAL_SOURCE_DIR;
  std::vector<File> found;
  const auto take = [&](const fs::directory_entry& entry) {
    if (entry.is_regular_file() && wanted(entry.path())) {
      found.push_back({entry.path().lexically_relative(root).generic_string(), read(entry.path())});
    }
  };
  for (const auto& entry : fs::directory_iterator(root)) take(entry);
  for (const auto folder : folders) {
    if (!fs::is_directory(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) take(entry);
  }
  std::ranges::sort(found, {}, &File::path);
  return found;
}

/// The text with its C++ comments blanked out; lines keep their numbers.
std::string without_comments(std::string text) {
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    if (text[at] != '/' || (text[at + 1] != '/' && text[at + 1] != '*')) continue;
    const bool block = text[at + 1] == '*';
    const auto closing = text.find(block ? "*/" : "\n", at + 2);
    const auto end = closing == std::string::npos ? text.size() : closing + (block ? 2 : 0);
    for (; at < end; ++at) text[at] = text[at] == '\n' ? '\n' : ' ';
    --at;
  }
  return text;
}

/// `path:line: text` of every line that is `wrong`.
Lines lines_where(const std::string& path, const std::string& text, const auto& wrong) {
  Lines found;
  std::istringstream in(text);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (wrong(line)) found.push_back(path + ":" + std::to_string(number) + ": " + line);
  }
  return found;
}

Lines lines_with(const std::string& path, const std::string& text, const std::regex& forbidden) {
  return lines_where(path, text, [&](const std::string& line) { return std::regex_search(line, forbidden); });
}

/// Whether a file of folder `from` may include one of folder `to`.
bool may_include(std::string_view from, std::string_view to) {
  if (from == "sim") return to == "sim";
  if (from == "models" || from == "learning" || from == "analysis") return to == "sim" || to == from;
  if (from == "app") return to != "tests" && to != "bench";
  return true;
}

/// Includes that go against the arrows, or that hide where they go: by a path that does not begin at the root.
Lines wrong_includes(const File& file) {
  static const std::regex include(R"(^\s*#\s*include\s*(["<])([^">]*))");
  return lines_where(file.path, without_comments(file.text), [&](const std::string& line) {
    std::smatch match;
    if (!std::regex_search(line, match, include)) return false;
    const std::string path = match[2];
    const std::string to = path.substr(0, path.find('/'));
    const bool ours = path.find('/') != std::string::npos && std::ranges::count(folders, to) == 1;
    if (path.find("../") != std::string::npos) return true;
    return ours ? !may_include(file.folder(), to) : match[1] == "\"";
  });
}

/// Threads are made in one place; everything else runs where it is told to.
Lines stray_threads(const File& file) {
  static const std::regex forbidden(R"(#\s*include\s*<(thread|future|pthread\.h|stop_token|omp\.h|(oneapi/)?tbb/.*)>|)"
                                    R"(\bstd::(thread|jthread|async)\b|\bpthread_|#\s*pragma\s+omp\b|\btbb::)");
  if (file.path.starts_with("sim/parallel") || file.folder() == "tests") return {};
  return lines_with(file.path, without_comments(file.text), forbidden);
}

Lines too_long(const File& file) {
  const auto lines = std::ranges::count(file.text, '\n');
  if (lines <= longest_file) return {};
  return {file.path + ": " + std::to_string(lines) + " lines, at most " + std::to_string(longest_file)};
}

Lines wrong_guard(const File& file) {
  static const std::regex once(R"((^|\n)\s*#\s*pragma\s+once\b)");
  static const std::regex guard(
      R"((^|\n)\s*#\s*(ifndef\s+|if\s+!\s*defined\s*\(?\s*)(\w+)\)?\s*\n\s*#\s*define\s+\3\b)");
  if (!file.is_header()) return {};
  Lines found;
  const std::string text = without_comments(file.text);
  if (!std::regex_search(text, once)) found.push_back(file.path + ": no #pragma once");
  if (std::regex_search(text, guard)) found.push_back(file.path + ": a guard macro, #pragma once is enough");
  return found;
}

/// Flags that let the compiler change what a sum is.
Lines loose_arithmetic(const File& file) {
  static const std::regex forbidden(R"(^[^#]*-(ffast-math|Ofast|funsafe-math-optimizations|fassociative-math))");
  return lines_with(file.path, file.text, forbidden);
}

Lines broken(Lines rule(const File&), const std::vector<File>& files) {
  Lines all;
  for (const auto& file : files) {
    const Lines found = rule(file);
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

std::string listed(const Lines& lines) {
  std::string text;
  for (const auto& line : lines) text += "\n  " + line;
  return text;
}

void check(Lines rule(const File&), bool wanted(const fs::path&)) {
  const auto all = files(wanted);
  REQUIRE_FALSE(all.empty());
  const Lines found = broken(rule, all);
  INFO(listed(found));
  CHECK(found.empty());
}

std::size_t count(Lines rule(const File&), std::string path, std::string text) {
  return rule({std::move(path), std::move(text)}).size();
}

}  // namespace

TEST_CASE("includes go one way", "[house]") {
  check(wrong_includes, is_source);

  CHECK(count(wrong_includes, "sim/a.hpp", "#include \"models/b.hpp\"\n  # include <learning/c.hpp>\n") == 2);
  CHECK(count(wrong_includes, "models/a.hpp", "#include \"learning/b.hpp\"\n#include \"sim/c.hpp\"\n") == 1);
  CHECK(count(wrong_includes, "learning/a.hpp", "#include \"analysis/b.hpp\"\n#include \"learning/c.hpp\"\n") == 1);
  CHECK(count(wrong_includes, "analysis/a.cpp", "#include \"app/b.hpp\"\n") == 1);
  CHECK(count(wrong_includes, "app/a.cpp", "#include \"tests/b.hpp\"\n#include \"models/c.hpp\"\n") == 1);
  CHECK(count(wrong_includes, "sim/a.cpp", "#include \"error.hpp\"\n#include \"sim/../models/b.hpp\"\n") == 2);
  CHECK(count(wrong_includes, "sim/a.cpp", "#include <simd>\n#include <sim/a.hpp>\n// #include \"app/b.hpp\"\n") == 0);
  CHECK(count(wrong_includes, "tests/a.cpp", "#include \"app/b.hpp\"\n#include \"tests/catch.hpp\"\n") == 0);
}

TEST_CASE("threads are made in sim/parallel alone", "[house]") {
  check(stray_threads, is_source);

  CHECK(count(stray_threads, "sim/clock.cpp", "#include <thread>\nstd::jthread worker;\npthread_create();\n") == 3);
  CHECK(count(stray_threads, "app/a.cpp", "/* std::thread\n std::thread */ int a;\nauto b = std::async(f);\n") == 1);
  CHECK(stray_threads({"app/a.cpp", "/*\n*/ tbb::task_arena a;\n"}) == Lines{"app/a.cpp:2:    tbb::task_arena a;"});
  CHECK(count(stray_threads, "sim/parallel/team.hpp", "#include <thread>\n") == 0);
}

TEST_CASE("no file is too long", "[house]") {
  check(too_long, is_source);

  CHECK(count(too_long, "sim/a.hpp", std::string(longest_file, '\n')) == 0);
  CHECK(count(too_long, "sim/a.hpp", std::string(longest_file + 1, '\n')) == 1);
}

TEST_CASE("headers have pragma once and no guard macros", "[house]") {
  check(wrong_guard, is_source);

  CHECK(count(wrong_guard, "sim/a.hpp", "int a();\n// #pragma once\n") == 1);
  CHECK(count(wrong_guard, "sim/a.hpp", "#pragma once\n#ifndef A_HPP\n#define A_HPP\n#endif\n") == 1);
  CHECK(count(wrong_guard, "sim/a.hpp", "#if !defined(A_HPP)\n#define A_HPP\n#endif\n") == 2);
  CHECK(count(wrong_guard, "sim/a.hpp", "// why\n#pragma once\n#ifndef NDEBUG\nint a();\n#endif\n") == 0);
  CHECK(count(wrong_guard, "sim/a.cpp", "int a;\n") == 0);
}

TEST_CASE("no build file loosens the arithmetic", "[house]") {
  check(loose_arithmetic, is_build_file);

  CHECK(count(loose_arithmetic, "CMakeLists.txt", "add_compile_options(-O3 -ffast-math)\n") == 1);
  CHECK(count(loose_arithmetic, "CMakePresets.json", "{ \"CMAKE_CXX_FLAGS\": \"-Ofast\" }\n") == 1);
  CHECK(count(loose_arithmetic, "CMakeLists.txt", "# never -ffast-math\nadd_compile_options(-O3)\n") == 0);
}
