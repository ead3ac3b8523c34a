#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/edges/feedback.hpp"
#include "sim/config/table.hpp"
#include "sim/edge.hpp"

namespace cajal {

/// What an edge is made from, beside its own table and the nodes it joins.
struct EdgeRequest {
  const config::Table& table;
  std::string name;
  std::size_t port = 0;
  std::int64_t delay = 0;         ///< steps
  std::size_t source_offset = 0;  ///< of an edge that takes a part of its source's units
  std::string unit;               ///< of the weights; empty: they are numbers
  std::uint64_t seed = 0;
  std::string folder;                    ///< of the config, for files it names
  std::size_t tokens = 0;                ///< how many characters the data consist of; 0: of numbers
  bool trials = false;                   ///< samples are shown in trials of a fixed number of steps
  std::optional<std::size_t> into = {};  ///< unit of the target at which the source's first ends, where that is known
  Feedback feedback = Feedback::transpose;  ///< how errors go back through it
};

/// A kind of edge that computes by itself: a word for `kind` of an edge. Sparse edges are not among them: they share
/// the network's delivery.
struct EdgeEntry {
  std::string name, meaning;
  bool trainable = false;  ///< `on = "rest"` takes it
  /// The shape of what arrives from a source of that shape; empty where the target's own size counts. What is wrong
  /// goes to the table's diagnostics; then the result is empty and the edge is not made.
  std::function<Shape(const config::Table&, const Shape& source)> shape;
  std::function<std::unique_ptr<Edge<float>>(const EdgeRequest&, Node<float>&, Node<float>&)> make_single;
  std::function<std::unique_ptr<Edge<double>>(const EdgeRequest&, Node<double>&, Node<double>&)> make_double;
  std::function<std::string()> describe;

  /// Nothing, with errors in the table's diagnostics, if something is wrong.
  template <class Real>
  std::unique_ptr<Edge<Real>> make(const EdgeRequest& request, Node<Real>& from, Node<Real>& to) const {
    if constexpr (std::is_same_v<Real, float>)
      return make_single(request, from, to);
    else
      return make_double(request, from, to);
  }
};

/// All kinds; a new one is one file and one word there.
const std::vector<EdgeEntry>& edge_catalogue();
const EdgeEntry* find_edge_entry(std::string_view kind);
/// Whether `on = "rest"` takes an edge as it stands in a config.
bool takes_gradient(const config::Table& edge);

/// `make` is a template over the number type: []<class Real>(const EdgeRequest&, Node<Real>&, Node<Real>&).
template <class Make>
EdgeEntry edge_entry(std::string name, std::string meaning, bool trainable,
                     std::function<Shape(const config::Table&, const Shape&)> shape, Make make,
                     std::function<std::string()> describe) {
  return {std::move(name),
          std::move(meaning),
          trainable,
          std::move(shape),
          [make](const EdgeRequest& r, Node<float>& from, Node<float>& to) { return make(r, from, to); },
          [make](const EdgeRequest& r, Node<double>& from, Node<double>& to) { return make(r, from, to); },
          std::move(describe)};
}

}  // namespace cajal
