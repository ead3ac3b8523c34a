#include "models/inputs/spikes.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "models/inputs/entries.hpp"
#include "models/inputs/spike_file.hpp"
#include "sim/error.hpp"

namespace cajal {

template <class Real>
SpikesInput<Real>::SpikesInput(std::string name, std::size_t size, record::Spikes given)
    : Node<Real>(std::move(name), size), given_(std::move(given)) {}

template <class Real>
void SpikesInput<Real>::prepare(const Plan& plan) {
  Node<Real>::prepare(plan);
  spikes_.clear();
  // A spike at time t ends the step (t - dt, t], which is step t / dt - 1.
  for (std::size_t i = 0; i < given_.times.size(); ++i)
    spikes_.push_back({std::llround(given_.times[i] / plan.dt) - 1, given_.ids[i]});
  std::stable_sort(spikes_.begin(), spikes_.end(), [](const Spike& a, const Spike& b) { return a.step < b.step; });
}

template <class Real>
void SpikesInput<Real>::advance(Steps steps, const Slice& slice) {
  const auto [begin, end] = slice.units(padded(this->size()));
  for (std::int64_t t = steps.begin; t < steps.end; ++t) {
    const auto first = std::lower_bound(spikes_.begin(), spikes_.end(), t,
                                        [](const Spike& s, std::int64_t step) { return s.step < step; });
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      Real* out = this->output.at(t, b);
      std::fill(out + begin, out + end, Real(0));
      for (auto s = first; s != spikes_.end() && s->step == t; ++s)
        if (s->unit >= begin && s->unit < end) out[s->unit] += Real(1);
    }
  }
}

template class SpikesInput<float>;
template class SpikesInput<double>;

namespace {

/// Units up to which a file may say how many there are.
constexpr std::uint64_t most_unsaid_units = 1000000;
/// Steps that can be counted without error.
constexpr double most_steps = 1e15;

/// What the config or the file gives, and how many units there are.
struct Given {
  record::Spikes spikes;
  std::size_t size = 1;
};

void add(record::Spikes& spikes, std::size_t unit, const std::vector<double>& times) {
  spikes.times.insert(spikes.times.end(), times.begin(), times.end());
  spikes.ids.insert(spikes.ids.end(), times.size(), unit);
}

/// `times = ["10 ms", ...]` for all units, or one such list for each.
Given read_times(const NodeRequest& r) {
  Given given;
  const config::Value* v = r.table.peek("times");
  if (v && v->kind == config::Value::Kind::array && !v->items.empty() &&
      v->items[0].kind == config::Value::Kind::array) {
    r.table.take("times");
    given.size = v->items.size();
    for (std::size_t unit = 0; unit < given.size; ++unit) {
      const config::Value& list = v->items[unit];
      config::Value wrapper = config::Value::table(list.at);
      wrapper.set("times", list);
      const config::Table one(wrapper, r.table.address(), r.table.diagnostics());
      add(given.spikes, unit, one.numbers("times", "ms"));
    }
    if (r.size != 0 && r.size != given.size)
      r.table.error("times", fmt::format("{} lists of times for {} units", given.size, r.size));
  } else {
    const std::vector<double> times = r.table.numbers("times", "ms");
    given.size = std::max<std::size_t>(1, r.size);
    for (std::size_t unit = 0; unit < given.size; ++unit) add(given.spikes, unit, times);
  }
  for (const double t : given.spikes.times) {
    if (t < r.dt * 0.5)
      r.table.error("times", fmt::format("a spike at {:g} ms; the first step ends at {:g} ms", t, r.dt));
    else if (t / r.dt > most_steps)
      r.table.error("times", fmt::format("a spike at {:g} ms; at most {:g} steps are supported", t, most_steps));
    else
      continue;
    break;
  }
  return given;
}

/// What is wrong with a spike of a file; empty if it is good.
std::string wrong_spike(double time, std::uint64_t id, const NodeRequest& r) {
  if (time < r.dt * 0.5) return fmt::format("a spike at {:g} ms; the first step ends at {:g} ms", time, r.dt);
  if (time / r.dt > most_steps)
    return fmt::format("a spike at {:g} ms; at most {:g} steps are supported", time, most_steps);
  if (r.size != 0 && id >= r.size)
    return fmt::format("a spike of unit {}, but `size` is {}: units count from 0", id, r.size);
  if (r.size == 0 && id >= most_unsaid_units)
    return fmt::format("a spike of unit {}: for so many units give `size`", id);
  return {};
}

Given read_file(const NodeRequest& r) {
  Given given;
  given.size = std::max<std::size_t>(1, r.size);
  const std::string file = r.table.text("file", ""), population = r.table.text("population", "");
  if (file.empty()) {
    if (r.table.peek("file")->kind == config::Value::Kind::text) r.table.error("file", "the name of the file is empty");
    return given;
  }
  try {
    const std::string path = (std::filesystem::path(r.folder) / file).string();
    SpikeFile found = read_spike_file(path, population);
    for (std::size_t i = 0; i < found.spikes.ids.size(); ++i)
      if (const std::string wrong = wrong_spike(found.spikes.times[i], found.spikes.ids[i], r); !wrong.empty())
        throw DataError(path, found.place(i) + ": " + wrong);
    for (const std::uint64_t id : found.spikes.ids)
      if (r.size == 0) given.size = std::max<std::size_t>(given.size, id + 1);
    given.spikes = std::move(found.spikes);
  } catch (const DataError& e) {
    r.table.error("file", e.what());
  }
  return given;
}

template <class Real>
std::unique_ptr<Node<Real>> make_spikes(const NodeRequest& r) {
  Given given;
  if (r.table.has("times") && r.table.has("file")) {
    r.table.error("file", "give either `times` or `file`: both say when the spikes are");
    r.table.skip();
  } else if (r.table.has("file")) {
    given = read_file(r);
  } else if (r.table.has("times")) {
    given = read_times(r);
  } else {
    r.table.error("times", "missing: the times of the spikes, like [\"10 ms\", \"20 ms\"], or a `file`");
  }
  return std::make_unique<SpikesInput<Real>>(r.name, given.size, std::move(given.spikes));
}

}  // namespace

NodeEntry spikes_entry() {
  return input_entry<SpikesInput>([]<class Real>(const NodeRequest& r) { return make_spikes<Real>(r); }, R"(keys
  times       (ms): a list for all units, or one for each
  file        instead of times: "spikes.h5" (SONATA, /spikes/<population>/timestamps and node_ids), or "spikes.csv" or
              "spikes.npy" with two columns, the id of the unit from 0 and the time in ms
  population  which one of a file that has several
  size        (1; of a file the largest id and 1)

example
  [node]
  E = { kind = "lif", size = 1 }
  train = { kind = "spikes", times = ["10 ms", "12 ms"] }
  [edge]
  T = { from = "train", to = "E.input", weight = "5 mV", delay = "1 ms" }
)");
}

}  // namespace cajal
