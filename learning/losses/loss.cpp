#include "learning/losses/loss.hpp"

#include "sim/error.hpp"

namespace cajal {

namespace {

void check_sizes(std::string_view loss, std::size_t output, std::size_t target, std::size_t gradient,
                 std::size_t batch) {
  const auto refuse = [&](const std::string& what) { throw Error(std::string(loss) + ": " + what); };
  if (output == 0) refuse("no outputs");
  if (batch == 0) refuse("a batch of no samples");
  if (target != output) refuse(std::to_string(target) + " targets" + " for " + std::to_string(output) + " outputs");
  if (gradient != 0 && gradient != output)
    refuse(std::to_string(gradient) + " gradients" + " for " + std::to_string(output) + " outputs");
}

}  // namespace

std::vector<LossEntry> loss_entries() { return kind_entries<LossKind>(); }

Loss Loss::read(const config::Table& learn, std::string_view key) { return Loss(read_kind<LossKind>(learn, key)); }

std::string_view Loss::name() const {
  return std::visit([](const auto& kind) { return kind.name; }, kind_);
}

template <class Real>
double Loss::sample(std::span<const Real> output, std::int32_t label, std::size_t batch,
                    std::span<Real> gradient) const {
  check_sizes(name(), output.size(), output.size(), gradient.size(), batch);
  if (label < 0 || static_cast<std::size_t>(label) >= output.size())
    throw Error(std::string(name()) + ": class " + std::to_string(label) + " as target, allowed are 0 to " +
                std::to_string(output.size() - 1) + ", one for each output");
  const auto one_hot = [hot = static_cast<std::size_t>(label)](std::size_t k) { return k == hot ? 1.0 : 0.0; };
  return std::visit([&](const auto& kind) { return kind.sample(output, one_hot, batch, gradient); }, kind_);
}

template <class Real, class Value>
double Loss::sample(std::span<const Real> output, std::span<const Value> target, std::size_t batch,
                    std::span<Real> gradient) const {
  check_sizes(name(), output.size(), target.size(), gradient.size(), batch);
  const auto given = [&](std::size_t k) { return static_cast<double>(target[k]); };
  return std::visit([&](const auto& kind) { return kind.sample(output, given, batch, gradient); }, kind_);
}

template double Loss::sample(std::span<const float>, std::int32_t, std::size_t, std::span<float>) const;
template double Loss::sample(std::span<const double>, std::int32_t, std::size_t, std::span<double>) const;
template double Loss::sample(std::span<const float>, std::span<const float>, std::size_t, std::span<float>) const;
template double Loss::sample(std::span<const float>, std::span<const double>, std::size_t, std::span<float>) const;
template double Loss::sample(std::span<const double>, std::span<const float>, std::size_t, std::span<double>) const;
template double Loss::sample(std::span<const double>, std::span<const double>, std::size_t, std::span<double>) const;

}  // namespace cajal
