#include "app/describe.hpp"

#include <sstream>

#include "learning/plasticity/rate_catalogue.hpp"
#include "sim/error.hpp"
#include "tests/app/bad_inputs.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

namespace cajal::app {

namespace {

/// The names that `cajal list GROUP` prints.
std::vector<std::string> names_of(const std::string& group) {
  std::istringstream in(list_text(group));
  std::vector<std::string> names;
  std::string line;
  std::getline(in, line);
  REQUIRE(line == group);
  while (std::getline(in, line)) {
    const std::string word = line.substr(2, 32);
    names.push_back(word.substr(0, word.find_last_not_of(' ') + 1));
  }
  return names;
}

/// The example that `cajal describe NAME` prints of the word of a group.
std::string example_of(const std::string& group, const std::string& name) {
  std::istringstream in(describe_text(name));
  std::string line, example;
  bool here = false, within = false;
  while (std::getline(in, line)) {
    if (line.starts_with("[")) {
      here = line == "[" + group + "]" && example.empty();
      within = false;
    } else if (line == "example") {
      within = here;
    } else if (within && line.starts_with("  ")) {
      example += line.substr(2) + "\n";
    }
  }
  return example;
}

std::string in_an_edge(const std::string& connect) {
  return "run.duration = \"1 ms\"\nnode.E = { kind = \"lif\", size = 200, positions = { grid = [20, 10], "
         "extent = [\"2 mm\", \"1 mm\"] } }\n[edge]\nrec = { from = \"E\", to = "
         "\"E.input\", weight = \"1 mV\", " +
         connect.substr(0, connect.size() - 1) + " }\n";
}

/// A whole config around the example of a rule of plasticity: what it acts on is there.
std::string with_rule(const std::string& name, const std::string& example) {
  if (example.find("teacher") != std::string::npos)
    return "data = { source = \"digits\", samples = 60 }\npredict = { of = \"Y\", kind = \"max_mean\" }\n" + example +
           R"(
[node]
X = { kind = "data" }
label = { kind = "data", field = "y" }
Y = { kind = "linear", size = 10 }
[edge]
XY = { from = "X", to = "Y", kind = "dense" }
)";
  if (name == "foldiak_threshold" || is_rate_rule(name))
    return "run.duration = \"1 ms\"\n" + example + R"(
[node]
X = { kind = "linear_rate", size = 4 }
Y = { kind = "sigmoid_rate", size = 4 }
[edge]
XY = { from = "X", to = "Y", kind = "dense", weight = 0 }
)";
  return "run.duration = \"1 ms\"\n" + example + R"(
[node]
X = { kind = "poisson", size = 20, rate = "10 Hz" }
E = { kind = "lif", size = 20, preset = "diehl_cook_e" }
DA = { kind = "modulator" }
[edge]
XE = { from = "X", to = "E.ex", connect = "all_to_all", weight = "0.1 nS" }
rec = { from = "E", to = "E.ex", connect = "all_to_all", weight = "0.1 nS" }
)";
}

/// A whole config around the example of an environment.
std::string acting(const std::string& example) {
  return "run = { dt = \"1 ms\", duration = \"1 s\" }\n" + example + R"([node]
S = { kind = "poisson", size = 324, rate = "0 Hz" }
A = { kind = "poisson", size = 20, rate = "10 Hz" }
B = { kind = "poisson", size = 20, rate = "10 Hz" }
DA = { kind = "modulator" }
)";
}

/// A whole config with the example of a word in the place where it belongs.
std::string framed(const std::string& group, const std::string& name, const std::string& example) {
  const std::string line = example.substr(0, example.size() - 1);
  if (name == "switch")
    return "run.duration = \"1 ms\"\n" + changed(example, {{"[edge]",
                                                            R"(image = { kind = "poisson", size = 64, rate = "1 Hz" }
generated = { kind = "poisson", size = 64, rate = "1 Hz" }
[edge])"}});
  if (example.starts_with("layers")) {
    const bool whole = example.find("\"out\"") != std::string::npos;
    const std::string layers =
        whole ? example : changed(example, {{" } ]", " }, { name = \"out\", kind = \"dense\", units = 10 } ]"}});
    const std::size_t begin = learning.find("layers"), end = learning.find("[learn]");
    return learning.substr(0, begin) + layers + learning.substr(end);
  }
  if (name == "embedding" || name == "reverse") {
    const bool text = name == "embedding";
    const std::string data = text ? "{ text = \"text.txt\", window = 28, stride = 4 }" : "\"digits\", samples = 60";
    const std::string nodes = text ? "hid = { kind = \"linear\", size = 4 }\nout = { kind = \"linear\", size = 4 }\n"
                                   : "[node]\ninput = { kind = \"data\", encode = \"sequence\" }\nout = { kind = "
                                     "\"linear\", size = 10 }\nreversed = { kind = \"linear\" }\n";
    return "data = { source = " + data + " }\ntrial = { show = \"28 ms\" }\n" +
           changed(example, {{"[edge]", nodes + "[edge]\nread = { from = \"" + (text ? "hid" : "reversed") +
                                            "\", to = \"out\", kind = \"dense\" }"}}) +
           "[learn]\nbp = { rule = \"backprop\", loss = \"cross_entropy\", over_time = \"each\", optimizer = "
           "\"adam\", epochs = 1 }\n";
  }
  if (group == "edges") {
    if (example.starts_with("connect")) return in_an_edge(example);
    return "run.duration = \"1 ms\"\n[node]\n" + std::string(R"(mid = { kind = "threshold_linear", size = 3 }
out = { kind = "threshold_linear", size = 3 }
a = { kind = "threshold_linear", size = 3 }
b = { kind = "threshold_linear", size = 3 }
normal = { kind = "threshold_linear", size = 3 }
act = { kind = "threshold_linear", size = 3 }
input = { kind = "threshold_linear", size = 3 }
drive = { kind = "poisson", rate = "1 kHz" }
E = { kind = "lif", size = 3 }
)") + example +
           (name == "private"
                ? ""
                : "X = { from = \"drive\", to = \"E.input\", connect = \"private\", weight = \"1 mV\" }\n");
  }
  if (group == "synapses")
    return "run.duration = \"1 ms\"\n[node]\nE = { kind = \"lif\", size = 3 }\nI = { kind = \"lif\", size = 3, "
           "receptors = { "
           "ex = \"exponential_current\" } }\n" +
           example;
  if (group == "classical")
    return (name == "mean" ? std::string("data = { source = { csv = \"numbers.csv\" } }\n")
                           : learning.substr(0, learning.find("layers"))) +
           example;
  if (name == "backprop") return learning.substr(0, learning.find("[learn]")) + example;
  if (group == "rules") return with_rule(name, example);
  if (group == "environments") return acting(example);
  if (name == "behaviour") return acting(example_of("environments", "bandit")) + example;
  if (group == "preprocessing") return example + learning;
  if (group == "losses") return changed(learning, {{"loss = \"cross_entropy\"", line}});
  if (group == "optimizers") {
    const std::string whole = changed(learning, {{"optimizer = { kind = \"adam\", rate = 1e-3 }", line}});
    return name == "gd" ? changed(whole, {{"batch = 8, ", ""}}) : whole;
  }
  if (group == "schedules") return changed(learning, {{"batch = 8", line + ", batch = 8"}});
  if (name == "r2" || name == "rmse" || name == "mae" || name == "permutation_importance")
    return "data = { source = { csv = \"numbers.csv\" } }\nclassical = \"ridge\"\n" + example;
  if (name == "generated")
    return "data = { source = \"digits\", samples = 60 }\n" + example + R"([learner.gan]
predict = { of = "made", kind = "value" }
node = { z = { kind = "noise", size = 4 }, made = { kind = "sigmoid", size = 784 } }
edge = { made = { from = "z", to = "made", kind = "dense" } }
learn.bp = { rule = "backprop", loss = "mse", of = "made", target = 0.5, optimizer = "adam", epochs = 1 }
[learner.classifier]
layers = [ { name = "out", kind = "dense", units = 10 } ]
learn.bp = { rule = "backprop", loss = "cross_entropy", optimizer = "adam", epochs = 1 }
)";
  if (name == "functional_connectivity")
    return R"(run = { dt = "1 ms", duration = "30 s" }
[node]
R = { kind = "leaky_readout", size = 3, noise = { on = "u", sigma = 0.1 } }
[record]
bold = { of = "R", what = "u", every = "100 ms" }
[table]
FC = { values = [[1, 0, 0], [0, 1, 0], [0, 0, 1]] }
)" + example;
  if (group == "measures") return (name == "isi" || name == "correlation" ? simulation : learning) + example;
  if (name == "digits")
    return changed(learning, {{"data = { source = \"digits\", samples = 60 }", line}, {"10000", "60"}});
  if (name == "data")
    return changed(spiking, {{"[node]\nX = { kind = \"data\", encode = \"poisson\" }\n", example},
                             {"from = \"X\"", "from = \"image\""}});
  return "run.duration = \"1 ms\"\n" + example;
}

}  // namespace

TEST_CASE("every name that is listed is described, and its example is valid") {
  const tests::TemporaryFolder folder;
  std::ofstream(folder.path() + "/edges.csv") << "source,target,weight,delay\n0,1,0.5,1.5\n";
  std::ofstream numbers(folder.path() + "/numbers.csv");
  numbers << "a,b,y\n";
  for (int i = 0; i < 30; ++i) numbers << i << ',' << i % 7 << ',' << 0.5 + i << '\n';
  numbers.close();
  std::ofstream text(folder.path() + "/text.txt");
  for (int i = 0; i < 40; ++i) text << "abacabadabacabacabcd";
  text.close();
  std::size_t count = 0;
  for (const std::string& group : list_groups())
    for (const std::string& name : names_of(group)) {
      ++count;
      INFO(group << " " << name << "\n" << describe_text(name));
      const std::string example = example_of(group, name);
      REQUIRE(!example.empty());
      // The other data sets need files that are not there.
      if (group == "datasets" && name != "digits") continue;
      // A matrix has to be there.
      if (group == "edges" && name == "table") continue;
      const std::string config = framed(group, name, example);
      INFO(config);
      CHECK(said_of(config, folder.path()) == "");
    }
  CHECK(count > 40);
}

TEST_CASE("an unknown name or group is refused with the nearest") {
  const auto message = [](auto&& action) {
    try {
      action();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(message([] { describe_text("lfi"); }) ==
        "nothing is called \"lfi\"; did you mean \"lif\"?; `cajal list` shows all names");
  CHECK(message([] { list_text("neuron"); }).starts_with("no group \"neuron\"; did you mean \"neurons\"?"));
}

}  // namespace cajal::app
