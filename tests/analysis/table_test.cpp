#include "analysis/table.hpp"

#include <limits>
#include <sstream>

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal::analysis;

namespace {

Cell cell(double value) { return {value, {}, {}, {}}; }

Row row(const std::string& name, Row::Format format, Row::Better better, std::vector<std::optional<Cell>> values) {
  return {name, "", format, better, 2, std::move(values), "95 % interval"};
}

Comparison three() {
  Comparison c;
  c.columns = {"mlp", "snn", "dc"};
  c.rows.push_back(
      row("test accuracy", Row::Format::percent, Row::Better::higher,
          {Cell{0.9722, {}, 0.9456, 0.9860}, Cell{0.9611, {}, 0.9318, 0.9780}, Cell{0.9, {}, 0.86, 0.93}}));
  c.rows.push_back(row("parameters", Row::Format::count, Row::Better::lower, {cell(25450), cell(25450), cell(78400)}));
  c.rows.push_back({"training",
                    "s",
                    Row::Format::fixed,
                    Row::Better::lower,
                    1,
                    {cell(0.52), cell(2.3), cell(120)},
                    "95 % interval"});
  c.rows.push_back({"mean firing rate",
                    "Hz",
                    Row::Format::significant,
                    Row::Better::none,
                    2,
                    {std::nullopt, cell(31.25), cell(2.5)},
                    "95 % interval"});
  return c;
}

std::vector<std::string> lines(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::size_t width(const std::string& line) {
  std::size_t n = 0;
  for (const char c : line) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the table sets learners side by side") {
  const std::string expected =
      "                               mlp           snn            dc\n"
      "test accuracy (%)            97.22*        96.11         90.00\n"
      "  95 % interval        94.56–98.60   93.18–97.80   86.00–93.00\n"
      "parameters                  25,450*       25,450*       78,400\n"
      "training (s)                   0.5*          2.3         120.0\n"
      "mean firing rate (Hz)            –         31.25           2.5\n";
  CHECK(table_text(three()) == expected);
}

TEST_CASE("the table in ASCII has no other character") {
  Comparison c = three();
  c.columns[0] = "größe";
  c.rows[1].values[0]->deviation = 12;
  const std::string text = table_text(c, {100, true});
  for (const char ch : text) CHECK(static_cast<unsigned char>(ch) < 0x80);
  CHECK(contains(text, "gr??e"));
  CHECK(contains(text, "94.56-98.60"));
  CHECK(contains(text, "25,450 +-12"));
}

TEST_CASE("five learners fit 100 columns, more follow in blocks") {
  Comparison c;
  for (int i = 0; i < 12; ++i) c.columns.push_back("learner_" + std::to_string(i));
  std::vector<std::optional<Cell>> values;
  for (int i = 0; i < 12; ++i) values.push_back(Cell{0.5 + 0.01 * i, {}, 0.45, 0.65});
  c.rows.push_back(row("effective synaptic operations per sample", Row::Format::percent, Row::Better::higher, values));
  for (const std::string& line : lines(table_text(c))) CHECK(width(line) <= 100);
  CHECK(lines(table_text(c)).size() == 3 * 4 + 2);
  CHECK(contains(table_text(c), "61.00*"));
  c.columns.resize(5);
  c.rows[0].values.resize(5);
  CHECK(lines(table_text(c)).size() == 4);
  CHECK(lines(table_text(c, {1, false})).size() == 5 * 4 + 4);
}

TEST_CASE("the best is marked as it prints") {
  const auto marks = [](Row::Better better, std::vector<std::optional<Cell>> values) {
    Comparison c;
    c.columns.assign(values.size(), "x");
    c.rows.push_back(row("m", Row::Format::fixed, better, std::move(values)));
    std::string out;
    for (const char ch : table_text(c))
      if (ch == '*' || ch == '.') out += ch;
    return out;
  };
  CHECK(marks(Row::Better::higher, {cell(1), cell(2), cell(3)}) == "...*");
  CHECK(marks(Row::Better::lower, {cell(1), cell(2), cell(3)}) == ".*..");
  CHECK(marks(Row::Better::none, {cell(1), cell(2)}) == "..");
  CHECK(marks(Row::Better::higher, {cell(2.001), cell(2.002), cell(1)}) == ".*.*.");
  CHECK(marks(Row::Better::higher, {cell(2), cell(2)}) == "..");
  CHECK(marks(Row::Better::higher, {cell(2), std::nullopt}) == ".");
  CHECK(marks(Row::Better::higher, {cell(std::numeric_limits<double>::quiet_NaN()), cell(1), cell(2)}) == "..*");
}

TEST_CASE("numbers of the table are short whatever their size") {
  const auto text = [](Row::Format format, double value) {
    Comparison c;
    c.columns = {"x"};
    c.rows.push_back(row("m", format, Row::Better::none, {cell(value)}));
    const std::string line = lines(table_text(c)).at(1);
    return line.substr(line.find_last_of(' ') + 1);
  };
  CHECK(text(Row::Format::count, 0) == "0");
  CHECK(text(Row::Format::count, 999) == "999");
  CHECK(text(Row::Format::count, 1000) == "1,000");
  CHECK(text(Row::Format::count, -1234567) == "-1,234,567");
  CHECK(text(Row::Format::count, 2.5e12) == "2.500e+12");
  CHECK(text(Row::Format::fixed, 1e300) == "1.000e+300");
  CHECK(text(Row::Format::significant, 1234567.8) == "1,234,568");
  CHECK(text(Row::Format::significant, 0.000123456) == "0.0001235");
  CHECK(text(Row::Format::percent, 1) == "100.00");
  CHECK(text(Row::Format::percent, std::numeric_limits<double>::quiet_NaN()) == "nan");
  CHECK(text(Row::Format::count, std::numeric_limits<double>::infinity()) == "inf");
}

TEST_CASE("names cannot break the table") {
  Comparison c;
  c.columns = {"a\nb\x1b[31m\xff", std::string(300, 'n'), std::string(30, ' ') + "\xc2"};
  c.rows.push_back(row(std::string(300, 'm'), Row::Format::count, Row::Better::none, {cell(1), cell(2), cell(3)}));
  const auto found = lines(table_text(c));
  REQUIRE(found.size() == 2);
  CHECK(contains(found[0], "a?b?[31m?"));
  CHECK(contains(found[0], std::string(15, 'n') + "…"));
  for (const std::string& line : found) CHECK(width(line) <= 100);
}

TEST_CASE("a table without learners or measures is no error, one with holes is") {
  CHECK(table_text({}).empty());
  CHECK(lines(table_text({{"a", "b"}, {}})).size() == 1);
  Comparison c = three();
  c.rows[0].values.pop_back();
  CHECK_THROWS_AS(table_text(c), cajal::Error);
}
