#include "app/record_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "app/steps.hpp"
#include "models/build.hpp"
#include "sim/config/text.hpp"

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

/// A time that is a whole number of steps.
std::int64_t read_steps(const config::Table& table, std::string_view key, double fallback, double dt) {
  const double time = table.quantity(key, "ms", fallback, config::positive);
  if (const auto steps = steps_of(time, dt)) return *steps;
  table.error(key, no_multiple(time, dt));
  return 1;
}

/// A state variable, or the output, of the units of one population.
template <class Real>
void read_trace(const config::Table& table, Node<Real>& node, double dt, RecordRequest& r) {
  std::vector<std::string> columns{"spikes", "rate", "output"};
  for (const auto& c : node.columns()) columns.push_back(c.name);
  if (std::find(columns.begin(), columns.end(), r.what) == columns.end())
    table.error("what", fmt::format("\"{}\" has no variable \"{}\"{}", node.name(), r.what,
                                    config::alternatives(r.what, columns, "there are")));
  r.ids = read_ids(table, node.size());
  r.units = r.ids.empty() ? node.size() : r.ids.size();
  r.kind = RecordRequest::Kind::variable;
  r.every = read_steps(table, "every", dt, dt);
}

template <class Real>
void check_spikes(const config::Table& table, const Network<Real>& network, const RecordRequest& r,
                  std::vector<std::string>& recorded) {
  const bool rate = r.kind == RecordRequest::Kind::rate;
  for (const char* key : {"ids", "every"})
    if (table.take(key))
      table.error(key, rate ? "a rate is that of all units; `bin` says how long it is counted"
                            : "spikes are recorded of all units, at all times: this belongs to a variable, named by "
                              "`what`");
  for (const std::string& of : r.of) {
    const auto* node = network.node(of);
    if (!node->spiking())
      table.error("of",
                  fmt::format("\"{}\" ({}) does not spike; record one of its variables with `what`", of, node->kind()));
    else if (rate)
      continue;
    else if (std::find(recorded.begin(), recorded.end(), of) != recorded.end())
      table.error("of", fmt::format("spikes of \"{}\" are recorded twice", of));
    recorded.push_back(of);
  }
}

/// Reads an entry whose nodes are known.
template <class Real>
void read_of_nodes(const config::Table& table, const Network<Real>& network, double dt, RecordRequest& r,
                   std::vector<std::string>& recorded) {
  if (r.what == "rate") {
    r.kind = RecordRequest::Kind::rate;
    r.every = read_steps(table, "bin", 5, dt);
  }
  if (r.what == "spikes" || r.what == "rate")
    check_spikes(table, network, r, recorded);
  else
    read_trace(table, *network.node(r.of[0]), dt, r);
}

}  // namespace

template <class Real>
std::vector<RecordRequest> read_records(const config::Table& root, const Network<Real>& network, double dt) {
  std::vector<RecordRequest> out;
  if (!root.has("record")) {
    std::vector<std::string> spiking;
    for (const auto& n : network.nodes)
      if (n->spiking() && !n->ports.empty()) spiking.push_back(n->name());
    if (!spiking.empty()) out.push_back({"spikes", RecordRequest::Kind::spikes, spiking, "spikes", {}, 1});
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
    if (r.what == "weight" && table.has("of")) {
      read_weights(table, network, dt, r);
      out.push_back(std::move(r));
      continue;
    }
    if (r.what != "spikes" && r.what != "rate" && r.of.size() > 1)
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
    read_of_nodes(table, network, dt, r, recorded);
    out.push_back(std::move(r));
  }
  return out;
}

std::int64_t recording_window(const std::vector<RecordRequest>& requests, std::int64_t steps) {
  std::int64_t window = 0;
  for (const auto& r : requests)
    if (r.kind == RecordRequest::Kind::variable || r.kind == RecordRequest::Kind::weight)
      window = std::gcd(window, r.every);
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

template std::vector<RecordRequest> read_records(const config::Table&, const Network<float>&, double);
template std::vector<RecordRequest> read_records(const config::Table&, const Network<double>&, double);

}  // namespace cajal::app
