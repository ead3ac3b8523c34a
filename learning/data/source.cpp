#include "learning/data/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <optional>

#include "sim/config/text.hpp"
#include "sim/error.hpp"

namespace cajal::data {

namespace {

using config::Table;
using config::Value;

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

/// `idx, images, csv`: what a table of `data.source` may hold as its word.
std::vector<std::string> table_words() {
  std::vector<std::string> out;
  for (const SourceKind& kind : datasets())
    if (kind.names != SourceKind::Names::nothing) out.emplace_back(kind.name);
  return out;
}

std::string wanted_source() {
  return fmt::format("\"digits\" or a table with one of {}", fmt::join(table_words(), ", "));
}

const SourceKind& kind_of(std::string_view name) {
  const auto& all = datasets();
  return *std::find_if(all.begin(), all.end(), [&](const SourceKind& kind) { return kind.name == name; });
}

Source read_table(const Table& table) {
  std::vector<std::string> given;
  for (const std::string& word : table_words())
    if (table.has(word)) given.push_back(word);
  if (given.size() != 1) {
    table.error(given.empty() ? "" : given[1],
                fmt::format("{}{}", given.empty() ? "names no data: expected one of " : "expected only one of ",
                            fmt::join(table_words(), ", ")));
    table.skip();
    return {};
  }
  return {given[0], kind_of(given[0]).read(table)};
}

std::string find_path(const std::string& path, const std::string& data_folder, const std::string& config_file) {
  namespace fs = std::filesystem;
  std::vector<std::string> places;
  const auto add = [&](const fs::path& place) {
    const std::string text = place.lexically_normal().string();
    if (std::find(places.begin(), places.end(), text) == places.end()) places.push_back(text);
  };
  if (!data_folder.empty()) add(fs::path(data_folder) / path);
  add(fs::path(config_file).parent_path() / path);
  add(path);
  std::error_code error;
  for (const std::string& place : places)
    if (fs::exists(place, error)) return place;
  throw DataError(path, fmt::format("no such file or folder; looked for {}{}", fmt::join(places, ", "),
                                    data_folder.empty() ? "; --data names the folder of datasets" : ""));
}

std::optional<double> part(const Table& split, std::string_view key) {
  return split.quantity(key, "", config::fraction);
}

void read_folds(const Table& split, SplitOptions& out) {
  constexpr std::int64_t most = 1'000'000;
  out.from = SplitOptions::Test::fold;
  out.folds = static_cast<std::size_t>(split.required_integer("folds", 2, most));
  out.fold = static_cast<std::size_t>(
      split.required_integer("fold", 0, split.has("folds") ? static_cast<std::int64_t>(out.folds) - 1 : most));
  if (split.take("test")) split.error("test", "with `folds` the test part is the fold");
}

void read_split(const Table& split, SplitOptions& out) {
  out.train = split.quantity("train", "", config::Range{0, 1, true, false});
  out.validation = part(split, "validation");
  out.stratified = split.boolean("stratified", true);
  const Value* test = split.peek("test");
  for (const char* key : {"test", "folds", "fold"}) split.take(key);
  if (split.has("folds") || split.has("fold")) {
    read_folds(split, out);
  } else if (test && test->kind == Value::Kind::text) {
    const bool given = split.required_choice("test", {"given", "train"}) == "given";
    out.from = given ? SplitOptions::Test::given : SplitOptions::Test::train;
  } else if (test) {
    out.test = part(split, "test");
    out.from = SplitOptions::Test::drawn;
  }
  if (const std::string wrong = out.fault(); !wrong.empty()) split.error("", wrong);
}

std::optional<std::size_t> most(const Table& limit, std::string_view key) {
  if (!limit.has(key)) return {};
  return static_cast<std::size_t>(limit.integer(key, largest, 1, largest));
}

}  // namespace

Source source(const Table& data) {
  const Value* value = data.peek("source");
  if (value && value->kind == Value::Kind::table) return read_table(*data.table("source"));
  if (!value) {
    data.error("", "missing key `source`: " + wanted_source());
  } else if (value->kind == Value::Kind::text) {
    data.choice("source", {"digits"}, "digits");
  } else {
    data.take("source");
    data.error("source", "expected " + wanted_source() + ", found " + value->written());
  }
  return {"digits", kind_of("digits").read(data)};
}

Source source_at(const std::string& path, const Value* data, std::vector<Diagnostic>& diagnostics) {
  const bool folder = std::filesystem::is_directory(path);
  const Value* trained = data ? data->find("source") : nullptr;
  for (const SourceKind& kind : datasets()) {
    const bool fits = kind.names == SourceKind::Names::file_or_folder ||
                      kind.names == (folder ? SourceKind::Names::folder : SourceKind::Names::file);
    if (!fits || !trained || !trained->find(kind.name)) continue;
    Value same = *trained;
    same.set(kind.name, Value::of(path, {}));
    std::erase_if(same.members, [](const auto& member) { return member.first == "test"; });  // all is predicted
    return read_table({same, "data.source", diagnostics});
  }
  Value other = Value::table({});
  other.set(folder ? "idx" : "csv", Value::of(path, {}));
  return read_table({other, "data.source", diagnostics});
}

Dataset load(const Source& from, const std::string& data_folder, const std::string& config_file, std::uint64_t seed) {
  return from.load({seed, [&](const std::string& path) { return find_path(path, data_folder, config_file); }});
}

Dataset load(const Table& data, const std::string& data_folder, const std::string& config_file, std::uint64_t seed) {
  const std::size_t before = data.diagnostics().size();
  const Source from = source(data);
  if (data.diagnostics().size() > before) config::raise(data.diagnostics());
  return load(from, data_folder, config_file, seed);
}

SplitOptions split_options(const Table& data) {
  SplitOptions out;
  if (const std::optional<Table> split = data.table("split")) read_split(*split, out);
  if (const std::optional<Table> limit = data.table("limit")) {
    out.most_train = most(*limit, "train");
    out.most_validation = most(*limit, "validation");
    out.most_test = most(*limit, "test");
  }
  return out;
}

Balance balance_option(const Table& data) {
  const std::string word = data.choice("balance", {"none", "oversample", "undersample"}, "none");
  return word == "oversample" ? Balance::oversample : word == "undersample" ? Balance::undersample : Balance::none;
}

AugmentOptions augmentation(const Table& root) {
  constexpr std::int64_t most_pixels = 10000;
  AugmentOptions out;
  const auto table = root.table("augment");
  if (!table) return out;
  out.rotate = table->number("rotate", 0, {0, 180});
  out.zoom = table->number("zoom", 0, {0, 1, false, true});
  if (const Value* flip = table->peek("flip"); !flip || flip->kind == Value::Kind::boolean) {
    out.flip_horizontal = table->boolean("flip", false);
  } else {
    const std::string word = table->choice("flip", {"horizontal", "vertical", "both"}, "horizontal");
    out.flip_horizontal = word != "vertical";
    out.flip_vertical = word != "horizontal";
  }
  out.shift = static_cast<std::size_t>(table->integer("shift", 0, 0, most_pixels));
  out.erase = static_cast<std::size_t>(table->integer("erase", 0, 0, most_pixels));
  out.noise = table->number("noise", 0, config::not_negative);
  table->refuse_unused();
  return out;
}

}  // namespace cajal::data
