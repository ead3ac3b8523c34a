#pragma once

#include <vector>

#include "sim/config/value.hpp"

namespace cajal {

/// Expands `layers = [...]` of a root (and of each of its learners) to named nodes and edges, in place.
///
/// A first layer reads node `input` (`kind = "data"`), made if absent. What a layer becomes follows from its `kind`:
/// - a kind of edge, such as `dense` or `conv2d`: `[edge] NAME` of that kind with the layer's keys, and
///   `[node] NAME = activation` (or `linear`); `units` is the node's size.
/// - a kind of node, such as `dropout` or `relu`: a node with the layer's keys, joined one to one.
/// - `batch_norm`, `layer_norm`: node `NAME_normal`, and an edge `NAME` of kind `scale` to node `NAME`, unless
///   `scale = false`.
/// - `elman`, `lstm`, `gru`: a node, edge `NAME` from what comes before and edge `NAME_recurrent` from the node to
///   itself, one step later; `elman` takes an `activation` (`tanh`).
/// - `jordan`: as `elman`, but edge `NAME_recurrent` comes from the node that `feedback` names, such as the output.
/// - any of these with `bidirectional = true`: nodes `NAME_forward` and `NAME_backward`, the latter fed by
/// `NAME_reversed`
///   with the steps in reverse order; its output, reversed back, stands in node `NAME` after that of the former, as
///   PyTorch gives it: at the last step the backward part has seen that step alone. With `bidirectional = "last"` it is
///   not reversed back: at the last step it has seen the whole sequence, as the last output of Keras has.
/// - `concatenate`: node `NAME` that takes what the nodes named in `of` give, side by side.
/// - `flatten`: nothing, since the units of a node stand in one row.
/// `add = "hid"` on any of them joins node `hid` one to one to the layer's node too (a residual branch).
void expand_layers(config::Value& root, std::vector<Diagnostic>& diagnostics);

}  // namespace cajal
