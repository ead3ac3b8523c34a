#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "app/experiment.hpp"
#include "sim/record/reader.hpp"
#include "tests/app/bad_inputs.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

namespace cajal::app {

namespace {

using tests::gzip;
using tests::idx;
using tests::TemporaryFolder;

std::string table_of(const std::string& third_row, bool classes = true) {
  std::string text = "a,b,y\n";
  for (int i = 0; i < 20; ++i) {
    const std::string target = classes ? (i % 2 ? "x" : "z") : std::to_string(0.1 * i);
    text += i == 3 ? third_row + "\n" : std::to_string(i) + "," + std::to_string(2 * i) + "," + target + "\n";
  }
  return text;
}

/// What is said of the network of two layers when it learns from `source`.
std::string said(const TemporaryFolder& folder, const std::string& source, const std::string& units = "2") {
  return said_of(changed(learning, {{R"("digits", samples = 60)", source}, {"units = 10", "units = " + units}}),
                 folder.path());
}

/// Runs a config and gives what is thrown, with its kind before it.
std::string thrown_by(const std::string& path, const Settings& settings) {
  Terminal terminal(true);
  try {
    run_experiment(path, settings, terminal);
  } catch (const FailedRun& e) {
    return std::string("failed run: ") + e.what();
  } catch (const OutputError& e) {
    return std::string("output: ") + e.what();
  } catch (const NumericalError& e) {
    return std::string("numbers: ") + e.what();
  } catch (const Error& e) {
    return std::string("error: ") + e.what();
  }
  return "";
}

/// The text of `action` when it is called in a process of its own, where it may limit itself.
std::string in_a_child(const std::function<std::string()>& action) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const std::string text = action();
    const ssize_t written = write(ends[1], text.data(), text.size());
    _exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string text;
  char buffer[512];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof(buffer))) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  return text;
}

}  // namespace

TEST_CASE("a file of images that is broken is refused where it is named") {
  const TemporaryFolder folder;
  const std::string images = idx('\x08', {20, 2, 2}, std::string(80, '\1'));
  folder.write("i.gz", gzip(images));
  folder.write("l", idx('\x08', {20}, std::string(10, '\0') + std::string(10, '\1')));
  const std::string at = "a.toml:1:10: error: data.source: ";
  CHECK(said(folder, R"({ images = "i.gz", labels = "l" })") == "");
  CHECK(said(folder, R"({ images = "no", labels = "l" })") ==
        at + "no: no such file or folder; looked for no, no; --data names the folder of datasets");
  folder.write("cut.gz", gzip(images).substr(0, 30));
  CHECK(said(folder, R"({ images = "cut.gz", labels = "l" })") ==
        at + "cut.gz: is truncated: its gzip data end too early");
  folder.write("short", images.substr(0, images.size() - 3));
  CHECK(said(folder, R"({ images = "short", labels = "l" })") ==
        at + "short: is truncated: shape [20, 2, 2] of u8 does not fit in its 77 bytes of data");
  folder.write("l19", idx('\x08', {19}, std::string(19, '\0')));
  CHECK(said(folder, R"({ images = "i.gz", labels = "l19" })") == at + "l19: holds 19 labels for 20 images of i.gz");
  folder.write("none", idx('\x08', {0, 2, 2}, ""));
  CHECK(said(folder, R"({ images = "none", labels = "l" })") == at + "none: is empty: its shape is [0, 2, 2]");
  folder.write("negative", idx('\x09', {20}, std::string(20, '\xff')));
  CHECK(said(folder, R"({ images = "i.gz", labels = "negative" })") ==
        at + "negative: label 0 is -1, allowed are whole numbers from 0 to 65535");
}

TEST_CASE("a table that is broken is refused where it is named") {
  const TemporaryFolder folder;
  const std::string at = "a.toml:1:10: error: data.source: t.csv:";
  const auto said_of_table = [&](const std::string& table) {
    folder.write("t.csv", table);
    return said(folder, R"({ csv = "t.csv" })");
  };
  CHECK(said_of_table(table_of("3,6,x")) == "");
  CHECK(said_of_table(table_of("nan,6,x")) ==
        at + "5:1: column 0 \"a\" is \"nan\"; set missing = \"mean\" to fill it with the mean of the training samples");
  CHECK(said_of_table(table_of("3,,x")) ==
        at + "5:3: column 1 \"b\" is empty; set missing = \"mean\" to fill it with the mean of the training samples");
  CHECK(said_of_table(table_of("3,6")) == at + "5:3: holds 2 fields, the first line has 3");
  CHECK(said_of_table(table_of("three,6,x")) ==
        at + "5:1: column 0 \"a\" is \"three\", not a number; columns of names are listed in `one_hot` or in `ignore`");
  CHECK(said_of_table("a,b,y\n") == at + " holds a header and no data");
  CHECK(said_of_table("") == at + " holds no data");
  CHECK(said_of_table(table_of("3,6,0.3", false)) ==
        "a.toml:7:27: error: learn.bp.loss: \"cross_entropy\" needs classes, but the data have numbers as targets; use "
        "\"mse\"");
}

TEST_CASE("a result that may not be written is refused before the run") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.toml", simulation);
  Settings settings;
  settings.threads = 1;
  settings.quiet = true;
  settings.out = folder.path("results");
  CHECK(thrown_by(path, settings) == "");
  CHECK(thrown_by(path, settings) == "output: " + folder.path("results/t.h5") + " exists; --force replaces it");
  settings.force = true;
  CHECK(thrown_by(path, settings) == "");
  settings.out = path;
  CHECK(thrown_by(path, settings) == "output: " + path + ": cannot be made: Not a directory");
  settings.out = "/proc/cajal";
  CHECK(thrown_by(path, settings) == "output: /proc/cajal: cannot be made: No such file or directory");
}

TEST_CASE("a full disk fails the run and leaves the old result") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.toml", simulation);
  Settings settings;
  settings.threads = 1;
  settings.quiet = true;
  settings.force = true;
  settings.out = folder.path("results");
  REQUIRE(thrown_by(path, settings) == "");
  const std::string before = record::ResultReader(folder.path("results/t.h5")).digest();
  const std::string text = in_a_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit little{20000, 20000};
    setrlimit(RLIMIT_FSIZE, &little);
    return thrown_by(path, settings);
  });
  CHECK(text.starts_with("failed run: " + folder.path("results/t.h5.part") + ": cannot write "));
  CHECK(text.ends_with(": the limit on the size of a file is reached (File too large)"));
  CHECK(record::ResultReader(folder.path("results/t.h5")).digest() == before);
}

TEST_CASE("what would take more memory than a process may have is refused before it is made") {
  const TemporaryFolder folder;
  const auto said_with_little = [&](const std::string& config) {
    return in_a_child([&] {
      const rlimit little{1000000000, 1000000000};
      setrlimit(RLIMIT_AS, &little);
      return said_of(config, folder.path());
    });
  };
  CHECK(said_with_little(simulation) == "");
  CHECK(said_with_little(changed(simulation, {{"size = 10", "size = 2000000"}})) ==
        "a.toml:3:21: error: node.E.size: 2000000 units take about 1.15 GB; 1 GB of memory are there");
  const std::string many = changed(simulation, {{"size = 10", "size = 10000"}});
  const std::string edge = R"(rec = { from = "E", to = "E.input", weight = "1 mV", delay = "1 ms", )";
  const std::string more = changed(simulation, {{"size = 10", "size = 31623"}});
  CHECK(said_with_little(more + edge + "connect = \"all_to_all\" }\n") ==
        "a.toml:7:70: error: edge.rec.connect: about 1000014129 synapses take about 8 GB; 1 GB of memory are there");
  CHECK(said_with_little(many + edge + "kind = \"dense\" }\n") ==
        "a.toml:7:1: error: edge.rec: 10000 x 10000 weights take about 1.6 GB; 1 GB of memory are there");
  CHECK(said_with_little(changed(learning, {{"samples = 60", "samples = 1000000"}})) ==
        "a.toml:1:29: error: data.samples: 1000000 images take about 3.14 GB; 1 GB of memory are there");
  CHECK(said_with_little(changed(simulation, {{"size = 10", "size = 1000"}}) + changed(edge, {{"1 ms", "90 s"}}) +
                         "kind = \"one_to_one\" }\n") ==
        "a.toml:7:54: error: edge.rec.delay: buffers for a delay of 900000 steps take about 10.8 GB; 1 GB of memory "
        "are there");
}

}  // namespace cajal::app
