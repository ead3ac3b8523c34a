#include "learning/gradient/gradient_options.hpp"

#include <algorithm>
#include <variant>

namespace cajal {

namespace {

/// `show = { image = ["real", "fake"] }`
void read_shown(GradientOptions& g, const config::Table& learn) {
  const auto show = learn.table("show");
  if (!show) return;
  const auto keys = show->keys();
  if (keys.size() != 1) {
    show->skip();
    learn.error("show", "expected one node of kind \"switch\" and its ports, like { image = [\"real\", \"fake\"] }");
    return;
  }
  g.shown = GradientOptions::Shown{keys[0], show->texts(keys[0])};
  if (g.shown->ports.empty()) learn.error("show", "names no port");
}

/// `target = "y" | "x" | 1 | [1, 0]`
void read_target(GradientOptions& g, const config::Table& learn) {
  const config::Value* given = learn.peek("target");
  if (!given || given->kind == config::Value::Kind::text) {
    if (learn.choice("target", {"y", "x"}, "y") == "x") g.target = GradientOptions::Target::input;
    if (g.parts() > 1)
      learn.error("target", "a batch that is shown through several ports needs a number for each, like [1, 0]");
    return;
  }
  g.target = GradientOptions::Target::numbers;
  g.numbers = given->kind == config::Value::Kind::array ? learn.numbers("target", "")
                                                        : std::vector<double>{learn.number("target", 0)};
  if (g.numbers.size() != g.parts())
    learn.error("target", "a number for each part that is shown is needed: " + std::to_string(g.parts()));
  g.numbers.resize(g.parts());
}

}  // namespace

GradientOptions GradientOptions::read(const std::string& name, const config::Table& learn) {
  GradientOptions g;
  g.name = name;
  g.loss = Loss::read(learn);
  g.of = learn.text("of", "out");
  read_shown(g, learn);
  read_target(g, learn);
  const std::vector<std::string> over{"mean", "sum", "last", "each"};
  const std::string chosen = learn.choice("over_time", over, "mean");
  g.over_time = static_cast<OverTime>(std::find(over.begin(), over.end(), chosen) - over.begin());
  g.optimizer = read_optimizer(learn);
  g.schedule = Schedule::read(learn);
  g.penalty = Penalty::read(learn);
  g.clip = Clip::read(learn);
  const bool full = std::holds_alternative<Gd>(g.optimizer);
  if (full && learn.has("batch"))
    learn.error("batch", "\"gd\" takes all training samples at once; for batches use \"sgd\"");
  g.batch = full ? 0 : static_cast<std::size_t>(learn.integer("batch", 32, 1, 1000000));
  g.stop = Stop::read(learn);
  g.keep_best = learn.choice("keep", {"last", "best"}, "last") == "best";
  g.monitor = read_monitor(learn);
  g.stop.watch(g.monitor);
  if (learn.has("monitor") && !g.monitors())
    learn.error("monitor",
                "nothing looks at it: it is for `stop = { patience = ... }`, `keep = \"best\"` and the schedule "
                "\"plateau\"");
  return g;
}

}  // namespace cajal
