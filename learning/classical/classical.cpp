#include "learning/classical/classical.hpp"

#include <fmt/format.h>

#include "sim/error.hpp"
#include "sim/memory.hpp"

namespace cajal::classical {

std::vector<KindEntry> entries() { return kind_entries<Kind>(); }

std::optional<Classical> Classical::read(const config::Table& tree, const Shape& shape) {
  const std::size_t errors = tree.diagnostics().size();
  Classical c(read_kind<Kind>(tree, "classical"), shape);
  if (tree.diagnostics().size() > errors) return std::nullopt;
  const bool fits = std::visit([&](const auto& k) { return shape.classes ? k.of_classes : k.of_numbers; }, c.kind_);
  if (!fits) {
    std::vector<std::string> others;
    each_kind<Kind>([&](const auto& k) {
      if (shape.classes ? k.of_classes : k.of_numbers) others.emplace_back(k.name);
    });
    tree.error("classical", fmt::format("\"{}\" predicts {}, but the data have {}; allowed here: {}", c.name(),
                                        shape.classes ? "numbers" : "classes",
                                        shape.classes ? "classes" : "numbers as targets", fmt::join(others, ", ")));
    return std::nullopt;
  }
  const double bytes = std::visit([&](const auto& k) { return k.bytes(shape); }, c.kind_);
  if (bytes > usable_memory()) {
    tree.error("classical", fmt::format("{} samples of {} features take about {} to fit; {} of memory are there",
                                        shape.samples, shape.features, bytes_text(bytes), bytes_text(usable_memory())));
    return std::nullopt;
  }
  if (const auto* knn = std::get_if<KNearestNeighbours>(&c.kind_);
      knn && static_cast<std::size_t>(knn->k) > shape.samples) {
    tree.error("classical", fmt::format("{} neighbours, but there are {} training samples", knn->k, shape.samples));
    return std::nullopt;
  }
  return c;
}

std::string_view Classical::name() const {
  return std::visit([](const auto& k) { return k.name; }, kind_);
}

std::string Classical::fit(const Samples& train, Team& team, const std::atomic<bool>& stop) {
  if (train.size() == 0) throw DataError(train.dataset.name, "there are no training samples");
  std::string why = std::visit([&](auto& k) { return k.fit(train, team, stop); }, kind_);
  shape_.samples = train.size();
  fitted_ = true;
  return why;
}

void Classical::scores(const Samples& samples, std::span<double> scores, Team& team) const {
  if (!fitted_) throw Error(fmt::format("{}: asked before it was fitted", name()));
  if (samples.dataset.features != shape_.features)
    throw DataError(samples.dataset.name, fmt::format("its samples have {} features, {} was fitted to {}",
                                                      samples.dataset.features, name(), shape_.features));
  std::visit([&](const auto& k) { k.scores(samples, scores, team); }, kind_);
}

std::size_t Classical::parameters() const {
  return std::visit([&](const auto& k) { return k.parameters(shape_); }, kind_);
}

std::vector<Array> Classical::arrays() const {
  return std::visit([&](const auto& k) { return k.arrays(shape_); }, kind_);
}

void Classical::restore(std::vector<Array> arrays) {
  if (arrays.front().axes.front() == "sample") shape_.samples = arrays.front().shape.front();
  std::visit([&](auto& k) { k.restore(std::move(arrays), shape_); }, kind_);
  fitted_ = true;
}

}  // namespace cajal::classical
