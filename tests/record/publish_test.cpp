#include "sim/record/publish.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <random>
#include <thread>

#include "sim/error.hpp"
#include "sim/record/reader.hpp"
#include "sim/record/result.hpp"
#include "sim/record/spikes.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;
using namespace cajal::record;

namespace {

void write_result(const std::string& path, double value, bool force, Status status = Status::complete) {
  const ResultFile result = ResultFile::create(path, force);
  result.write("x", std::vector<double>{value}, {1}, {});
  result.finish(status);
}

double read_result(const std::string& path) { return ResultReader(path).read<double>("/x").values.at(0); }

std::string refusal(const std::string& path, bool force = false) {
  return message_of<OutputError>([&] { ResultFile::create(path, force); });
}

/// Runs `action` in a process of its own; its return value, or 100 + the signal that ended it.
int in_child(const std::function<int()>& action) {
  const pid_t child = ::fork();
  if (child == 0) {
    int code = 99;
    try {
      code = action();
    } catch (...) {
      code = 98;
    }
    ::_exit(code);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

}  // namespace

TEST_CASE("an old result is replaced with force alone, and only when the new one is whole", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("deep/er/r.h5");
  write_result(path, 1, false);
  CHECK(refusal(path) == path + " exists; --force replaces it");
  CHECK_FALSE(std::filesystem::exists(path + ".part"));
  {
    const ResultFile result = ResultFile::create(path, true);
    result.write("x", std::vector<double>{2}, {1}, {});
    result.flush();
    CHECK(read_result(path) == 1);
  }
  CHECK(read_result(path) == 1);
  CHECK(read_result(path + ".part") == 2);
  write_result(path, 3, true);
  CHECK(read_result(path) == 3);
  CHECK_FALSE(std::filesystem::exists(path + ".part"));
}

TEST_CASE("an interrupted result is kept like a complete one, a failed one is not", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5");
  write_result(path, 1, false, Status::failed);
  CHECK(ResultReader(path).attribute<std::string>("/", "status") == "failed");
  write_result(path, 2, false, Status::interrupted);
  CHECK(refusal(path) == path + " exists (interrupted); --force replaces it");
  CHECK(read_result(path) == 2);
}

TEST_CASE("what is no result is never replaced", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("thesis.txt");
  write_bytes(path, "years of work");
  CHECK(contains(refusal(path, true), "is not replaced"));
  CHECK(bytes_of(path) == "years of work");
  CHECK(contains(refusal(directory.file(""), true), "no name of a result"));
  std::filesystem::create_directory(directory.file("folder"));
  CHECK(contains(refusal(directory.file("folder"), true), "no file that a result could replace"));
  CHECK(contains(refusal("/dev/full", true), "no file that a result could replace"));
  CHECK_THROWS_AS(ResultFile::create("", true), OutputError);
}

TEST_CASE("a file that appears during the run is left alone", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5");
  const ResultFile result = ResultFile::create(path, false);
  write_bytes(path, "mine");
  CHECK_THROWS_AS(result.finish(Status::complete), OutputError);
  CHECK(bytes_of(path) == "mine");
  CHECK(ResultReader(path + ".part").attribute<std::string>("/", "status") == "complete");
}

TEST_CASE("two runs do not write one result", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5");
  const ResultFile result = ResultFile::create(path, false);
  result.write("x", std::vector<double>{1}, {1}, {});
  CHECK(in_child([&] { return contains(refusal(path), "another run") ? 0 : 1; }) == 0);
  result.finish(Status::complete);
  CHECK(read_result(path) == 1);
}

TEST_CASE("a place that cannot be written says so before the run", "[record]") {
  const TemporaryDirectory directory;
  write_bytes(directory.file("file"), "");
  const std::string below_file = refusal(directory.file("file/r.h5"));
  CHECK(contains(below_file, "Not a directory"));
  CHECK(contains(refusal("/proc/cajal/r.h5"), "/proc/cajal: cannot be made"));

  std::filesystem::create_directory(directory.file("locked"));
  std::filesystem::permissions(directory.file("locked"),
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec |
                                   std::filesystem::perms::others_exec | std::filesystem::perms::others_read);
  std::filesystem::permissions(directory.file(""), std::filesystem::perms::all);
  // Root may write everywhere, so somebody else tries.
  const int code = in_child([&] {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) return 3;
    return contains(refusal(directory.file("locked/r.h5")), "cannot be written: Permission denied") ? 0 : 1;
  });
  CHECK(code == 0);
}

TEST_CASE("a full disk is said, and the old result stays", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5");
  write_result(path, 1, false);
  const auto fill = [&](bool appending) {
    return in_child([&] {
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{3'000'000, 3'000'000};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      std::string first, then, last;
      {
        const ResultFile result = ResultFile::create(path, true);
        result.flush_every(std::chrono::milliseconds(0));
        const std::vector<double> values(10000, 0.5);
        Appendable<double> column = result.appendable<double>("column", {}, {}, 1000);
        Appendable<double> other = result.appendable<double>("other", {2}, {}, 1000);
        first = message_of<OutputError>([&] {
          for (int i = 0; i < 100; ++i) {
            if (appending) {
              column.append(values);
              other.append(values);
            } else {
              result.write("x" + std::to_string(i), values, {values.size()}, {});
            }
          }
        });
        then = message_of<OutputError>([&] { result.attribute("more", 1); });
        last = message_of<OutputError>([&] { result.finish(Status::failed); });
      }
      if (!contains(first, "r.h5.part: ") || !contains(first, "File too large")) return 1;
      if (then != first || last != first) return 2;
      if (read_result(path) != 1) return 3;
      // Life goes on: a small result still works.
      write_result(directory.file("other.h5"), 5, true);
      return read_result(directory.file("other.h5")) == 5 ? 0 : 4;
    });
  };
  CHECK(fill(true) == 0);
  CHECK(fill(false) == 0);
  CHECK(read_result(path) == 1);
}

TEST_CASE("a tail that does not fit any more fails at the end", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5");
  write_result(path, 1, false);
  const int code = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{200'000, 200'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const ResultFile result = ResultFile::create(path, true);
    Appendable<float> rows = result.appendable<float>("rows", {}, {});
    rows.append(std::vector<float>(60000, 1.0f));
    const std::string message = message_of<OutputError>([&] { result.finish(Status::complete); });
    return contains(message, "File too large") ? 0 : 1;
  });
  CHECK(code == 0);
  CHECK(read_result(path) == 1);
}

namespace {

constexpr std::size_t chunk = 2000;
constexpr std::size_t columns = 10;

[[noreturn]] void append_for_ever(const std::string& path, int ready) {
  const ResultFile result = ResultFile::create(path, true);
  result.flush_every(std::chrono::milliseconds(20));
  SpikeRecorder spikes(result, "E");
  Appendable<float> rows = result.appendable<float>("rows", {columns}, {"mV", "", {}}, chunk);
  result.flush();
  if (::write(ready, "x", 1) != 1) ::_exit(1);
  std::vector<double> times(chunk);
  std::vector<std::uint64_t> ids(chunk);
  std::vector<float> values(chunk * columns);
  for (std::size_t first = 0;; first += chunk) {
    for (std::size_t i = 0; i < chunk; ++i) {
      times[i] = 0.5 * static_cast<double>(first + i);
      ids[i] = (first + i) % 1000;
      for (std::size_t j = 0; j < columns; ++j)
        values[i * columns + j] = static_cast<float>((first + i) % 1000 + j + 1);
    }
    spikes.append(times, ids);
    rows.append(values);
  }
}

/// True if all that can be read is right.
bool prefix_is_right(const ResultReader& reader, std::size_t& most) {
  const Spikes spikes = read_spikes(reader, "/spikes/E");
  const Dataset<float> rows = reader.read<float>("/rows");
  bool right = rows.values.size() % (chunk * columns) == 0;
  for (std::size_t i = 0; i < spikes.times.size(); ++i)
    right = right && spikes.times[i] == 0.5 * static_cast<double>(i) && spikes.ids[i] == i % 1000;
  for (std::size_t i = 0; i < rows.values.size(); ++i)
    right = right && rows.values[i] == static_cast<float>(i / columns % 1000 + i % columns + 1);
  most = std::max({most, spikes.times.size(), rows.dims.front()});
  return right;
}

}  // namespace

TEST_CASE("a killed run leaves a readable prefix", "[record]") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("r.h5");
  std::mt19937 random(7);
  std::size_t unreadable = 0, most = 0;
  for (int i = 0; i < 12; ++i) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        append_for_ever(path, ready[1]);
      } catch (...) {
        ::_exit(1);
      }
    }
    ::close(ready[1]);
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % 150));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    try {
      const bool right = prefix_is_right(ResultReader(path + ".part"), most);
      CHECK(right);
    } catch (const DataError&) {
      // HDF5 has no journal: a kill within a flush that splits a node of its index leaves a dataset that cannot be read
      // (measured: under 1 of 500 kills of a process that does nothing but flush). It is not read wrongly.
      ++unreadable;
    }
  }
  CHECK(unreadable <= 1);
  CHECK(most >= chunk);
  CHECK_FALSE(std::filesystem::exists(path));
}
