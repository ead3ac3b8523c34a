#include "analysis/confusion.hpp"

#include <string>

#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

std::optional<double> share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return {};
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::size_t checked(std::int32_t value, std::size_t classes, const char* what, std::size_t sample) {
  if (value < 0 || static_cast<std::size_t>(value) >= classes)
    throw Error("confusion: " + std::string(what) + " " + std::to_string(value) + " of sample " +
                std::to_string(sample) + ", allowed are 0 to " + std::to_string(classes - 1));
  return static_cast<std::size_t>(value);
}

}  // namespace

Confusion confusion(std::span<const std::int32_t> predicted, std::span<const std::int32_t> label, std::size_t classes) {
  // Bounds the matrix that a wrong number of classes could ask for.
  constexpr std::size_t most_classes = 20000;
  if (classes == 0 || classes > most_classes)
    throw Error("confusion: " + std::to_string(classes) + " classes, allowed are 1 to " + std::to_string(most_classes));
  if (predicted.size() != label.size())
    throw Error("confusion: " + std::to_string(predicted.size()) + " predictions for " + std::to_string(label.size()) +
                " labels");
  Confusion out{classes, std::vector<std::uint64_t>(classes * classes), std::vector<std::uint64_t>(classes), {}, {}};
  for (std::size_t i = 0; i < label.size(); ++i) {
    const std::size_t row = checked(label[i], classes, "class", i);
    if (predicted[i] == -1)
      ++out.undecided[row];
    else
      ++out.counts[row * classes + checked(predicted[i], classes, "prediction", i)];
  }
  for (std::size_t k = 0; k < classes; ++k) {
    std::uint64_t as_class = 0, of_class = out.undecided[k];
    for (std::size_t j = 0; j < classes; ++j) {
      as_class += out.at(j, k);
      of_class += out.at(k, j);
    }
    out.precision.push_back(share(out.at(k, k), as_class));
    out.recall.push_back(share(out.at(k, k), of_class));
  }
  return out;
}

}  // namespace cajal::analysis
