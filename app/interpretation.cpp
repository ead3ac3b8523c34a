// What a config may ask of finished learners, and whether they can answer.

#include "app/interpretation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "sim/config/text.hpp"

namespace cajal::app {

namespace {

constexpr std::size_t most_groups = 200;

/// The table that asks for a measure; `each_measure` says what is wrong with names.
std::optional<config::Table> table_of(const config::Table& root, const std::string& measure) {
  if (const config::Value* value = root.peek("measure"); !value || value->kind != config::Value::Kind::table) return {};
  for (const auto& [name, table] : root.tables("measure"))
    if (table.text("kind", name) == measure) return table;
  return {};
}

std::size_t count_in(const config::Table& table, const char* key, std::size_t fallback, std::int64_t most) {
  return static_cast<std::size_t>(table.integer(key, static_cast<std::int64_t>(fallback), 1, most));
}

void need_test_data(const config::Table& table, const Data& data) {
  if (data.split.test.empty()) table.error("", "is measured of test data, but there are none: see `split` in [data]");
}

Interpretation::Saliency read_saliency(const config::Table& table, const Data& data) {
  const std::vector<std::string> allowed{"gradient", "gradient_x_input", "integrated_gradients"};
  Interpretation::Saliency s;
  need_test_data(table, data);
  s.samples = std::min(count_in(table, "samples", s.samples, 10000), data.split.test.size());
  std::set<std::string> seen;
  for (const std::string& method : table.texts("methods", {"gradient_x_input", "integrated_gradients"}))
    if (std::find(allowed.begin(), allowed.end(), method) == allowed.end())
      table.error("methods", fmt::format("unknown name \"{}\"{}", method, config::alternatives(method, allowed)));
    else if (!seen.insert(method).second)
      table.error("methods", fmt::format("names \"{}\" twice", method));
    else
      s.methods.push_back(method);
  if (const config::Value* v = table.peek("methods"); v && v->kind == config::Value::Kind::array && v->items.empty())
    table.error("methods", fmt::format("names no method; allowed here: {}", fmt::join(allowed, ", ")));
  if (table.has("steps") && !seen.contains("integrated_gradients") && !s.methods.empty())
    table.error("steps", "is for integrated_gradients, which `methods` does not name");
  s.steps = count_in(table, "steps", s.steps, 100'000);
  if (!data.dataset.classification() && data.dataset.targets != 1)
    table.error("", fmt::format("is of one answer, but the data have {} numbers as targets", data.dataset.targets));
  return s;
}

/// Squares of `block` pixels a side, cut at the edges of the image; all channels of a pixel together.
std::vector<Interpretation::FeatureGroup> squares(const std::vector<std::size_t>& shape, std::size_t block) {
  const std::size_t channels = shape.size() == 3 ? shape[0] : 1, height = shape[shape.size() - 2],
                    width = shape[shape.size() - 1];
  std::vector<Interpretation::FeatureGroup> groups;
  for (std::size_t y = 0; y < height; y += block)
    for (std::size_t x = 0; x < width; x += block) {
      const std::size_t bottom = std::min(height, y + block), right = std::min(width, x + block);
      Interpretation::FeatureGroup g{fmt::format("rows {}-{}, columns {}-{}", y, bottom - 1, x, right - 1), {}};
      for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t row = y; row < bottom; ++row)
          for (std::size_t column = x; column < right; ++column)
            g.features.push_back(static_cast<std::uint32_t>((c * height + row) * width + column));
      groups.push_back(std::move(g));
    }
  return groups;
}

/// As the source names its features, or by the places that they have there; `pca` makes new ones.
std::vector<std::string> names_of(const Data& data) {
  if (!data.dataset.feature_names.empty()) return data.dataset.feature_names;
  std::vector<std::uint32_t> places;
  std::string_view word = "feature";
  const auto count = [&](std::size_t n) {
    places.resize(n);
    std::iota(places.begin(), places.end(), 0u);
  };
  count(data.preprocessing.empty() ? data.dataset.features : data.preprocessing.front().features());
  for (const data::FittedStep& step : data.preprocessing) {
    if (step.step == data::Preprocessing::select) {
      std::vector<std::uint32_t> kept;
      for (const std::uint32_t f : step.kept) kept.push_back(places[f]);
      places = std::move(kept);
    } else if (step.step == data::Preprocessing::pca) {
      count(step.variance.size());
      word = "component";
    }
  }
  std::vector<std::string> names;
  for (const std::uint32_t place : places) names.push_back(fmt::format("{} {}", word, place));
  return names;
}

Interpretation::Importance read_importance(const config::Table& table, const Data& data) {
  Interpretation::Importance i;
  const data::Dataset& d = data.dataset;
  need_test_data(table, data);
  i.repeats = count_in(table, "repeats", i.repeats, 1000);
  const std::size_t block = count_in(table, "block", 1, 1'000'000);
  const bool image = d.shape.size() == 2 || d.shape.size() == 3;
  if (block > 1 && !image) {
    table.error("block", fmt::format("joins the pixels of images, but these samples have the shape {{{}}}",
                                     fmt::join(d.shape, ", ")));
    return i;
  }
  if (block > 1) {
    const std::size_t rows = d.shape[d.shape.size() - 2], columns = d.shape.back(),
                      count = ((rows - 1) / block + 1) * ((columns - 1) / block + 1);
    if (count > most_groups)
      table.error("block",
                  fmt::format("makes {} squares, at most {} are permuted one after the other: take larger ones", count,
                              most_groups));
    else
      i.groups = squares(d.shape, block);
    return i;
  }
  if (d.features > most_groups) {
    table.error("", fmt::format("{} features are too many, at most {} are permuted one after the other: {}", d.features,
                                most_groups,
                                image ? "write block = 4, and squares of pixels are permuted together"
                                      : "select some with `preprocess`, like { select = 50 }"));
    return i;
  }
  const std::vector<std::string> names = names_of(data);
  for (std::size_t f = 0; f < d.features; ++f) i.groups.push_back({names[f], {static_cast<std::uint32_t>(f)}});
  return i;
}

Interpretation::HiddenPca read_hidden_pca(const config::Table& table, const Data& data) {
  Interpretation::HiddenPca p;
  need_test_data(table, data);
  if (!table.has("of")) table.error("", "missing key `of`: the node whose activity is looked at, like of = \"hid\"");
  std::set<std::string> seen;
  for (const std::string& node : table.texts("of"))
    if (seen.insert(node).second)
      p.nodes.push_back(node);
    else
      table.error("of", fmt::format("names \"{}\" twice", node));
  if (const config::Value* v = table.peek("of"); v && v->kind == config::Value::Kind::array && v->items.empty())
    table.error("of", "names no node");
  p.components = count_in(table, "components", p.components, 100);
  return p;
}

}  // namespace

namespace {

void check_generated(const config::Table& root, const std::vector<const AnyLearner*>& learners,
                     const Interpretation::Generated& asked) {
  const config::Table table = *table_of(root, "generated");
  std::vector<std::string> names;
  for (const AnyLearner* l : learners) names.push_back(l->options().name);
  const auto find = [&](const char* key, const std::string& name) -> const AnyLearner* {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return learners[static_cast<std::size_t>(found - names.begin())];
    table.error(key, fmt::format("no learner \"{}\"{}", name, config::alternatives(name, names, "there are")));
    return nullptr;
  };
  using Outputs = LearnerOptions::Outputs;
  if (const AnyLearner* l = find("of", asked.of); l && l->options().outputs != Outputs::new_samples)
    table.error("of", fmt::format("\"{}\" makes no samples", asked.of));
  if (const AnyLearner* l = find("by", asked.by); l && l->options().outputs != Outputs::answers)
    table.error("by", fmt::format("\"{}\" does not classify", asked.by));
}

}  // namespace

Interpretation Interpretation::read(const config::Table& root, const Data& data) {
  Interpretation out;
  if (const auto table = table_of(root, "saliency")) out.saliency = read_saliency(*table, data);
  if (const auto table = table_of(root, "permutation_importance")) out.importance = read_importance(*table, data);
  if (const auto table = table_of(root, "hidden_pca")) out.hidden_pca = read_hidden_pca(*table, data);
  if (const auto table = table_of(root, "generated"))
    out.generated = Generated{table->required_text("of"), table->required_text("by")};
  return out;
}

void Interpretation::check(const config::Table& root, const std::vector<const AnyLearner*>& learners) const {
  // Where one could not be made, its errors are told.
  if (learners.empty() || std::find(learners.begin(), learners.end(), nullptr) != learners.end()) return;
  const AnyLearner& first = *learners.front();
  if (saliency &&
      std::none_of(learners.begin(), learners.end(), [](const AnyLearner* l) { return l->without_gradient().empty(); }))
    table_of(root, "saliency")
        ->error("", fmt::format("there is no gradient to show: {}{}",
                                learners.size() > 1 ? first.options().name + ": " : "", first.without_gradient()));
  if (generated) check_generated(root, learners, *generated);
  if (!hidden_pca) return;
  std::vector<std::string> nodes;
  for (const AnyLearner* l : learners)
    for (const std::string& node : l->record().nodes)
      if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
  for (const std::string& node : hidden_pca->nodes)
    if (std::find(nodes.begin(), nodes.end(), node) == nodes.end())
      table_of(root, "hidden_pca")
          ->error("of", nodes.empty()
                            ? std::string("a classical learner has no nodes")
                            : fmt::format("no node \"{}\"{}", node, config::alternatives(node, nodes, "there are")));
  for (const AnyLearner* l : learners)
    if (const auto& phases = l->options().phases;
        !l->record().nodes.empty() &&
        std::none_of(phases.begin(), phases.end(), [](const Phase& p) { return p.part == Phase::Part::test; })) {
      table_of(root, "hidden_pca")
          ->error("", fmt::format("is of the activity in a test phase, but \"{}\" has none", l->options().name));
      return;
    }
}

void write_findings(const record::Group& group, const Findings& findings) {
  for (const Findings::Array& a : findings.arrays)
    std::visit(
        [&]<class T>(const std::vector<T>& values) {
          group.write(a.name, std::span<const T>(values), a.dims, {a.units, a.description, a.axes});
        },
        a.values);
  if (!findings.left_out.empty()) group.attribute("left_out", fmt::format("{}", fmt::join(findings.left_out, "; ")));
}

}  // namespace cajal::app
