#include "sim/config/matrix.hpp"

#include <array>

#include "sim/config/delimited.hpp"
#include "sim/config/draw.hpp"
#include "sim/config/expression.hpp"
#include "sim/record/bytes.hpp"
#include "sim/record/npy.hpp"
#include "sim/record/result.hpp"
#include "sim/record/stored.hpp"
#include "tests/catch.hpp"
#include "tests/config/config_test.hpp"

namespace cajal::config {

namespace {

/// A config with the entry `W` of `[table]` and one value that is an expression over it.
std::string with(const std::string& entry, const std::string& expression) {
  return "[table]\nW = { " + entry + " }\n[node]\nE = { x = '" + expression + "' }\n";
}

Value value_of(const std::string& entry, const std::string& expression, const Folder& folder) {
  return at(read(folder.add("a.toml", with(entry, expression))), "node", "E", "x");
}

std::string error_of(const std::string& entry, const Folder& folder, const std::string& expression = "= rows(W)") {
  const std::string file = folder.add("a.toml", with(entry, expression));
  std::string all = errors_of([&] { read(file); });
  const std::string path = folder.path("");
  for (std::size_t at = all.find(path); at != std::string::npos; at = all.find(path)) all.erase(at, path.size());
  return all;
}

}  // namespace

TEST_CASE("a table stands in the config or in a file", "[table]") {
  const Folder folder("table");
  folder.add("w.csv", "0.1,0.2\n0.3,0.4\n");
  folder.add("tvb.txt", "# lengths\n0  10 20\n\n 30 40   50 \n");
  folder.add("named.csv", "\xef\xbb\xbf\"pop\", N, \"K ext\"\r\nL4E,21915,2100\r\n\"L4I\" , 5479,1900\r\n");
  folder.add("header.csv", "a;b\n1;2\n");
  record::write_npy(folder.path("w.npy"), {2, 2}, std::vector<double>{0.1, 0.2, 0.3, 0.4});
  record::write_npy(folder.path("column.npy"), {3}, std::vector<float>{1, 2, 3});
  const auto number = [&](const std::string& entry, const std::string& expression) {
    const Value value = value_of(entry, expression, folder);
    REQUIRE(value.is_number());
    return value.number();
  };
  for (const char* entry : {"file = \"w.csv\"", "file = \"w.npy\"", "values = [[0.1, 0.2], [0.3, 0.4]]"}) {
    CHECK(number(entry, "= rows(W) * 10 + columns(W)") == 22);
    CHECK(number(entry, "= W[1, 0]") == 0.3);
    CHECK(number(std::string(entry) + ", rows = \"target\"", "= W[1, 0]") == 0.3);
    CHECK(number(std::string(entry) + ", rows = \"source\"", "= W[1, 0]") == 0.2);
    CHECK(number(std::string(entry) + ", divide = \"max\"", "= W[0, 0]") == 0.1 / 0.4);
    CHECK(number(std::string(entry) + ", divide = \"sum\"", "= W[0, 0]") == 0.1 / (0.1 + 0.2 + 0.3 + 0.4));
    CHECK(number(std::string(entry) + ", divide = 2", "= W[0, 1]") == 0.1);
    CHECK(number(std::string(entry) + ", divide = \"= 1 + 1\"", "= W[0, 1]") == 0.1);
    CHECK(number(std::string(entry) + ", names = [\"E\", \"I\"]", "= W[\"E\", \"I\"]") == 0.2);
    CHECK(number(std::string(entry) + ", names = [\"E\", \"I\"], rows = \"source\"", "= W[\"E\", \"I\"]") == 0.3);
  }
  CHECK(number("file = \"tvb.txt\"", "= W[1, 2] + columns(W)") == 53);
  CHECK(number("file = \"column.npy\"", "= W[2] + columns(W)") == 4);
  CHECK(number("file = \"header.csv\"", "= W[0, \"b\"] + rows(W)") == 3);
  CHECK(number("file = \"named.csv\"", "= W[\"L4I\", \"K ext\"]") == 1900);
  CHECK(number("file = \"named.csv\"", "= W[\"L4E\", \"N\"]") == 21915);
  CHECK(number("values = [[1, 2]], columns = [\"N\", \"K\"]", "= W[0, \"K\"]") == 2);
}

TEST_CASE("a table has a unit", "[table]") {
  const Folder folder("unit");
  const std::string entry = "values = [[31.875, 3], [2, 1]], unit = ";
  CHECK(value_of(entry + "\"Hz\"", "= W[0, 0]", folder).text == "31.875 Hz");
  CHECK(value_of(entry + "\"mm\"", "= W[0, 1] / (2 m/s)", folder).text == "1.5 ms");
  CHECK(value_of(entry + "\"min\"", "= W[1, 1] + 1 s", folder).text == "61 s");
  CHECK(error_of(entry + "\"furlong\"", folder) == "a.toml:2:39: error: table.W.unit: there is no unit `furlong`");
  CHECK(error_of(entry + "\"mV\", divide = \"max\"", folder) ==
        "a.toml:2:39: error: table.W.unit: divided by its max a table is a plain number: leave out `unit`");
  CHECK(error_of(entry + "\"mV\"", folder, "= W[0, 0] + 1 ms") ==
        "a.toml:4:7: error: node.E.x: a voltage and a time cannot be added, at character 11 of \"= W[0, 0] + 1 ms\"");
}

TEST_CASE("a table of HDF5, and tables in a ZIP archive", "[table]") {
  const Folder folder("archive");
  {
    const record::ResultFile file = record::ResultFile::create(folder.path("w.h5"), false);
    file.write("matrices/w", std::vector<double>{1, 2, 3, 4, 5, 6}, {2, 3}, {"mV", "weights", {"target", "source"}});
    file.finish(record::Status::complete);
  }
  CHECK(value_of("file = \"w.h5\", dataset = \"matrices/w\"", "= W[1, 0]", folder).integer == 4);
  const hdf5::File image = hdf5::File::open_image("inside.h5", record::read_bytes(folder.path("w.h5")));
  CHECK(record::Stored::dataset(image, "/matrices/w").numbers<double>() == std::vector<double>{1, 2, 3, 4, 5, 6});
  CHECK_THROWS_AS(hdf5::File::open_image("other.h5", "no HDF5"), DataError);
  CHECK(error_of("file = \"w.h5\"", folder) ==
        "a.toml:2:7: error: table.W.file: an HDF5 file holds many datasets: add `dataset`, the path of one in it");
  CHECK(error_of("file = \"w.h5\", dataset = \"nothing\"", folder) ==
        "a.toml:2:7: error: table.W.file: w.h5: has no dataset /nothing");
  CHECK(error_of("file = \"a.zip/w.csv\"", folder).find("a.toml:2:7: error: table.W.file: a.zip: cannot be opened") ==
        0);
  CHECK(error_of("file = \"w.csv\", zip = \"a.tar\"", folder) ==
        "a.toml:2:23: error: table.W.zip: expected the name of a ZIP archive, like \"a.zip\"");
}

TEST_CASE("what is no table says where it is wrong", "[table]") {
  const Folder folder("wrong");
  folder.add("ragged.csv", "1,2\n\n3\n");
  folder.add("word.csv", "1,2\n3, four\n");
  folder.add("nan.csv", "1,nan\n");
  folder.add("huge.csv", "1e999\n");
  folder.add("names.csv", "a,b\n");
  folder.add("empty.csv", "# nothing\n");
  folder.add("late.csv", "a,1\n2,3\n");
  record::write_npy(folder.path("cube.npy"), {1, 1, 1}, std::vector<double>{1});
  const std::string file = "a.toml:2:7: error: table.W.file: ";
  CHECK(error_of("file = \"ragged.csv\"", folder) == file + "ragged.csv:3:1: 1 cells, and 2 in line 1");
  CHECK(error_of("file = \"word.csv\"", folder) == file + "word.csv:2:4: expected a number, found \"four\"");
  CHECK(error_of("file = \"nan.csv\"", folder) == file + "nan.csv:1:3: expected a finite number, found \"nan\"");
  CHECK(error_of("file = \"huge.csv\"", folder) == file + "huge.csv:1:1: expected a finite number, found \"1e999\"");
  CHECK(error_of("file = \"names.csv\"", folder) == file + "names.csv: holds names, but no numbers");
  CHECK(error_of("file = \"empty.csv\"", folder) == file + "empty.csv: holds no numbers");
  CHECK(error_of("file = \"late.csv\"", folder) ==
        file + "late.csv:2:1: expected a name, as in the rows above, found the number 2");
  CHECK(error_of("file = \"cube.npy\"", folder) ==
        file + "cube.npy: holds an array of 3 dimensions; one or two are allowed");
  CHECK(error_of("file = \"absent.csv\"", folder) == file + "absent.csv: cannot be opened: No such file or directory");
  CHECK(error_of("file = 3", folder) == file + "expected a text in quotes, found 3");
  CHECK(error_of("file = \"\"", folder) == file + "expected the name of a file");
  CHECK(
      error_of("rows = \"target\"", folder) ==
      "a.toml:2:1: error: table.W: expected either `file`, with the name of a file of numbers, or `values`, a list of "
      "rows");
  const std::string values = "a.toml:2:7: error: table.W.values: ";
  CHECK(error_of("values = []", folder) == values + "expected a list of rows, found []");
  CHECK(error_of("values = [1]", folder) ==
        "a.toml:2:17: error: table.W.values: expected a row: a list of numbers, found 1");
  CHECK(error_of("values = [[1, 2], [3]]", folder) ==
        "a.toml:2:25: error: table.W.values: row 1 has 1 numbers, and row 0 has 2, found [3]");
  CHECK(error_of("values = [[\"1 mV\"]]", folder) ==
        "a.toml:2:18: error: table.W.values: expected a number; the unit of all stands in `unit`, found \"1 mV\"");
  CHECK(error_of("values = [[1, inf]]", folder) ==
        values + "the number in row 0 and column 1, counted from 0, is inf, not a finite number");
  CHECK(error_of("values = [[0]], divide = \"max\"", folder) ==
        "a.toml:2:23: error: table.W.divide: this divides by zero");
  CHECK(error_of("values = [[1]], names = [\"a\", \"b\"]", folder) ==
        "a.toml:2:23: error: table.W.names: 2 names for 1 rows");
  CHECK(error_of("values = [[1], [2]], names = [\"a\", \"a\"]", folder) ==
        "a.toml:2:28: error: table.W.names: names `a` twice");
  CHECK(error_of("values = [[1]], row = \"target\"", folder) ==
        "a.toml:2:23: error: table.W.row: unknown key `row`; did you mean `rows`? allowed here: values, rows, unit, "
        "divide, names, columns");
  CHECK(errors_of_text("table = 3\n") == "a.toml:1:1: error: table: expected a table of tables, found 3");
}

TEST_CASE("an element that is not there says what is", "[table]") {
  const Folder folder("element");
  const auto error = [&](const std::string& expression) {
    const std::string all = error_of("values = [[1, 2], [3, 4]], names = [\"L4E\", \"L23E\"]", folder, expression);
    return all.substr(all.find("x: ") + 3);
  };
  CHECK(error("= W[2, 0]") == "`W` has no row 2: it has 2 rows, counted from 0, at character 5 of \"= W[2, 0]\"");
  CHECK(error("= W[0, 0.5]") ==
        "`W` has no column 0.5: it has 2 columns, counted from 0, at character 8 of \"= W[0, 0.5]\"");
  CHECK(error("= W[0]") ==
        "`W` has 2 columns: an element is written W[row, column], found 1 index, at character 3 of \"= W[0]\"");
  CHECK(error("= W[\"L4I\", 0]") ==
        "`W` has no row \"L4I\"; did you mean `L4E`? there are: L4E, L23E, at character 5 of \"= W[\\\"L4I\\\", 0]\"");
  CHECK(error("= W[1 ms, 0]") == "an index is a plain number, found a time, at character 7 of \"= W[1 ms, 0]\"");
  CHECK(error("= V[0, 0] + rows(W)") ==
        "there is no table `V` in `[table]`, at character 3 of \"= V[0, 0] + rows(W)\"");
  CHECK(error("= rows(3)") == "`rows` takes the name of a table, at character 3 of \"= rows(3)\"");
  CHECK(errors_of([&] { read(folder.add("b.toml", "[table]\nW = { values = [[1]] }\n")); }).empty());
}

TEST_CASE("elements of a whole table are those at target and source", "[table]") {
  const Folder folder("whole");
  const Value root = parse(
      "let.G = 2\n[table]\nW = { values = [[1, 2, 3], [4, 5, 6]] }\nR = { values = [[10], [20]], unit = \"Hz\" }\n"
      "U = { values = [[7]] }\nunused = { values = [[7]] }\n"
      "[node]\nE = { w = \"= G * W\", r = \"= R * U[0]\", turned = \"= W[j, i]\" }\n",
      "a.toml");
  std::vector<Diagnostic> diagnostics;
  const Table table(at(root, "node", "E"), "node.E", diagnostics);
  const Quantity w = table.distribution("w", "", 0, any_number, synapse_variables);
  const Quantity r = table.distribution("r", "Hz", 0, any_number, unit_variables);
  const Quantity turned = table.distribution("turned", "", 0, any_number, synapse_variables);
  REQUIRE(diagnostics.empty());
  const std::array<double, 3> i{0, 1, 1}, j{2, 0, 1};
  Columns columns;
  columns.set(Variable::i, i);
  columns.set(Variable::j, j);
  Draws draws(Stream(1, "w"), 0);
  std::array<double, 3> out{};
  draw_into(w, draws, out, columns);
  CHECK(out == std::array<double, 3>{6, 8, 10});
  draw_into(r, draws, out, columns);
  CHECK(out == std::array<double, 3>{70, 140, 140});
  CHECK(bounds(w) == std::pair<double, double>{2, 12});
  CHECK(errors_of([&] {
          draw_into(turned, draws, out, columns);
        }).find("must be a finite number, found \"= W[j, i]\"") != std::string::npos);
  CHECK(w.expression->misfit(2, 3).empty());
  CHECK(w.expression->misfit(3, 2) == "`W` has 2 x 3 numbers; needed: 3 x 2 (targets x sources)");
  CHECK(r.expression->misfit(3, 9) == "`R` has 2 x 1 numbers; needed: 3, one for each unit");
  CHECK(table.distribution("w", "", 42, any_number, unit_variables).a == 42);
  CHECK(errors_of([&] { raise(diagnostics); }) ==
        "a.toml:8:7: error: node.E.w: `j` is not known here, found \"= G * W\"; what varies here is: i, n");
}

TEST_CASE("tables that nothing uses are errors, those that are used up are not written", "[table]") {
  const Value root = parse(
      "[table]\nW = { values = [[1, 2]] }\nU = { values = [[7]] }\nT = { values = [[7]] }\nC = { values = [[7]] }\n"
      "[node]\nE = { w = \"= W\", s = \"= U[0]\", c = \"C\", d = \"D\" }\n",
      "a.toml");
  std::vector<Diagnostic> diagnostics;
  const Table whole(root, "", diagnostics);
  const Table table(at(root, "node", "E"), "node.E", diagnostics);
  CHECK(named_matrix(whole, table, "c")->values == std::vector<double>{7});
  CHECK(named_matrix(whole, table, "d") == nullptr);
  CHECK(errors_of([&] { raise(diagnostics); }) ==
        "a.toml:7:41: error: node.E.d: there is no table `D`; there are: W, U, T, C");
  diagnostics.clear();
  whole.take("node");
  whole.refuse_unused();
  CHECK(errors_of([&] { raise(diagnostics); }) == "a.toml:4:1: error: table.T: nothing uses this table");
  const Value again = parse(write(root), "b.toml");
  CHECK(at(again, "table").find("U") == nullptr);
  CHECK(at(again, "table", "W", "values", 0, 1).integer == 2);
  CHECK(at(again, "node", "E", "w").text == "= W");
  CHECK(at(again, "node", "E", "s").integer == 7);
}

TEST_CASE("a file of a config that this one extends is named relative to it", "[table]") {
  const Folder folder("relative");
  folder.add("base/w.csv", "1,2\n");
  folder.add("base/base.toml", "[table]\nW = { file = \"w.csv\" }\n[node]\nE = \"= W[0, 1]\"\n[edge]\nw = \"= W\"\n");
  const Value root = read(folder.add("a.toml", "extends = \"base/base.toml\"\n"));
  CHECK(at(root, "node", "E").integer == 2);
  CHECK(at(root, "table", "W", "file").text == "base/w.csv");
  CHECK(at(read(folder.add("b.toml", write(root))), "node", "E").integer == 2);
  folder.add("other/w.csv", "1,5\n");
  CHECK(at(read(folder.path("a.toml"), {"table.W.file=other/w.csv"}), "node", "E").integer == 5);
}

}  // namespace cajal::config
