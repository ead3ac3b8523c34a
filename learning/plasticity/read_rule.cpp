#include "learning/plasticity/read_rule.hpp"

#include <cmath>

#include "learning/plasticity/targets.hpp"
#include "sim/config/text.hpp"

namespace cajal {

const std::vector<std::string>& batch_words() {
  static const std::vector<std::string> words = {"mean", "sum"};
  return words;
}

const std::vector<std::string>& coincidence_words() {
  static const std::vector<std::string> words = {"pre_first", "post_first"};
  return words;
}

std::string quantity_text(double x, std::string_view unit) {
  return config::written_number(x) + (unit.empty() ? "" : " ") + std::string(unit);
}

template <class Real>
void check_bounds(const config::Table& table, const SparseEdge<Real>& edge, double w_min, double w_max) {
  const std::string& unit = edge.to->ports[edge.port].unit;
  const WeightRange weights = weight_range(edge);
  const std::string bounds = "w_min = " + quantity_text(w_min, unit) + " and w_max = " + quantity_text(w_max, unit);
  if (!(w_min < w_max) && (table.has("w_min") || table.has("w_max")))
    table.error("w_max", "no weight lies between " + bounds);
  else if (edge.count() > 0 && (weights.low < w_min || weights.high > w_max))
    table.error("w_max", "the weights of edge." + edge.name + " reach from " + quantity_text(weights.low, unit) +
                             " to " + quantity_text(weights.high, unit) + ", beyond " + bounds +
                             "; choose wider bounds, or other weights (min and max of a distribution clip)");
}

template <class Real>
SynapseTiming read_timing(const config::Table& table, const SparseEdge<Real>& edge, double dt) {
  SynapseTiming out;
  const config::Value* written = table.peek("dendritic_delay");
  if (written && written->kind == config::Value::Kind::text && written->text == "all") {
    table.take("dendritic_delay");
    out.dendritic = SynapseTiming::whole_delay;
  } else {
    const double delay = table.quantity("dendritic_delay", "ms", 0, config::not_negative);
    const double steps = std::round(delay / dt), shortest = edge.min_delay();
    if (edge.count() > 0 && steps > shortest)
      table.error("dendritic_delay", quantity_text(delay, "ms") + " is more than the shortest delay of edge." +
                                         edge.name + ", " + quantity_text(shortest * dt, "ms"));
    else
      out.dendritic = static_cast<std::uint32_t>(steps);
  }
  out.post_first = table.choice("coincidence", coincidence_words(), coincidence_words()[0]) == "post_first";
  if (out.post_first && (out.dendritic == 0 || (edge.count() > 0 && edge.min_delay() == 0)))
    table.error("coincidence",
                "\"post_first\" asks for a dendritic delay: without one, post spikes of a step are not known yet when "
                "pre spikes arrive");
  return out;
}

template void check_bounds(const config::Table&, const SparseEdge<float>&, double, double);
template void check_bounds(const config::Table&, const SparseEdge<double>&, double, double);
template SynapseTiming read_timing(const config::Table&, const SparseEdge<float>&, double);
template SynapseTiming read_timing(const config::Table&, const SparseEdge<double>&, double);

}  // namespace cajal
