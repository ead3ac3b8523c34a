#include "analysis/report/report.hpp"

#include <zlib.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "analysis/report/chart.hpp"
#include "analysis/report/svg.hpp"
#include "tests/analysis/markup.hpp"
#include "tests/catch.hpp"

using namespace cajal::analysis;
using namespace cajal::analysis::report;
using cajal::tests::fault;
using cajal::tests::has;
using cajal::tests::times;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

std::string decoded(const std::string& base64_text) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t group = 0;
  int bits = 0;
  for (char c : base64_text) {
    if (c == '=') break;
    group = group << 6 | static_cast<std::uint32_t>(digits.find(c));
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(group >> bits & 0xFF);
    }
  }
  return out;
}

/// The rows of a picture as its PNG holds them: each a filter byte, then its pixels.
std::string rows_of_png(const std::string& png) {
  const std::size_t data = png.find("IDAT") + 4;
  std::uint32_t size = 0;
  for (std::size_t i = data - 8; i < data - 4; ++i) size = size << 8 | static_cast<unsigned char>(png[i]);
  std::string rows(1 << 16, '\0');
  uLongf length = rows.size();
  REQUIRE(uncompress(reinterpret_cast<Bytef*>(rows.data()), &length, reinterpret_cast<const Bytef*>(png.data() + data),
                     size) == Z_OK);
  rows.resize(length);
  return rows;
}

Learner learner(const std::string& name) {
  Learner l;
  l.name = name;
  l.training = {
      {1, {1, 2, 3}, {2.5, 1.25, missing}, {0.5, 0.625, 0.75}, {missing, missing, missing}, {0.4, 0.5, 0.6125}}};
  l.confusion = ConfusionMatrix{"", {"0", "1"}, {41, 2, 3, 54}};
  l.confusion_of = "phase test";
  l.path = "/runs/" + name + "/1/";
  l.samples = {{"Sample 17, class 1", "answer 0"}};
  l.steps = 20;
  NodeActivity input{"in", 25, false, "", {std::vector<double>(25, 0.5)}, {}, {}};
  NodeActivity hidden{"hid", 3, true, "spikes/step", {{0.1, 0.05, 0}}, {{3, 7, 19}}, {{0, 0, 1}}};
  NodeActivity out{"out", 2, false, "", {{-1.5, 0.75}}, {}, {}};
  l.activity = {input, hidden, out};
  Fields f;
  f.edge = "hid";
  f.path = "/runs/weights";
  f.sheet.pictures = {std::vector<double>(25, 0.5), std::vector<double>(25, -0.25), std::vector<double>(25, 0)};
  f.sheet.width = f.sheet.height = 5;
  f.units = {0, 1, 2};
  f.all = 3;
  l.fields = {f};
  return l;
}

Report comparison_report() {
  Report r;
  r.title = "two";
  r.status = "complete";
  r.comparison.columns = {"mlp", "snn"};
  Row accuracy{"test accuracy", "", Row::Format::percent, Row::Better::higher, 2, {}, "95 % interval"};
  accuracy.values = {Cell{0.9722, {}, 0.9456, 0.9860}, Cell{0.9611, {}, 0.9318, 0.9780}};
  Row parameters{"parameters", "", Row::Format::count, Row::Better::lower, 0, {}, ""};
  parameters.values = {Cell{25450, {}, {}, {}}, std::nullopt};
  r.comparison.rows = {accuracy, parameters};
  r.learners = {learner("mlp"), learner("snn")};
  r.rows = {{"mlp", "test_accuracy", "", 1, 0.9722, 0.9456, 0.9860, 360, missing},
            {"snn", "test_accuracy", "", 1, 0.9611, missing, missing, 360, missing},
            {"mlp", "operations_effective", "", 1, 4500, missing, missing, 360, missing},
            {"snn", "operations_effective", "", 1, 800, missing, missing, 360, missing},
            {"mlp", "operations_dense", "", 1, 9000, missing, missing, 360, missing}};
  r.config = "run = { name = \"two\" }\n";
  r.facts = {{"seed", "1"}};
  return r;
}

Report simulation_report() {
  Report r;
  r.title = "net";
  r.stop = 1000;
  r.populations = {{"E", "lif", 4, {10, 20, 30, 500, 900}, {0, 0, 0, 2, 3}}, {"I", "", 2, {}, {}}};
  r.traces = {
      {"v", "mV", "V_m of E: membrane potential", {1, 2, 3}, {0, 1}, {{-70, -65.5, missing}, {-60, -61, -62}}, 5}};
  r.weight_histograms = {
      {"EE", "pA", "/weight_histograms/h/EE", {0, 10, 20}, {0, 500, 1000}, {{8, 0}, {5, 3}, {1, 7}}}};
  r.weight_traces = {{"EE", "pA", "/weight_traces/w/EE", {0, 500}, {"3 to 4"}, {{1.5, missing}}, 9}};
  return r;
}

}  // namespace

TEST_CASE("the checker of markup finds faults", "[report]") {
  CHECK(fault("<p>a<br/>b</p>").empty());
  CHECK_FALSE(fault("<p>a<br>b</p>").empty());
  CHECK_FALSE(fault("<p><b>a</p></b>").empty());
  CHECK_FALSE(fault("<p>a > b</p>").empty());
  CHECK_FALSE(fault("<p>a & b</p>").empty());
  CHECK_FALSE(fault("<p>").empty());
}

TEST_CASE("reports are well-formed and need nothing from elsewhere", "[report]") {
  for (const Report& r : {comparison_report(), simulation_report()}) {
    const std::string page = html(r);
    INFO(fault(page));
    CHECK(fault(page).empty());
    CHECK(times(page, "<script") == 1);
    // The name of SVG, in drawings and once in the script.
    CHECK(times(page, "http") == times(page, "xmlns=\"http://www.w3.org/2000/svg\"") + 1);
    CHECK(times(page, "src=") == 0);
    CHECK(times(page, " href=\"") == times(page, " href=\"#") + times(page, " href=\"data:image/png;base64,"));
    CHECK(times(page, "<figure") == times(page, "<figcaption>"));
    // Each figure has its numbers, and so has the summary.
    CHECK(times(page, "<figure") + times(page, "<div class=\"summary\">") == times(page, "<details>"));
    CHECK_FALSE(has(page, "nan"));
    CHECK_FALSE(has(page, "\"inf"));
  }
}

TEST_CASE("empty reports are pages, empty charts are notes", "[report]") {
  CHECK(fault(html({})).empty());
  CHECK(times(html({}), "<section") == 0);
  Report r;
  r.learners.resize(2);
  r.populations.resize(1);
  r.traces.resize(1);
  r.weight_histograms.resize(1);
  r.weight_traces.resize(1);
  r.stop = 1;
  CHECK(fault(html(r)).empty());
  CHECK(has(line_chart({}), "No values"));
  CHECK(has(lane_chart({}), "No values"));
  CHECK(has(scatter_chart({}), "No values"));
  CHECK(has(bar_chart({}), "No values"));
  CHECK(has(line_chart({"", "x", "y", {{"a", {1, 2}, {missing, missing}, 0, false, true}}, false, {}}), "No values"));
  CHECK(fault(raster_chart({})).empty());
  CHECK(sheet({}).empty());
  CHECK(confusion_chart({}).empty());
  CHECK(has(heat_map({}), "No values"));
  CHECK(png_address({}, 0, 0, ink()).empty());
}

TEST_CASE("numbers of the summary are those of the comparison", "[report]") {
  const std::string page = summary_section(comparison_report());
  CHECK(has(page, "<td class=\"best\">97.22<small>94.56–98.60</small></td><td>96.11<small>93.18–97.80</small></td>"));
  CHECK(has(page, "<td>25,450</td><td>–</td>"));
  Report r = comparison_report();
  r.comparison.rows[0].values[1]->value = 0.97221;
  CHECK_FALSE(has(summary_section(r), "class=\"best\""));
  r.comparison.rows[0].values[1] = Cell{0.98, 0.0125, {}, {}};
  CHECK(has(summary_section(r), "<td class=\"best\">98.00 ±1.25</td>"));
}

TEST_CASE("numbers below the charts are those of the result", "[report]") {
  const Report r = comparison_report();
  const std::string curves = curves_section(r);
  CHECK(has(curves, "<tr><th scope=\"row\">mlp</th><td>1</td><td>2</td><td>62.5</td></tr>"));
  CHECK(has(curves, "<tr><th scope=\"row\">snn</th><td>1</td><td>3</td><td>–</td></tr>"));
  CHECK(has(confusion_section(r), "<th scope=\"row\">1</th><td>3</td><td>54</td>"));
  CHECK(has(confusion_section(r),
            "95 of 100 samples right (phase test). The most frequent mistake: 1 taken for 0 (3 times)."));
  CHECK(has(costs_section(r), "<td>97.22</td><td>94.56</td><td>98.6</td><td>4500</td><td>9000</td>"));
  CHECK(has(activity_section(r), "<td>hid</td><td>3</td><td>2 of 3</td>"));
  CHECK(has(fields_section(r), "<td>-0.25</td><td>-0.25</td><td>-0.25</td><td>-6.25</td>"));
}

TEST_CASE("rates and intervals of a simulation are counted", "[report]") {
  const std::string page = populations_section(simulation_report());
  // 5 spikes of 4 units in 1 s; unit 0 has two intervals of 10 ms
  CHECK(has(
      page,
      "<th "
      "scope=\"row\">E</th><td>4</td><td>5</td><td>1</td><td>1.25</td><td>1.258</td><td>10</td><td>0</td><td>1</td>"));
  CHECK(
      has(page,
          "<th scope=\"row\">I</th><td>2</td><td>0</td><td>2</td><td>0</td><td>0</td><td>–</td><td>–</td><td>0</td>"));
  const auto rate = population_rate(std::vector<double>{10, 20, 30, 500, 900}, 4, 0, 1000, 2);
  REQUIRE(rate.size() == 2);
  CHECK(rate[0] == Approx(2));
  CHECK(rate[1] == Approx(0.5));
  CHECK(has(traces_section(simulation_report()), "The first 2 of 5 recorded units"));
  CHECK(has(traces_section(simulation_report()), "<th scope=\"row\">2</th><td>-65.5</td><td>-61</td>"));
}

TEST_CASE("weights over time are shown with their counts", "[report]") {
  const std::string page = weights_section(simulation_report());
  CHECK(times(page, "<figure") == 3);
  CHECK(has(page, "<th scope=\"row\">0</th><td>10</td><td>8</td><td>1</td>"));
  CHECK(has(page, "8 synapses within the bins at 1000 ms. All counts: /weight_histograms/h/EE"));
  CHECK(has(page, "The deepest colour is 8 synapses in a bin"));
  CHECK(has(page, "<th scope=\"row\">500</th><td>10</td><td>10</td><td>20</td>"));
  CHECK(has(page, "1 of 9 recorded synapses."));
  CHECK(has(page, "<th scope=\"row\">500</th><td>–</td>"));
  // Two columns of two bins: the lower one full at first, the upper one at last.
  HeatMap map;
  map.columns = {{4, 0}, {1, 4}};
  const std::string drawing = heat_map(map), start = "base64,";
  const std::string png = decoded(drawing.substr(drawing.find(start) + start.size()));
  CHECK(rows_of_png(png) == std::string("\0\0\xff\0\xff\x80", 6));
}

TEST_CASE("all text is escaped", "[report]") {
  CHECK(escape("<a href='x'>\"&") == "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
  CHECK(escape("µ→\n") == "µ→\n");
  CHECK(escape(std::string("a\0b\x1b", 4)) ==
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD");
  CHECK(escape("\xff\xc3") == "\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(escape("\xed\xa0\x80").find('\xed') == std::string::npos);
  const std::string evil = "\"><script>alert(1)</script>&\xff";
  Report r = comparison_report();
  r.title = r.kind = r.status = r.status_note = r.abstract = r.config = r.overrides = evil;
  r.facts = {{evil, evil}};
  r.log = r.notes = {evil};
  for (std::string& name : r.comparison.columns) name = evil;
  for (Row& row : r.comparison.rows) row.name = row.unit = row.interval_name = evil;
  for (Measured& m : r.rows) m.learner = evil;
  r.rows.push_back({evil, "robustness", evil, 1, 0.5, missing, missing, 1, 0.5});
  r.rows.push_back({evil, "continual", "task 1" + evil, 1, 0.5, missing, missing, 1, 1});
  r.rows.push_back({evil, "cka", evil + " ~ " + evil, 1, 0.5, missing, missing, 1, missing});
  r.rows.push_back({evil, "fano", evil, 1, 0.5, missing, missing, 1, missing});
  r.left_out = {evil};
  for (Learner& l : r.learners) {
    l.name = l.failure = l.path = l.confusion_of = evil;
    l.confusion->classes = {evil, evil};
    l.samples = {{evil, evil}};
    l.locality = {{evil, {evil}, evil}};
    for (NodeActivity& a : l.activity) a.node = a.unit = evil;
    for (Fields& f : l.fields) {
      f.edge = f.path = f.sheet.description = f.sheet.unit = evil;
      f.sheet.labels = {evil, evil, evil};
    }
  }
  const Report s = simulation_report();
  r.stop = s.stop;
  r.populations = s.populations;
  r.traces = s.traces;
  r.weight_histograms = s.weight_histograms;
  r.weight_traces = s.weight_traces;
  r.weight_histograms[0].edge = r.weight_histograms[0].unit = r.weight_histograms[0].path = evil;
  r.weight_traces[0].edge = r.weight_traces[0].unit = r.weight_traces[0].path = r.weight_traces[0].names[0] = evil;
  r.populations[0].name = r.populations[0].kind = evil;
  r.traces[0].name = r.traces[0].unit = r.traces[0].description = evil;
  const std::string page = html(r);
  INFO(fault(page));
  CHECK(fault(page).empty());
  CHECK(times(page, "<script") == 1);
  CHECK_FALSE(has(page, "\xff"));
}

TEST_CASE("numbers print short and whole", "[report]") {
  CHECK(number(0.123456) == "0.1235");
  CHECK(number(44200000) == "44,200,000");
  CHECK(number(missing) == "–");
  CHECK(count(-1234567) == "-1,234,567");
  CHECK(count(infinity) == "–");
  CHECK(counted(1, "unit") == "1 unit");
  CHECK(counted(2000, "unit") == "2,000 units");
  CHECK(short_number(1500) == "1.5k");
  CHECK(short_number(2e6) == "2M");
  CHECK(place(-0.04) == "0");
  CHECK(place(12.34) == "12.3");
}

TEST_CASE("scales reach over their values and tick at round ones", "[report]") {
  const Scale s = scale_of({0.31, 0.97, missing});
  CHECK(s.low == Approx(0.2));
  CHECK(s.high == Approx(1.0));
  CHECK(Scale{0, 10, 0, 1}.ticks(5) == std::vector<double>{0, 2, 4, 6, 8, 10});
  const Scale l = scale_of({0, 20, 3000}, true);
  CHECK(l.low == Approx(10));
  CHECK(l.high == Approx(10000));
  CHECK(l.ticks(5).size() == 4);
  CHECK(scale_of({5, 5}).low < 5);
  CHECK(scale_of({5, 5}).high > 5);
  CHECK(scale_of({}).high == 1);
  for (double extreme : {1e-300, 1e300, -1e300}) CHECK(scale_of({0, extreme}).ticks(5).size() < 25);
}

TEST_CASE("long inputs stay small, with their extremes", "[report]") {
  Series s{"v", {}, {}, 0, false, false};
  for (int i = 0; i < 200'000; ++i) {
    s.x.push_back(i);
    s.y.push_back(i == 123'457 ? 100 : 0);
  }
  const std::string chart = line_chart({"", "x", "y", {s}, false, {}});
  CHECK(chart.size() < 40'000);
  CHECK(has(chart, " 12L"));  // the one spike reaches the top of the frame
  RasterChart raster;
  raster.size = 1000;
  raster.stop = 1000;
  for (int i = 0; i < 100'000; ++i) {
    raster.times.push_back(i * 0.01);
    raster.units.push_back(static_cast<std::uint64_t>(i) * 7919 % 1000);
  }
  const std::size_t step = raster_step(raster.units, raster.size, 4000);
  CHECK(step == 25);
  CHECK(times(raster_chart(raster), "v") <= 4100);
  CHECK(raster_step(raster.units, raster.size, 100'000) == 1);
  Table t{{"a"}, std::vector<std::vector<std::string>>(1000, {"1"}), "there."};
  CHECK(thinned(t, 300).rows.size() == 250);
  CHECK(thinned(t, 300).note == "Every 4th of 1,000 rows. there.");
}

TEST_CASE("histograms count every value once", "[report]") {
  const std::vector<double> values{0, 0.5, 1, 1, 2.5, 9.99, 10, missing};
  const BarChart chart = histogram(values, 10);
  REQUIRE(chart.edges.size() == chart.heights.size() + 1);
  double sum = 0;
  for (double h : chart.heights) sum += h;
  CHECK(sum == 7);
  CHECK(chart.edges.front() <= 0);
  CHECK(chart.edges.back() >= 10);
  CHECK(histogram({}, 10).heights.empty());
}

TEST_CASE("pictures are PNG with the checksums of its standard", "[report]") {
  CHECK(base64(std::vector<std::uint8_t>{'M', 'a', 'n'}) == "TWFu");
  CHECK(base64(std::vector<std::uint8_t>{'M', 'a'}) == "TWE=");
  CHECK(base64(std::vector<std::uint8_t>{'M'}) == "TQ==");
  const std::string png = png_address(std::vector<std::uint8_t>{0, 255}, 2, 1, ink());
  CHECK(has(png, "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAAB"));
  const std::string bytes = decoded(png.substr(png.find(',') + 1));
  // Published: every PNG ends with the empty chunk IEND and its CRC.
  CHECK(bytes.ends_with(std::string("\0\0\0\0IEND\xAE\x42\x60\x82", 12)));
  CHECK(rows_of_png(bytes) == std::string("\0\0\xff", 3));
  // Adler-32 of 0, 0, 255, by hand.
  CHECK(has(bytes, std::string("\x01\x02\x01\x00", 4)));
  // Ten thousand pixels of one colour need few bytes.
  CHECK(png_address(std::vector<std::uint8_t>(10'000, 7), 100, 100, ink()).size() < 2500);
  CHECK(full_colour(Sheet{"", {{0, -2, 1}}, {}, 3, 1, 1, ""}) == 2);
  CHECK(full_colour(Sheet{"", {{0, 0}}, {}, 2, 1, 1, ""}) == 1);
}
