// Functional connectivity from a config to a result, and tables of a data folder.

#include <cmath>
#include <filesystem>

#include "app/experiment.hpp"
#include "sim/error.hpp"
#include "sim/record/reader.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;
using record::contains;
using record::message_of;
using record::ResultReader;
using record::TemporaryDirectory;

namespace {

/// Four units; the first three follow one drive with gains of their own, the last is left alone.
const std::string network = R"toml(run = { name = "r", seed = 1, dt = "1 ms", duration = "400 ms" }
[node]
drive = { kind = "current", amplitude = 1, start = "30 ms", stop = "200 ms" }
R = { kind = "leaky_readout", size = 4, tau = "10 ms" }
[edge]
in = { from = "drive", to = "R.current", connect = "gain" }
[record]
u = { of = "R", what = "u", every = "2 ms" }
[table]
gain = { values = [[-0.5], [0.5], [1.5], [0]] }
)toml";

app::Settings settings(const TemporaryDirectory& folder) {
  app::Settings s;
  s.out = folder.file("results");
  s.threads = 1;
  s.quiet = s.force = true;
  s.data_folder = folder.file("data");
  return s;
}

int run(const TemporaryDirectory& folder, const std::string& text) {
  const std::string path = folder.file("r.toml");
  record::write_bytes(path, text);
  app::Terminal terminal(true);
  return app::run_experiment(path, settings(folder), terminal);
}

std::string said_of(const TemporaryDirectory& folder, const std::string& text) {
  std::string said = message_of<Error>([&] { run(folder, text); });
  const std::string path = folder.file("");
  for (std::size_t at = said.find(path); at != std::string::npos; at = said.find(path)) said.erase(at, path.size());
  return said;
}

double measured(const ResultReader& reader, const std::string& measure) {
  const auto names = reader.read<std::string>("/measures/measure").values;
  const auto values = reader.read<double>("/measures/value").values;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == measure) return values[i];
  throw Error("no " + measure);
}

}  // namespace

TEST_CASE("a simulation measures the functional connectivity of what it records") {
  const TemporaryDirectory folder;
  const std::string table = "FC = { values = [[1, -1, -1, 0], [-1, 1, 1, 0], [-1, 1, 1, 0], [0, 0, 0, 1]] }\n";
  const std::string measure =
      "[measure]\nfunctional_connectivity = { of = \"u\", start = \"20 ms\", empirical = \"FC\" }\n";
  REQUIRE(run(folder, network + table + measure) == 0);
  const ResultReader reader(folder.file("results/r.h5"));
  const auto r = reader.read<double>("/functional_connectivity/u/correlation").values;
  REQUIRE(r.size() == 16);
  // One course, -0.5, 0.5 and 1.5 times.
  CHECK(r[1] == Approx(-1));
  CHECK(r[2] == Approx(-1));
  CHECK(r[6] == Approx(1));
  CHECK(std::isnan(r[3]));
  CHECK(measured(reader, "functional_connectivity") == Approx(-1.0 / 3));
  CHECK(measured(reader, "functional_connectivity_fit") == Approx(1));
  CHECK(reader.read<double>("/functional_connectivity/u/empirical").values[1] == -1);
}

TEST_CASE("what cannot be correlated is refused in the config") {
  const TemporaryDirectory folder;
  const auto said = [&](const std::string& measure, const std::string& table = "") {
    return said_of(folder, network + table + "[measure]\nfunctional_connectivity = { " + measure + " }\n");
  };
  CHECK(contains(said(""), "missing key `of`"));
  CHECK(contains(said("of = \"v\""),
                 "r.toml:12:29: error: measure.functional_connectivity.of: there is no entry \"v\" of [record] with a "
                 "variable"));
  CHECK(contains(said("of = \"u\", start = \"1 s\""), "starts at 1000 ms, when the run of 400 ms has ended"));
  CHECK(contains(said("of = \"u\", empirical = \"FC\""), "there is no table `FC`"));
  CHECK(contains(said("of = \"u\", empirical = \"FC\"", "FC = { values = [[1, 0], [0, 1]] }\n"),
                 "is 2 x 2; \"u\" records 4 units"));
  CHECK(contains(said("of = \"u\", bin = \"1 ms\""), "unknown key `bin`"));
  std::string one = network + "[measure]\nfunctional_connectivity = { of = \"u\" }\n";
  one.replace(one.find("every = \"2 ms\""), 14, "ids = [1]");
  CHECK(contains(said_of(folder, one), "\"u\" records 1 units; 2 to 5000 can be correlated"));
}

TEST_CASE("tables are looked for in the data folder first") {
  const TemporaryDirectory folder;
  std::filesystem::create_directories(folder.file("data/connectome"));
  record::write_bytes(folder.file("data/connectome/w.txt"), "0 1\n2 3\n");
  const std::string text = R"(run = { name = "r", dt = "1 ms", duration = "5 ms" }
[table]
W = { file = "connectome/w.txt" }
[node]
R = { kind = "leaky_readout", size = "= 2 * W[1, 1]" }
[record]
u = { of = "R", what = "u" }
)";
  REQUIRE(run(folder, text) == 0);
  CHECK(ResultReader(folder.file("results/r.h5")).read<std::uint64_t>("/traces/u/ids").values.size() == 6);
  // Beside the config, where the data folder has none.
  std::filesystem::remove(folder.file("data/connectome/w.txt"));
  std::filesystem::create_directories(folder.file("connectome"));
  record::write_bytes(folder.file("connectome/w.txt"), "0 1\n2 4\n");
  REQUIRE(run(folder, text) == 0);
  CHECK(ResultReader(folder.file("results/r.h5")).read<std::uint64_t>("/traces/u/ids").values.size() == 8);
}
