#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "sim/config/table.hpp"
#include "sim/config/value.hpp"

namespace cajal::config {

/// A folder of files that is gone when the test ends.
class Folder {
 public:
  explicit Folder(const std::string& name)
      : path_(std::filesystem::temp_directory_path() / ("cajal_" + name + "_" + std::to_string(instance()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string add(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  static unsigned long long instance() {
    return static_cast<unsigned long long>(std::filesystem::file_time_type::clock::now().time_since_epoch().count());
  }
  std::filesystem::path path_;
};

/// The texts of all errors, one a line; empty if there is none.
template <class Action>
std::string errors_of(Action&& action) {
  try {
    action();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return {};
}

inline std::string errors_of_text(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return errors_of([&] { parse(text, "a.toml", overrides); });
}

/// The value at keys and indices given one by one.
inline const Value& at(const Value& value) { return value; }
template <class... Rest>
const Value& at(const Value& value, const char* key, Rest... rest) {
  const Value* found = value.find(key);
  if (!found) throw Error(std::string("no ") + key);
  return at(*found, rest...);
}
template <class... Rest>
const Value& at(const Value& value, int index, Rest... rest) {
  return at(value.items.at(static_cast<std::size_t>(index)), rest...);
}

/// Equal but for positions; the order of keys counts.
inline bool equal(const Value& a, const Value& b) {
  if (a.kind != b.kind || a.items.size() != b.items.size() || a.members.size() != b.members.size()) return false;
  if (a.boolean != b.boolean || a.integer != b.integer || a.text != b.text) return false;
  if (a.real != b.real && (a.real == a.real || b.real == b.real)) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!equal(a.items[i], b.items[i])) return false;
  }
  for (std::size_t i = 0; i < a.members.size(); ++i) {
    if (a.members[i].first != b.members[i].first || !equal(a.members[i].second, b.members[i].second)) return false;
  }
  return true;
}

/// Configs of several kinds, as users write them.
inline const std::string brunel = R"(# a simulation
run = { name = "brunel", seed = 12345, dt = "0.1 ms", duration = "1 s" }
[node]
E = { kind = "lif", size = 10000, tau_m = "20 ms", t_ref = "2 ms", receptors = { ex = "delta", in = "delta" }, init = { V_m = { uniform = ["0 mV", "20 mV"] } } }
I = { kind = "lif", size = 2500, like = "E" }
drive = { kind = "poisson", rate = "20 kHz" }
[edge]
EE = { from = "E", to = ["E.ex", "I.ex"], connect = { rule = "fixed_in_degree", k = 1000 }, weight = "0.1 mV", delay = "1.5 ms" }
X  = { from = "drive", to = ["E.ex", "I.ex"], connect = "private", weight = "0.1 mV" }
[record]
spikes = { of = ["E", "I"] }
v = { of = "E", what = "V_m", ids = "0:100", every = "1 ms" }
)";

inline const std::string hybrid = R"(run  = { name = "hybrid", seed = 1, dt = "1 ms" }
data = { source = { idx = "mnist" }, split = { test = "given", validation = 0.1 } }
trial = { show = "50 ms", reset = "state" }
predict = { of = "out", kind = "max_mean" }
[node]
image = { kind = "data", field = "x" }
front = { kind = "relu", clock = "trial" }
mid   = { kind = "lif", size = 200, preset = "snntorch" }
out   = { kind = "leaky_readout", size = 10 }
[edge]
conv = { from = "image", to = "front", kind = "conv2d", filters = 16, kernel = 3 }
rec  = { from = "mid", to = "mid", connect = { rule = "fixed_probability", p = 0.1 }, weight = { normal = [0, 0.1] }, delay = { uniform = ["1 ms", "10 ms"] } }
[learn]
hebb = { rule = "stdp", on = "edge.rec", gradient = "pass", batch = "mean" }
bp   = { rule = "backprop", on = "rest", loss = "cross_entropy", of = "out", target = "y", optimizer = { kind = "adam", rate = 1e-3 }, batch = 64, epochs = 5 }
)";

inline const std::string diehl_cook = R"(run  = { name = "dc", seed = 1, dt = "0.5 ms" }
data = { source = { idx = "mnist" }, split = { test = "given" } }
trial = { show = "350 ms", rest = "150 ms", retry = { fewer = 5, spikes = "E", add = { "node.X.gain" = 1 } } }
predict = { of = "E", kind = "assigned_rate" }
[node]
X = { kind = "data", field = "x", encode = { kind = "poisson", max = "31.875 Hz" }, gain = 2 }
E = { kind = "lif", preset = "diehl_cook_e", size = 100 }
I = { kind = "lif", preset = "diehl_cook_i", size = 100 }
[edge]
XE = { from = "X", to = "E.ex", weight = { uniform = ["0.003 nS", "0.303 nS"] }, delay = { uniform = ["0 ms", "10 ms"], min = "0.5 ms" } }
EI = { from = "E", to = "I.ex", connect = "one_to_one", weight = "10.4 nS" }
IE = { from = "I", to = "E.in", connect = { rule = "all_to_all", self = false }, weight = "17 nS" }
[learn]
stdp  = { rule = "diehl_cook", on = "edge.XE" }
norm  = { rule = "normalise", on = "edge.XE", sum = "78 nS", every = "trial" }
theta = { rule = "adaptive_threshold", on = "node.E", step = "0.05 mV", tau = "1e7 ms" }
[[phase]]
name = "train"
split = "train"
[[phase]]
name = "assign"
split = "train"
samples = 10000
learn = []
fit = "predict"
[[phase]]
name = "test"
split = "test"
learn = []
)";

inline const std::string comparison =
    R"(data = { source = "digits", split = { train = 0.8, validation = 0.1, test = 0.1 } }
compare = { seeds = [1, 2, 3, 4, 5], vary = ["init", "order"] }
[learner.mlp]
layers = [ { name = "hid", kind = "dense", units = 256, activation = "relu" }, { name = "out", kind = "dense", units = 10 } ]
learn.bp = { rule = "backprop", loss = "cross_entropy", optimizer = { kind = "adam", rate = 1e-3 }, epochs = 10, batch = 32 }
[learner.snn]
extends = "learner.mlp"
trial = { show = "25 ms" }
layers = [ { name = "hid", kind = "dense", units = 256, activation = { kind = "lif", preset = "snntorch" } }, { name = "out", kind = "dense", units = 10 } ]
[learner.dc]
extends = "diehl_cook.toml"
[measure]
accuracy = {}
noise = { kind = "robustness", to = "pixel_noise", levels = [0, 0.1, 0.3] }
cka = { of = { mlp = "hid", snn = "hid", dc = "E" }, time = "mean", samples = 1000 }
)";

}  // namespace cajal::config
