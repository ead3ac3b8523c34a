#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "analysis/criteria.hpp"
#include "analysis/report/chart.hpp"
#include "analysis/report/estimates.hpp"
#include "analysis/report/report.hpp"
#include "analysis/report/svg.hpp"
#include "analysis/report/values.hpp"
#include "tests/analysis/markup.hpp"
#include "tests/catch.hpp"

// What the report makes of rows of /measures.

using namespace cajal::analysis;
using namespace cajal::analysis::report;
using cajal::tests::fault;
using cajal::tests::has;
using cajal::tests::times;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Values of seeds 1, 2, ...
void add(Report& r, const std::string& learner, const std::string& measure, const std::string& part,
         const std::vector<double>& values, double level = missing) {
  for (std::size_t i = 0; i < values.size(); ++i)
    r.rows.push_back({learner, measure, part, i + 1, values[i], missing, missing, 1000, level});
}

/// A row of the summary for each criterion that has rows.
void compare(Report& r) {
  r.comparison.columns = names_of(r);
  for (const Criterion& c : criteria())
    for (const std::string& part : parts_of(r.rows, c.measure, false)) {
      if (criterion_of(c.measure, part) != &c) continue;
      Row row{in_words(c.name, part), std::string(c.unit),    c.format, c.better, c.decimals, {},
              "95 % interval",        std::string(c.measure), part};
      for (const std::string& name : r.comparison.columns) {
        const auto e = estimate(r.rows, name, c.measure, part);
        row.values.push_back(e ? std::optional(Cell{e->value, 0.1, {}, {}}) : std::nullopt);
      }
      r.comparison.rows.push_back(row);
    }
  add_intervals(r);
}

Report three_seeds() {
  Report r;
  r.title = "three";
  r.seeds = 3;
  for (const char* name : {"mlp", "cnn", "snn"}) {
    r.learners.emplace_back();
    r.learners.back().name = name;
    for (std::uint64_t seed : {1, 2, 3}) {
      Training t;
      t.seed = seed;
      t.epoch = {1, 2};
      t.validation_accuracy = {0.5, 0.5 + 0.1 * static_cast<double>(seed)};
      r.learners.back().training.push_back(t);
    }
  }
  add(r, "mlp", "test_accuracy", "", {0.97, 0.98, 0.975});
  add(r, "cnn", "test_accuracy", "", {0.988, 0.99, 0.989});
  add(r, "snn", "test_accuracy", "", {0.96, 0.95, 0.97});
  add(r, "mlp", "parameters", "", {203530, 203530, 203530});
  add(r, "cnn", "parameters", "", {20490, 20490, 20490});
  add(r, "mlp", "energy", "operations", {200, 210, 190});
  add(r, "cnn", "energy", "operations", {900, 910, 905});
  add(r, "snn", "energy", "operations", {50, 51, 52});
  add(r, "mlp", "energy", "with memory", {2000, 2000, 2000});
  add(r, "cnn", "energy", "with memory", {1000, 1000, 1000});
  for (const double level : {0.0, 0.1, 0.3}) {
    add(r, "mlp", "robustness", "pixel_noise", {0.9 - level, 0.8 - level, 0.7 - level}, level);
    add(r, "snn", "robustness", "pixel_noise", {0.8 - level, 0.8 - level, 0.8 - level}, level);
  }
  return r;
}

}  // namespace

TEST_CASE("seeds become a mean with its interval and its extremes", "[report]") {
  const Report r = three_seeds();
  const auto e = estimate(r.rows, "mlp", "test_accuracy", "");
  REQUIRE(e);
  CHECK(e->value == Approx(0.975));
  CHECK(e->seeds == 3);
  // 4.302653, the 97.5 % quantile of t with 2 degrees of freedom, times 0.005 / sqrt(3)
  REQUIRE((e->low && e->high));
  CHECK(*e->high - e->value == Approx(4.302653 * 0.005 / std::sqrt(3)));
  CHECK(e->value - *e->low == Approx(*e->high - e->value));
  CHECK(e->least == 0.97);
  CHECK(e->most == 0.98);
  const std::vector<Measured> one{{"a", "test_accuracy", "", 1, 0.9, 0.8, 0.95, 100, missing}};
  CHECK(estimate(one, "a", "test_accuracy", "")->low == 0.8);
  CHECK_FALSE(estimate(one, "b", "test_accuracy", ""));
  CHECK_FALSE(estimate(one, "a", "test_accuracy", "", 1));
  const Course c = course(r.rows, "mlp", "robustness", "pixel_noise");
  CHECK(c.level == std::vector<double>{0, 0.1, 0.3});
  CHECK(c.at[2].value == Approx(0.5));
  CHECK(c.at[2].most == Approx(0.6));
}

TEST_CASE("it is said who wins what, by how much, and how sure that is", "[report]") {
  Report r = three_seeds();
  compare(r);
  const std::string unpaired = claims(r);
  CHECK(fault(unpaired).empty());
  CHECK(has(unpaired,
            "<strong>cnn</strong> is the most accurate: 98.90 % (98.65 to 99.15); next mlp with 97.50 % "
            "(96.26 to 98.74): their intervals overlap."));
  CHECK(has(unpaired,
            "<strong>cnn</strong> has the fewest parameters: 20,490; next mlp with 203,530 (9.93 times as much)."));
  CHECK(has(unpaired, "<strong>snn</strong> takes the least energy: operations (51 pJ per sample); clear of the next"));
  CHECK(has(unpaired, "<strong>cnn</strong> takes the least energy: with memory (1000 pJ per sample); clear of"));
  r.rows.push_back({"cnn", "difference_test_accuracy", "mlp", 0, 0.014, 0.005, 0.023, 3, missing});
  r.rows.push_back({"cnn", "effect_test_accuracy", "mlp", 0, 2.51, missing, missing, 3, missing});
  CHECK(has(claims(r), "98.90 %, 1.4 points more than mlp (95 % interval 0.5 to 2.3, 3 seeds, effect size 2.5)."));
  r.rows[r.rows.size() - 2].low = -0.001;
  CHECK(has(claims(r), "interval -0.1 to 2.3, 3 seeds, effect size 2.5): the runs do not settle which of the two is"));
  // Where less is better the difference is negative, and its interval is said with the sign of the sentence.
  r.rows.push_back({"cnn", "difference_parameters", "mlp", 0, -183040, -183100, -183000, 3, missing});
  CHECK(has(claims(r), "20,490, 183,040 less than mlp (95 % interval 183,000 to 183,100, 3 seeds)."));
}

TEST_CASE("those who are level share a sentence, and those alone have none", "[report]") {
  Report r;
  for (const char* name : {"a", "b", "c"}) r.learners.emplace_back().name = name;
  add(r, "a", "parameters", "", {100});
  add(r, "b", "parameters", "", {100});
  add(r, "c", "parameters", "", {300});
  add(r, "a", "decision_time", "", {3});
  compare(r);
  CHECK(has(claims(r), "<strong>a</strong> and <strong>b</strong> are level in parameters: 100; next c with 300."));
  CHECK_FALSE(has(claims(r), "decides"));
}

TEST_CASE("what is not to be trusted stands at the top", "[report]") {
  Report r = three_seeds();
  CHECK(warnings(r).empty());
  r.selection = "test";
  r.learners[1].failure = "seed 2: not a number";
  r.left_out = {"fgsm of snn: it has no gradient"};
  const std::string page = html(r);
  CHECK(page.find("Test data were used") < page.find("<section"));
  CHECK(page.find("cnn failed: seed 2: not a number") < page.find("<section"));
  CHECK(page.find("Left out: fgsm of snn") < page.find("<section"));
  r.left_out.push_back("fgsm of rf: it has no gradient");
  CHECK(has(warnings(r), "<li>fgsm of rf: it has no gradient</li>"));
  CHECK(fault(warnings(r)).empty());
  r.selection = "validation";
  CHECK_FALSE(has(html(r), "Test data were used"));
}

TEST_CASE("criteria are drawn with the better side to the right", "[report]") {
  Report r = three_seeds();
  compare(r);
  const std::string section = criteria_section(r);
  CHECK(fault(section).empty());
  // accuracy, parameters, two kinds of energy
  CHECK(times(section, "<svg") == 4 + r.learners.size());
  CHECK(has(section, "<th scope=\"row\">test accuracy (%)</th><td>cnn</td><td>98.90</td><td>98.65</td><td>99.15</td>"));
  StripChart chart{"", "", {{"cheap", 1, {}, {}, 0}, {"dear", 2, {}, {}, 1}}, true, false, {}, {}, {}};
  const auto at = [&](const std::string& drawing, const std::string& name) {
    const std::size_t path = drawing.rfind("<path d=\"M", drawing.find("<title>" + name));
    return std::stod(drawing.substr(path + 10));
  };
  CHECK(at(strip_chart(chart), "cheap") > at(strip_chart(chart), "dear"));
  chart.lower_is_better = false;
  CHECK(at(strip_chart(chart), "cheap") < at(strip_chart(chart), "dear"));
  CHECK(has(strip_chart({}), "No values"));
}

TEST_CASE("curves have bands over their seeds and every run in their numbers", "[report]") {
  const Report r = three_seeds();
  const std::string robust = robustness_section(r);
  CHECK(fault(robust).empty());
  CHECK(times(robust, "<figure") == 1);
  CHECK(times(robust, "class=\"band ") == 2);
  CHECK(has(robust, "<h3>Pixel noise</h3>"));
  CHECK(times(robust, "<tr><th scope=\"row\">") == 18);
  CHECK(has(robust, "<th scope=\"row\">mlp</th><td>3</td><td>0.3</td><td>40</td><td>–</td><td>–</td><td>1,000</td>"));
  CHECK(has(robust, "bands reach from the smallest to the largest value"));
  CHECK(times(curves_section(r), "class=\"band ") == 3);
  CHECK(latency_section(r).empty());
  Report single = r;
  single.seeds = 1;
  std::erase_if(single.rows, [](const Measured& m) { return m.seed != 1; });
  CHECK_FALSE(has(robustness_section(single), "class=\"band "));
  // Labels of a logarithmic axis
  LineChart chart{"", "x", "y", {{"a", {1, 10, 100}, {1, 2, 0}, 0, false, true}}, false, {}, true, true};
  CHECK(has(line_chart(chart), ">100</text>"));
  CHECK(times(line_chart(chart), "<title>") == 2);
  CHECK(Scale{200, 900, 0, 1, true}.ticks(5) == std::vector<double>{200, 500});
}

TEST_CASE("continual learning is a matrix and its curves", "[report]") {
  Report r = three_seeds();
  for (const int task : {1, 2})
    for (const double learned : {1.0, 2.0})
      add(r, "mlp", "continual", "task " + std::to_string(task), {task == learned ? 0.95 : 0.25}, learned);
  const std::string section = continual_section(r);
  CHECK(fault(section).empty());
  CHECK(times(section, "<figure") == 1);
  CHECK(times(section, ">95</text>") == 2);
  CHECK(times(section, ">25</text>") == 2);
  CHECK(has(section, "<th scope=\"row\">task 2</th><td>1</td><td>25</td><td>25</td><td>25</td>"));
}

TEST_CASE("pairs become a matrix of likeness", "[report]") {
  Report r = three_seeds();
  add(r, "mlp", "cka", "mlp.hid ~ cnn.hid", {0.5, 0.75, 0.625});
  add(r, "mlp", "cka", "mlp.hid ~ snn.hid", {0.3, 0.3, 0.3});
  add(r, "cnn", "cka", "cnn.hid ~ snn.hid", {0.2, 0.2, 0.2});
  add(r, "cnn", "rsa", "cnn.hid ~ snn.hid", {-0.25});
  const std::string section = similarity_section(r);
  CHECK(fault(section).empty());
  CHECK(times(section, "<figure") == 2);
  CHECK(times(section, ">0.62</text>") + times(section, ">0.63</text>") == 2);
  CHECK(times(section, ">1.00</text>") == 5);
  CHECK(times(section, ">-0.25</text>") == 2);
  CHECK(times(section, "fill wrong") == 2);
  CHECK(has(section, "<th scope=\"row\">mlp.hid ~ cnn.hid</th><td>0.625</td>"));
}

TEST_CASE("measures of nodes and the locality of rules have their figures", "[report]") {
  Report r = three_seeds();
  add(r, "mlp", "participation_ratio", "hid", {10, 12, 14});
  add(r, "snn", "participation_ratio", "hid", {20, 20, 20});
  CHECK(has(parts_section(r), "<th scope=\"row\">mlp</th><td>hid</td><td>12</td>"));
  CHECK(has(parts_section(r), ">snn.hid</text>"));
  CHECK(locality_section(r).empty());
  r.learners[0].locality = {{"bp", {"presynaptic activity", "errors carried back"}, "global"}};
  r.learners[2].locality = {{"stdp", {"presynaptic activity", "postsynaptic activity"}, "local"}};
  const std::string section = locality_section(r);
  CHECK(fault(section).empty());
  CHECK(times(section, "fill right") == 4);
  CHECK(has(section, "<td>stdp</td><td>local</td><td>presynaptic activity, postsynaptic activity</td>"));
}

TEST_CASE("learners of several results stand side by side", "[report]") {
  Report a = three_seeds(), b = three_seeds(), simulation;
  a.file = "first";
  b.file = "second";
  b.learners.pop_back();
  std::erase_if(b.rows, [](const Measured& m) { return m.learner == "snn"; });
  b.rows.push_back({"cnn", "difference_test_accuracy", "mlp", 0, 0.014, 0.005, 0.023, 3, missing});
  compare(a);
  compare(b);
  const Report both = side_by_side(std::vector<Report>{a, b});
  CHECK(names_of(both) == std::vector<std::string>{"first:mlp", "first:cnn", "snn", "second:mlp", "second:cnn"});
  CHECK(both.comparison.columns == names_of(both));
  CHECK(both.rows.back().learner == "second:cnn");
  CHECK(both.rows.back().part == "second:mlp");
  const Row& accuracy = both.comparison.rows.front();
  REQUIRE(accuracy.values.size() == 5);
  CHECK(accuracy.values[4]->value == Approx(0.989));
  CHECK(estimate(both.rows, "second:cnn", "test_accuracy", "")->seeds == 3);
  simulation.title = "net";
  simulation.populations = {{"E", "lif", 4, {10, 20}, {0, 2}}};
  simulation.stop = 100;
  const std::string both_pages = page(std::vector<Report>{a, simulation, b});
  INFO(fault(both_pages));
  CHECK(fault(both_pages).empty());
  CHECK(times(both_pages, "<article") == 2);
  CHECK(has(both_pages, "<section id=\"r1-summary\">"));
  CHECK(has(both_pages, "<section id=\"r2-populations\">"));
  CHECK(page(std::vector<Report>{a}) == html(a));
  // The same name from two folders
  b.file = a.file;
  CHECK(names_of(side_by_side(std::vector<Report>{a, b}))[3] == "first(2):mlp");
}

TEST_CASE("spectra of rates stand at the rhythm of a population", "[report]") {
  Report r;
  r.stop = 4000;
  Population p{"E", "lif", 10, {}, {}};
  for (int beat = 1; beat * 25 <= 4000; ++beat)
    for (std::uint64_t unit = 0; unit < 10; ++unit) {
      p.times.push_back(beat * 25.0);
      p.units.push_back(unit);
    }
  r.populations = {p};
  const std::string section = populations_section(r);
  CHECK(fault(section).empty());
  CHECK(has(section, "<h3>Spectra of the rates</h3>"));
  r.stop = 200;
  CHECK_FALSE(has(populations_section(r), "Spectra"));
}
