#pragma once

#include <string>
#include <vector>

#include "app/experiment.hpp"
#include "sim/error.hpp"
#include "sim/record/reader.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

namespace cajal::app {

/// Runs a config in a folder of its own, which is there for as long as this is.
class RunOf {
 public:
  explicit RunOf(const std::string& text, std::size_t threads = 1, const std::vector<std::string>& overrides = {}) {
    record::write_bytes(folder_.file("run.toml"), text);
    Settings settings;
    settings.out = folder_.file("out");
    settings.threads = threads;
    settings.quiet = settings.force = true;
    settings.overrides = overrides;
    Terminal terminal(true);
    REQUIRE(run_experiment(folder_.file("run.toml"), settings, terminal) == 0);
  }

  record::ResultReader result() const { return record::ResultReader(folder_.file("out/run.h5")); }
  std::vector<double> values(const std::string& path) const { return result().read<double>(path).values; }

 private:
  record::TemporaryDirectory folder_;
};

}  // namespace cajal::app
