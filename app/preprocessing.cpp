#include "app/preprocessing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/error.hpp"

namespace cajal::app {

namespace {

using data::FittedStep;
using data::Preprocessing;

/// Shapes must fit each other and indices be of features, or applying them would read elsewhere.
void check(const FittedStep& s, const std::string& file, const std::string& place) {
  const std::size_t n = s.features();
  bool good = n > 0;
  if (s.step == Preprocessing::scale || s.step == Preprocessing::standardise) good = good && s.spread.size() == n;
  if (s.step == Preprocessing::select)
    good = good && !s.kept.empty() && std::all_of(s.kept.begin(), s.kept.end(), [&](auto f) { return f < n; });
  if (s.step == Preprocessing::pca) good = good && !s.variance.empty() && s.direction.size() == s.variance.size() * n;
  if (!good) throw DataError(file, place + ": its parts do not fit each other");
}

}  // namespace

void write_preprocessing(const record::Group& group, const std::vector<FittedStep>& steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const FittedStep& step = steps[i];
    const std::string place = fmt::format("data/preprocessing/{}_{}/", i, data::name(step.step));
    const auto write = [&](const char* name, const auto& values, std::vector<std::size_t> dims, const char* meaning,
                           std::vector<std::string> axes) {
      if (!values.empty()) group.write(place + name, values, dims, {"", meaning, axes});
    };
    write("centre", step.centre, {step.centre.size()}, "subtracted; statistics of the training samples", {"feature"});
    write("spread", step.spread, {step.spread.size()}, "divided by; statistics of the training samples", {"feature"});
    write("kept", step.kept, {step.kept.size()}, "features that were kept", {"kept feature"});
    write("score", step.score, {step.score.size()}, "by which they were kept", {"feature"});
    write("direction", step.direction, {step.variance.size(), step.centre.size()}, "principal components",
          {"component", "feature"});
    write("variance", step.variance, {step.variance.size()}, "of the training samples along each", {"component"});
  }
}

std::vector<FittedStep> read_preprocessing(const record::ResultReader& reader, const std::string& data) {
  std::vector<FittedStep> out;
  const std::string all = data + "/preprocessing";
  if (!reader.has(all)) return out;
  std::vector<std::string> names = reader.members(all);
  const auto place_of = [](const std::string& name) { return std::strtoull(name.c_str(), nullptr, 10); };
  std::stable_sort(names.begin(), names.end(),
                   [&](const std::string& a, const std::string& b) { return place_of(a) < place_of(b); });
  for (const std::string& name : names) {
    const std::string place = all + "/" + name + "/", kind = name.substr(name.find('_') + 1);
    FittedStep step;
    bool known = false;
    for (auto s : {Preprocessing::fill, Preprocessing::scale, Preprocessing::standardise, Preprocessing::select,
                   Preprocessing::pca})
      if (data::name(s) == kind) {
        step.step = s;
        known = true;
      }
    if (!known) throw DataError(reader.path(), fmt::format("{}: unknown preprocessing", place));
    const auto read = [&]<class T>(const char* part, std::vector<T>& values) {
      if (reader.has(place + part)) values = reader.read<T>(place + part).values;
    };
    read("centre", step.centre);
    read("spread", step.spread);
    read("kept", step.kept);
    read("score", step.score);
    read("direction", step.direction);
    read("variance", step.variance);
    check(step, reader.path(), place);
    out.push_back(std::move(step));
  }
  return out;
}

}  // namespace cajal::app
