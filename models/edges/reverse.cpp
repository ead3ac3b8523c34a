#include "models/edges/reverse.hpp"

#include "models/edges/one_to_one.hpp"

namespace cajal {

namespace {

template <class Real>
std::unique_ptr<Edge<Real>> make_reverse(const EdgeRequest& r, Node<Real>& from, Node<Real>& to) {
  const config::Table& table = r.table;
  const std::size_t before = table.diagnostics().size();
  Joined joined = read_joined(r, from.name(), from.size(), to.name(), to.port_units(r.port));
  joined.reversed = true;
  if (!r.trials)
    table.error("kind", "\"reverse\" turns the steps of a trial round, and without `data` there are no trials");
  if (r.delay > 0)
    table.error(table.has("delay") ? "delay" : "delay_steps", "what is reversed comes when the trial has ended");
  if (!r.unit.empty())
    table.error("to", "\"" + to.name() + "\" takes " + r.unit + ", and what is reversed is a plain number");
  if (table.diagnostics().size() > before) return nullptr;
  return std::make_unique<OneToOneEdge<Real>>(r.name, from, to, r.port, 0, joined, std::vector<double>{1.0},
                                              std::vector<double>{}, "reverse");
}

}  // namespace

EdgeEntry reverse_entry() {
  return edge_entry(
      "reverse", "each unit to the unit of the same number, the steps of a trial in reverse order", false,
      [](const config::Table&, const Shape& source) { return source; },
      []<class Real>(const EdgeRequest& r, Node<Real>& from, Node<Real>& to) { return make_reverse(r, from, to); },
      [] {
        return std::string(
            "reverse: each unit to the unit of the same number, the steps of a trial in reverse order\n\n"
            "    y(t) = x(T - 1 - t), T the steps of a trial\n\n"
            "keys\n  from, to, into (as of one_to_one)\n\nAll steps of its source run before the first of its target: "
            "it cannot be part of a cycle. In `layers`,\n`bidirectional = true` on a recurrent layer makes what is "
            "needed.\n\nexample\n  [edge]\n  back = { from = \"input\", to = \"reversed\", kind = \"reverse\" }\n");
      });
}

}  // namespace cajal
