#include "learning/data/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <optional>

#include "learning/data/idx.hpp"
#include "sim/error.hpp"

namespace cajal::data {

namespace {

using config::Table;
using config::Value;

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

std::string address_of(const Table& table, std::string_view key) {
  return fmt::format("{}{}{}", table.address(), table.address().empty() ? "" : ".", key);
}

std::string item_of(const std::string& address, std::size_t i) { return fmt::format("{}[{}]", address, i); }

void read_digits(const Table& data, Source& out) {
  constexpr config::Range strength{0, 3};
  out.samples = static_cast<std::size_t>(data.integer("samples", 10000, 1, 10'000'000));
  out.digits.noise = data.number("noise", 1, strength);
  out.digits.distortion = data.number("distortion", 1, strength);
}

std::optional<CsvColumn> column(const Table& table, const Value& value, const std::string& address) {
  if (value.kind == Value::Kind::text) return value.text;
  if (value.kind == Value::Kind::integer) return value.integer;
  table.diagnostics().push_back(
      {value.at, address, "expected the name of a column or its place, from 0, found " + value.written()});
  return {};
}

char delimiter(const std::string& word) {
  return word == "comma" ? ',' : word == "semicolon" ? ';' : word == "tab" ? '\t' : ' ';
}

void read_csv_options(const Table& table, CsvOptions& out) {
  out.header = table.boolean("header", true);
  if (const Value* target = table.take("target"))
    out.target = column(table, *target, address_of(table, "target")).value_or(out.target);
  if (const Value* ignore = table.take("ignore")) {
    const std::string address = address_of(table, "ignore");
    const bool list = ignore->kind == Value::Kind::array;
    for (std::size_t i = 0; i < (list ? ignore->items.size() : 1); ++i)
      if (auto one = column(table, list ? ignore->items[i] : *ignore, list ? item_of(address, i) : address))
        out.ignore.push_back(*one);
  }
  const std::string task = table.choice("task", {"automatic", "classification", "regression"}, "automatic");
  out.task = task == "classification" ? CsvOptions::Task::classification
             : task == "regression"   ? CsvOptions::Task::regression
                                      : CsvOptions::Task::automatic;
  out.missing = table.choice("missing", {"refuse", "mean"}, "refuse") == "mean" ? CsvOptions::Missing::mean
                                                                                : CsvOptions::Missing::refuse;
  if (table.has("delimiter"))
    out.delimiter = delimiter(table.choice("delimiter", {"comma", "semicolon", "tab", "blank"}, "comma"));
}

Source read_files(const Table& table) {
  Source out;
  std::vector<std::string> given;
  for (const char* key : {"idx", "images", "csv"})
    if (table.has(key)) given.emplace_back(key);
  if (given.size() != 1) {
    table.error(given.size() > 1 ? given[1] : "", given.empty()
                                                      ? "names no data: expected one of idx, images (with labels), csv"
                                                      : "expected only one of idx, images, csv");
    table.skip();
    return out;
  }
  out.path = table.required_text(given[0]);
  if (given[0] == "idx") {
    out.kind = Source::Kind::idx_folder;
  } else if (given[0] == "images") {
    out.kind = Source::Kind::idx_pair;
    out.labels = table.required_text("labels");
  } else {
    out.kind = Source::Kind::csv;
    read_csv_options(table, out.csv);
  }
  return out;
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

void read_split(const Table& split, SplitOptions& out) {
  out.train = split.quantity("train", "", config::Range{0, 1, true, false});
  out.validation = part(split, "validation");
  out.stratified = split.boolean("stratified", true);
  const Value* test = split.peek("test");
  if (test && test->kind == Value::Kind::text) {
    split.required_choice("test", {"given"});
    out.from = SplitOptions::Test::given;
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
  Source out;
  const Value* value = data.peek("source");
  if (value && value->kind == Value::Kind::table) return read_files(*data.table("source"));
  if (!value) {
    data.error("", "missing key `source`: \"digits\", or a table with idx, images (and labels) or csv");
  } else if (value->kind == Value::Kind::text) {
    data.choice("source", {"digits"}, "digits");
  } else {
    data.take("source");
    data.error("source",
               "expected \"digits\" or a table with idx, images (and labels) or csv, found " + value->written());
  }
  read_digits(data, out);
  return out;
}

Dataset load(const Source& from, const std::string& data_folder, const std::string& config_file, std::uint64_t seed) {
  const auto find = [&](const std::string& path) { return find_path(path, data_folder, config_file); };
  switch (from.kind) {
    case Source::Kind::digits:
      return make_digits(from.samples, seed, from.digits);
    case Source::Kind::idx_folder:
      return read_idx_folder(find(from.path));
    case Source::Kind::idx_pair:
      return read_idx_pair(find(from.path), find(from.labels));
    case Source::Kind::csv:
      return read_csv(find(from.path), from.csv);
  }
  throw DataError(from.path, "unknown kind of source");
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

std::vector<DatasetEntry> datasets() {
  return {
      {"digits", "handwriting-like digits made by cajal: 28x28 pixels in 0 .. 1, ten classes in equal numbers",
       "data = { source = \"digits\", samples = 10000, noise = 1, distortion = 1 }"},
      {"idx", "a folder of images as MNIST and Fashion-MNIST come, plain or .gz, with their own test part",
       "data = { source = { idx = \"mnist\" }, split = { test = \"given\", validation = 0.1 } }"},
      {"images", "one pair of IDX files, of images and of labels, plain or .gz",
       "data = { source = { images = \"images.gz\", labels = \"labels.gz\" } }"},
      {"csv", "a table: a line for each sample, numbers as features, one column of classes or numbers as target",
       "data = { source = { csv = \"iris.csv\", header = true, target = \"species\", missing = \"mean\" } }"},
  };
}

}  // namespace cajal::data
