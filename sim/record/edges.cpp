#include "sim/record/edges.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>

#include "sim/config/text.hpp"
#include "sim/error.hpp"
#include "sim/record/hdf5.hpp"
#include "sim/record/npy.hpp"
#include "sim/record/stored.hpp"

namespace cajal::record {

namespace {

enum Column : std::size_t { source, target, weight, delay, columns };
constexpr std::array<std::string_view, columns> column_names{"source", "target", "weight", "delay"};

std::string shown(double x) { return config::written_number(x); }

/// Takes synapse after synapse; `where` is called for the place of one that is wrong.
class Collector {
 public:
  Collector(const EdgeLimits& limits, const std::array<bool, columns>& has) : limits_(limits), has_(has) {}

  void reserve(std::size_t count) {
    edges_.source.reserve(count);
    edges_.target.reserve(count);
    if (has_[weight]) edges_.weight.reserve(count);
    if (has_[delay]) edges_.delay.reserve(count);
  }

  template <class Where>
  void add(const std::array<double, columns>& row, Where&& where) {
    edges_.source.push_back(unit(row[source], "source", limits_.sources, where));
    edges_.target.push_back(unit(row[target], "target", limits_.targets, where));
    if (has_[weight]) {
      if (!(std::fabs(row[weight]) <= FLT_MAX))
        throw DataError(where(), "a weight of " + shown(row[weight]) + "; what single precision holds is allowed");
      edges_.weight.push_back(row[weight]);
    }
    if (!has_[delay]) return;
    if (!(row[delay] >= limits_.dt * (1 - 1e-6) && row[delay] <= DBL_MAX))
      throw DataError(where(), "a delay of " + shown(row[delay]) + " ms; at least one step of " + shown(limits_.dt) +
                                   " ms is allowed");
    edges_.delay.push_back(row[delay]);
  }

  Edges take() { return std::move(edges_); }

 private:
  template <class Where>
  static std::uint32_t unit(double id, const char* side, std::size_t size, Where&& where) {
    if (id >= 0 && id < static_cast<double>(size) && id == std::floor(id)) return static_cast<std::uint32_t>(id);
    throw DataError(where(), std::string(side) + " " + shown(id) + "; the node has " + std::to_string(size) +
                                 " units, numbered from 0");
  }

  const EdgeLimits& limits_;
  std::array<bool, columns> has_;
  Edges edges_;
};

/// Text, line by line.
class TextReader {
 public:
  TextReader(const std::string& path, const EdgeLimits& limits) : path_(path), limits_(limits), file_(path) {}

  Edges read() {
    std::optional<Collector> collector;
    while (next_line()) {
      if (!collector) {
        const bool named = begin();
        collector.emplace(limits_, has_);
        if (named) continue;
      }
      if (count_ != order_.size())
        throw DataError(where(),
                        std::to_string(count_) + " columns; the first line has " + std::to_string(order_.size()));
      std::array<double, columns> row{};
      for (std::size_t i = 0; i < count_; ++i) row[order_[i]] = number(i);
      collector->add(row, [&] { return where(); });
    }
    if (!collector) throw DataError(path_, "holds no synapse");
    return collector->take();
  }

 private:
  static constexpr std::size_t longest_line = 4096;

  std::string where() const { return path_ + ":" + std::to_string(line_); }
  static bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

  /// The next line that has fields.
  bool next_line() {
    while (file_.getline(text_.data(), text_.size())) {
      ++line_;
      if (split()) return true;
    }
    if (file_.bad()) throw DataError(path_, std::string("cannot be read: ") + std::strerror(errno));
    if (!file_.eof()) {
      ++line_;
      throw DataError(where(),
                      "a line of more than " + std::to_string(longest_line) + " characters: no list of synapses");
    }
    return false;
  }

  /// Sets the fields of the line; false if it has none.
  bool split() {
    std::string_view rest(text_.data());
    if (line_ == 1 && rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    count_ = 0;
    const auto skip = [&] {
      while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
    };
    skip();
    if (rest.empty() || rest.front() == '#') return false;
    for (;;) {
      const std::size_t end = std::min(rest.find_first_of(",; \t\r"), rest.size());
      if (count_ == columns) throw DataError(where(), "more than four columns: source, target, weight, delay");
      field_[count_++] = rest.substr(0, end);
      rest.remove_prefix(end);
      skip();
      if (rest.empty()) return true;
      if (rest.front() != ',' && rest.front() != ';') continue;
      rest.remove_prefix(1);
      skip();
    }
  }

  /// Learns the columns from the first line; whether it names them.
  bool begin() {
    const auto unquoted = [](std::string_view field) {
      if (field.size() > 1 && field.front() == '"' && field.back() == '"') return field.substr(1, field.size() - 2);
      return field;
    };
    const std::string_view first = unquoted(field_[0]);
    const bool named = !first.empty() && std::strchr("+-.0123456789", first[0]) == nullptr && first != "nan";
    for (std::size_t i = 0; i < count_; ++i) {
      const std::string_view name = named ? unquoted(field_[i]) : column_names[i];
      const auto found = std::find(column_names.begin(), column_names.end(), name);
      const std::vector<std::string> allowed(column_names.begin(), column_names.end());
      if (found == column_names.end())
        throw DataError(where(), "unknown column " + config::written_text(name) +
                                     config::alternatives(name, allowed, "columns are"));
      const auto column = static_cast<std::size_t>(found - column_names.begin());
      if (has_[column]) throw DataError(where(), "column " + std::string(name) + " twice");
      has_[column] = true;
      order_.push_back(column);
    }
    if (!has_[source] || !has_[target])
      throw DataError(where(), "a list of synapses needs a source and a target column");
    return named;
  }

  double number(std::size_t i) const {
    std::string_view field = field_[i];
    if (field.size() > 1 && field[0] == '+' && field[1] != '-') field.remove_prefix(1);
    double x = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), x);
    if (field.empty() || end != field.data() + field.size() || error == std::errc::invalid_argument)
      throw DataError(where(), std::string(column_names[order_[i]]) + " is " +
                                   (field.empty() ? "empty" : config::shortened(config::written_text(field))) +
                                   ", not a number");
    if (error == std::errc::result_out_of_range)
      throw DataError(where(), std::string(column_names[order_[i]]) + " is " + std::string(field) +
                                   ", beyond what a number can be");
    return x;
  }

  std::string path_;
  const EdgeLimits& limits_;
  std::ifstream file_;
  std::array<char, longest_line + 2> text_{};
  std::size_t line_ = 0, count_ = 0;
  std::array<std::string_view, columns> field_;
  std::vector<std::size_t> order_;
  std::array<bool, columns> has_{};
};

Edges read_array(const std::string& path, const EdgeLimits& limits) {
  const Array array = read_npy(path, NotFinite::keep);
  if (array.shape.size() != 2 || array.shape[1] < 2 || array.shape[1] > columns)
    throw DataError(path, "a list of synapses is an array of n x 2 to 4: source, target, weight, delay");
  const std::size_t width = array.shape[1];
  Collector collector(limits, {true, true, width > weight, width > delay});
  collector.reserve(array.shape[0]);
  for (std::size_t i = 0; i < array.shape[0]; ++i) {
    std::array<double, columns> row{};
    std::copy_n(array.values.begin() + static_cast<std::ptrdiff_t>(i * width), width, row.begin());
    collector.add(row, [&] { return path + ": row " + std::to_string(i); });
  }
  return collector.take();
}

/// One group of an HDF5 file, in either layout.
class GroupReader {
 public:
  GroupReader(const std::string& path, std::string group, const EdgeLimits& limits)
      : file_(hdf5::File::open(path)), limits_(limits), group_(std::move(group)) {}

  Edges read() {
    if (group_.empty())
      find_group();
    else if (group_.front() != '/')
      group_.insert(group_.begin(), '/');
    while (group_.ends_with('/')) group_.pop_back();
    if (!file_.has(group_)) throw DataError(file_.path(), "has no group " + group_);
    const bool sonata = file_.has(group_ + "/source_node_id");
    const std::array<std::string, columns> names =
        sonata ? std::array<std::string, columns>{"source_node_id", "target_node_id", "0/syn_weight", "0/delay"}
               : std::array<std::string, columns>{"source", "target", "weight", "delay"};
    std::array<bool, columns> has{};
    for (std::size_t c = 0; c < columns; ++c) {
      const std::string place = group_ + "/" + names[c];
      has[c] = c < weight || file_.has(place);
      if (has[c]) values_[c] = column(place);
    }
    const std::size_t count = values_[source].size();
    if (values_[target].size() != count) mismatch(names[target], values_[target].size(), count);
    if (sonata) one_group(count);
    // Each synapse has its value, or there is one for all; in SONATA it may be found by its index.
    for (const Column c : {weight, delay}) {
      const bool one_for_all = !sonata && values_[c].size() == 1;
      if (has[c] && index_.empty() && !one_for_all && values_[c].size() != count)
        mismatch(names[c], values_[c].size(), count);
    }
    if (has[weight]) check_weight_unit(group_ + "/" + names[weight]);
    const double in_ms = has[delay] ? delay_unit(group_ + "/" + names[delay]) : 1;
    Collector collector(limits_, has);
    collector.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto where = [&] { return file_.path() + ": " + group_ + ", row " + std::to_string(i); };
      std::array<double, columns> row{values_[source][i], values_[target][i]};
      for (const Column c : {weight, delay})
        if (has[c]) row[c] = property(c, i, where);
      row[delay] *= in_ms;
      collector.add(row, where);
    }
    return collector.take();
  }

 private:
  void find_group() {
    if (!file_.has("/edges")) return;
    const std::vector<std::string> populations = hdf5::members(file_, "/edges");
    if (populations.size() != 1)
      throw DataError(file_.path(), populations.empty()
                                        ? "/edges holds no population"
                                        : "holds several populations; name one with `group`, like \"/edges/" +
                                              populations[0] + "\"; there are: " + config::listed(populations));
    group_ = "/edges/" + populations[0];
  }

  std::vector<double> column(const std::string& place) const {
    const Stored stored = Stored::dataset(file_, place);
    if (stored.dims().size() != 1) throw DataError(file_.path(), place + " has more dimensions than one, or none");
    return stored.numbers<double>();
  }

  [[noreturn]] void mismatch(const std::string& name, std::size_t found, std::size_t count) const {
    throw DataError(file_.path(), group_ + "/" + name + " has " + std::to_string(found) + " values for " +
                                      std::to_string(count) + " synapses");
  }

  /// SONATA parts the properties of edges into groups; one of them is read, `0`.
  void one_group(std::size_t count) {
    const std::string groups = group_ + "/edge_group_id", index = group_ + "/edge_group_index";
    if (file_.has(groups)) {
      const std::vector<double> ids = column(groups);
      const auto other = std::find_if(ids.begin(), ids.end(), [](double id) { return id != 0; });
      if (other != ids.end())
        throw DataError(file_.path(), groups + " names group " + shown(*other) + "; only group 0 is supported");
    }
    if (!file_.has(index)) return;
    index_ = column(index);
    if (index_.size() != count) mismatch("edge_group_index", index_.size(), count);
  }

  template <class Where>
  double property(Column c, std::size_t i, Where&& where) const {
    if (values_[c].size() == 1 && index_.empty()) return values_[c][0];
    if (index_.empty()) return values_[c][i];
    const double at = index_[i];
    if (!(at >= 0 && at < static_cast<double>(values_[c].size())) || at != std::floor(at))
      throw DataError(
          where(), "edge_group_index " + shown(at) + "; the group has " + std::to_string(values_[c].size()) + " edges");
    return values_[c][static_cast<std::size_t>(at)];
  }

  std::string units(const std::string& place) const {
    if (!hdf5::has_attribute(file_, place, "units")) return "";
    const std::vector<std::string> texts = Stored::attribute(file_, place, "units").texts();
    return texts.empty() ? "" : texts[0];
  }

  void check_weight_unit(const std::string& place) const {
    const std::string unit = units(place);
    if (!unit.empty() && unit != limits_.weight_unit)
      throw DataError(file_.path(), place + " is in " + unit + ", the port takes " +
                                        (limits_.weight_unit.empty() ? "plain numbers" : limits_.weight_unit));
  }

  /// What a delay is multiplied with to be in ms.
  double delay_unit(const std::string& place) const {
    const std::string unit = units(place);
    if (unit.empty() || unit == "ms") return 1;
    if (unit != "steps")
      throw DataError(file_.path(), place + " is in " + config::written_text(unit) + "; ms and steps are allowed");
    const std::vector<double> dt = Stored::attribute(file_, "/", "dt").numbers<double>();
    return dt.size() == 1 ? dt[0] : std::nan("");
  }

  hdf5::File file_;
  const EdgeLimits& limits_;
  std::string group_;
  std::array<std::vector<double>, columns> values_;
  std::vector<double> index_;
};

}  // namespace

Edges read_edges(const std::string& path, const std::string& group, const EdgeLimits& limits) {
  std::ifstream file(path, std::ios::binary);
  std::string first(8, '\0');
  file.read(first.data(), static_cast<std::streamsize>(first.size()));
  if (!file && file.gcount() == 0 && !file.eof())
    throw DataError(path, std::string("cannot be read: ") + std::strerror(errno));
  file.close();
  if (first.starts_with("\x89HDF")) return GroupReader(path, group, limits).read();
  if (!group.empty()) throw DataError(path, "is no HDF5 file, and has no group " + group);
  if (first.starts_with("\x93NUMPY")) return read_array(path, limits);
  return TextReader(path, limits).read();
}

}  // namespace cajal::record
