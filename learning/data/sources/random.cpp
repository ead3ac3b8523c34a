#include <fmt/format.h>

#include <limits>

#include "learning/data/sources/catalogue.hpp"
#include "sim/random.hpp"

namespace cajal::data {

namespace {

using config::Table;

struct RandomOptions {
  std::size_t samples = 0, features = 0;
  std::size_t classes = 0, targets = 0;  ///< at most one of them; neither: the samples are their own targets
};

/// Sample k depends on (seed, k) alone.
Dataset make(const RandomOptions& options, std::uint64_t seed) {
  Dataset out;
  out.name = "random";
  out.samples = options.samples;
  out.features = options.features;
  out.shape = {out.features};
  out.classes = options.classes;
  for (std::size_t c = 0; c < out.classes; ++c) out.class_names.push_back(std::to_string(c));
  out.targets = out.classes > 0 ? 0 : options.targets > 0 ? options.targets : out.features;
  out.x.resize(out.samples * out.features);
  out.y.resize(out.samples * out.targets);
  const Stream x(seed, "data.source.x"), y(seed, "data.source.y");
  for (std::size_t s = 0; s < out.samples; ++s) {
    Draws(x, s).uniforms(std::span(out.x).subspan(s * out.features, out.features));
    Draws target(y, s);
    if (options.classes > 0)
      out.label.push_back(static_cast<std::int32_t>(target.below(options.classes)));
    else if (options.targets > 0)
      target.uniforms(std::span(out.y).subspan(s * out.targets, out.targets));
  }
  if (options.classes == 0 && options.targets == 0) out.y = out.x;
  return out;
}

Load read_random(const Table& source) {
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  const std::vector<double> size = source.numbers("random", "");
  const auto whole = [](double v) {
    return v >= 1 && v <= static_cast<double>(most) && v == static_cast<double>(static_cast<std::int64_t>(v));
  };
  RandomOptions options;
  options.classes = source.has("classes") ? static_cast<std::size_t>(source.integer("classes", 2, 2, 65536)) : 0;
  options.targets = source.has("targets") ? static_cast<std::size_t>(source.integer("targets", 1, 1, most)) : 0;
  if (options.classes > 0 && options.targets > 0) source.error("targets", "samples have either `classes` or `targets`");
  if (size.size() != 2 || !whole(size[0]) || !whole(size[1])) {
    source.error("random", "expected [samples, features], two whole numbers of at least 1, found " +
                               source.peek("random")->written());
    return {};
  }
  options.samples = static_cast<std::size_t>(size[0]);
  options.features = static_cast<std::size_t>(size[1]);
  const double targets =
      options.classes > 0 ? 1 : static_cast<double>(options.targets > 0 ? options.targets : options.features);
  check_memory(
      source, "random", fmt::format("{} samples", options.samples),
      static_cast<double>(options.samples) * (static_cast<double>(options.features) + targets) * sizeof(float));
  return [=](const Loading& loading) { return make(options, loading.seed); };
}

}  // namespace

SourceKind random_source() {
  return {"random",
          "samples of random numbers in 0 .. 1, with random `classes` or `targets`, or else as their own targets",
          "data = { source = { random = [1000, 10] } }  # samples, features; an autoencoder's",
          SourceKind::Names::values, read_random};
}

}  // namespace cajal::data
