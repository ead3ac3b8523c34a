#include "learning/gradient/gradient_options.hpp"

#include <variant>

namespace cajal {

GradientOptions GradientOptions::read(const std::string& name, const config::Table& learn) {
  GradientOptions g;
  g.name = name;
  g.loss = Loss::read(learn);
  g.of = learn.text("of", "out");
  learn.choice("target", {"y"}, "y");
  const std::string over = learn.choice("over_time", {"mean", "sum", "last"}, "mean");
  g.over_time = over == "mean" ? OverTime::mean : over == "sum" ? OverTime::sum : OverTime::last;
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
