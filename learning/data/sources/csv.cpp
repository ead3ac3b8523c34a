#include "learning/data/csv.hpp"

#include "learning/data/sources/catalogue.hpp"
#include "sim/config/text.hpp"

namespace cajal::data {

namespace {

using config::Table;
using config::Value;

std::optional<CsvColumn> column(const Table& table, const Value& value, const std::string& address) {
  if (value.kind == Value::Kind::text) return value.text;
  if (value.kind == Value::Kind::integer) return value.integer;
  table.diagnostics().push_back(
      {value.at, address, "expected the name of a column or its place, from 0, found " + value.written()});
  return {};
}

std::vector<CsvColumn> columns(const Table& table, std::string_view key) {
  std::vector<CsvColumn> out;
  const Value* value = table.take(key);
  if (!value) return out;
  const std::string address = config::join(table.address(), key);
  const bool list = value->kind == Value::Kind::array;
  for (std::size_t i = 0; i < (list ? value->items.size() : 1); ++i)
    if (auto one = column(table, list ? value->items[i] : *value, list ? config::join(address, i) : address))
      out.push_back(*one);
  return out;
}

char delimiter(const std::string& word) {
  return word == "comma" ? ',' : word == "semicolon" ? ';' : word == "tab" ? '\t' : ' ';
}

void read_csv_options(const Table& table, CsvOptions& out) {
  out.header = table.boolean("header", true);
  if (const Value* target = table.take("target"))
    out.target = column(table, *target, config::join(table.address(), "target")).value_or(out.target);
  out.ignore = columns(table, "ignore");
  out.one_hot = columns(table, "one_hot");
  const std::string task = table.choice("task", {"automatic", "classification", "regression"}, "automatic");
  out.task = task == "classification" ? CsvOptions::Task::classification
             : task == "regression"   ? CsvOptions::Task::regression
                                      : CsvOptions::Task::automatic;
  out.missing = table.choice("missing", {"refuse", "mean"}, "refuse") == "mean" ? CsvOptions::Missing::mean
                                                                                : CsvOptions::Missing::refuse;
  if (table.has("delimiter"))
    out.delimiter = delimiter(table.choice("delimiter", {"comma", "semicolon", "tab", "blank"}, "comma"));
}

}  // namespace

SourceKind csv_source() {
  return {"csv", "a table: a line for each sample, numbers as features, one column of classes or numbers as target",
          "data = { source = { csv = \"iris.csv\", header = true, target = \"species\", missing = \"mean\" } }",
          SourceKind::Names::file, [](const Table& source) -> Load {
            const std::string path = source.required_text("csv");
            CsvOptions options;
            read_csv_options(source, options);
            return [=](const Loading& loading) { return read_csv(loading.found(path), options); };
          }};
}

}  // namespace cajal::data
