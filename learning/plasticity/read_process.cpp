#include "learning/plasticity/read_process.hpp"

#include <cmath>

#include "sim/config/text.hpp"

namespace cajal {

double read_every(const config::Table& table, double dt, bool required) {
  const config::Value* given = table.peek("every");
  if (!given) {
    if (required)
      table.error("every",
                  "missing key `every`: when it acts, \"trial\" or in a simulation a time between, like \"1 s\"");
    return 0;
  }
  std::string why;
  if (given->kind == config::Value::Kind::text && !config::parse_quantity(given->text, "ms", why)) {
    if (table.text("every", "") != "trial")
      table.error("every", "expected \"trial\" or a time, like \"1 s\", found \"" + given->text + "\"");
    return 0;
  }
  const double every = table.quantity("every", "ms", 0, config::positive), steps = every / dt;
  if (every > 0 && !(steps <= 1e15 && std::fabs(std::round(steps) - steps) <= 1e-6))
    table.error("every", quantity_text(every, "ms") + " is no multiple of dt = " + quantity_text(dt, "ms"));
  return every;
}

Option option_of(const Field& f, bool bounds_from_weights) {
  const std::string unit(f.unit == weight_unit ? "unit of the port" : f.unit);
  Option out{std::string(f.name), quantity_text(f.value, unit), f.range.text(f.unit == weight_unit ? "" : f.unit),
             std::string(f.meaning)};
  if (f.value == unbounded) out.fallback = "none";
  if (bounds_from_weights && f.name == "w_min") out.fallback = "twice the smallest initial weight, or 0";
  if (bounds_from_weights && f.name == "w_max") out.fallback = "twice the largest initial weight, or 0";
  return out;
}

Option on_option(std::string_view example) {
  return {"on", "", "addresses, * stands for any text", "what it changes: " + std::string(example)};
}

Option batch_option() {
  return {"batch", "mean", config::listed(batch_words()),
          "how the changes of samples that run side by side are put together"};
}

void add_timing_options(ProcessEntry& entry) {
  entry.options.push_back({"dendritic_delay", "0 ms", "a time, at most the edge's delay, or all",
                           "which part of the delay lies behind the synapse: post spikes reach it that much later"});
  entry.options.push_back({"coincidence", "pre_first", config::listed(coincidence_words()),
                           "which of two spikes acts first that reach the synapse at once"});
}

Option every_option(bool required) {
  return {"every", required ? "" : "trial", "trial, or a time",
          "when it acts: at every trial, or phase of a simulation, or in a simulation at multiples of a time"};
}

}  // namespace cajal
