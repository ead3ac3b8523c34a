#include "sim/record/npy.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>

#include "learning/data/sources/catalogue.hpp"
#include "sim/error.hpp"

namespace cajal::data {

namespace {

Dataset read_arrays(const std::string& x_path, const std::string& y_path, std::optional<bool> classes) {
  Dataset out;
  const auto range = [](const std::string& path, const std::vector<double>& values) {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (std::fabs(values[i]) > std::numeric_limits<float>::max())
        throw DataError(path, fmt::format("value {} is {}, outside of the range of a float", i, values[i]));
  };
  {
    const record::Array x = record::read_npy(x_path);
    range(x_path, x.values);
    if (x.shape.empty() || x.values.empty()) throw DataError(x_path, "holds no samples");
    out.samples = x.shape[0];
    out.features = x.values.size() / out.samples;
    out.shape.assign(x.shape.begin() + 1, x.shape.end());
    if (out.shape.empty()) out.shape = {1};
    out.x.assign(x.values.begin(), x.values.end());
  }
  out.name = y_path;
  const record::Array y = record::read_npy(y_path);
  range(y_path, y.values);
  if (y.shape.empty() || y.shape[0] != out.samples)
    throw DataError(y_path, fmt::format("holds values for {} samples, {} has {}", y.shape.empty() ? 0 : y.shape[0],
                                        x_path, out.samples));
  const bool flat = y.values.size() == out.samples;
  if (classes.value_or(y.whole && flat)) {
    if (!flat)
      throw DataError(y_path,
                      fmt::format("has shape [{}]; classes are one number for each sample", fmt::join(y.shape, ", ")));
    out.set_classes(y.values);
  } else {
    out.targets = y.values.size() / out.samples;
    out.y.assign(y.values.begin(), y.values.end());
  }
  out.name = x_path;
  return out;
}

Load read_npy_source(const config::Table& source) {
  const auto files = source.table("npy");
  if (!files) return {};
  const std::string x = files->required_text("x"), y = files->required_text("y");
  std::optional<bool> classes;
  if (source.has("classes")) classes = source.boolean("classes", false);
  return [=](const Loading& loading) { return read_arrays(loading.found(x), loading.found(y), classes); };
}

}  // namespace

SourceKind npy_source() {
  return {"npy",
          "two NumPy arrays: samples along the first axis of x; y of a type of whole numbers, one for each sample, or "
          "with `classes = true`, is classes, else numbers",
          "data = { source = { npy = { x = \"x.npy\", y = \"y.npy\" } } }", SourceKind::Names::values, read_npy_source};
}

}  // namespace cajal::data
