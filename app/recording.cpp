#include "app/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include "models/build.hpp"
#include "sim/config/text.hpp"
#include "sim/error.hpp"

namespace cajal::app {

namespace {

/// `"0:100"`, `"0:100:10"`, a number or a list of numbers.
std::vector<std::uint64_t> read_ids(const config::Table& table, std::size_t size) {
  std::vector<std::uint64_t> ids;
  const config::Value* v = table.peek("ids");
  if (!v) return ids;
  if (v->kind == config::Value::Kind::text) {
    const std::string text = table.text("ids", "");
    std::vector<std::uint64_t> parts;
    const char* p = text.data();
    const char* end = p + text.size();
    bool good = !text.empty();
    while (good && p < end) {
      std::uint64_t x = 0;
      const auto [next, error] = std::from_chars(p, end, x);
      good = error == std::errc() && (next == end || *next == ':');
      parts.push_back(x);
      p = next == end ? end : next + 1;
    }
    if (!good || parts.size() < 2 || parts.size() > 3 || parts[0] >= parts[1] || (parts.size() == 3 && parts[2] == 0)) {
      table.error("ids", fmt::format("expected a range like \"0:100\" or \"0:100:10\", found \"{}\"", text));
      return ids;
    }
    for (std::uint64_t i = parts[0]; i < std::min<std::uint64_t>(parts[1], size + 1);
         i += parts.size() == 3 ? parts[2] : 1)
      ids.push_back(i);
  } else {
    for (double x : table.numbers("ids", "")) {
      if (x < 0 || x != std::floor(x))
        table.error("ids", fmt::format("expected whole numbers, found {:g}", x));
      else
        ids.push_back(static_cast<std::uint64_t>(x));
    }
  }
  for (auto id : ids)
    if (id >= size) {
      table.error("ids", fmt::format("there is no unit {}: the population has {}, numbered from 0", id, size));
      return ids;
    }
  if (v->kind == config::Value::Kind::array && v->items.empty())
    table.error("ids", "names no unit; leave it out to record all");
  std::vector<std::uint64_t> sorted = ids;
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
    table.error("ids", fmt::format("names unit {} twice", *twice));
  return ids;
}

}  // namespace

namespace {

/// A state variable, or the output, of the units of one population.
template <class Real>
void read_trace(const config::Table& table, Node<Real>& node, double dt, RecordRequest& r) {
  std::vector<std::string> columns{"spikes", "output"};
  for (const auto& c : node.columns()) columns.push_back(c.name);
  if (std::find(columns.begin(), columns.end(), r.what) == columns.end())
    table.error("what", fmt::format("\"{}\" has no variable \"{}\"{}", node.name(), r.what,
                                    config::alternatives(r.what, columns, "there are")));
  r.ids = read_ids(table, node.size());
  const double every = table.quantity("every", "ms", dt, config::positive), steps = every / dt;
  if (steps > 1e15 || steps < 0.5 || std::fabs(std::round(steps) - steps) > 1e-6)
    table.error("every", fmt::format("{:g} ms is no multiple of dt = {:g} ms", every, dt));
  else
    r.every = std::llround(steps);
}

template <class Real>
void check_spikes(const config::Table& table, const Network<Real>& network, const RecordRequest& r,
                  std::vector<std::string>& recorded) {
  for (const char* key : {"ids", "every"})
    if (table.take(key))
      table.error(key, "spikes are recorded of all units, at all times: this belongs to a variable, named by `what`");
  for (const std::string& of : r.of) {
    const auto* node = network.node(of);
    if (!node->spiking())
      table.error("of",
                  fmt::format("\"{}\" ({}) does not spike; record one of its variables with `what`", of, node->kind()));
    else if (std::find(recorded.begin(), recorded.end(), of) != recorded.end())
      table.error("of", fmt::format("spikes of \"{}\" are recorded twice", of));
    recorded.push_back(of);
  }
}

}  // namespace

template <class Real>
std::vector<RecordRequest> read_records(const config::Table& root, const Network<Real>& network, double dt) {
  std::vector<RecordRequest> out;
  if (!root.has("record")) {
    std::vector<std::string> spiking;
    for (const auto& n : network.nodes)
      if (n->spiking() && !n->ports.empty()) spiking.push_back(n->name());
    if (!spiking.empty()) out.push_back({"spikes", spiking, "spikes", {}, 1});
    return out;
  }
  std::vector<std::string> recorded;
  for (const auto& [name, table] : root.tables("record")) {
    RecordRequest r;
    r.name = name;
    if (const std::string wrong = config::wrong_name(name); !wrong.empty()) table.error("", wrong);
    r.of = table.texts("of");
    r.what = table.text("what", "spikes");
    if (!table.has("of"))
      table.error("of", "missing key `of`: the population to record");
    else if (r.of.empty() && table.peek("of")->kind == config::Value::Kind::array)
      table.error("of", "names no population");
    if (r.what != "spikes" && r.of.size() > 1)
      table.error("of", "a variable is recorded of one population; write one entry for each");
    bool known = !r.of.empty();
    for (const std::string& of : r.of) {
      if (network.node(of)) continue;
      known = false;
      // A node that was refused has had its error.
      if (const std::string wrong = no_such_node(root, of); !wrong.empty()) table.error("of", wrong);
    }
    if (!known) {
      table.skip();
      continue;
    }
    if (r.what == "spikes")
      check_spikes(table, network, r, recorded);
    else
      read_trace(table, *network.node(r.of[0]), dt, r);
    out.push_back(std::move(r));
  }
  return out;
}

std::int64_t recording_window(const std::vector<RecordRequest>& requests, std::int64_t steps) {
  std::int64_t window = 0;
  for (const auto& r : requests)
    if (r.what != "spikes") window = std::gcd(window, r.every);
  constexpr std::int64_t most = 1000;
  if (window == 0) window = most;
  while (window > most) {
    // A divisor, so that each sample still falls on the end of a window.
    std::int64_t divisor = 2;
    while (window % divisor != 0) ++divisor;
    window /= divisor;
  }
  return std::max<std::int64_t>(1, std::min(window, std::max<std::int64_t>(steps, 1)));
}

template <class Real>
struct Recording<Real>::SpikesOf {
  Node<Real>* node;
  std::size_t index;  ///< in the network
  std::unique_ptr<record::SpikeRecorder> recorder;
  std::vector<double> times, all_times;
  std::vector<std::uint64_t> ids, all_ids;
};

template <class Real>
struct Recording<Real>::TraceOf {
  RecordRequest request;
  Node<Real>* node;
  Signal<Real>* signal;
  std::optional<record::Appendable<float>> data;
  std::optional<record::Appendable<double>> time;
  std::vector<float> row;
};

template <class Real>
Recording<Real>::~Recording() = default;

template <class Real>
Recording<Real>::Recording(const record::ResultFile& file, Clock<Real>& clock,
                           const std::vector<RecordRequest>& requests)
    : clock_(clock), dt_(clock.plan().dt) {
  const Network<Real>& network = clock.network();
  for (const RecordRequest& r : requests) {
    if (r.what == "spikes") {
      for (const std::string& of : r.of) {
        if (std::find(populations_.begin(), populations_.end(), of) != populations_.end()) continue;
        auto s = std::make_unique<SpikesOf>();
        s->node = network.node(of);
        s->index = network.index_of(*s->node);
        clock.delivery().record(s->index);
        s->recorder = std::make_unique<record::SpikeRecorder>(file, of);
        populations_.push_back(of);
        file.group("nodes/" + of).attribute("size", s->node->size());
        file.group("nodes/" + of).attribute("kind", s->node->kind());
        spikes_.push_back(std::move(s));
      }
      continue;
    }
    auto t = std::make_unique<TraceOf>();
    t->request = r;
    t->node = network.node(r.of[0]);
    if (t->request.ids.empty()) {
      t->request.ids.resize(t->node->size());
      std::iota(t->request.ids.begin(), t->request.ids.end(), 0);
    }
    std::string unit, meaning = "output of the units";
    t->signal = &t->node->output;
    for (const auto& c : t->node->columns())
      if (c.name == r.what) {
        t->signal = c.signal;
        unit = c.unit;
        meaning = c.meaning;
      }
    const std::string place = "traces/" + r.name + "/";
    file.write(place + "ids", t->request.ids, {t->request.ids.size()}, {"", "recorded units of " + r.of[0], {"unit"}});
    t->data.emplace(file.template appendable<float>(
        place + "data", {t->request.ids.size()}, {unit, r.what + " of " + r.of[0] + ": " + meaning, {"time", "unit"}}));
    t->time.emplace(
        file.template appendable<double>(place + "time", {}, {"ms", "time at the end of the step", {"time"}}));
    traces_.push_back(std::move(t));
  }
}

template <class Real>
void Recording<Real>::take(Steps steps) {
  for (auto& s : spikes_) {
    s->times.clear();
    s->ids.clear();
    for (const Emission<Real>& e : clock_.delivery().take(s->index))
      for (int n = static_cast<int>(e.value); n > 0; --n) {
        s->times.push_back(static_cast<double>(e.step + 1) * dt_);
        s->ids.push_back(e.unit);
      }
    s->recorder->append(s->times, s->ids);
    s->all_times.insert(s->all_times.end(), s->times.begin(), s->times.end());
    s->all_ids.insert(s->all_ids.end(), s->ids.begin(), s->ids.end());
  }
  for (auto& t : traces_) {
    if (steps.end % t->request.every != 0) continue;
    // Signals with one slot hold the state after the last step; an output stands at its step.
    const Real* values = t->signal == &t->node->output ? t->signal->at(steps.end - 1, 0) : t->signal->at(steps.end, 0);
    t->row.clear();
    for (auto id : t->request.ids) {
      const Real x = values[id];
      if (!std::isfinite(x))
        throw NumericalError(fmt::format("{} of {} (unit {}) is {} at {:g} ms; a smaller dt may help", t->request.what,
                                         t->node->name(), id, static_cast<double>(x),
                                         static_cast<double>(steps.end) * dt_));
      t->row.push_back(static_cast<float>(x));
    }
    t->data->append(t->row);
    t->time->append(static_cast<double>(steps.end) * dt_);
  }
}

template <class Real>
std::vector<Measured> Recording<Real>::measure(std::uint64_t seed, double duration,
                                               std::span<const SpikeMeasure> measures) const {
  std::vector<Measured> rows;
  for (const auto& s : spikes_) {
    const auto of =
        measure_spikes(s->node->name(), {s->all_times, s->all_ids, s->node->size()}, duration, seed, measures);
    rows.insert(rows.end(), of.begin(), of.end());
  }
  return rows;
}

template std::vector<RecordRequest> read_records(const config::Table&, const Network<float>&, double);
template std::vector<RecordRequest> read_records(const config::Table&, const Network<double>&, double);
template class Recording<float>;
template class Recording<double>;

}  // namespace cajal::app
