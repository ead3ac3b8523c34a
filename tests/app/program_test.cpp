#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <regex>

#include "sim/record/reader.hpp"
#include "tests/app/bad_inputs.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

// The built program from outside: arguments in, exit codes and text out.

namespace cajal::app {

namespace {

using tests::TemporaryFolder;

/// `CAJAL_PROGRAM`, else where a release build puts it; empty where there is none.
std::string program() {
  const char* given = std::getenv("CAJAL_PROGRAM");
  const std::string path = given ? given : std::string(CAJAL_SOURCE_DIR) + "/build/release/cajal";
  return std::filesystem::exists(path) ? path : "";
}

struct Outcome {
  int code = -1;
  std::string out, err;
};

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The program, started in a folder of its own.
class Program {
 public:
  pid_t start(const std::vector<std::string>& arguments) const {
    const std::string path = program();
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child > 0) return child;
    std::vector<char*> argv{const_cast<char*>(path.c_str())};
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    const int out = open(folder.path("stdout").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int err = open(folder.path("stderr").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (chdir(folder.path().c_str()) != 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) _exit(99);
    execv(path.c_str(), argv.data());
    _exit(99);
  }

  Outcome wait(pid_t child) const {
    int status = 0;
    waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(folder.path("stdout")),
            text_of(folder.path("stderr"))};
  }

  Outcome run(const std::vector<std::string>& arguments) const { return wait(start(arguments)); }

  /// Interrupts a run once its result has begun.
  Outcome interrupt(const std::vector<std::string>& arguments, const std::string& part) const {
    const pid_t child = start(arguments);
    for (int i = 0; i < 600 && !std::filesystem::exists(folder.path(part)); ++i) usleep(50000);
    usleep(500000);
    kill(child, SIGINT);
    return wait(child);
  }

  TemporaryFolder folder;
};

bool missing() {
  if (!program().empty()) return false;
  WARN("there is no program at build/release/cajal, and CAJAL_PROGRAM names none");
  return true;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string endless() { return changed(simulation, {{"10 ms", "1e6 s"}}); }

}  // namespace

TEST_CASE("each command explains itself") {
  if (missing()) return;
  const Program cajal;
  const Outcome all = cajal.run({"--help"});
  CHECK(all.code == 0);
  for (const std::string command :
       {"run", "validate", "list", "describe", "info", "digest", "predict", "weights", "version"}) {
    INFO(command);
    CHECK(contains(all.out, "  " + command + " "));
    const Outcome one = cajal.run({command, "--help"});
    CHECK(one.code == 0);
    CHECK(contains(one.out, "Usage: "));
    CHECK(one.err == "");
  }
}

TEST_CASE("a wrong command line exits with 2") {
  if (missing()) return;
  const Program cajal;
  for (const std::vector<std::string>& wrong :
       std::vector<std::vector<std::string>>{{},
                                             {"run"},
                                             {"run", "a.toml", "--fast"},
                                             {"run", "missing.toml"},
                                             {"run", "."},
                                             {"describe"},
                                             {"describe", "lfi"},
                                             {"list", "neuron"},
                                             {"info", "no.h5"},
                                             {"run", "a.toml", "--threads", "0"},
                                             {"predict", "no.h5"}}) {
    const Outcome o = cajal.run(wrong);
    INFO((wrong.empty() ? "" : wrong[0]) << " " << o.err);
    CHECK(o.code == 2);
    CHECK(o.out == "");
    CHECK(o.err != "");
  }
  CHECK(cajal.run({"rnu", "a.toml"}).err ==
        "error: no command \"rnu\"; did you mean `run`? there are: " +
            std::regex_replace(cajal.run({"rnu"}).err, std::regex("^.*there are: "), ""));
  CHECK(cajal.run({"run", "missing.toml"}).err == "error: missing.toml: there is no such file\n");
}

TEST_CASE("a bad config exits with 2, and the others are still looked at") {
  if (missing()) return;
  const Program cajal;
  cajal.folder.write("good.toml", simulation);
  cajal.folder.write("bad.toml", changed(simulation, {{"\"lif\"", "\"lfi\""}}));
  const Outcome o = cajal.run({"validate", "bad.toml", "good.toml"});
  CHECK(o.code == 2);
  CHECK(o.err.starts_with("bad.toml:3:7: error: node.E.kind: unknown kind \"lfi\"; did you mean `lif`? "));
  CHECK(o.out == "good.toml: good\n");
  CHECK(cajal.run({"validate", "good.toml"}).code == 0);
  CHECK(cajal.run({"validate", "good.toml", "--set", "node.E.size=-1"}).code == 2);
}

TEST_CASE("a simulation runs, and its result can be asked") {
  if (missing()) return;
  const Program cajal;
  cajal.folder.write("a.toml", simulation);
  const Outcome run = cajal.run({"run", "a.toml"});
  CHECK(run.code == 0);
  CHECK(contains(run.out, "population"));
  CHECK(contains(run.err, "simulated 10 ms"));
  CHECK(contains(run.err, "wrote results/t.h5"));
  CHECK(!contains(run.err, "\r"));
  CHECK(!contains(run.err, "\033"));
  CHECK(cajal.run({"run", "a.toml"}).code == 2);
  const Outcome quiet = cajal.run({"run", "a.toml", "--force", "--quiet"});
  CHECK(quiet.code == 0);
  CHECK(quiet.out + quiet.err == "");
  CHECK(contains(cajal.run({"info", "results/t.h5"}).out, "status        complete"));
  const Outcome one = cajal.run({"digest", "results/t.h5"});
  CHECK(std::regex_match(one.out, std::regex("[0-9a-f]{64}\n")));
  REQUIRE(cajal.run({"run", "a.toml", "--force", "--threads", "3"}).code == 0);
  CHECK(cajal.run({"digest", "results/t.h5"}).out == one.out);
  REQUIRE(cajal.run({"run", "a.toml", "--force", "--set", "run.seed=2"}).code == 0);
  CHECK(cajal.run({"digest", "results/t.h5"}).out != one.out);
  CHECK(contains(cajal.run({"weights", "results/t.h5"}).out, "/weights/X/initial/weight\n"));
  CHECK(cajal.run({"weights", "results/t.h5", "edge.X", "--out", "w.npy"}).code == 0);
  CHECK(std::filesystem::exists(cajal.folder.path("w.npy")));
  const Outcome none = cajal.run({"weights", "results/t.h5", "edge.Y"});
  CHECK(none.code == 2);
  CHECK(none.err == "error: results/t.h5: holds no weights of an edge \"Y\"; there are: X\n");
  const Outcome no_learner = cajal.run({"predict", "results/t.h5", "--data", "x.csv"});
  CHECK(no_learner.code == 2);
  CHECK(contains(no_learner.err, "is no result of learning from data"));
  const Outcome dry = cajal.run({"run", "a.toml", "--dry-run", "--out", "elsewhere"});
  CHECK(dry.code == 0);
  CHECK(contains(dry.out, "100 steps of 0.1 ms"));
  CHECK(!std::filesystem::exists(cajal.folder.path("elsewhere")));
}

TEST_CASE("a learner trains, and predicts a table") {
  if (missing()) return;
  const Program cajal;
  std::string table = "a,b,y\n";
  for (int i = 0; i < 60; ++i)
    table += std::to_string(i % 2 ? 1 : -1) + "," + std::to_string(i % 7) + "," + (i % 2 ? "left" : "right") + "\n";
  cajal.folder.write("t.csv", table);
  cajal.folder.write("a.toml", changed(learning, {{"\"digits\", samples = 60", "{ csv = \"t.csv\" }"},
                                                  {"units = 10", "units = 2"},
                                                  {"1e-3", "0.05"},
                                                  {"epochs = 1", "epochs = 20"}}));
  const Outcome run = cajal.run({"run", "a.toml", "--quiet"});
  REQUIRE(run.code == 0);
  const Outcome o = cajal.run({"predict", "results/a.h5", "--data", "t.csv", "--out", "p.csv"});
  INFO(o.err);
  CHECK(o.code == 0);
  const std::string answers = text_of(cajal.folder.path("p.csv"));
  CHECK(answers.starts_with("sample,predicted,score_0,score_1\n"));
  CHECK(std::count(answers.begin(), answers.end(), '\n') == 61);
  CHECK(cajal.run({"predict", "results/a.h5", "--data", "no.csv"}).code == 2);
  cajal.folder.write("narrow.csv", "a,y\n1,left\n2,right\n");
  const Outcome narrow = cajal.run({"predict", "results/a.h5", "--data", "narrow.csv"});
  CHECK(narrow.code == 2);
  CHECK(narrow.err == "error: narrow.csv: has 1 values a sample, but the learner takes 2\n");
}

TEST_CASE("a run whose numbers fail exits with 3") {
  if (missing()) return;
  const Program cajal;
  cajal.folder.write(
      "a.toml", changed(learning, {{"\"adam\", rate = 1e-3", "\"sgd\", rate = 1e30"}, {"epochs = 1", "epochs = 5"}}));
  const Outcome o = cajal.run({"run", "a.toml"});
  INFO(o.err);
  CHECK(o.code == 3);
  CHECK(contains(o.err, "error: "));
  CHECK(record::ResultReader(cajal.folder.path("results/a.h5")).attribute<std::string>("/", "status") == "failed");
}

TEST_CASE("an interrupted simulation leaves a result that says so") {
  if (missing()) return;
  const Program cajal;
  cajal.folder.write("a.toml", endless());
  const Outcome o = cajal.interrupt({"run", "a.toml"}, "results/t.h5.part");
  INFO(o.err);
  CHECK(o.code == 130);
  CHECK(contains(o.err, ", interrupted"));
  const record::ResultReader result(cajal.folder.path("results/t.h5"));
  CHECK(result.attribute<std::string>("/", "status") == "interrupted");
  CHECK(result.attribute<double>("/", "t_stop") > 0);
  CHECK(contains(cajal.run({"info", "results/t.h5"}).out, "status        interrupted"));
}

TEST_CASE("an interrupted training leaves a result that says so") {
  if (missing()) return;
  const Program cajal;
  cajal.folder.write("a.toml", changed(learning, {{"epochs = 1", "epochs = 100000000"}}));
  const Outcome o = cajal.interrupt({"run", "a.toml"}, "results/a.h5.part");
  INFO(o.err.substr(0, 2000));
  CHECK(o.code == 130);
  CHECK(contains(o.err, ", interrupted"));
  CHECK(!contains(o.err, "\r"));
  CHECK(record::ResultReader(cajal.folder.path("results/a.h5")).attribute<std::string>("/", "status") == "interrupted");
}

TEST_CASE("the version says what was built") {
  if (missing()) return;
  const Program cajal;
  const Outcome o = cajal.run({"version"});
  CHECK(o.code == 0);
  CHECK(o.out.starts_with("cajal "));
  CHECK(cajal.run({"--version"}).out == o.out);
}

}  // namespace cajal::app
