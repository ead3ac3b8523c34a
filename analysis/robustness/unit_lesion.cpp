#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/robustness/disturbance.hpp"

namespace cajal::analysis {

namespace {

bool hidden(const Subject::Units& u) { return u.neurons && !u.input && !u.output; }

}  // namespace

Disturbance unit_lesion() {
  Disturbance d;
  d.name = "unit_lesion";
  d.meaning =
      "hidden units, at which synapses end and which are no answers themselves, fall silent: their output is "
      "zero; the same share of each node";
  d.level = "share of the units";
  d.levels = {0, 0.1, 0.25, 0.5, 0.75};
  d.few = {0, 0.25, 0.5};
  d.obstacle = [](const Subject& subject, const Questions&) {
    const auto nodes = subject.nodes();
    return std::string(std::any_of(nodes.begin(), nodes.end(), hidden) ? "" : "it has no hidden units");
  };
  d.answer = [](Subject& subject, const Questions& questions, double level, std::uint64_t repeat) {
    const std::vector<Subject::Units> nodes = subject.nodes();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (!hidden(nodes[i])) continue;
      std::vector<std::uint32_t> order(nodes[i].units);
      std::iota(order.begin(), order.end(), 0u);
      Draws draws = draws_of(questions, "unit_lesion." + nodes[i].node, 0, repeat);
      // Those that are silent at a small level are so at a larger one.
      for (std::size_t u = 0; u + 1 < order.size(); ++u) std::swap(order[u], order[u + draws.below(order.size() - u)]);
      order.resize(static_cast<std::size_t>(std::lround(level * static_cast<double>(order.size()))));
      subject.lesion(i, order);
    }
    Subject::Answers a = subject.answer(questions.rows);
    subject.restore();
    return a;
  };
  return d;
}

}  // namespace cajal::analysis
