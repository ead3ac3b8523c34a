#include "models/edges/scale.hpp"

#include "models/edges/one_to_one.hpp"
#include "models/shapes.hpp"

namespace cajal {

namespace {

template <class Real>
std::unique_ptr<Edge<Real>> make_scale(const EdgeRequest& r, Node<Real>& from, Node<Real>& to) {
  const config::Table& table = r.table;
  const std::size_t before = table.diagnostics().size();
  const bool by_unit = table.choice("per", {"channel", "unit"}, "channel") == "unit";
  const bool biased = table.boolean("bias", true);
  if (!r.unit.empty())
    table.error("to", "\"" + to.name() + "\" takes " + r.unit +
                          ", and what is scaled is a plain number; \"one_to_one\" takes a weight in " + r.unit);
  if (const std::size_t targets = to.port_units(r.port); targets != from.size())
    table.error("to", "\"" + to.name() + "\" has " + std::to_string(targets) + " units and \"" + from.name() + "\" " +
                          std::to_string(from.size()) + "; scaling joins nodes of the same size");
  if (table.diagnostics().size() > before) return nullptr;
  const std::size_t groups = by_unit ? from.size() : channels_of(from.shape);
  return std::make_unique<OneToOneEdge<Real>>(r.name, from, to, r.port, r.delay, Joined{0, 0, from.size()},
                                              std::vector<double>(groups, 1.0),
                                              std::vector<double>(biased ? groups : 0, 0.0), "scale");
}

}  // namespace

EdgeEntry scale_entry() {
  return edge_entry(
      "scale", "each unit to the unit of the same number, times a weight and plus a bias of its channel", true,
      [](const config::Table&, const Shape& source) { return source; },
      []<class Real>(const EdgeRequest& r, Node<Real>& from, Node<Real>& to) { return make_scale(r, from, to); },
      [] {
        return std::string(
            "scale: each unit to the unit of the same number, times a weight and plus a bias of its channel\n\n"
            "    y_u = w_c x_u + b_c; weights start at 1, biases at 0\n\n"
            "keys\n  from, to, per (\"channel\": the first axis of {channels, height, width}, else each unit; or "
            "\"unit\"), bias (true),\n  delay (ms, 0) or delay_steps\n\n"
            "example\n  [edge]\n  affine = { from = \"normal\", to = \"act\", kind = \"scale\" }\n");
      });
}

}  // namespace cajal
