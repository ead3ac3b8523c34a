#include "learning/losses/loss.hpp"

#include "sim/error.hpp"

namespace cajal {

namespace {

void check_sizes(std::string_view loss, std::size_t output, std::size_t target, std::size_t gradient, double total) {
  const auto refuse = [&](const std::string& what) { throw Error(std::string(loss) + ": " + what); };
  if (output == 0) refuse("no outputs");
  if (!(total > 0)) refuse("a batch of no samples");
  if (target != output) refuse(std::to_string(target) + " targets" + " for " + std::to_string(output) + " outputs");
  if (gradient != 0 && gradient != output)
    refuse(std::to_string(gradient) + " gradients" + " for " + std::to_string(output) + " outputs");
}

/// Calls f with the weights of the classes of a loss that has some.
template <class Kind, class F>
void with_class_weights(Kind& kind, F&& f) {
  std::visit(
      [&](auto& each) {
        if constexpr (requires { each.class_weights; }) f(each.class_weights);
      },
      kind);
}

}  // namespace

std::vector<LossEntry> loss_entries() { return kind_entries<LossKind>(); }

Loss Loss::read(const config::Table& learn, std::string_view key) { return Loss(read_kind<LossKind>(learn, key)); }

std::string_view Loss::name() const {
  return std::visit([](const auto& kind) { return kind.name; }, kind_);
}

bool Loss::binary() const {
  return std::visit(
      []<class Kind>(const Kind&) {
        return requires { Kind::binary; };
      },
      kind_);
}

const ClassWeights* Loss::class_weights() const {
  const ClassWeights* found = nullptr;
  with_class_weights(kind_, [&](const ClassWeights& weights) { found = weights.given() ? &weights : nullptr; });
  return found;
}

void Loss::balance(const std::vector<std::size_t>& counts) {
  with_class_weights(kind_, [&](ClassWeights& weights) { weights.balance(counts); });
}

double Loss::weight(std::int32_t label) const {
  double weight = 1;
  with_class_weights(kind_, [&](const ClassWeights& weights) { weight = weights.of(static_cast<std::size_t>(label)); });
  return weight;
}

template <class Real>
double Loss::sample(std::span<const Real> output, std::int32_t label, double total, std::span<Real> gradient) const {
  check_sizes(name(), output.size(), output.size(), gradient.size(), total);
  const bool one_of_two = output.size() == 1 && binary();
  const std::size_t classes = one_of_two ? 2 : output.size();
  if (label < 0 || static_cast<std::size_t>(label) >= classes)
    throw Error(std::string(name()) + ": class " + std::to_string(label) + " as target, allowed are 0 to " +
                std::to_string(classes - 1) + (one_of_two ? "" : ", one for each output"));
  if (one_of_two)
    return std::visit(
        [&](const auto& kind) { return kind.sample(output, OneOfTwo{static_cast<double>(label)}, total, gradient); },
        kind_);
  return std::visit(
      [&](const auto& kind) { return kind.sample(output, OneHot{static_cast<std::size_t>(label)}, total, gradient); },
      kind_);
}

template <class Real, class Value>
double Loss::sample(std::span<const Real> output, std::span<const Value> target, double total,
                    std::span<Real> gradient) const {
  check_sizes(name(), output.size(), target.size(), gradient.size(), total);
  return std::visit([&](const auto& kind) { return kind.sample(output, Numbers<Value>{target}, total, gradient); },
                    kind_);
}

template double Loss::sample(std::span<const float>, std::int32_t, double, std::span<float>) const;
template double Loss::sample(std::span<const double>, std::int32_t, double, std::span<double>) const;
template double Loss::sample(std::span<const float>, std::span<const float>, double, std::span<float>) const;
template double Loss::sample(std::span<const float>, std::span<const double>, double, std::span<float>) const;
template double Loss::sample(std::span<const double>, std::span<const float>, double, std::span<double>) const;
template double Loss::sample(std::span<const double>, std::span<const double>, double, std::span<double>) const;

}  // namespace cajal
