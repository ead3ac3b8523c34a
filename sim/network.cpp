#include "sim/network.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "sim/error.hpp"

namespace cajal {

template <class Real>
Node<Real>* Network<Real>::node(std::string_view name) const {
  for (const auto& n : nodes)
    if (n->name() == name) return n.get();
  return nullptr;
}
template <class Real>
Edge<Real>* Network<Real>::edge(std::string_view name) const {
  for (const auto& e : edges)
    if (e->name() == name) return e.get();
  return nullptr;
}
template <class Real>
SparseEdge<Real>* Network<Real>::sparse_edge(std::string_view name) const {
  for (const auto& e : sparse)
    if (e->name == name) return e.get();
  return nullptr;
}
template <class Real>
std::size_t Network<Real>::index_of(const Node<Real>& node) const {
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].get() == &node) return i;
  throw Error("a node that is not of this network");
}

template <class Real>
bool Network<Real>::whole_trial() const {
  return std::any_of(edges.begin(), edges.end(), [](const auto& e) { return e->whole_trial(); });
}

template <class Real>
std::vector<typename Network<Real>::Link> Network<Real>::links() const {
  std::vector<Link> out;
  for (const auto& e : edges) out.push_back({index_of(e->from()), index_of(e->to()), e->delay(), e.get()});
  for (const auto& e : sparse) out.push_back({index_of(*e->from), index_of(*e->to), e->min_delay(), nullptr});
  for (const Dependence& d : dependences) out.push_back({index_of(*d.from), index_of(*d.to), 1, nullptr});
  return out;
}

namespace {

/// Strongly connected components by Tarjan's algorithm (1972), without recursion; numbered in topological order.
std::vector<int> components(std::size_t n, const std::vector<std::vector<std::size_t>>& next, int& count) {
  std::vector<int> component(n, -1), low(n, -1), number(n, -1);
  std::vector<std::size_t> stack;
  std::vector<bool> on_stack(n, false);
  int counter = 0, found = 0;
  struct Frame {
    std::size_t node, child;
  };
  for (std::size_t start = 0; start < n; ++start) {
    if (number[start] >= 0) continue;
    std::vector<Frame> frames{{start, 0}};
    while (!frames.empty()) {
      const std::size_t v = frames.back().node;
      if (frames.back().child == 0 && number[v] < 0) {
        number[v] = low[v] = counter++;
        stack.push_back(v);
        on_stack[v] = true;
      }
      if (frames.back().child < next[v].size()) {
        const std::size_t w = next[v][frames.back().child++];
        if (number[w] < 0)
          frames.push_back({w, 0});
        else if (on_stack[w])
          low[v] = std::min(low[v], number[w]);
        continue;
      }
      frames.pop_back();
      if (!frames.empty()) low[frames.back().node] = std::min(low[frames.back().node], low[v]);
      if (low[v] != number[v]) continue;
      std::size_t w;
      do {
        w = stack.back();
        stack.pop_back();
        on_stack[w] = false;
        component[w] = found;
      } while (w != v);
      ++found;
    }
  }
  count = found;
  for (int& c : component) c = found - 1 - c;  // Tarjan finds them in reverse
  return component;
}

}  // namespace

template <class Real>
void Network<Real>::order() {
  const std::vector<Link> all = links();
  std::vector<std::vector<std::size_t>> next(nodes.size());
  for (const Link& l : all) next[l.from].push_back(l.to);
  int count = 0;
  group_of_node_ = components(nodes.size(), next, count);
  groups_.assign(static_cast<std::size_t>(count), {});
  for (std::size_t i = 0; i < nodes.size(); ++i)
    groups_[static_cast<std::size_t>(group_of_node_[i])].index.push_back(i);
  for (const Link& l : all) {
    const auto from = static_cast<std::size_t>(group_of_node_[l.from]),
               to = static_cast<std::size_t>(group_of_node_[l.to]);
    if (from == to) {
      Group& g = groups_[from];
      g.recurrent = true;
      if (l.edge) g.inner.push_back(l.edge);
      if (l.delay > 0) g.min_delay = g.min_delay == 0 ? l.delay : std::min(g.min_delay, l.delay);
      if (l.delay == 0 && !l.edge)
        throw Error("an edge within a cycle needs a delay of at least one step: " + nodes[l.from]->name() + " -> " +
                    nodes[l.to]->name());
    } else if (l.edge) {
      groups_[from].outbound.push_back(l.edge);
      groups_[to].inbound.push_back(l.edge);
    }
  }
  for (Group& g : groups_) sort_group(g, all);
  mark();
}

template <class Real>
void Network<Real>::sort_group(Group& group, const std::vector<Link>& all) {
  // Kahn's algorithm on the edges without delay; ties in the order of declaration.
  std::vector<std::size_t> sorted, left = group.index;
  while (!left.empty()) {
    const auto ready = std::find_if(left.begin(), left.end(), [&](std::size_t node) {
      return std::none_of(all.begin(), all.end(), [&](const Link& l) {
        return l.delay == 0 && l.to == node && std::find(left.begin(), left.end(), l.from) != left.end();
      });
    });
    if (ready == left.end()) {
      std::string names;
      for (std::size_t i : left) names += (names.empty() ? "" : " -> ") + nodes[i]->name();
      throw Error("a cycle without delay: " + names + "; give one of its edges a delay of at least one step");
    }
    sorted.push_back(*ready);
    left.erase(ready);
  }
  group.index = sorted;
  group.nodes.clear();
  for (std::size_t i : sorted) group.nodes.push_back(nodes[i].get());
}

template <class Real>
void Network<Real>::mark() {
  for (auto& e : edges) e->to().ports[e->port()].connected = true;
  for (auto& e : sparse) e->to->ports[e->port].connected = true;
  for (auto& n : nodes) n->history = 0, n->read_by_others = false;
  for (auto& e : edges) {
    e->from().history = std::max(e->from().history, e->delay());
    e->from().read_by_others = e->from().read_by_others || !e->aligned();
  }
  for (const Dependence& d : dependences) {
    Node<Real>& from = *nodes[index_of(*d.from)];
    from.history = std::max<std::int64_t>(from.history, 1);
    from.read_by_others = true;
  }
  // A port is held if all that ends there is. The edge that a step visits first sets the arrivals, the others add:
  // edges from earlier groups come first, then those with a delay. Edges within the step come after the sparse ones:
  // none of them sets.
  for (const Group& g : groups_)
    for (Node<Real>* n : g.nodes) {
      bool all_held = !n->ports.empty();
      for (std::size_t p = 0; p < n->ports.size(); ++p) {
        bool held = n->ports[p].connected;
        Edge<Real>* first = nullptr;
        bool first_inner = false;
        for (auto& e : sparse) held = held && !(e->to == n && e->port == p);
        for (auto& e : edges) {
          if (&e->to() != n || e->port() != p) continue;
          held = held && e->from().held && e->delay() == 0;
          e->adds = true;
          const bool inner = std::find(g.nodes.begin(), g.nodes.end(), &e->from()) != g.nodes.end();
          if ((inner && e->delay() == 0) || (first && (inner || !first_inner))) continue;
          first = e.get();
          first_inner = inner;
        }
        if (first) first->adds = false;
        n->ports[p].held = held;
        all_held = all_held && (held || !n->ports[p].connected);
      }
      if (n->instantaneous()) n->held = all_held;
    }
  mark_gradients(false);
}

template <class Real>
void Network<Real>::want_input_gradients(bool wanted) {
  mark_gradients(wanted);
}

template <class Real>
void Network<Real>::mark_gradients(bool inputs) {
  for (auto& n : nodes) n->wants_gradient = inputs && n->kind() == "data";
  for (bool changed = true; changed;) {
    changed = false;
    const auto reach = [&](const Node<Real>& from, Node<Real>& to, bool trained) {
      if (!to.wants_gradient && (trained || from.wants_gradient)) to.wants_gradient = changed = true;
    };
    for (auto& e : edges) reach(e->from(), e->to(), e->trained);
    for (auto& e : sparse) reach(*e->from, *e->to, e->trained);
  }
}

template class Network<float>;
template class Network<double>;

}  // namespace cajal
