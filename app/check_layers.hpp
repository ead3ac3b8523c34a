#pragma once

#include <string>
#include <string_view>

#include "sim/config/table.hpp"
#include "sim/network.hpp"

namespace cajal::app {

/// Refuses the function that a loss of logits applies itself, a softmax or a sigmoid, before the loss: at node `of`, or
/// on its way there one to one.
template <class Real>
void check_logits(const config::Table& tree, const Network<Real>& network, const std::string& of,
                  std::string_view function);
/// Refuses to show single samples again, at `fewer` of `retry`, where a node normalises over the batch.
template <class Real>
void check_single_samples(const config::Table& retry, const Network<Real>& network);

}  // namespace cajal::app
