#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>

#include "analysis/criteria.hpp"
#include "analysis/report/report.hpp"
#include "app/report.hpp"
#include "tests/analysis/markup.hpp"
#include "tests/app/run_of.hpp"
#include "tests/catch.hpp"

// The report of a result that was run: its numbers are those of the file, and a browser draws it.

namespace cajal::app {

namespace {

using analysis::Measured;
using analysis::report::Report;

constexpr const char* comparison_config = R"(
run = { name = "run", seed = 3 }
data = { source = "digits", samples = 160, split = { train = 0.5, validation = 0.25, test = 0.25 } }
compare = { seeds = [1, 2] }
[learner.logistic]
layers = [ { name = "out", kind = "dense", units = 10 } ]
learn.bp = { rule = "backprop", loss = "cross_entropy", optimizer = { kind = "adam", rate = 1e-2 }, batch = 16, epochs = 2 }
[learner.snn]
run = { dt = "1 ms" }
trial = { show = "5 ms" }
layers = [
  { name = "hid", kind = "dense", units = 16, activation = { kind = "lif", preset = "snntorch" } },
  { name = "out", kind = "dense", units = 10, activation = { kind = "lif", preset = "snntorch" } },
]
learn.bp = { rule = "backprop", loss = "cross_entropy", optimizer = { kind = "adam", rate = 1e-3 }, batch = 16, epochs = 2, over_time = "sum" }
[measure]
accuracy = {}
confusion = {}
rates = {}
sparsity = {}
operations = {}
)";

constexpr const char* simulation_config = R"(
run = { name = "run", seed = 1, dt = "0.1 ms", duration = "300 ms" }
[node]
E = { kind = "lif", size = 20, I_e = "500 pA" }
[record]
spikes = { of = "E" }
v = { of = "E", what = "V_m", every = "1 ms" }
)";

/// Cells of the rows of all tables in a piece of markup, without what stands within them.
std::vector<std::vector<std::string>> rows_of(const std::string& markup) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(markup);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("<tr><th scope=\"row\">")) continue;
    rows.emplace_back();
    for (std::size_t at = 4; at < line.size();) {
      const std::size_t begin = line.find('>', at) + 1, end = line.find("</t", begin);
      if (end == std::string::npos) break;
      rows.back().push_back(line.substr(begin, end - begin));
      at = line.find('>', end) + 1;
      if (line.compare(at, 5, "</tr>") == 0) break;
    }
  }
  return rows;
}

/// Whether a number of the page is this value, as far as its digits go.
bool prints(const std::string& text, double value) {
  std::string digits = text;
  std::erase(digits, ',');
  if (digits == "–") return !std::isfinite(value);
  const std::size_t exponent = std::min(digits.find('e'), digits.size()), point = digits.find('.');
  const double last = point == std::string::npos ? 0 : static_cast<double>(exponent - point - 1);
  const double power = exponent < digits.size() ? std::stod(digits.substr(exponent + 1)) : 0;
  return std::abs(std::stod(digits) - value) <= 0.5001 * std::pow(10.0, power - last);
}

/// What a browser says of a page: posted by the page itself from a frame of a given width, as the page is shown there.
constexpr const char* probe = R"js(<script>
window.addEventListener('load', () => setTimeout(() => {
  const root = document.documentElement, figures = [...document.querySelectorAll('figure')];
  const drawn = f => [...f.querySelectorAll('.drawing svg')].some(s => s.getBoundingClientRect().width > 20 && s.children.length);
  const saved = f => {
    const text = report.drawing(f), page = new DOMParser().parseFromString(text, 'image/svg+xml');
    return !page.querySelector('parsererror') && page.querySelector('svg svg') && !text.includes('var(');
  };
  report.enlarge(figures[0]);
  const dialog = document.querySelector('dialog'), open = dialog.open;
  dialog.close();
  parent.postMessage('width ' + root.clientWidth + ' overflow ' + (root.scrollWidth - root.clientWidth) +
    ' figures ' + figures.length + ' drawn ' + figures.filter(drawn).length + ' saved ' + figures.filter(saved).length +
    ' open ' + open + ' csv ' + report.csv(document.querySelector('details table')).split('\n')[0] + '.', '*');
}, 0));
</script></body>)js";

/// Runs Chromium on a page in a frame so many pixels wide; what it posted, and its console.
struct Shown {
  std::string posted, console;
};
Shown shown_in_chromium(std::string page, int width) {
  const record::TemporaryDirectory folder;
  const std::size_t end = page.rfind("</body>");
  REQUIRE(end != std::string::npos);
  record::write_bytes(folder.file("page.html"), page.replace(end, 7, probe));
  record::write_bytes(folder.file("frame.html"),
                      fmt::format("<!DOCTYPE html><body><iframe src=\"page.html\" width=\"{}\" height=\"800\"></iframe>"
                                  "<script>addEventListener('message', e => document.body.dataset.posted = e.data)"
                                  "</script></body>",
                                  width));
  const std::string command = fmt::format(
      "timeout 60 chromium --headless --no-sandbox --disable-gpu --user-data-dir={0}/user --enable-logging=stderr "
      "--v=0 "
      "--virtual-time-budget=5000 --dump-dom file://{0}/frame.html >{0}/dom 2>{0}/log </dev/null",
      folder.file("").substr(0, folder.file("").size() - 1));
  REQUIRE(std::system(command.c_str()) == 0);
  Shown shown;
  const std::string dom = record::bytes_of(folder.file("dom")), mark = "data-posted=\"";
  if (const std::size_t at = dom.find(mark); at != std::string::npos)
    shown.posted = dom.substr(at + mark.size(), dom.find('"', at + mark.size()) - at - mark.size());
  std::istringstream log(record::bytes_of(folder.file("log")));
  for (std::string line; std::getline(log, line);)
    if (line.find("CONSOLE") != std::string::npos) shown.console += line + "\n";
  return shown;
}

}  // namespace

TEST_CASE("every number of the report's tables stands in the result", "[report]") {
  const RunOf run(comparison_config);
  const record::ResultReader reader = run.result();
  const Report r = read_report(reader);
  REQUIRE(r.learners.size() == 2);
  // Rows as the file has them, read without the report's own code.
  const auto learner = reader.read<std::string>("/measures/learner").values,
             measure = reader.read<std::string>("/measures/measure").values,
             part = reader.read<std::string>("/measures/part").values;
  const auto value = run.values("/measures/value");
  const auto seconds = [&](const std::string& name, int seed) {
    double sum = 0;
    for (const double s : run.values(fmt::format("/timing/runs/{}/{}/epoch_seconds", name, seed))) sum += s;
    return sum;
  };
  // The second half of the section is the long form: measure, learner, value, interval, seeds.
  const std::string summary = analysis::report::summary_section(r);
  const auto rows = rows_of(summary.substr(summary.find("<details>")));
  CHECK(rows.size() >= 12);
  for (const auto& row : rows) {
    REQUIRE(row.size() == 6);
    INFO(row[0] << ", " << row[1]);
    const analysis::Criterion* of = nullptr;
    for (const analysis::Criterion& c : analysis::criteria())
      if (row[0].starts_with(c.name) && (!of || c.name.size() > of->name.size())) of = &c;
    REQUIRE(of);
    std::vector<double> found;
    for (std::size_t i = 0; i < value.size(); ++i)
      if (learner[i] == row[1] && measure[i] == of->measure && part[i].empty()) found.push_back(value[i]);
    if (of->measure == "training_time") found = {seconds(row[1], 1), seconds(row[1], 2)};
    REQUIRE(found.size() == 2);
    const double factor = of->format == analysis::Row::Format::percent ? 100 : 1;
    const double mean = (found[0] + found[1]) / 2;
    // 12.7062: the 97.5 % quantile of Student's t with one degree of freedom
    const double half = 12.7062047 * std::abs(found[0] - found[1]) / 2;
    const bool share = of->measure.ends_with("_accuracy");
    CHECK(prints(row[2], factor * mean));
    CHECK(prints(row[3], factor * (share ? std::max(0.0, mean - half) : mean - half)));
    CHECK(prints(row[4], factor * (share ? std::min(1.0, mean + half) : mean + half)));
    CHECK(row[5] == "2");
  }
  // Tables of the learning curves, one after another: learner, seed, epoch, value.
  const auto curves = rows_of(analysis::report::curves_section(r));
  CHECK(curves.size() == 4 * 2 * 2 * 2);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const auto& row = curves[i];
    REQUIRE(row.size() == 4);
    const char* columns[] = {"validation_accuracy", "accuracy", "validation_loss", "loss"};
    const std::size_t column = i / 8;
    const auto values = run.values(fmt::format("/runs/{}/{}/training/{}", row[0], row[1], columns[column]));
    INFO(columns[column] << " of " << row[0] << ", seed " << row[1] << ", epoch " << row[2]);
    CHECK(prints(row[3], (column < 2 ? 100 : 1) * values.at(std::stoul(row[2]) - 1)));
  }
}

TEST_CASE("reports of several results need a name and no result twice", "[report]") {
  const RunOf simulation(simulation_config);
  const std::string result = simulation.result().path();
  CHECK_THROWS_AS(write_report({result, result}), OutputError);
  CHECK_THROWS_AS(write_report({result}, result), OutputError);
  const record::TemporaryDirectory folder;
  CHECK_THROWS_AS(write_report({result, result}, folder.file("page.html")), DataError);
  CHECK_THROWS_AS(write_report({result, folder.file("none.h5")}, folder.file("page.html")), DataError);
  CHECK_FALSE(std::filesystem::exists(folder.file("page.html")));
  CHECK(write_report({result}, folder.file("page.html")) == folder.file("page.html"));
  CHECK(tests::fault(record::bytes_of(folder.file("page.html"))).empty());
}

TEST_CASE("a browser draws every figure, on narrow screens too", "[report][chromium]") {
  if (std::system("command -v chromium >/dev/null 2>&1") != 0) {
    WARN("skipped: there is no chromium to draw the report with");
    return;
  }
  const RunOf comparison(comparison_config), simulation(simulation_config);
  Report learners = read_report(comparison.result());
  const auto add = [&](const char* measure, const char* part, double value, double level) {
    for (const auto& l : learners.learners)
      learners.rows.push_back({l.name, measure, part, 1, value, NAN, NAN, 40, level});
  };
  for (const double level : {0.0, 0.1, 0.2}) add("robustness", "pixel_noise", 0.9 - level, level);
  for (const double level : {1.0, 2.0}) add("continual", "task 1", 0.5, level);
  add("cka", "logistic.out ~ snn.hid", 0.5, NAN);
  add("fano", "hid", 1.1, NAN);
  const std::string page = analysis::report::page(std::vector<Report>{learners, read_report(simulation.result())});
  const std::size_t figures = tests::times(page, "<figure");
  CHECK(figures >= 20);
  for (const int width : {400, 1200}) {
    const Shown shown = shown_in_chromium(page, width);
    INFO(shown.posted);
    CHECK(shown.console.empty());
    CHECK(shown.posted.ends_with(
        fmt::format("overflow 0 figures {0} drawn {0} saved {0} open true csv measure,learner,value,interval "
                    "from,interval to,seeds.",
                    figures)));
  }
}

}  // namespace cajal::app
