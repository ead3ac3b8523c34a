#pragma once

#include <string>

#include "app/learn_table.hpp"
#include "learning/data/dataset.hpp"
#include "learning/gradient/gradient_options.hpp"
#include "learning/options.hpp"
#include "sim/config/table.hpp"
#include "sim/network.hpp"

// What a learner's parts must have in common with one another and with its data. Errors go to the tables' diagnostics.

namespace cajal::app {

/// The node, or nothing, with an error. `at` and its key `of` name it; nothing where the default is meant.
template <class Real>
const Node<Real>* check_node(const config::Table& tree, const Network<Real>& network, const std::string& name,
                             const config::Table& at);

/// A node that answers must be as large as what the data ask for, but one whose units are assigned to classes.
/// `binary`: one unit may tell two classes apart.
template <class Real>
void check_output(const config::Table& tree, const Network<Real>& network, const std::string& name, bool assigned,
                  bool binary, const data::Dataset& dataset, const config::Table& at);

/// What a loss reads must have as many numbers as what it is compared with, and a switch the ports that are shown.
template <class Real>
void check_target(const config::Table& tree, const Network<Real>& network, const GradientOptions& g,
                  const data::Dataset& dataset, const config::Table& learn);

/// The loss must fit the targets: classes or numbers, their number and their range.
bool check_loss(const config::Table& learn, const GradientOptions& gradient, const data::Dataset& dataset);

/// What is repeated must spike, and what is raised must have a gain.
template <class Real>
void check_retry(const config::Table& tree, const Network<Real>& network, const Trial::Retry& retry);

/// Errors that go back by fixed random weights need an edge that has such weights, and one through which they go.
template <class Real>
void check_feedback(const Network<Real>& network, const GradientEntry& entry);

}  // namespace cajal::app
