#pragma once

#include <memory>
#include <string>

#include "app/learning.hpp"

namespace cajal::app {

/// Builds the learner of a tree that has `classical` in place of nodes, edges and [learn]. What is wrong goes to the
/// tree's diagnostics; then nothing is returned.
std::unique_ptr<AnyLearner> make_classical(const config::Table& tree, const std::string& name, const Data& data,
                                           const data::Split& split, std::size_t threads);

}  // namespace cajal::app
