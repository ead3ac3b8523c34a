#include "sim/config/matrix.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include "sim/config/delimited.hpp"
#include "sim/config/text.hpp"
#include "sim/error.hpp"
#include "sim/memory.hpp"
#include "sim/record/bytes.hpp"
#include "sim/record/npy.hpp"
#include "sim/record/stored.hpp"

namespace cajal::config {

namespace {

namespace fs = std::filesystem;

bool ends_in(std::string_view path, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return path.ends_with(ending); });
}

bool is_hdf5(std::string_view path) { return ends_in(path, {".h5", ".hdf5", ".hdf"}); }

Delimited two_dimensional(std::vector<std::size_t> shape, std::vector<double> values, const std::string& path) {
  if (shape.empty() || shape.size() > 2)
    throw DataError(path, "holds an array of " + std::to_string(shape.size()) + " dimensions; one or two are allowed");
  if (values.empty()) throw DataError(path, "holds no numbers");
  return {shape[0], shape.size() == 2 ? shape[1] : 1, std::move(values), {}, {}};
}

Delimited read_hdf5(const std::string& path, const std::string& dataset) {
  const hdf5::File file =
      record::is_in_archive(path) ? hdf5::File::open_image(path, record::read_bytes(path)) : hdf5::File::open(path);
  const record::Stored stored = record::Stored::dataset(file, dataset.starts_with('/') ? dataset : '/' + dataset);
  const double bytes = static_cast<double>(stored.count()) * sizeof(double);
  if (bytes > usable_memory())
    throw DataError(
        path, dataset + " takes " + bytes_text(bytes) + "; " + bytes_text(usable_memory()) + " of memory are there");
  return two_dimensional(stored.dims(), stored.numbers<double>(), path);
}

/// The names at `key`, as many as there are rows or columns; `read` where there is no such key.
std::vector<std::string> names(const Table& entry, std::string_view key, std::size_t count,
                               std::vector<std::string> read) {
  const std::vector<std::string> given = entry.texts(key);
  if (!entry.has(key)) return read;
  const std::string of = key == "columns" ? " columns" : " rows";
  if (given.size() != count) {
    entry.error(key, std::to_string(given.size()) + " names for " + std::to_string(count) + of);
    return {};
  }
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (std::find(given.begin(), given.begin() + static_cast<std::ptrdiff_t>(i), given[i]) !=
        given.begin() + static_cast<std::ptrdiff_t>(i)) {
      entry.error(key, "names " + shown(given[i]) + " twice");
      return {};
    }
  }
  return given;
}

void transpose(Delimited& numbers) {
  std::vector<double> out(numbers.values.size());
  for (std::size_t row = 0; row < numbers.rows; ++row) {
    for (std::size_t column = 0; column < numbers.columns; ++column)
      out[column * numbers.rows + row] = numbers.values[row * numbers.columns + column];
  }
  numbers.values = std::move(out);
  std::swap(numbers.rows, numbers.columns);
  std::swap(numbers.row_names, numbers.column_names);
}

class MatrixReader {
 public:
  MatrixReader(const Table& entry, const std::string& folder) : entry_(entry), folder_(folder) {}

  std::optional<Matrix> read(const std::string& name) {
    const std::size_t before = entry_.diagnostics().size();
    std::optional<Delimited> numbers = given();
    const std::string rows = entry_.choice("rows", {"target", "source"}, "target");
    Matrix out;
    out.name = name;
    read_unit(out);
    read_divisor(out);
    if (numbers)
      name_all(*numbers);
    else
      skip_names();
    entry_.refuse_unused();
    if (!numbers || entry_.diagnostics().size() > before) return {};
    if (rows == "source") transpose(*numbers);
    require_finite(*numbers);
    divide(*numbers);
    if (entry_.diagnostics().size() > before) return {};
    out.rows = numbers->rows, out.columns = numbers->columns;
    out.values = std::move(numbers->values);
    out.row_names = std::move(numbers->row_names), out.column_names = std::move(numbers->column_names);
    const auto [least, largest] = std::minmax_element(out.values.begin(), out.values.end());
    out.least = shifted(*least, out.exponent), out.largest = shifted(*largest, out.exponent);
    return out;
  }

 private:
  std::optional<Delimited> given() {
    if (entry_.has("file") == entry_.has("values")) {
      entry_.error("", "expected either `file`, with the name of a file of numbers, or `values`, a list of rows");
      entry_.skip();
      return {};
    }
    return entry_.has("file") ? from_file() : from_values();
  }

  std::optional<Delimited> from_file() {
    const std::size_t before = entry_.diagnostics().size();
    const std::string file = entry_.text("file", ""), archive = entry_.text("zip", "");
    if (is_hdf5(file) && !entry_.has("dataset"))
      entry_.error("file", "an HDF5 file holds many datasets: add `dataset`, the path of one in it");
    const std::string dataset = is_hdf5(file) ? entry_.text("dataset", "") : "";
    if (file.empty() && entry_.diagnostics().size() == before) entry_.error("file", "expected the name of a file");
    if (entry_.has("zip") && !archive.ends_with(".zip"))
      entry_.error("zip", "expected the name of a ZIP archive, like \"a.zip\"");
    if (file.find('\0') != std::string::npos) entry_.error("file", "this is not the name of a file");
    if (entry_.diagnostics().size() > before) return {};
    const std::string path = (fs::path(folder_) / archive / file).lexically_normal().string();
    try {
      if (is_hdf5(file)) return read_hdf5(path, dataset);
      if (file.ends_with(".npy")) {
        record::Array array = record::read_npy(path);
        return two_dimensional(std::move(array.shape), std::move(array.values), path);
      }
      return read_delimited(record::read_bytes(path), path);
    } catch (const DataError& failure) {
      entry_.error("file", failure.what());
      return {};
    }
  }

  std::optional<Delimited> from_values() {
    const Value& list = *entry_.take("values");
    const auto refuse = [&](const Value& value, const std::string& message) {
      entry_.diagnostics().push_back(
          {value.at, join(entry_.address(), "values"), message + ", found " + value.written()});
      return std::nullopt;
    };
    if (list.kind != Value::Kind::array || list.items.empty()) return refuse(list, "expected a list of rows");
    Delimited out;
    for (const Value& row : list.items) {
      if (row.kind != Value::Kind::array || row.items.empty()) return refuse(row, "expected a row: a list of numbers");
      if (out.rows == 0) out.columns = row.items.size();
      if (row.items.size() != out.columns)
        return refuse(row, "row " + std::to_string(out.rows) + " has " + std::to_string(row.items.size()) +
                               " numbers, and row 0 has " + std::to_string(out.columns));
      for (const Value& item : row.items) {
        if (!item.is_number()) return refuse(item, "expected a number; the unit of all stands in `unit`");
        out.values.push_back(item.number());
      }
      ++out.rows;
    }
    return out;
  }

  void read_unit(Matrix& out) {
    const std::string unit = entry_.text("unit", "");
    std::string unknown;
    const std::optional<Unit> parsed = parse_unit(unit, unknown);
    if (!parsed) {
      entry_.error("unit", "there is no unit " + shown(unknown));
      return;
    }
    out.dimension = parsed->dimension, out.exponent = parsed->exponent;
    factor_ = parsed->factor;
  }

  void skip_names() const {
    for (const char* key : {"names", "columns"}) entry_.take(key);
  }

  /// Where rows and columns are the same things, one list names both.
  void name_all(Delimited& numbers) const {
    numbers.row_names = names(entry_, "names", numbers.rows, std::move(numbers.row_names));
    numbers.column_names = names(entry_, "columns", numbers.columns, std::move(numbers.column_names));
    if (numbers.rows != numbers.columns) return;
    if (numbers.column_names.empty()) numbers.column_names = numbers.row_names;
    if (numbers.row_names.empty()) numbers.row_names = numbers.column_names;
  }

  void require_finite(const Delimited& numbers) const {
    const auto wrong =
        std::find_if(numbers.values.begin(), numbers.values.end(), [](double x) { return !std::isfinite(x); });
    if (wrong == numbers.values.end()) return;
    const auto at = static_cast<std::size_t>(wrong - numbers.values.begin());
    entry_.error(entry_.has("file") ? "file" : "values", "the number in row " + std::to_string(at / numbers.columns) +
                                                             " and column " + std::to_string(at % numbers.columns) +
                                                             ", counted from 0, is " + written_number(*wrong) +
                                                             ", not a finite number");
  }

  void read_divisor(const Matrix& out) {
    const Value* value = entry_.peek("divide");
    if (!value || value->kind != Value::Kind::text) {
      divisor_ = entry_.number("divide", 1);
      return;
    }
    divide_by_ = entry_.choice("divide", {"max", "sum"}, "max");
    if (out.dimension != plain_number || factor_ != 1 || out.exponent != 0)
      entry_.error("unit", "divided by its " + divide_by_ + " a table is a plain number: leave out `unit`");
  }

  void divide(Delimited& numbers) const {
    const std::vector<double>& values = numbers.values;
    double divisor = divisor_;
    if (divide_by_ == "max") divisor = *std::max_element(values.begin(), values.end());
    if (divide_by_ == "sum") divisor = std::accumulate(values.begin(), values.end(), 0.0);
    if (divisor == 0) {
      entry_.error("divide", "this divides by zero");
      return;
    }
    for (double& value : numbers.values) value = value / divisor * factor_;
    require_finite(numbers);
  }

  const Table& entry_;
  const std::string& folder_;
  double factor_ = 1, divisor_ = 1;
  std::string divide_by_;  ///< `max`, `sum`; empty: the divisor is given
};

}  // namespace

std::optional<Matrix> read_matrix(const Table& entry, const std::string& name, const std::string& folder) {
  return MatrixReader(entry, folder).read(name);
}

std::shared_ptr<const Matrix> named_matrix(const Table& root, const Table& at, std::string_view key) {
  const std::string name = at.required_text(key);
  const Value* tables = root.peek("table");
  const Value* entry = tables ? tables->find(name) : nullptr;
  if (entry && entry->matrix) {
    entry->used = true;
    return entry->matrix;
  }
  std::vector<std::string> known;
  if (tables) {
    for (const auto& member : tables->members) known.push_back(member.first);
  }
  at.error(key, "there is no table " + shown(name) +
                    (known.empty() ? "; `[table]` is empty" : alternatives(name, known, "there are")));
  return nullptr;
}

}  // namespace cajal::config
