#include "tests/app/bad_inputs.hpp"

#include <regex>

#include "app/experiment.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

namespace cajal::app {

const std::string simulation = R"(run = { name = "t", duration = "10 ms" }
[node]
E = { kind = "lif", size = 10 }
d = { kind = "poisson", rate = "1 kHz" }
[edge]
X = { from = "d", to = "E.input", connect = "private", weight = "1 mV" }
)";

const std::string learning = R"(data = { source = "digits", samples = 60 }
layers = [
  { name = "hid", kind = "dense", units = 8, activation = "relu" },
  { name = "out", kind = "dense", units = 10 },
]
[learn]
bp = { rule = "backprop", loss = "cross_entropy", optimizer = { kind = "adam", rate = 1e-3 }, batch = 8, epochs = 1 }
)";

const std::string spiking = R"(data = { source = "digits", samples = 60 }
trial = { show = "5 ms" }
predict = { of = "E", kind = "assigned_rate" }
[node]
X = { kind = "data", encode = "poisson" }
E = { kind = "lif", preset = "diehl_cook_e", size = 5 }
[edge]
XE = { from = "X", to = "E.ex", weight = { uniform = ["0.1 nS", "0.3 nS"] } }
[learn]
stdp = { rule = "diehl_cook", on = "edge.XE" }
)";

const std::string comparison = R"(data = { source = "digits", samples = 60 }
[learner.a]
layers = [ { name = "out", kind = "dense", units = 10 } ]
learn.bp = { rule = "backprop", loss = "cross_entropy", optimizer = "adam", epochs = 1 }
)";

std::string changed(std::string text, const std::vector<std::pair<std::string, std::string>>& changes) {
  for (const auto& [from, to] : changes) {
    INFO("looked for " << from);
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string said_of(const std::string& config, const std::string& folder, const std::vector<std::string>& overrides) {
  const std::string path = folder + "/a.toml";
  std::ofstream(path, std::ios::binary) << config;
  Settings settings;
  settings.overrides = overrides;
  std::string text;
  try {
    validate_experiment(path, settings);
  } catch (const Error& error) {
    text = error.what();
  }
  for (std::size_t at; (at = text.find(folder + "/")) != std::string::npos;) text.erase(at, folder.size() + 1);
  return text;
}

void check_refused(const BadInput& input) {
  const tests::TemporaryFolder folder;
  INFO(input.name << "\n" << input.config);
  static const std::regex amount("[0-9.]+ [kMGTP]?B (of memory are there)"), taken("about [0-9.]+ [kMGTP]?B");
  std::string said = said_of(input.config, folder.path(), input.overrides);
  said = std::regex_replace(std::regex_replace(said, amount, "# B $1"), taken, "about # B");
  // A list that grows with the catalogue is not repeated here.
  if (input.message.ends_with("..."))
    CHECK(said.substr(0, input.message.size() - 3) + "..." == input.message);
  else
    CHECK(said == input.message);
}

TEST_CASE("what the bad inputs are made of is good") {
  const tests::TemporaryFolder folder;
  for (const std::string* config : {&simulation, &learning, &spiking, &comparison})
    CHECK(said_of(*config, folder.path()) == "");
}

}  // namespace cajal::app
