#include "learning/data/csv.hpp"

#include <algorithm>
#include <cmath>

#include "learning/data/preprocess.hpp"
#include "sim/random.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

using namespace cajal;
using namespace cajal::data;
using namespace cajal::tests;

namespace {

const std::string flowers =
    "length,width,species\n"
    "5.1,3.5,setosa\n"
    "7.0,3.2,versicolor\n"
    "6.3,3.3,virginica\n"
    "4.9,3.0,setosa\n";

std::string fault(const std::string& text, const CsvOptions& options = {}) {
  return data_error([&] { parse_csv(text, "t.csv", options); });
}

CsvOptions with_target(CsvColumn target) {
  CsvOptions options;
  options.target = std::move(target);
  return options;
}

CsvOptions filled() {
  CsvOptions options;
  options.missing = CsvOptions::Missing::mean;
  return options;
}

CsvOptions headless() {
  CsvOptions options;
  options.header = false;
  return options;
}

}  // namespace

TEST_CASE("a table with a header is read, classes in the order of their names") {
  const Dataset d = parse_csv(flowers, "t.csv");
  CHECK(d.samples == 4);
  CHECK(d.shape == std::vector<std::size_t>{2});
  CHECK(d.feature_names == std::vector<std::string>{"length", "width"});
  CHECK(d.class_names == std::vector<std::string>{"setosa", "versicolor", "virginica"});
  CHECK(d.label == std::vector<std::int32_t>{0, 1, 2, 0});
  CHECK(d.x == std::vector<float>{5.1f, 3.5f, 7.0f, 3.2f, 6.3f, 3.3f, 4.9f, 3.0f});
  CHECK(d.missing.empty());
}

TEST_CASE("the target is found by name or by place") {
  const std::string text = "kind,a,b\nx,1,2\ny,3,4\n";
  for (const CsvColumn& target : {CsvColumn("kind"), CsvColumn(std::int64_t{0}), CsvColumn(std::int64_t{-3})}) {
    const Dataset d = parse_csv(text, "t.csv", with_target(target));
    CHECK(d.class_names == std::vector<std::string>{"x", "y"});
    CHECK(d.x == std::vector<float>{1, 2, 3, 4});
  }
}

TEST_CASE("whole numbers are classes by value, others are regression") {
  const Dataset whole = parse_csv("1,10\n2,9\n3,10\n", "t.csv", headless());
  CHECK(whole.class_names == std::vector<std::string>{"9", "10"});
  CHECK(whole.label == std::vector<std::int32_t>{1, 0, 1});
  const Dataset real = parse_csv("1,10\n2,9.5\n3,10\n", "t.csv", headless());
  CHECK(real.targets == 1);
  CHECK(real.y == std::vector<float>{10, 9.5f, 10});
  CHECK(real.label.empty());
  CsvOptions options = headless();
  options.task = CsvOptions::Task::regression;
  CHECK(parse_csv("1,10\n2,9\n3,10\n", "t.csv", options).y == std::vector<float>{10, 9, 10});
  options.task = CsvOptions::Task::classification;
  CHECK(parse_csv("1,10\n2,9.5\n3,10.0\n", "t.csv", options).class_names == std::vector<std::string>{"9.5", "10"});
}

TEST_CASE("comma, semicolon, tab and blanks are told apart") {
  const std::vector<float> x{1, 2, 3, 4};
  for (const char* text :
       {"1,2,a\n3,4,b\n", "1;2;a\n3;4;b\n", "1\t2\ta\n3\t4\tb\n", "1  2 a\n 3 4   b  \n", "1 , 2 , a\n3,4,b"})
    CHECK(parse_csv(text, "t.csv", headless()).x == x);
  CsvOptions options = headless();
  options.delimiter = ';';
  CHECK(parse_csv("1;2;\"a,b\"\n3;4;c,d\n", "t.csv", options).class_names == std::vector<std::string>{"a,b", "c,d"});
}

TEST_CASE("quotes, comments, empty lines, line ends and a byte order mark are understood") {
  const Dataset d = parse_csv(
      "\xEF\xBB\xBF# a comment\r\n\r\n\"a, b\",c\r\n  # another, one\r\n\"+1.5\",\"say \"\"x\"\"\"\r\n-2e-1, y "
      "\r\n\r\n",
      "t.csv");
  CHECK(d.feature_names == std::vector<std::string>{"a, b"});
  CHECK(d.x == std::vector<float>{1.5f, -0.2f});
  CHECK(d.class_names == std::vector<std::string>{"say \"x\"", "y"});
}

TEST_CASE("columns can be ignored") {
  CsvOptions options;
  options.ignore = {CsvColumn("id"), CsvColumn(std::int64_t{1})};
  const Dataset d = parse_csv("id,day,v,k\nq1,Mon,1,a\nq2,Tue,2,b\n", "t.csv", options);
  CHECK(d.feature_names == std::vector<std::string>{"v"});
  CHECK(d.x == std::vector<float>{1, 2});
}

TEST_CASE("missing values are refused or marked") {
  const std::string text = "a,b,k\n1,?,x\n,2,y\nNaN,3,x\nNA,4,y\n";
  CHECK(fault(text) ==
        "t.csv:2:3: column 1 \"b\" is \"?\"; set missing = \"mean\" to fill it with the mean of the training samples");
  CHECK(fault("a,b,k\n1,2,x\n,2,y\n").starts_with("t.csv:3:1: column 0 \"a\" is empty; set missing"));
  const Dataset d = parse_csv(text, "t.csv", filled());
  CHECK(d.missing == std::vector<std::uint8_t>{0, 1, 1, 0, 1, 0, 1, 0});
  CHECK(d.x == std::vector<float>{1, 0, 0, 2, 0, 3, 0, 4});
  CHECK(parse_csv(flowers, "t.csv", filled()).missing.empty());
  CHECK(fault("a,k\n1,x\n2,\n", filled()) == "t.csv:3:3: column 1 \"k\", the target, is missing");
}

TEST_CASE("a bad field is named by file, line and column") {
  CHECK(fault("a,b,k\n1,2,x\n3,four,y\n") ==
        "t.csv:3:3: column 1 \"b\" is \"four\", not a number; columns of names are listed in `one_hot` or in `ignore`");
  CHECK(fault("# c\n\na,b,k\n1,  2x,x\n") ==
        "t.csv:4:5: column 1 \"b\" is \"2x\", not a number; columns of names are listed in `one_hot` or in `ignore`");
  CHECK(fault("1,2,x\n1,1e999,y\n", headless()) == "t.csv:2:3: column 1 is \"1e999\", outside of the range of a float");
  CHECK(fault("1,2,x\n1,-inf,y\n", headless()) == "t.csv:2:3: column 1 is \"-inf\", outside of the range of a float");
  CHECK(fault("1,2,x\n1,1e39,y\n", headless()) == "t.csv:2:3: column 1 is \"1e39\", outside of the range of a float");
  CHECK(fault("1,2,x\n1,0x10,y\n", headless()) ==
        "t.csv:2:3: column 1 is \"0x10\", not a number; columns of names are listed in `one_hot` or in `ignore`");
  CHECK(fault("1;2,5;x\n", headless()) ==
        "t.csv:1:3: column 1 is \"2,5\", not a number; columns of names are listed in `one_hot` or in `ignore`");
  CHECK(fault("1,2,x\n1,2\n", headless()) == "t.csv:2:3: holds 2 fields, the first line has 3");
  CHECK(fault("1,2,x\n1,2,y,z\n", headless()) == "t.csv:2:7: holds 4 fields, the first line has 3");
  CHECK(fault("1,\"2,x\n", headless()) == "t.csv:1:3: a quote is opened here and not closed on this line");
  CHECK(fault("1,\"2\"3,x\n", headless()) == "t.csv:1:6: text follows a closing quote");
  CHECK(fault("5.1,3.5,setosa\n7.0,3.2,versicolor\n") ==
        "t.csv:1:1: the header is all numbers; set header = false if this line is a sample");
  CsvOptions regression = headless();
  regression.task = CsvOptions::Task::regression;
  CHECK(fault("1,2\n3,many\n", regression) == "t.csv:2:3: column 1 is \"many\", not a number");
}

TEST_CASE("a header that counts its columns is a header") {
  CHECK(parse_csv("0,1,2\n5,6,1\n7,8,2\n", "t.csv").feature_names == std::vector<std::string>{"0", "1"});
}

TEST_CASE("a table without what is asked for says what it has") {
  CHECK(fault("") == "t.csv: holds no data");
  CHECK(fault("# nothing\n\n") == "t.csv: holds no data");
  CHECK(fault("a,b\n") == "t.csv: holds a header and no data");
  CHECK(fault("a\n1\n") ==
        "t.csv:1:1: holds one column; features and a target need two, parted by comma, semicolon, tab or blank");
  CHECK(fault(flowers, with_target("specie")) ==
        "t.csv: holds no column \"specie\"; did you mean \"species\"?; its columns are \"length\", \"width\", "
        "\"species\"");
  CHECK(fault(flowers, with_target(std::int64_t{3})) ==
        "t.csv: target 3 is none of its 3 columns, allowed are -3 to 2");
  CHECK(fault("a,a,b\n1,2,3\n", with_target("a")) == "t.csv: holds several columns \"a\"; give a place, from 0");
  CsvOptions options = headless();
  options.target = "a";
  CHECK(fault("1,2\n", options) == "t.csv: target \"a\" is a name, but header = false; give its place, from 0");
  CHECK(fault("a,b\n1,x\n2,x\n") == "t.csv: column 1 \"b\", the target, holds one class only, \"x\"");
  options = {};
  options.ignore = {CsvColumn("b")};
  CHECK(fault("a,b\n1,x\n", options) == "t.csv: column 1 \"b\" is the target and is to be ignored");
  options.ignore = {CsvColumn("a")};
  CHECK(fault("a,b\n1,x\n", options) == "t.csv: all columns but the target are ignored");
}

TEST_CASE("tables are read from plain and gzip files") {
  const TemporaryFolder folder;
  const Dataset plain = read_csv(folder.write("f.csv", flowers)),
                packed = read_csv(folder.write("f.csv.gz", gzip(flowers)));
  CHECK(plain.x == packed.x);
  CHECK(plain.label == packed.label);
  const std::string bomb = folder.write("b.csv.gz", gzip(std::string(64 << 20, '1')));
  CHECK(data_error([&] { read_csv(bomb); }).find(": unpacks to more than the ") != std::string::npos);
  CHECK(data_error([&] { read_csv(folder.path("none.csv")); }) == folder.path("none.csv") + ": no such file");
}

TEST_CASE("no change of a table crashes its reader") {
  Draws draws(Stream(1, "csv fuzz"), 0);
  const std::string alphabet = "0123456789.,;\t \"\n\r#?-+eEnaif\\";
  std::size_t valid = 0, refused = 0;
  for (int round = 0; round < 6000; ++round) {
    std::string text = flowers;
    for (std::uint64_t change = 0, count = 1 + draws.below(6); change < count; ++change) {
      const std::uint64_t at = draws.below(text.size());
      const char byte =
          draws.below(8) == 0 ? static_cast<char>(draws.below(256)) : alphabet[draws.below(alphabet.size())];
      switch (draws.below(4)) {
        case 0:
          text[at] = byte;
          break;
        case 1:
          text.insert(at, 1 + draws.below(3), byte);
          break;
        case 2:
          text.erase(at, 1 + draws.below(3));
          break;
        default:
          text.resize(at + 1);
          break;
      }
    }
    CsvOptions options;
    options.header = draws.below(2) == 0;
    if (draws.below(2) == 0) options.missing = CsvOptions::Missing::mean;
    options.target = static_cast<std::int64_t>(draws.below(4)) - 2;
    try {
      const Dataset d = parse_csv(text, "t.csv", options);
      d.validate();
      CHECK(d.x.size() <= text.size());
      ++valid;
    } catch (const DataError& error) {
      CHECK(std::string(error.what()).starts_with("t.csv"));
      ++refused;
    }
  }
  CHECK(valid > 100);
  CHECK(refused > 1000);
}

TEST_CASE("a column of names becomes one feature for each name") {
  CsvOptions options;
  options.one_hot = {std::string("sex")};
  const std::string text = "age,sex,weight,k\n1,m,4,a\n2,f,5,b\n3,?,6,a\n4,m,7,b\n";
  CHECK(fault(text, options).starts_with("t.csv:4:3: column 1 \"sex\" is \"?\"; set missing"));
  options.missing = CsvOptions::Missing::mean;
  Dataset d = parse_csv(text, "t.csv", options);
  d.validate();
  CHECK(d.feature_names == std::vector<std::string>{"age", "sex=f", "sex=m", "weight"});
  CHECK(d.x == std::vector<float>{1, 0, 1, 4, 2, 1, 0, 5, 3, 0, 0, 6, 4, 0, 1, 7});
  CHECK(std::vector<std::uint8_t>(d.missing.begin() + 8, d.missing.begin() + 12) ==
        std::vector<std::uint8_t>{0, 1, 1, 0});
  CHECK(std::count(d.missing.begin(), d.missing.end(), 1) == 2);
  // Filled with the share of each name among those that have one.
  const std::vector<std::uint32_t> all{0, 1, 2, 3};
  preprocess(d, all, {});
  CHECK(d.x[9] == Approx(1 / 3.0));
  CHECK(d.x[10] == Approx(2 / 3.0));
}

TEST_CASE("one-hot columns are named by their place where there is no header") {
  CsvOptions options = headless();
  options.one_hot = {std::int64_t{0}, std::int64_t{1}};
  const Dataset d = parse_csv("m,1,x\nf,2,y\n", "t.csv", options);
  CHECK(d.feature_names == std::vector<std::string>{"0=f", "0=m", "1=1", "1=2"});
  CHECK(d.x == std::vector<float>{0, 1, 1, 0, 1, 0, 0, 1});
  CHECK(d.shape == std::vector<std::size_t>{4});
  options.one_hot = {std::int64_t{2}};
  CHECK(fault("m,1,x\nf,2,y\n", options) == "t.csv: column 2 is to be one-hot and is no feature");
  options.one_hot = {std::int64_t{3}};
  CHECK(fault("m,1,x\nf,2,y\n", options).starts_with("t.csv: column to make one-hot 3 is none of its 3 columns"));
}
