#include <algorithm>
#include <string>
#include <vector>

#include "sim/record/npy.hpp"
#include "sim/record/result.hpp"
#include "sim/record/spikes.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"
#include "tests/whole_network.hpp"

using namespace cajal;
using record::TemporaryDirectory;

namespace {

/// All errors of a config whose only node is `in`, without the place in the file.
std::string said_of(const std::string& keys) {
  try {
    test::network_of<float>("node.in = { " + keys + " }\n", test::none_trained, 0.1);
  } catch (const ConfigError& e) {
    std::string out;
    for (const Diagnostic& d : e.diagnostics()) out += (out.empty() ? "" : "\n") + d.address + ": " + d.message;
    return out;
  }
  return "";
}

std::string poisson(const std::string& rate) { return said_of("kind = \"poisson\", size = 3, rate = " + rate); }

/// Steps (from 0) and units of what an input of kind `spikes` sends in 10 ms.
std::vector<std::pair<std::int64_t, std::size_t>> sent(const std::string& keys) {
  auto network = test::network_of<float>("node.in = { kind = \"spikes\", " + keys + " }\n", test::none_trained, 0.1);
  Node<float>& node = *network->node("in");
  Plan plan;
  plan.window = 100;
  node.prepare(plan);
  node.advance({0, 100}, {});
  std::vector<std::pair<std::int64_t, std::size_t>> out;
  for (std::int64_t t = 0; t < 100; ++t)
    for (std::size_t u = 0; u < node.size(); ++u)
      if (node.output.at(t, 0)[u] == 1) out.emplace_back(t, u);
  return out;
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

/// A SONATA file of another program, with these populations, each with the spikes of unit 2 at 1 ms and 0 at 3 ms.
void write_sonata(const std::string& path, const std::vector<std::string>& populations,
                  const std::string& units = "ms") {
  const record::ResultFile file = record::ResultFile::create(path, false);
  file.attribute("format", "another program's");
  for (const std::string& name : populations) {
    const record::Group group = file.group("spikes").group(name);
    group.write("timestamps", std::vector<double>{1.0, 3.0}, {2}, {units, "", {}});
    group.write("node_ids", std::vector<std::uint64_t>{2, 0}, {2}, {"", "", {}});
  }
  file.finish(record::Status::complete);
}

const std::vector<std::pair<std::int64_t, std::size_t>> two_spikes{{9, 2}, {29, 0}};

}  // namespace

TEST_CASE("rates are constant, jump, swing, or differ by unit", "[inputs]") {
  for (const char* rate : {R"("8 Hz")", R"({ times = ["0 ms", "500 ms"], values = ["8 Hz", "16 Hz"] })",
                           R"({ mean = "10 Hz", amplitude = "5 Hz", frequency = "4 Hz", phase = 0.5 })",
                           R"({ amplitude = "5 Hz", frequency = "4 Hz" })", R"(["1 Hz", "2 Hz", "3 Hz"])",
                           R"({ normal = ["8 Hz", "1 Hz"], min = "0 Hz" })"})
    CHECK(poisson(rate) == "");
}

TEST_CASE("wrong rates are refused with what is allowed", "[inputs]") {
  CHECK(said_of(R"(kind = "poisson", size = 3)") == "node.in: missing key `rate`: a rate (like \"20 Hz\")");
  CHECK(poisson(R"("6 MHz")") ==
        "node.in.rate: 6e+06 Hz are 600 spikes in a step of 0.1 ms; at most 500 are supported");
  CHECK(poisson(R"(["1 Hz", "2 Hz"])") == "node.in.rate: a list of 2 for 3 units; one value for each is needed");
  CHECK(poisson(R"({ normal = ["8 Hz", "1 Hz"] })") ==
        "node.in.rate.normal: must be at least 0 Hz, and this distribution can draw less; add `min`");
  CHECK(poisson(R"({ times = ["0 ms"] })") ==
        "node.in.rate: missing key `values`: `times` says when each of the `values` begins");
  CHECK(poisson(R"({ times = ["0 ms", "1 ms"], values = ["1 Hz"] })") ==
        "node.in.rate.values: a list of 1 for 2 times; each time begins one value");
  CHECK(poisson(R"({ times = ["1 ms", "1 ms"], values = ["1 Hz", "2 Hz"] })") ==
        "node.in.rate.times: 1 ms after 1 ms; times ascend");
  CHECK(poisson(R"({ times = ["0.15 ms"], values = ["1 Hz"] })") ==
        "node.in.rate.times: 0.15 ms is no multiple of dt = 0.1 ms");
  CHECK(poisson(R"({ times = ["-1 ms"], values = ["1 Hz"] })") == "node.in.rate.times: -1 ms is before the start");
  CHECK(poisson(R"({ times = ["1e300 ms"], values = ["1 Hz"] })") ==
        "node.in.rate.times: 1e+300 ms are more steps than can be counted");
  CHECK(poisson(R"({ times = ["1 ms"], values = ["-1 Hz"] })") ==
        "node.in.rate.values: must be at least 0 Hz, found -1");
  CHECK(poisson(R"({ times = ["1 ms"], values = ["1 Hz"], phase = 1 })") ==
        "node.in.rate.phase: unknown key `phase`; allowed here: times, values");
  CHECK(poisson(R"({ mean = "1 Hz", amplitude = "1 Hz", frequency = "6 kHz" })") ==
        "node.in.rate.frequency: 6000 Hz are 0.6 cycles in a step of 0.1 ms; at most 0.5 can be told apart");
  CHECK(poisson(R"({ steps = 3 })") ==
        "node.in.rate: expected a rate (like \"20 Hz\"), a list with one for each unit, { times = [...], values = "
        "[...] }, { mean, amplitude, frequency, phase } or a distribution such as { uniform = [low, high] }; found "
        "{ steps = 3 }");
}

TEST_CASE("currents take units or none, and one shape", "[inputs]") {
  for (const char* keys : {R"(amplitude = "3 pA")", "amplitude = 3", "amplitude = { times = [\"1 ms\"], values = [3] }",
                           "sine = { amplitude = 3, frequency = \"2 Hz\" }",
                           R"(sine = { mean = "1 pA", amplitude = "3 pA", frequency = "2 Hz", phase = 1 })",
                           R"(size = 2, amplitude = ["1 pA", "2 pA"])"})
    CHECK(said_of(std::string("kind = \"current\", ") + keys) == "");
  CHECK(said_of(R"(kind = "current", amplitude = "3 pA", sine = { amplitude = "3 pA", frequency = "2 Hz" })") ==
        "node.in.sine: give either `amplitude` or `sine`: both are the current");
  CHECK(said_of(R"(kind = "current", amplitude = "1e60 pA")") ==
        "node.in.amplitude: a value of 1e+60; what the precision holds is allowed");
  CHECK(said_of(R"(kind = "current", sine = { amplitude = "3 pA" })") ==
        "node.in.sine: missing key `frequency`: a rate (like \"20 Hz\")");
  for (const char* keys : {R"(mean = "3 pA", sigma = "1 pA", tau = "2 ms")", R"(sigma = 1, tau = "2 ms")"})
    CHECK(said_of(std::string("kind = \"noise_current\", size = 2, ") + keys) == "");
  CHECK(said_of(R"(kind = "noise_current", size = 2, sigma = "-1 pA", tau = "0 ms")") ==
        "node.in.sigma: must be at least 0 pA, found \"-1 pA\"\nnode.in.tau: must be positive, found \"0 ms\"");
}

TEST_CASE("spikes come from files of three kinds", "[inputs]") {
  const TemporaryDirectory folder;
  const std::string sonata = folder.file("s.h5"), text = folder.file("s.csv"), array = folder.file("s.npy");
  write_sonata(sonata, {"E"});
  record::write_bytes(text, "id,time\n2,1.0\n\n0, 3e0\r\n");
  record::write_npy(array, {2, 2}, std::vector<double>{2, 1.0, 0, 3.0});
  for (const std::string& path : {sonata, text, array}) {
    CHECK(sent("file = " + quoted(path)) == two_spikes);
    CHECK(sent("size = 30, file = " + quoted(path)) == two_spikes);
  }
  CHECK(sent("population = \"E\", file = " + quoted(sonata)) == two_spikes);
  const std::string several = folder.file("several.h5");
  write_sonata(several, {"E", "I"});
  CHECK(sent("population = \"I\", file = " + quoted(several)) == two_spikes);
}

TEST_CASE("wrong files of spikes are refused with the file and the row", "[inputs]") {
  const TemporaryDirectory folder;
  const auto said = [&](const std::string& name, const std::string& keys = "") {
    const std::string path = folder.file(name);
    std::string message = said_of("kind = \"spikes\", file = " + quoted(path) + keys);
    for (std::size_t at; (at = message.find(path)) != std::string::npos;) message.replace(at, path.size(), name);
    return message;
  };
  const auto text = [&](const std::string& content, const std::string& keys = "") {
    record::write_bytes(folder.file("s.csv"), content);
    return said("s.csv", keys);
  };
  CHECK(said("none.csv") == "node.in.file: none.csv: there is no such file");
  CHECK(said("s.txt") == "node.in.file: s.txt: is no spike file: its name may end in .h5, .hdf5, .csv or .npy");
  CHECK(text("0,1\n1 2\n") ==
        "node.in.file: s.csv: line 2: expected the id of a unit, a comma and a time in ms, found \"1 2\"");
  CHECK(text("0,1\n-1,2\n") ==
        "node.in.file: s.csv: line 2: expected the id of a unit, a comma and a time in ms, found \"-1,2\"");
  CHECK(text("id,time\n0,0.01\n") == "node.in.file: s.csv: line 2: a spike at 0.01 ms; the first step ends at 0.1 ms");
  CHECK(text("0,1\n\n7,nan\n") == "node.in.file: s.csv: line 3: a time of nan ms");
  CHECK(text("0,1\n0,1e300\n") ==
        "node.in.file: s.csv: line 2: a spike at 1e+300 ms; at most 1e+15 steps are supported");
  CHECK(text("7,1\n", ", size = 5") ==
        "node.in.file: s.csv: line 1: a spike of unit 7, but `size` is 5: units count from 0");
  CHECK(text("4000000000,1\n") ==
        "node.in.file: s.csv: line 1: a spike of unit 4000000000: for so many units give `size`");
  CHECK(text("0,1\n", ", population = \"E\"") == "node.in.file: s.csv: has no populations: leave out `population`");
  CHECK(text("0,1\n", ", times = [\"1 ms\"]") ==
        "node.in.file: give either `times` or `file`: both say when the spikes are");
  record::write_npy(folder.file("a.npy"), {2, 3}, std::vector<double>(6));
  CHECK(said("a.npy") == "node.in.file: a.npy: holds an array of 2 x 3; needed are two columns, id and time");
  record::write_npy(folder.file("b.npy"), {2, 2}, std::vector<double>{0, 1, 0.5, 1});
  CHECK(said("b.npy") == "node.in.file: b.npy: row 1: 0.5 is no id of a unit: whole numbers from 0 on are");

  write_sonata(folder.file("two.h5"), {"E", "I"});
  CHECK(said("two.h5") == "node.in.file: two.h5: has several populations; choose one as `population`: E, I");
  CHECK(said("two.h5", ", population = \"e\"") ==
        "node.in.file: two.h5: has no population \"e\"; did you mean `E`? there are: E, I");
  write_sonata(folder.file("s.h5"), {"E"}, "s");
  CHECK(said("s.h5") == "node.in.file: s.h5: /spikes/E/timestamps are in \"s\"; allowed is \"ms\"");
  write_sonata(folder.file("none.h5"), {});
  CHECK(said("none.h5") == "node.in.file: none.h5: has no group /spikes: it is no spike file of SONATA");
  record::write_bytes(folder.file("broken.h5"), "no HDF5");
  CHECK(said("broken.h5").starts_with("node.in.file: broken.h5: "));
}

TEST_CASE("times of spikes beyond what can be counted are refused", "[inputs]") {
  CHECK(said_of(R"(kind = "spikes", times = ["1e300 ms"])") ==
        "node.in.times: a spike at 1e+300 ms; at most 1e+15 steps are supported");
  CHECK(said_of(R"(kind = "spikes")") ==
        "node.in: missing: the times of the spikes, like [\"10 ms\", \"20 ms\"], or a `file`");
}
