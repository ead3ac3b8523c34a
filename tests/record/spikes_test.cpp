#include "sim/record/spikes.hpp"

#include <cmath>

#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;
using namespace cajal::record;

TEST_CASE("spikes are laid out as SONATA has them", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5");
  const ResultFile result = ResultFile::create(path, false);
  SpikeRecorder silent(result, "silent");
  SpikeRecorder spikes(result, "E");
  spikes.append(0.0, 0);
  spikes.append(std::vector<double>{0.2, 0.1, 0.2}, std::vector<std::uint64_t>{7, 9, 3});
  spikes.append(0.2, 8);
  CHECK(spikes.count() == 5);
  SpikeRecorder nested(result.group("runs/snn/1"), "E");
  nested.append(1.0, 1);
  result.finish(Status::complete);

  const ResultReader reader(path);
  CHECK(reader.attribute<std::uint32_t>("/", "magic") == 2682);
  CHECK(reader.members("/spikes") == std::vector<std::string>{"E", "silent"});
  CHECK(reader.members("/spikes/E") == std::vector<std::string>{"node_ids", "timestamps"});
  CHECK(reader.attribute<std::string>("/spikes/E", "sorting") == "by_time");
  CHECK(reader.attribute<std::string>("/spikes/silent", "sorting") == "by_time");
  CHECK(reader.attribute<std::string>("/spikes/E/timestamps", "units") == "ms");
  CHECK(reader.describe("/spikes/E/timestamps").element == hdf5::Element::float64);
  CHECK(reader.describe("/spikes/E/node_ids").element == hdf5::Element::uint64);
  CHECK(reader.describe("/spikes/silent/timestamps").dims == std::vector<std::size_t>{0});
  CHECK(reader.describe("/spikes/silent/node_ids").dims == std::vector<std::size_t>{0});
  const Spikes read = read_spikes(reader, "/spikes/E");
  CHECK(read.times == std::vector<double>{0, 0.1, 0.2, 0.2, 0.2});
  CHECK(read.ids == std::vector<std::uint64_t>{0, 9, 3, 7, 8});
  CHECK(read_spikes(reader, "/runs/snn/1/spikes/E").ids == std::vector<std::uint64_t>{1});
  CHECK(read_spikes(reader, "/spikes/silent").times.empty());
}

TEST_CASE("spikes out of order are refused", "[record]") {
  const TemporaryDirectory directory;
  const ResultFile result = ResultFile::create(directory.file("r.h5"), false);
  SpikeRecorder spikes(result, "E");
  spikes.append(2.0, 5);
  CHECK_THROWS_AS(spikes.append(1.9, 6), OutputError);
  CHECK_THROWS_AS(spikes.append(2.0, 4), OutputError);
  CHECK_THROWS_AS(spikes.append(std::nan(""), 4), OutputError);
  CHECK_THROWS_AS(spikes.append(INFINITY, 4), OutputError);
  CHECK_THROWS_AS(spikes.append(std::vector<double>{3, 4}, std::vector<std::uint64_t>{1}), OutputError);
  CHECK_THROWS_AS(SpikeRecorder(result, "F").append(-0.1, 0), OutputError);
  CHECK(spikes.count() == 1);
  spikes.append(2.0, 5);
  CHECK(spikes.count() == 2);
}

TEST_CASE("spike files that do not make sense are refused", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5");
  const auto read = [&](const std::vector<double>& times, const std::vector<std::uint64_t>& ids) {
    const ResultFile result = ResultFile::create(path, true);
    result.write("spikes/E/timestamps", times, {times.size()}, {});
    result.write("spikes/E/node_ids", ids, {ids.size()}, {});
    result.finish(Status::complete);
    return read_spikes(ResultReader(path), "/spikes/E");
  };
  CHECK(read({1, 2}, {0, 0}).times.size() == 2);
  CHECK_THROWS_AS(read({1, 2}, {0}), DataError);
  CHECK_THROWS_AS(read({2, 1}, {0, 0}), DataError);
  CHECK_THROWS_AS(read({-1, 1}, {0, 0}), DataError);
  CHECK_THROWS_AS(read({1, std::nan("")}, {0, 0}), DataError);
}
