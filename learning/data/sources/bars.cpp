#include <fmt/format.h>

#include "learning/data/sources/catalogue.hpp"
#include "sim/random.hpp"

namespace cajal::data {

namespace {

struct BarsOptions {
  std::size_t samples = 0, side = 0;
  double p = 0;
};

/// Sample k depends on (seed, k) alone. Source: Foldiak 1990, Biol. Cybern. 64:165, section 4.
Dataset make(const BarsOptions& options, std::uint64_t seed) {
  Dataset out;
  out.name = "bars";
  out.samples = options.samples;
  out.features = options.side * options.side;
  out.shape = {options.side, options.side};
  out.targets = 2 * options.side;
  out.x.assign(out.samples * out.features, 0.0f);
  out.y.assign(out.samples * out.targets, 0.0f);
  const Stream stream(seed, "data.source.bars");
  for (std::size_t s = 0; s < out.samples; ++s) {
    Draws draws(stream, s);
    float* const x = out.x.data() + s * out.features;
    for (std::size_t bar = 0; bar < out.targets; ++bar) {
      if (draws.uniform() >= options.p) continue;
      out.y[s * out.targets + bar] = 1;
      const bool row = bar < options.side;
      for (std::size_t i = 0; i < options.side; ++i)
        x[row ? bar * options.side + i : i * options.side + bar - options.side] = 1;
    }
  }
  return out;
}

}  // namespace

SourceKind bars_source() {
  return {"bars", "images of so many horizontal and vertical lines, each there with probability p; targets say which",
          "data = { source = { bars = 8, samples = 10000, p = 0.125 } }", SourceKind::Names::values,
          [](const config::Table& source) -> Load {
            BarsOptions options;
            options.side = static_cast<std::size_t>(source.integer("bars", 8, 2, 1000));
            options.samples = static_cast<std::size_t>(source.integer("samples", 10000, 1, 100'000'000));
            options.p = source.number("p", 0.125, config::fraction);
            check_memory(source, "samples", fmt::format("{} images", options.samples),
                         static_cast<double>(options.samples) *
                             static_cast<double>(options.side * (options.side + 2) * sizeof(float)));
            return [=](const Loading& loading) { return make(options, loading.seed); };
          }};
}

}  // namespace cajal::data
