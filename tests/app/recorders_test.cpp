// What `[record]` takes out of a network beside spikes and variables.

#include <string>

#include "app/experiment.hpp"
#include "sim/error.hpp"
#include "sim/record/reader.hpp"
#include "sim/record/spikes.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;
using record::ResultReader;
using record::TemporaryDirectory;

namespace {

const std::string network = R"(run = { name = "net", seed = 2, dt = "0.1 ms", duration = "50 ms" }
[node]
E = { kind = "lif", size = 40, I_e = "600 pA", init = { V_m = { uniform = ["-70 mV", "-55 mV"] } } }
I = { kind = "lif", size = 7, I_e = "700 pA" }
[edge]
EI = { from = "E", to = ["I.input", "E.input"], connect = { rule = "fixed_in_degree", k = 3 }, weight = { uniform = ["0.1 mV", "0.2 mV"] }, delay = { uniform = ["1 ms", "3 ms"] } }
IE = { from = "I", to = "E.input", weight = "-0.1 mV", delay = "1 ms" }
[record]
)";

/// Runs the network with these records; what is wrong with it, or nothing.
std::string run(const TemporaryDirectory& directory, const std::string& records) {
  record::write_bytes(directory.file("net.toml"), network + records);
  app::Settings settings;
  settings.out = directory.file("out");
  settings.threads = 1;
  settings.quiet = settings.force = true;
  app::Terminal terminal(true);
  try {
    app::run_experiment(directory.file("net.toml"), settings, terminal);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("rates are the recorded spikes of each bin, by unit and second", "[record]") {
  const TemporaryDirectory directory;
  REQUIRE(run(directory,
              "spikes = { of = [\"E\", \"I\"] }\nv = { of = \"E\", what = \"V_m\", every = \"0.7 ms\" }\n"
              "rate = { of = [\"E\", \"I\"], what = \"rate\", bin = \"3 ms\" }\n") == "");
  const ResultReader result(directory.file("out/net.h5"));
  const auto data = result.read<float>("/traces/rate/data");
  const auto time = result.read<double>("/traces/rate/time").values;
  REQUIRE(data.dims == std::vector<std::size_t>{16, 2});  // the last, open bin is left out
  CHECK(result.read<std::string>("/traces/rate/populations").values == std::vector<std::string>{"E", "I"});
  double all = 0;
  for (std::size_t p = 0; p < 2; ++p) {
    const record::Spikes spikes = record::read_spikes(result, p == 0 ? "/spikes/E" : "/spikes/I");
    for (std::size_t bin = 0; bin < 16; ++bin) {
      CHECK(time[bin] == Approx(3.0 * static_cast<double>(bin + 1)));
      double count = 0;
      for (const double t : spikes.times) count += t > time[bin] - 3 + 0.05 && t < time[bin] + 0.05;
      CHECK(data.values[2 * bin + p] == Approx(count / (p == 0 ? 40 : 7) / 3e-3));
      all += count;
    }
  }
  CHECK(all > 50);
}

TEST_CASE("weights of edges that nothing changes are written when they are asked for, with who is joined", "[record]") {
  const TemporaryDirectory directory;
  REQUIRE(run(directory, "w = { of = [\"edge.EI\", \"edge.IE\"], what = \"weight\" }\n") == "");
  const ResultReader result(directory.file("out/net.h5"));
  for (const std::string part : {"I", "E"}) {
    const std::string place = "/weights/EI." + part + "/initial/";
    const auto weight = result.read<float>(place + "weight").values;
    const auto source = result.read<std::uint32_t>(place + "source").values;
    const auto target = result.read<std::uint32_t>(place + "target").values;
    const auto delay = result.read<std::uint32_t>(place + "delay").values;
    const std::size_t size = part == "I" ? 7 : 40;
    REQUIRE(weight.size() == 3 * size);
    REQUIRE(delay.size() == 3 * size);
    std::vector<int> in_degree(size, 0);
    for (std::size_t i = 0; i < weight.size(); ++i) {
      CHECK((weight[i] >= 0.1F && weight[i] <= 0.2F));
      CHECK((delay[i] >= 10 && delay[i] <= 30));
      CHECK(source.at(i) < 40);
      ++in_degree.at(target.at(i));
    }
    CHECK(in_degree == std::vector<int>(size, 3));
  }
  CHECK(result.read<float>("/weights/IE/initial/weight").values == std::vector<float>{-0.1F});
  CHECK(result.read<std::uint32_t>("/weights/IE/initial/source").values.size() == 280);
  REQUIRE(run(directory, "spikes = { of = \"E\" }\n") == "");
  CHECK_FALSE(ResultReader(directory.file("out/net.h5")).has("/weights"));
}

TEST_CASE("records that cannot be are refused at their key", "[record]") {
  const TemporaryDirectory directory;
  const std::string place = directory.file("net.toml") + ":9:";
  CHECK(run(directory, "w = { of = \"edge.XI\", what = \"weight\" }\n").find("no sparse edge \"edge.XI\"") !=
        std::string::npos);
  CHECK(run(directory, "w = { of = \"edge.EI\", what = \"weight\", every = \"5 ms\" }\n")
            .find("nothing changes these weights: they are written once") != std::string::npos);
  CHECK(run(directory, "r = { of = \"E\", what = \"rate\", bin = \"0.25 ms\" }\n")
            .find("record.r.bin: 0.25 ms is no multiple of dt = 0.1 ms") != std::string::npos);
  CHECK(run(directory, "r = { of = \"E\", what = \"rate\", every = \"1 ms\" }\n")
            .find("a rate is that of all units; `bin` says how long it is counted") != std::string::npos);
}
