#include "sim/record/result.hpp"

#include <limits>
#include <vector>

#include "sim/error.hpp"
#include "sim/record/reader.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;
using namespace cajal::record;

namespace {

template <class T>
std::vector<T> extremes() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values{Limits::lowest(), T(0), T(1), Limits::max(), Limits::min(), T(77)};
  return values;
}

template <class T>
void require_round_trip(const std::string& path) {
  const std::vector<T> values = extremes<T>();
  std::vector<T> many(40000);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<T>(i % 251);
  const ResultFile result = ResultFile::create(path, true);
  result.write("few", values, {2, 3}, {"mV", "some", {"time", "unit"}});
  result.write("deep/many", many, {100, 20, 20}, {"", "large", {}});
  Appendable<T> column = result.appendable<T>("column", {}, {"", "grows", {"row"}}, 7);
  Appendable<T> rows = result.appendable<T>("rows", {5}, {"", "grows", {"row", "unit"}}, 3);
  for (std::size_t i = 0; i < 1000; i += 25) {
    column.append(std::span(many).subspan(i, 25));
    rows.append(std::span(many).subspan(i, 25));
  }
  CHECK(column.rows() == 1000);
  CHECK(rows.rows() == 200);
  result.finish(Status::complete);

  const ResultReader reader(path);
  CHECK(reader.read<T>("/few").values == values);
  CHECK(reader.read<T>("/few").dims == std::vector<std::size_t>{2, 3});
  CHECK(reader.read<T>("/deep/many").values == many);
  CHECK(reader.read<T>("/deep/many").dims == std::vector<std::size_t>{100, 20, 20});
  many.resize(1000);
  CHECK(reader.read<T>("/column").values == many);
  CHECK(reader.read<T>("/rows").values == many);
  CHECK(reader.read<T>("/rows").dims == std::vector<std::size_t>{200, 5});
  CHECK(reader.describe("/few").element == hdf5::element_of<T>());
}

}  // namespace

TEST_CASE("values of every type are read as they were written", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5");
  require_round_trip<float>(path);
  require_round_trip<double>(path);
  require_round_trip<std::int32_t>(path);
  require_round_trip<std::int64_t>(path);
  require_round_trip<std::uint8_t>(path);
  require_round_trip<std::uint32_t>(path);
  require_round_trip<std::uint64_t>(path);
}

TEST_CASE("texts, attributes and what a dataset says of itself are read as they were written", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5");
  const std::vector<std::string> texts{"", "Purkinje", "Müller", std::string(70000, 'x')};
  const std::string config(300000, 'c');
  {
    const ResultFile result = ResultFile::create(path, false);
    result.write("names", texts, {2, 2}, {"", "who", {"a", "b"}});
    result.write("none", std::vector<double>{}, {0}, {"ms", "nothing", {"spike"}});
    result.write("no_names", std::vector<std::string>{}, {0}, {});
    result.write("one", std::vector<double>{2.5}, {}, {"nS", "a scalar", {}});
    result.attribute("config", config);
    result.attribute("empty", "");
    result.attribute("real", 0.1);
    result.attribute("negative", -3);
    result.attribute("large", std::numeric_limits<std::uint64_t>::max());
    result.attribute("yes", true);
    result.attribute("list", std::vector<std::uint32_t>{1, 2, 3});
    result.attribute("real", 0.2);
    result.group("names").attribute("extra", "on a dataset");
    result.group("made/on/demand").attribute("here", 1);
    result.log("first");
    result.log("second");
    result.finish(Status::complete);
  }
  const ResultReader reader(path);
  CHECK(reader.read<std::string>("/names").values == texts);
  CHECK(reader.read<double>("/none").dims == std::vector<std::size_t>{0});
  CHECK(reader.read<std::string>("/no_names").values.empty());
  CHECK(reader.read<double>("/one").dims.empty());
  CHECK(reader.read<double>("/one").values == std::vector<double>{2.5});
  CHECK(reader.attribute<std::string>("/", "config") == config);
  CHECK(reader.attribute<std::string>("/", "empty").empty());
  CHECK(reader.attribute<double>("/", "real") == 0.2);
  CHECK(reader.attribute<std::int64_t>("/", "negative") == -3);
  CHECK(reader.attribute<std::uint64_t>("/", "large") == std::numeric_limits<std::uint64_t>::max());
  CHECK(reader.attribute<std::uint8_t>("/", "yes") == 1);
  CHECK(reader.attribute_values<std::uint32_t>("/", "list").values == std::vector<std::uint32_t>{1, 2, 3});
  CHECK(reader.attribute<std::uint32_t>("/", "magic") == 2682);
  CHECK(reader.attribute_values<std::uint32_t>("/", "version").values == std::vector<std::uint32_t>{0, 1});
  CHECK(reader.attribute<std::string>("/", "status") == "complete");
  CHECK(reader.attribute<std::string>("/names", "extra") == "on a dataset");
  CHECK(reader.attribute<std::int64_t>("/made/on/demand", "here") == 1);
  CHECK(reader.read<std::string>("/log").values == std::vector<std::string>{"first", "second"});
  const DatasetInfo info = reader.describe("/names");
  CHECK(info.description == "who");
  CHECK(info.axes == "a, b");
  CHECK(reader.describe("/one").units == "nS");
  CHECK_THROWS_AS(reader.attribute<double>("/", "list"), DataError);
  CHECK_THROWS_AS(reader.attribute<double>("/", "absent"), DataError);
  CHECK_THROWS_AS(reader.attribute<double>("/", "config"), DataError);
}

TEST_CASE("provenance stands in the root's attributes", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5");
  Provenance provenance = Provenance::of_this_machine();
  CHECK_FALSE(provenance.host.empty());
  CHECK_FALSE(provenance.cpu.empty());
  CHECK(contains(provenance.libraries, "HDF5 1."));
  CHECK(provenance.started.size() == 20);
  CHECK(*provenance.peak_memory > 1'000'000);
  CHECK_FALSE(provenance.real_time_factor());
  provenance.overrides = {"a=1", "b=2"};
  provenance.seed = 12;
  provenance.t_start = 0;
  provenance.t_stop = 2000;
  provenance.run_seconds = 5;
  const ResultFile result = ResultFile::create(path, false);
  result.provenance(provenance);
  result.provenance(provenance);
  result.finish(Status::interrupted);
  const ResultReader reader(path);
  CHECK(reader.attribute<std::string>("/", "overrides") == "a=1\nb=2");
  CHECK(reader.attribute<std::uint64_t>("/", "seed") == 12);
  CHECK(reader.attribute<double>("/", "real_time_factor") == 2.5);
  CHECK(reader.attribute<std::string>("/", "status") == "interrupted");
  CHECK_FALSE(reader.has_attribute("/", "config"));
}

TEST_CASE("a run writes the same subtree at the root and below a group", "[record]") {
  const TemporaryDirectory directory;
  const auto run = [](const Group& group) {
    group.write("weights/read/0", std::vector<float>{1, 2}, {2}, {"", "w", {"synapse"}});
    group.attribute("seed", 1);
    group.timing().write("epochs", std::vector<double>{0.5}, {1}, {"s", "wall time", {"epoch"}});
  };
  const ResultFile one = ResultFile::create(directory.file("one.h5"), false);
  run(one);
  one.finish(Status::complete);
  const ResultFile many = ResultFile::create(directory.file("many.h5"), false);
  run(many.group("runs/mlp/1"));
  CHECK(many.group("/runs//mlp/").group("2").path() == "/runs/mlp/2");
  many.finish(Status::complete);
  CHECK(ResultReader(directory.file("one.h5")).datasets() ==
        std::vector<std::string>{"/log", "/timing/epochs", "/weights/read/0"});
  const ResultReader reader(directory.file("many.h5"));
  CHECK(reader.datasets("/runs") == std::vector<std::string>{"/runs/mlp/1/weights/read/0"});
  CHECK(reader.has("/timing/runs/mlp/1/epochs"));
  CHECK_FALSE(reader.has("/timing/runs/mlp/1/epochs/below"));
  CHECK(reader.members("/runs/mlp/1") == std::vector<std::string>{"weights"});
  CHECK(reader.attribute<std::int64_t>("/runs/mlp/1", "seed") == 1);
}

TEST_CASE("what does not fit is refused", "[record]") {
  const TemporaryDirectory directory;
  const ResultFile result = ResultFile::create(directory.file("r.h5"), false);
  const std::vector<double> six(6);
  CHECK_THROWS_AS(result.write("x", six, {2, 2}, {}), OutputError);
  CHECK_THROWS_AS(result.write("y", six, {2, 3}, Meta{"", "", {"only one"}}), OutputError);
  result.write("x", six, {2, 3}, {});
  CHECK(contains(message_of<OutputError>([&] { result.write("x", six, {6}, {}); }), "there is /x already"));
  CHECK_THROWS_AS(result.write("x/below", six, {6}, {}), OutputError);
  CHECK_THROWS_AS(result.appendable<float>("z", {0}, {}), OutputError);
  Appendable<float> rows = result.appendable<float>("rows", {4}, {});
  CHECK_THROWS_AS(rows.append(std::vector<float>(6)), OutputError);
  rows.append(std::vector<float>(8));
  CHECK_THROWS_AS(result.finish(Status::running), OutputError);
  result.finish(Status::complete);
  CHECK(contains(message_of<OutputError>([&] { rows.append(std::vector<float>(4)); }), "closed"));
  CHECK(contains(message_of<OutputError>([&] { result.attribute("a", 1); }), "finished"));
  CHECK_THROWS_AS(result.finish(Status::complete), OutputError);
  CHECK(ResultReader(directory.file("r.h5")).read<float>("/rows").values.size() == 8);
}

TEST_CASE("a growing dataset outlives its result without harm", "[record]") {
  const TemporaryDirectory directory;
  std::vector<Appendable<double>> kept;
  {
    const ResultFile result = ResultFile::create(directory.file("r.h5"), false);
    kept.push_back(result.appendable<double>("x", {}, {"", "", {}}));
    kept.back().append(1.0);
  }
  CHECK_THROWS_AS(kept.back().append(2.0), OutputError);
  CHECK_FALSE(std::filesystem::exists(directory.file("r.h5")));
  const ResultReader part(directory.file("r.h5.part"));
  CHECK(part.attribute<std::string>("/", "status") == "running");
  CHECK(part.read<double>("/x").values == std::vector<double>{1.0});
}
