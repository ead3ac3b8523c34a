#include "learning/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/config/text.hpp"

namespace cajal {

Trial Trial::read(const config::Table& root, double dt) {
  Trial t;
  const auto table = root.table("trial");
  if (!table) return t;
  t.show = table->required_quantity("show", "ms", config::positive);
  t.rest = table->quantity("rest", "ms", 0, config::not_negative);
  const double steps = (t.show + t.rest) / dt;
  constexpr double most_steps = 1e7;
  if (steps > most_steps)
    table->error("show",
                 fmt::format("a trial of {:g} steps of {:g} ms; at most {:g} are supported", steps, dt, most_steps));
  else if (std::fabs(std::round(steps) - steps) > 1e-6)
    table->error("show",
                 fmt::format("show and rest are {:g} ms together, no multiple of dt = {:g} ms", t.show + t.rest, dt));
  else
    t.steps = std::max<std::int64_t>(1, std::llround(steps));
  t.resets = table->choice("reset", {"state", "none"}, "state") == "state";
  if (const auto retry = table->table("retry")) {
    t.retry.fewer = retry->required_integer("fewer", 1, 1000000);
    t.retry.spikes = retry->required_text("spikes");
    t.retry.most = retry->integer("most", 20, 1, 1000);
    if (const auto add = retry->table("add")) {
      const auto keys = add->keys();
      if (keys.size() != 1 || !keys[0].starts_with("node.") || !keys[0].ends_with(".gain")) {
        add->skip();
        retry->error("add", "expected what is raised at each repetition, like { \"node.X.gain\" = 1 }");
      } else {
        t.retry.input = keys[0].substr(5, keys[0].size() - 10);
        t.retry.add = add->required_quantity(keys[0], "", config::positive);
      }
    } else if (!retry->has("add")) {
      retry->error("add", "missing: what is raised at each repetition, like { \"node.X.gain\" = 1 }");
    }
  }
  return t;
}

OverTime Predict::over_time() const {
  return kind == Kind::max_last                                 ? OverTime::last
         : kind == Kind::max_sum || kind == Kind::assigned_rate ? OverTime::sum
                                                                : OverTime::mean;
}

bool Phase::learns(const std::string& process) const {
  return all_learn || std::find(learn.begin(), learn.end(), process) != learn.end();
}

std::vector<Phase> read_phases(const config::Table& root, const std::vector<std::string>& processes,
                               const Predict& predict, std::int64_t epochs, bool has_validation) {
  std::vector<Phase> phases;
  const bool assigns = predict.kind == Predict::Kind::assigned_rate;
  if (!root.has("phase")) {
    phases.push_back({"train", Phase::Part::train, 0, epochs, true, {}, false});
    if (assigns) phases.push_back({"assign", Phase::Part::train, 10000, 1, false, {}, true});
    if (has_validation) phases.push_back({"validate", Phase::Part::validation, 0, 1, false, {}, false});
    phases.push_back({"test", Phase::Part::test, 0, 1, false, {}, false});
    return phases;
  }
  bool fitted = false;
  const std::vector<config::Table> tables = root.list("phase");
  if (const config::Value* v = root.peek("phase"); v->kind == config::Value::Kind::array && v->items.empty())
    root.error("phase", "no phase: nothing would run");
  for (const config::Table& t : tables) {
    Phase p;
    p.name = t.required_text("name");
    if (const std::string wrong = config::wrong_name(p.name); t.has("name") && !wrong.empty()) t.error("name", wrong);
    if (std::any_of(phases.begin(), phases.end(), [&](const Phase& other) { return other.name == p.name; }) &&
        !p.name.empty())
      t.error("name", fmt::format("a second phase \"{}\": results are filed under the name", p.name));
    const std::string part = t.choice("split", {"train", "validation", "test"}, "train");
    p.part = part == "train" ? Phase::Part::train : part == "test" ? Phase::Part::test : Phase::Part::validation;
    p.samples = t.integer("samples", 0, 1, 1000000000);
    p.epochs = t.integer("epochs", p.part == Phase::Part::train ? epochs : 1, 1, 1000000);
    if (t.has("learn")) {
      p.all_learn = false;
      p.learn = t.texts("learn");
      if (const config::Value* v = t.peek("learn"); v->kind == config::Value::Kind::array && v->items.empty())
        p.learn.clear();
      for (const std::string& name : p.learn)
        if (std::find(processes.begin(), processes.end(), name) == processes.end()) {
          t.error("learn", fmt::format("no process \"{}\" in [learn]{}", name,
                                       config::alternatives(name, processes, "there are")));
        }
    } else if (p.part != Phase::Part::train) {
      p.all_learn = false;
    }
    if (!p.frozen() && p.part != Phase::Part::train)
      t.error("learn", fmt::format("nothing may learn from {} data; write `learn = []`", part));
    if (p.frozen() && t.has("epochs")) t.error("epochs", "nothing learns in this phase: its samples are shown once");
    if (t.has("fit")) {
      t.choice("fit", {"predict"}, "predict");
      p.fit_predict = true;
      if (p.part == Phase::Part::test) t.error("fit", "labels of test data may not be used");
      if (!assigns)
        t.error("fit", "only `predict = { kind = \"assigned_rate\" }` has something to fit");
      else if (!p.frozen())
        t.error("fit", "units are assigned to classes once nothing changes any more; write `learn = []`");
    }
    fitted = fitted || p.fit_predict;
    if (p.frozen()) p.epochs = 1;
    phases.push_back(p);
  }
  if (assigns && !fitted)
    root.error("phase",
               "`assigned_rate` needs a phase with `fit = \"predict\"`, in which units are assigned to classes");
  return phases;
}

Predict read_predict(const config::Table& root, const GradientOptions* gradient, bool classification) {
  Predict p;
  if (gradient) {
    p.of = gradient->of;
    p.kind = !classification                                                                  ? Predict::Kind::value
             : gradient->over_time == OverTime::last || gradient->over_time == OverTime::each ? Predict::Kind::max_last
             : gradient->over_time == OverTime::sum                                           ? Predict::Kind::max_sum
                                                                                              : Predict::Kind::max_mean;
  }
  const auto table = root.table("predict");
  if (!table) {
    if (!gradient && !root.has("predict"))
      root.error(
          "predict",
          "missing key `predict`: which node's activity is the answer, like { of = \"E\", kind = \"assigned_rate\" }");
    return p;
  }
  p.of = table->text("of", p.of);
  if (p.of.empty())
    table->error("of", table->has("of") ? "expected the name of a node"
                                        : "missing key `of`: the node whose activity is the answer");
  const std::vector<std::string> kinds{"max_mean", "max_sum", "max_last", "assigned_rate", "value"};
  const std::string kind = table->choice("kind", kinds, kinds[static_cast<std::size_t>(p.kind)]);
  for (std::size_t i = 0; i < kinds.size(); ++i)
    if (kinds[i] == kind) p.kind = static_cast<Predict::Kind>(i);
  if (classification && p.kind == Predict::Kind::value)
    table->error("kind", "the answers are classes: \"value\" is for numbers");
  if (!classification && p.kind != Predict::Kind::value)
    table->error("kind", "the answers are no classes: use \"value\"");
  return p;
}

}  // namespace cajal
