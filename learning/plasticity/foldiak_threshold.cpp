#include "learning/plasticity/foldiak_threshold.hpp"

#include <algorithm>

#include "learning/plasticity/targets.hpp"

namespace cajal {

template <class Real>
FoldiakThresholdProcess<Real>::FoldiakThresholdProcess(typename Process<Real>::Identity identity,
                                                       const std::vector<Node<Real>*>& nodes, const Options& options)
    : Process<Real>(std::move(identity)), options_(options) {
  for (Node<Real>* node : nodes) {
    const std::span<Real> theta = node->parameter_column("theta");
    if (theta.empty()) throw Error("node " + node->name() + " has no parameter theta");
    thresholds_.push_back({node, theta, {theta.begin(), theta.end()}});
  }
}

template <class Real>
void FoldiakThresholdProcess<Real>::begin_trial() {
  if (!this->frozen() && clock_ && !clock_->plan().tape && clock_->plan().batch != 1)
    throw Error("learn." + this->name() + ": foldiak_threshold cannot follow " + std::to_string(clock_->plan().batch) +
                " samples at once without a tape of what they did");
}

template <class Real>
void FoldiakThresholdProcess<Real>::end_batch(Steps steps, std::size_t samples) {
  if (this->frozen() || samples == 0) return;
  const double scale = options_.mean_batch ? 1 / static_cast<double>(samples) : 1.0;
  for (Threshold& t : thresholds_) {
    for (std::size_t u = 0; u < t.theta.size(); ++u) {
      double sum = 0;
      for (std::size_t b = 0; b < samples; ++b) {
        const auto y = static_cast<double>(t.node->output.at(steps.end - 1, b)[u]);
        sum += (options_.binary_above ? (y > *options_.binary_above ? 1.0 : 0.0) : y) - options_.parameters.p;
      }
      t.theta[u] += options_.parameters.rate * scale * sum;
    }
    t.apply();
  }
}

template <class Real>
void FoldiakThresholdProcess<Real>::Threshold::apply() {
  std::transform(theta.begin(), theta.end(), parameter.begin(), [](double x) { return static_cast<Real>(x); });
}

template <class Real>
std::vector<typename Process<Real>::State> FoldiakThresholdProcess<Real>::state() {
  std::vector<typename Process<Real>::State> out;
  for (Threshold& t : thresholds_)
    out.push_back({"node." + t.node->name() + ".theta", "", "threshold of each unit", t.theta});
  return out;
}

template <class Real>
void FoldiakThresholdProcess<Real>::restore() {
  for (Threshold& t : thresholds_) t.apply();
}

template <class Real>
std::unique_ptr<Process<Real>> make_foldiak_threshold(const config::Table& table, Network<Real>& network, double) {
  using Rule = FoldiakThreshold;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  const std::vector<Node<Real>*> nodes = read_nodes(table, network, Rule::name);
  for (Node<Real>* node : nodes) {
    if (node->spiking() || node->parameter_column("theta").empty())
      table.error("on", "node." + node->name() + " (" + std::string(node->kind()) +
                            ") is no rate unit with a parameter theta, such as sigmoid_rate");
    addresses.push_back("node." + node->name());
  }
  typename FoldiakThresholdProcess<Real>::Options options{defaults<Rule::P>(Rule::parameters), {}, true};
  read_fields(table, Rule::parameters, "", options.parameters);
  options.binary_above = table.quantity("binary_above", "", config::any_number);
  options.mean_batch = table.choice("batch", batch_words(), batch_words()[0]) == "mean";
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<FoldiakThresholdProcess<Real>>(identity<Real>(table, std::move(addresses)), nodes, options);
}

ProcessEntry foldiak_threshold_entry() {
  ProcessEntry out{std::string(FoldiakThreshold::name),
                   std::string(FoldiakThreshold::meaning),
                   std::string(FoldiakThreshold::equations),
                   std::string(FoldiakThreshold::source),
                   FoldiakThreshold::locality,
                   {on_option("\"node.Y\"")},
                   R"(learn.theta = { rule = "foldiak_threshold", on = "node.Y", rate = 0.02, p = 0.125 })"};
  for (const Field& f : FoldiakThreshold::parameters) out.options.push_back(option_of(f, false));
  out.options.push_back({"binary_above", "none", "any number", "values above it count as 1, others as 0"});
  out.options.push_back(batch_option());
  return out;
}

template class FoldiakThresholdProcess<float>;
template class FoldiakThresholdProcess<double>;
template std::unique_ptr<Process<float>> make_foldiak_threshold(const config::Table&, Network<float>&, double);
template std::unique_ptr<Process<double>> make_foldiak_threshold(const config::Table&, Network<double>&, double);

}  // namespace cajal
