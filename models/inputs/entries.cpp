#include "models/catalogue_entries.hpp"
#include "models/inputs/current.hpp"
#include "models/inputs/data.hpp"
#include "models/inputs/poisson.hpp"
#include "models/inputs/spikes.hpp"
#include "models/layers/dropout.hpp"
#include "sim/config/text.hpp"

namespace cajal {

namespace {

constexpr double forever = 1e300;

struct Span {
  double start, stop;
};
Span read_span(const config::Table& t) {
  Span s{t.quantity("start", "ms", 0, config::not_negative), t.quantity("stop", "ms", forever, config::not_negative)};
  if (s.stop < s.start) t.error("stop", fmt::format("stops at {:g} ms, before it starts at {:g} ms", s.stop, s.start));
  return s;
}

template <class Real>
std::unique_ptr<Node<Real>> make_poisson(const NodeRequest& r) {
  const double rate = r.table.required_quantity("rate", "Hz", config::not_negative);
  const Span s = read_span(r.table);
  if (rate * r.dt * 1e-3 > 500)
    r.table.error("rate", fmt::format("{:g} Hz are {:g} spikes in a step of {:g} ms; at most 500 are supported", rate,
                                      rate * r.dt * 1e-3, r.dt));
  return std::make_unique<PoissonInput<Real>>(r.name, r.size, std::min(rate, 500 / (r.dt * 1e-3)), s.start, s.stop);
}

template <class Real>
std::unique_ptr<Node<Real>> make_current(const NodeRequest& r) {
  // Rate units and neurons without units take a bare number.
  const config::Value* given = r.table.peek("amplitude");
  const std::string_view unit = given && given->is_number() ? "" : "pA";
  const double amplitude = r.table.required_quantity("amplitude", unit);
  const Span s = read_span(r.table);
  return std::make_unique<CurrentInput<Real>>(r.name, r.size, amplitude, s.start, s.stop, unit);
}

/// `times = ["10 ms", ...]` for all units, or one such list for each.
std::vector<std::vector<double>> read_times(const NodeRequest& r) {
  const config::Value* v = r.table.peek("times");
  if (v && v->kind == config::Value::Kind::array && !v->items.empty() &&
      v->items[0].kind == config::Value::Kind::array) {
    r.table.take("times");
    std::vector<std::vector<double>> out;
    for (const config::Value& list : v->items) {
      config::Value wrapper = config::Value::table(list.at);
      wrapper.set("times", list);
      const config::Table one(wrapper, r.table.address(), r.table.diagnostics());
      out.push_back(one.numbers("times", "ms"));
    }
    if (r.size != 0 && r.size != out.size())
      r.table.error("times", fmt::format("{} lists of times for {} units", out.size(), r.size));
    return out;
  }
  if (!v) r.table.error("times", "missing: the times of the spikes, like [\"10 ms\", \"20 ms\"]");
  return std::vector<std::vector<double>>(std::max<std::size_t>(1, r.size), r.table.numbers("times", "ms"));
}

template <class Real>
std::unique_ptr<Node<Real>> make_spikes(const NodeRequest& r) {
  auto times = read_times(r);
  for (const auto& list : times)
    for (double t : list)
      if (t < r.dt * 0.5)
        r.table.error("times", fmt::format("a spike at {:g} ms; the first step ends at {:g} ms", t, r.dt));
  return std::make_unique<SpikesInput<Real>>(r.name, std::move(times));
}

template <class Real>
std::unique_ptr<Node<Real>> make_data(const NodeRequest& r) {
  r.table.choice("field", {"x"}, "x");
  typename DataInput<Real>::Options o;
  o.gain = r.table.number("gain", 1, config::not_negative);
  o.show = r.show;
  if (const auto encode = r.table.named("encode")) {
    const auto& [name, keys] = *encode;
    if (name == "poisson") {
      o.encoding = Encoding::poisson;
      o.max_rate = keys.quantity("max", "Hz", 63.75, config::not_negative);
    } else if (name == "latency") {
      o.encoding = Encoding::latency;
      o.threshold = keys.number("threshold", 0.01, config::fraction);
    } else if (name != "current") {
      r.table.error("encode", fmt::format("unknown encoding \"{}\"{}", name,
                                          config::alternatives(name, {"current", "poisson", "latency"})));
      // One that spikes, so that rules which need spikes do not complain too.
      o.encoding = Encoding::poisson;
      keys.skip();
    }
  }
  auto node = std::make_unique<DataInput<Real>>(r.name, r.size, o);
  // A value may only be held where every trial starts anew.
  node->held = node->held && r.trial_resets;
  return node;
}

template <class Real>
std::unique_ptr<Node<Real>> make_dropout(const NodeRequest& r) {
  return std::make_unique<Dropout<Real>>(r.name, r.size, r.table.number("p", 0.5, {0, 1, false, true}));
}

std::string describe_input(std::string_view name, std::string_view meaning, std::string_view equations,
                           std::string_view source, const std::string& rest) {
  return describe_head(name, meaning, equations, source) + "\n" + rest;
}

}  // namespace

NodeEntry dropout_entry() {
  return {"dropout", "layers", "drops inputs at random while training", make_dropout<float>, make_dropout<double>, [] {
            return describe_input(
                "dropout", "drops inputs at random while training",
                "y = x m / (1 - p), m = 0 with probability p; y = x when not training",
                "Srivastava et al. 2014, JMLR 15:1929",
                "keys\n  p          0.5          from 0 to below 1  share that is dropped\n\nexample\n  layers = [ { "
                "kind = \"dense\", units = 64, activation = \"relu\" }, { kind = \"dropout\", p = 0.2 }, { name = "
                "\"out\", kind = \"dense\", units = 10 } ]\n");
          }};
}

std::vector<NodeEntry> input_entries() {
  using P = PoissonInput<float>;
  using C = CurrentInput<float>;
  using S = SpikesInput<float>;
  using D = DataInput<float>;
  return {
      {"poisson", "inputs", std::string(P::meaning), make_poisson<float>, make_poisson<double>,
       [] {
         return describe_input(P::name, P::meaning, P::equations, P::source,
                               "keys\n  rate (Hz, required), start (ms, 0), stop (ms, never), size (not where its "
                               "edges are `private`)\n\nexample\n  [node]\n  E = { kind = \"lif\", size = 100 }\n  "
                               "drive = { kind = \"poisson\", rate = \"2 kHz\" }\n  [edge]\n  X = { from = \"drive\", "
                               "to = \"E.input\", connect = \"private\", weight = \"1 mV\" }\n");
       }},
      {"current", "inputs", std::string(C::meaning), make_current<float>, make_current<double>,
       [] {
         return describe_input(C::name, C::meaning, C::equations, C::source,
                               "keys\n  amplitude (pA, or a bare number for targets without units; required), start "
                               "(ms, 0), stop (ms, never), size (1)\n\nexample\n  [node]\n  E = { kind = \"lif\", size "
                               "= 1 }\n  step = { kind = \"current\", amplitude = \"300 pA\", start = \"20 ms\", stop "
                               "= \"180 ms\" }\n  [edge]\n  I = { from = \"step\", to = \"E.current\" }\n");
       }},
      {"spikes", "inputs", std::string(S::meaning), make_spikes<float>, make_spikes<double>,
       [] {
         return describe_input(
             S::name, S::meaning, S::equations, S::source,
             "keys\n  times (ms, required): a list, or one for each unit; size (1)\n\nexample\n  [node]\n  E = { kind "
             "= \"lif\", size = 1 }\n  train = { kind = \"spikes\", times = [\"10 ms\", \"12 ms\"] }\n  [edge]\n  T = "
             "{ from = \"train\", to = \"E.input\", weight = \"5 mV\", delay = \"1 ms\" }\n");
       }},
      {"data", "inputs", std::string(D::meaning), make_data<float>, make_data<double>,
       [] {
         return describe_input(
             D::name, D::meaning, D::equations, D::source,
             "keys\n  field (\"x\"), gain (1), encode: \"current\" | { kind = \"poisson\", max = \"63.75 Hz\" } | { "
             "kind = \"latency\", threshold = 0.01 }\n\nexample\n  [node]\n  image = { kind = \"data\", field = \"x\", "
             "encode = { kind = \"poisson\", max = \"100 Hz\" } }\n");
       }},
  };
}

}  // namespace cajal
