// docs/analysis.md shows scripts and what they print: both are run.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/analyze.hpp"
#include "app/experiment.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

namespace cajal::app {

namespace {

const std::string folder_of_examples = CAJAL_SOURCE_DIR "/docs/examples/";

bool has_modules(const std::string& names) {
  if (std::system(("/usr/bin/python3 -c 'import " + names + "' >/dev/null 2>&1").c_str()) == 0) return true;
  WARN("no " + names + " here, skipped");
  return false;
}

std::string run_example(const record::TemporaryDirectory& folder) {
  Settings settings;
  settings.out = folder.file("out");
  settings.quiet = settings.force = true;
  Terminal terminal(true);
  REQUIRE(run_experiment(folder_of_examples + "digits.toml", settings, terminal) == 0);
  return folder.file("out/digits.h5");
}

/// What stands in the fenced block behind the first line that holds `before`.
std::string block_behind(const std::string& document, const std::string& before) {
  const std::size_t at = document.find(before);
  REQUIRE(at != std::string::npos);
  const std::size_t begin = document.find('\n', at) + 1;
  return document.substr(begin, document.find("```", begin) - begin);
}

/// Words and lines are the same; numbers differ by less than 5 %, as another processor may round otherwise.
void check_alike(const std::string& shown, const std::string& printed) {
  std::istringstream a(shown), b(printed);
  std::string expected, got;
  while (a >> expected) {
    REQUIRE(b >> got);
    CAPTURE(expected, got);
    char *end_expected = nullptr, *end_got = nullptr;
    const double x = std::strtod(expected.c_str(), &end_expected), y = std::strtod(got.c_str(), &end_got);
    if (*end_expected == 0 && *end_got == 0)
      CHECK(y == Approx(x).epsilon(0.05));
    else
      CHECK(expected == got);
  }
  CHECK(!(b >> got));
}

}  // namespace

TEST_CASE("the session in docs/analysis.md prints what it shows") {
  if (!has_modules("h5py")) return;
  const record::TemporaryDirectory folder;
  const std::string result = run_example(folder), printed = folder.file("printed");
  REQUIRE(std::system(
              ("/usr/bin/python3 " + folder_of_examples + "read_result.py " + result + " > " + printed).c_str()) == 0);
  const std::string document = record::bytes_of(CAJAL_SOURCE_DIR "/docs/analysis.md");
  CHECK(document.find("```python\n" + record::bytes_of(folder_of_examples + "read_result.py") + "```") !=
        std::string::npos);
  check_alike(block_behind(document, "$ /usr/bin/python3 docs/examples/read_result.py"), record::bytes_of(printed));
}

TEST_CASE("the pictures of docs/analysis.md are drawn") {
  if (!has_modules("h5py, matplotlib")) return;
  const record::TemporaryDirectory folder;
  const std::string result = run_example(folder), picture = folder.file("picture.png");
  REQUIRE(std::system(
              ("/usr/bin/python3 " + folder_of_examples + "plot_result.py " + result + " " + picture).c_str()) == 0);
  CHECK(record::bytes_of(picture).substr(1, 3) == "PNG");
  CHECK(std::filesystem::file_size(picture) > 20'000);
}

TEST_CASE("Python reads an analysis as CSV") {
  if (!has_modules("csv")) return;
  const record::TemporaryDirectory folder;
  const std::string result = run_example(folder), table = folder.file("a.csv");
  Terminal terminal(true);
  REQUIRE(analyze({{result}, {"cka"}, {}, table, false}, terminal) == 0);
  const std::string script =
      "import csv, sys\n"
      "rows = list(csv.DictReader(open(sys.argv[1])))\n"
      "assert [r['part'] for r in rows if r['measure'] == 'cka'][0] == 'mlp.hid ~ snn.hid'\n"
      "assert all(-1 <= float(r['value']) <= 1 and int(r['seed']) and r['low'] == '' for r in rows)\n";
  std::ofstream(folder.file("read.py")) << script;
  CHECK(std::system(("/usr/bin/python3 " + folder.file("read.py") + " " + table).c_str()) == 0);
}

}  // namespace cajal::app
