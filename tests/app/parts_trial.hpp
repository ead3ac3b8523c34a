#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "app/experiment.hpp"
#include "sim/error.hpp"
#include "sim/record/reader.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

/// Runs that keep their finished parts: sweeps and comparisons, named `s`.
namespace cajal::parts_trial {

using record::contains;
using record::message_of;
using record::ResultReader;
using record::TemporaryDirectory;

inline app::Settings settings(const std::string& out, std::size_t threads) {
  app::Settings s;
  s.out = out;
  s.threads = threads;
  s.quiet = true;
  return s;
}

/// A config in a folder that its results share.
class Bench {
 public:
  explicit Bench(const std::string& text) { record::write_bytes(path(), text); }

  std::string path() const { return directory.file("a.toml"); }
  int run(const app::Settings& s) const {
    app::Terminal terminal(true);
    return app::run_experiment(path(), s, terminal);
  }
  app::Settings into(const std::string& out, std::size_t threads = 1) const {
    return settings(directory.file(out), threads);
  }
  std::string digest(const std::string& out) const { return ResultReader(directory.file(out + "/s.h5")).digest(); }
  bool has(const std::string& name) const { return std::filesystem::exists(directory.file(name)); }

  /// Runs in a process of its own, which is killed once `points` points are finished. Whether it was killed in time.
  bool run_killed(const app::Settings& s, std::size_t points) const {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      run(s);
      _exit(0);
    }
    int status = 0;
    while (finished(s.out + "/s.parts") < points && waitpid(child, &status, WNOHANG) == 0) usleep(100);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return !std::filesystem::exists(s.out + "/s.h5");
  }

  TemporaryDirectory directory;

 private:
  static std::size_t finished(const std::string& parts) {
    std::size_t n = 0;
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(parts, error)) n += file.path().extension() == ".h5";
    return n;
  }
};

inline void check_same_for_all_threads(const std::string& text) {
  const Bench bench(text);
  REQUIRE(bench.run(bench.into("1", 1)) == 0);
  const std::string digest = bench.digest("1");
  for (const std::size_t threads : {2, 3}) {
    const std::string out = std::to_string(threads);
    REQUIRE(bench.run(bench.into(out, threads)) == 0);
    CHECK(bench.digest(out) == digest);
    CHECK_FALSE(bench.has(out + "/s.parts"));
  }
}

/// `parts`: what they are called in messages.
inline void check_killed_and_resumed(const std::string& text, const std::string& parts) {
  const Bench bench(text);
  REQUIRE(bench.run(bench.into("whole", 2)) == 0);
  for (const std::size_t points : {1, 3}) {
    const std::string out = "killed" + std::to_string(points);
    // One that was too slow to kill is no test; it does not happen thrice.
    bool killed = false;
    for (int i = 0; i < 3 && !killed; ++i) {
      std::filesystem::remove_all(bench.directory.file(out));
      killed = bench.run_killed(bench.into(out, 1), points);
    }
    REQUIRE(killed);
    app::Settings s = bench.into(out, 2);
    CHECK(contains(message_of<OutputError>([&] { bench.run(s); }),
                   "s.parts holds " + parts + " of an earlier run; --resume goes on with it, --force starts anew"));
    s.resume = true;
    REQUIRE(bench.run(s) == 0);
    CHECK(bench.digest(out) == bench.digest("whole"));
    CHECK_FALSE(bench.has(out + "/s.parts"));
  }
}

}  // namespace cajal::parts_trial
