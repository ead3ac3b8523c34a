#pragma once

#include <string>
#include <vector>

#include "models/catalogue.hpp"
#include "models/equations/compiler.hpp"

namespace cajal {

/// How the models of a config become nodes.
struct EquationsOptions {
  Compiler compiler = Compiler::of_build();
  bool compile = true;  ///< false: nodes can be looked at, not run
};

/// The catalogue's words with the models of the tree's `[model]` behind them, which take the place of models of that
/// name of an outer tree. What is wrong goes to the tree's diagnostics; a node of a model that is wrong is not made.
/// A model is compiled when its first node is made, unless something is wrong with the config already; where that
/// cannot be, the error stands at the model.
std::vector<NodeEntry> with_models(const config::Table& tree, std::vector<NodeEntry> entries,
                                   const EquationsOptions& options);

/// An error for each model that stands in the file of the root and that nothing there names. What comes along by
/// `extends` may rest.
void refuse_idle_models(const config::Value& root, std::vector<Diagnostic>& diagnostics);

}  // namespace cajal
