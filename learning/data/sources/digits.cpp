#include "learning/data/digits.hpp"

#include <fmt/format.h>

#include "learning/data/sources/catalogue.hpp"

namespace cajal::data {

SourceKind digits_source() {
  return {"digits", "handwriting-like digits made by cajal: 28x28 pixels in 0 .. 1, ten classes in equal numbers",
          "data = { source = \"digits\", samples = 10000, noise = 1, distortion = 1 }", SourceKind::Names::nothing,
          [](const config::Table& data) -> Load {
            constexpr config::Range strength{0, 3};
            const auto samples = static_cast<std::size_t>(data.integer("samples", 10000, 1, 10'000'000));
            DigitsOptions options;
            options.noise = data.number("noise", 1, strength);
            options.distortion = data.number("distortion", 1, strength);
            check_memory(data, "samples", fmt::format("{} images", samples),
                         static_cast<double>(samples) * 28 * 28 * sizeof(float));
            return [=](const Loading& loading) { return make_digits(samples, loading.seed, options); };
          }};
}

}  // namespace cajal::data
