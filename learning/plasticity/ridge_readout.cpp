#include "learning/plasticity/ridge_readout.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "learning/linear_algebra.hpp"
#include "learning/plasticity/read_on.hpp"
#include "learning/plasticity/read_rule.hpp"
#include "learning/plasticity/read_teacher.hpp"
#include "sim/dense.hpp"
#include "sim/memory.hpp"

namespace cajal {

RidgeSums::RidgeSums(std::size_t inputs, std::size_t outputs, bool intercept)
    : inputs_(inputs), outputs_(outputs), intercept_(intercept), stride_(padded(width())) {
  rows_.resize(block * stride_, 0.0);
  sums_.resize(dense::panels_size<double>(inputs_ + 1, padded(width())), 0.0);
}

void RidgeSums::add(const std::vector<double>& x, const std::vector<double>& y, Team& team) {
  double* const row = rows_.data() + pending_ * stride_;
  std::copy(x.begin(), x.end(), row);
  row[inputs_] = 1;
  std::copy(y.begin(), y.end(), row + inputs_ + 1);
  if (++pending_ == block) add_pending(team);
}

void RidgeSums::add_pending(Team& team) {
  if (pending_ == 0) return;
  std::vector<const double*> rows;
  for (std::size_t r = 0; r < pending_; ++r) rows.push_back(rows_.data() + r * stride_);
  const std::size_t inputs = inputs_ + 1;
  team.run([&](std::size_t part) {
    const auto range = Slice{0, 1, part, team.size()}.units(padded(inputs));
    const Slice::Range own{range.begin, std::min(range.end, inputs)};
    if (own.begin < own.end)
      dense::weight_gradient<double>(rows, rows, own, {0, stride_}, inputs, sums_.data(), count_ > 0,
                                     dense::Inputs::dense);
  });
  count_ += pending_;
  pending_ = 0;
}

double RidgeSums::sum(std::size_t input, std::size_t column) const {
  return sums_[dense::panels_index<double>(input, column, inputs_ + 1)];
}

RidgeSums::Solution RidgeSums::solve(double alpha, Team& team) {
  add_pending(team);
  if (count_ == 0) throw Error("a regression on nothing");
  // The row of ones holds the sums of x and y themselves.
  const auto n = static_cast<double>(count_);
  const auto mean = [&](std::size_t column) { return intercept_ ? sum(inputs_, column) / n : 0.0; };
  const auto centred = [&](std::size_t i, std::size_t column) { return sum(i, column) - n * mean(i) * mean(column); };
  Matrix a(inputs_, inputs_), b(inputs_, outputs_);
  for (std::size_t i = 0; i < inputs_; ++i) {
    for (std::size_t j = 0; j < inputs_; ++j) a[i][j] = centred(i, j);
    for (std::size_t k = 0; k < outputs_; ++k) b[i][k] = centred(i, inputs_ + 1 + k);
    a[i][i] += alpha;
  }
  const Matrix w = solve_symmetric(a, b);
  Solution out{std::vector<double>(outputs_ * inputs_), std::vector<double>(outputs_, 0.0)};
  for (std::size_t k = 0; k < outputs_; ++k) {
    out.bias[k] = mean(inputs_ + 1 + k);
    for (std::size_t i = 0; i < inputs_; ++i) {
      out.weight[k * inputs_ + i] = w[i][k];
      out.bias[k] -= w[i][k] * mean(i);
    }
  }
  return out;
}

void RidgeSums::clear() {
  count_ = pending_ = 0;
  std::fill(sums_.begin(), sums_.end(), 0.0);
}

double RidgeSums::bytes(double inputs, double outputs) {
  return static_cast<double>(sizeof(double)) * (inputs + outputs + 33) * (5 * inputs + block);
}

template <class Real>
RidgeProcess<Real>::RidgeProcess(typename Process<Real>::Identity identity, const std::vector<Edge<Real>*>& edges,
                                 Node<Real>& teacher, double alpha)
    : Process<Real>(std::move(identity)), teacher_(&teacher), alpha_(alpha) {
  for (Edge<Real>* edge : edges)
    readouts_.push_back({edge, RidgeSums(edge->from().size(), edge->to().size(), edge->parameters().size() > 1)});
}

template <class Real>
void RidgeProcess<Real>::attach(Clock<Real>& clock) {
  leave();
  clock_ = &clock;
  kept_.clear();
  if (clock.plan().tape || clock.plan().batch != 1) return;
  const auto keep = [&](Node<Real>& node) {
    const bool there = std::any_of(kept_.begin(), kept_.end(), [&](const auto& sum) { return &sum.node() == &node; });
    if (!node.held && !there) kept_.emplace_back(node);
  };
  for (Readout& r : readouts_) keep(r.edge->from());
  keep(*teacher_);
  if (!this->frozen()) enter();
}

template <class Real>
void RidgeProcess<Real>::frozen_changed() {
  leave();
  if (!this->frozen()) enter();
}

template <class Real>
void RidgeProcess<Real>::enter() {
  for (OutputSum<Real>& sum : kept_) sum.enter();
}

template <class Real>
void RidgeProcess<Real>::leave() {
  for (OutputSum<Real>& sum : kept_) sum.leave();
}

template <class Real>
void RidgeProcess<Real>::begin_trial() {
  if (this->frozen() || !clock_) return;
  if (!clock_->plan().tape && clock_->plan().batch != 1)
    throw Error("learn." + this->name() + ": ridge cannot follow " + std::to_string(clock_->plan().batch) +
                " samples at once without a tape of what they did");
  for (OutputSum<Real>& sum : kept_) sum.clear();
}

template <class Real>
std::vector<double> RidgeProcess<Real>::mean(const Node<Real>& node, Steps steps, std::size_t sample) const {
  const auto kept = std::find_if(kept_.begin(), kept_.end(), [&](const auto& sum) { return &sum.node() == &node; });
  return mean_output(node, kept == kept_.end() ? nullptr : &*kept, steps, sample);
}

template <class Real>
void RidgeProcess<Real>::end_batch(Steps steps, std::size_t samples) {
  if (this->frozen() || !clock_) return;
  for (std::size_t b = 0; b < samples; ++b) {
    const std::vector<double> y = mean(*teacher_, steps, b);
    for (Readout& r : readouts_) r.sums.add(mean(r.edge->from(), steps, b), y, clock_->team());
  }
}

template <class Real>
void RidgeProcess<Real>::end_epoch() {
  if (this->frozen() || !clock_) return;
  for (Readout& r : readouts_) {
    if (r.sums.rows() == 0) continue;
    const auto found = r.sums.solve(alpha_, clock_->team());
    const auto parameters = r.edge->parameters();
    parameters[0]->assign(found.weight);
    if (parameters.size() > 1) parameters[1]->assign(found.bias);
    r.sums.clear();
  }
}

namespace {

template <class Real>
void check_readout(const config::Table& table, const Edge<Real>& edge, const Parameter<Real>& weight) {
  const std::string address = "edge." + edge.name(), rule(RidgeReadout::name);
  if (!weight.unit.empty())
    table.error("on", rule + " sets weights without a unit, those of " + address + " are in " + weight.unit);
  if (edge.target_units() != edge.to().size())
    table.error("on", address + " brings several numbers to each unit of node." + edge.to().name() + "; " + rule +
                          " needs one");
  if (edge.delay() > 0)
    table.error("on", address + " has a delay: what it brings is not the mean of what is sent in a trial");
  const auto inputs = static_cast<double>(edge.from().size()), outputs = static_cast<double>(edge.to().size());
  if (const double bytes = RidgeSums::bytes(inputs, outputs); bytes > usable_memory())
    table.error("on", address + ": sums over pairs of " + std::to_string(edge.from().size()) + " units take about " +
                          bytes_text(bytes) + "; " + bytes_text(usable_memory()) + " of memory are there");
}

}  // namespace

template <class Real>
std::unique_ptr<Process<Real>> make_ridge_readout(const config::Table& table, Network<Real>& network, double) {
  const std::size_t errors = table.diagnostics().size();
  std::vector<Edge<Real>*> dense, edges;
  std::vector<std::string> addresses, named;
  std::vector<std::pair<std::string, std::string>> others;
  for (const auto& e : network.edges) {
    if (e->kind() == "dense") {
      dense.push_back(e.get());
      addresses.push_back("edge." + e->name());
    } else {
      others.emplace_back("edge." + e->name(), "which is " + std::string(e->kind()) + ": it works on dense edges");
    }
  }
  for (const auto& e : network.sparse)
    others.emplace_back("edge." + e->name, "which is sparse: it works on dense edges");
  for (const auto& n : network.nodes) others.emplace_back("node." + n->name(), "a node: it works on edges");
  Node<Real>* const teacher = read_teacher(table, network);
  for (const std::size_t i : read_on(table, RidgeReadout::name, addresses, others)) {
    edges.push_back(dense[i]);
    named.push_back(addresses[i]);
    check_readout(table, *dense[i], *dense[i]->parameters()[0]);
    check_pupil(table, teacher, dense[i]->to());
  }
  auto parameters = defaults<RidgeReadout::P>(RidgeReadout::parameters);
  read_fields(table, RidgeReadout::parameters, "", parameters);
  if (!shows_data(network)) table.error("rule", "ridge is fitted to samples that are shown in trials: it needs `data`");
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<RidgeProcess<Real>>(identity<Real>(table, std::move(named)), edges, *teacher,
                                              parameters.alpha);
}

ProcessEntry ridge_readout_entry() {
  ProcessEntry out{std::string(RidgeReadout::name),
                   std::string(RidgeReadout::meaning),
                   std::string(RidgeReadout::equations),
                   std::string(RidgeReadout::source),
                   RidgeReadout::locality,
                   {on_option("\"edge.read\", dense edges")},
                   R"(learn.read = { rule = "ridge", on = "edge.XY", teacher = "label" })"};
  for (const Field& f : RidgeReadout::parameters) out.options.push_back(option_of(f, false));
  out.options.push_back(teacher_option());
  return out;
}

template class RidgeProcess<float>;
template class RidgeProcess<double>;
template std::unique_ptr<Process<float>> make_ridge_readout(const config::Table&, Network<float>&, double);
template std::unique_ptr<Process<double>> make_ridge_readout(const config::Table&, Network<double>&, double);

}  // namespace cajal
