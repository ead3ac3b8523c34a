#include "sim/record/reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>

#include "sim/error.hpp"
#include "sim/record/result.hpp"
#include "sim/record/spikes.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;
using namespace cajal::record;

namespace {

/// A result with a bit of all, in one of two orders of creation; `value` is one of its numbers.
void write_sample(const std::string& path, bool reversed, double value = 1, const char* units = "mV") {
  const ResultFile result = ResultFile::create(path, true);
  const std::vector<double> numbers{value, 2, 3, std::nan("")};
  const std::vector<std::string> names{"a", "b"};
  std::vector<std::function<void()>> steps{
      [&] {
        result.write("traces/v/data", numbers, {2, 2}, {units, "potential", {"time", "unit"}});
      },
      [&] {
        result.write("names", names, {2}, {"", "who", {"unit"}});
      },
      [&] { result.attribute("seed", 5); },
      [&] {
        SpikeRecorder spikes(result, "E");
        spikes.append(1.5, 3);
      }};
  if (reversed) std::reverse(steps.begin(), steps.end());
  for (const auto& step : steps) step();
  Provenance provenance = Provenance::of_this_machine();
  provenance.wall_seconds = reversed ? 1.0 : 2.0;
  provenance.threads = reversed ? 1 : 4;
  provenance.git_revision = reversed ? "a" : "b";
  result.provenance(provenance);
  result.timing().write("epochs", std::vector<double>{reversed ? 1.0 : 2.0}, {1}, {"s", "", {}});
  result.finish(Status::complete);
}

std::string digest_of(const std::string& path) { return ResultReader(path).digest(); }

}  // namespace

TEST_CASE("a digest depends on the data alone", "[record]") {
  const TemporaryDirectory directory;
  const std::string a = directory.file("a.h5"), b = directory.file("b.h5");
  write_sample(a, false);
  write_sample(b, true);
  CHECK(digest_of(a) == digest_of(b));
  CHECK(digest_of(a).size() == 64);
  const auto other = [&](double value, const char* units = "mV") {
    write_sample(b, false, value, units);
    return digest_of(b) != digest_of(a);
  };
  CHECK_FALSE(other(1));
  CHECK(other(std::nextafter(1.0, 2.0)));
  CHECK(other(1, "V"));
  write_sample(a, false, 0.0);
  CHECK(other(-0.0));
}

TEST_CASE("a digest does not see chunks, but types, shapes, names and groups", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5");
  const auto digest = [&](const std::function<void(const ResultFile&)>& write) {
    const ResultFile result = ResultFile::create(path, true);
    write(result);
    result.finish(Status::complete);
    return digest_of(path);
  };
  const Meta meta{"ms", "", {}};
  std::vector<std::int32_t> values(20000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int32_t>(i * i);
  const std::string whole = digest([&](const ResultFile& r) { r.write("x", values, {20000}, meta); });
  CHECK(whole == digest([&](const ResultFile& r) { r.appendable<std::int32_t>("x", {}, meta, 77).append(values); }));
  CHECK(whole != digest([&](const ResultFile& r) { r.write("x", values, {200, 100}, meta); }));
  CHECK(whole != digest([&](const ResultFile& r) { r.write("y", values, {20000}, meta); }));
  const std::vector<std::uint32_t> same_bits(values.begin(), values.end());
  CHECK(whole != digest([&](const ResultFile& r) { r.write("x", same_bits, {20000}, meta); }));
  values[19999] ^= 1;
  CHECK(whole != digest([&](const ResultFile& r) { r.write("x", values, {20000}, meta); }));
  values[19999] ^= 1;
  CHECK(whole != digest([&](const ResultFile& r) {
          r.write("x", values, {20000}, meta);
          r.group("empty").attribute("host", "not counted, but its group is");
        }));
}

TEST_CASE("a summary names what a result holds", "[record]") {
  const TemporaryDirectory directory;
  write_sample(directory.file("a.h5"), false);
  const std::string info = ResultReader(directory.file("a.h5")).info();
  CHECK(contains(info, "status        complete\n"));
  CHECK(contains(info, "seed          5\n"));
  CHECK(contains(info, "wall time     2.0 s\n"));
  CHECK(contains(info, "  traces/\n    v/\n      data"));
  CHECK(contains(info, "float64 [2 x 2] mV\n"));
  CHECK(contains(info, "uint64 [1]\n"));
}

TEST_CASE("integers are read as integers that hold them", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5");
  const ResultFile result = ResultFile::create(path, false);
  const std::vector<std::int64_t> fits{1, -2, 3}, large{1, 1'000'000'000'000};
  result.write("fits", fits, {3}, {});
  result.write("large", large, {2}, {});
  result.write("real", std::vector<double>{1.5}, {1}, {});
  result.write("huge", std::vector<std::uint64_t>{~0ull}, {1}, {});
  result.finish(Status::complete);
  const ResultReader reader(path);
  CHECK(reader.read<std::int32_t>("/fits").values == std::vector<std::int32_t>{1, -2, 3});
  CHECK(reader.read<double>("/fits").values == std::vector<double>{1, -2, 3});
  CHECK(reader.read<float>("/real").values == std::vector<float>{1.5f});
  CHECK_THROWS_AS(reader.read<std::uint32_t>("/fits"), DataError);
  CHECK_THROWS_AS(reader.read<std::int32_t>("/large"), DataError);
  CHECK_THROWS_AS(reader.read<std::int64_t>("/huge"), DataError);
  CHECK_THROWS_AS(reader.read<std::int64_t>("/real"), DataError);
  CHECK_THROWS_AS(reader.read<std::string>("/real"), DataError);
  CHECK_THROWS_AS(reader.read<double>("/absent"), DataError);
  CHECK_THROWS_AS(reader.read<double>("/"), DataError);
  CHECK_THROWS_AS(reader.members("/absent"), DataError);
}

TEST_CASE("what is no whole result is refused", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5"), bad = directory.file("bad.h5");
  const auto refusal = [&](const std::string& file) {
    return message_of<DataError>([&] { static_cast<void>(ResultReader(file).digest()); });
  };
  CHECK(refusal(directory.file("absent.h5")) ==
        directory.file("absent.h5") + ": cannot be opened: No such file or directory");
  CHECK_FALSE(refusal(directory.file("")).empty());
  for (const char* text : {"", "x", "not HDF5", "\x89HDF\r\n\x1a\n"}) {
    write_bytes(bad, text);
    CHECK(contains(refusal(bad), bad));
  }
  write_bytes(bad, std::string(5000, '\xff'));
  CHECK_FALSE(refusal(bad).empty());
  write_sample(path, false);
  const std::string whole = bytes_of(path);
  for (std::size_t length = 1; length < whole.size(); length += 97) {
    write_bytes(bad, whole.substr(0, length));
    CHECK_FALSE(refusal(bad).empty());
  }
}

TEST_CASE("h5py reads what we write", "[record]") {
  if (std::system("/usr/bin/python3 -c 'import h5py, numpy' >/dev/null 2>&1") != 0) {
    WARN("no h5py here, skipped");
    return;
  }
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5");
  const ResultFile result = ResultFile::create(path, false);
  const auto write = [&]<class T>(const std::string& name, T) {
    std::vector<T> values(30000);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(i % 200);
    result.write("write/" + name, values, {100, 300}, {"mV", "of " + name, {"time", "unit"}});
    result.appendable<T>("append/" + name, {300}, {"ms", "of " + name, {"time", "unit"}}, 7).append(values);
  };
  write("float32", 0.0f);
  write("float64", 0.0);
  write("int32", std::int32_t(0));
  write("int64", std::int64_t(0));
  write("uint8", std::uint8_t(0));
  write("uint32", std::uint32_t(0));
  write("uint64", std::uint64_t(0));
  result.write("names", std::vector<std::string>{"a", "Müller", ""}, {3}, {"", "names", {"unit"}});
  SpikeRecorder(result, "silent");
  SpikeRecorder spikes(result, "E");
  for (std::uint64_t i = 0; i < 100000; ++i) spikes.append(0.1 * static_cast<double>(i / 10), i % 10);
  result.log("a line");
  result.finish(Status::complete);
  CHECK(std::system(("/usr/bin/python3 " CAJAL_SOURCE_DIR "/tests/record/check_result.py " + path).c_str()) == 0);
}
