#include "models/inputs/spike_file.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/config/text.hpp"
#include "sim/error.hpp"
#include "sim/record/npy.hpp"

namespace cajal {

namespace {

/// The largest id that a double holds exactly, with those below it.
constexpr double largest_id = 0x1p53;

/// The group of the population's datasets.
std::string find_population(const record::ResultReader& reader, const std::string& population) {
  if (!reader.has("/spikes")) throw DataError(reader.path(), "has no group /spikes: it is no spike file of SONATA");
  // Files from before populations hold the datasets themselves.
  if (reader.has("/spikes/timestamps") && reader.has("/spikes/gids")) {
    if (!population.empty())
      throw DataError(reader.path(), "has no populations; leave out `population` = \"" + population + "\"");
    return "/spikes";
  }
  std::vector<std::string> names;
  for (const std::string& name : reader.members("/spikes"))
    if (reader.has("/spikes/" + name + "/timestamps")) names.push_back(name);
  if (names.empty()) throw DataError(reader.path(), "has no /spikes/<population>/timestamps");
  if (population.empty() && names.size() == 1) return "/spikes/" + names[0];
  if (population.empty())
    throw DataError(reader.path(), "has several populations; choose one as `population`: " + config::listed(names));
  for (const std::string& name : names)
    if (name == population) return "/spikes/" + name;
  throw DataError(reader.path(),
                  "has no population \"" + population + "\"" + config::alternatives(population, names, "there are"));
}

SpikeFile read_sonata(const std::string& path, const std::string& population) {
  const record::ResultReader reader = record::ResultReader::foreign(path);
  const std::string group = find_population(reader, population);
  const std::string times = group + "/timestamps", ids = group + (group == "/spikes" ? "/gids" : "/node_ids");
  if (!reader.has(ids)) throw DataError(path, "has " + times + ", but no " + ids);
  if (reader.has_attribute(times, "units"))
    if (const auto units = reader.attribute<std::string>(times, "units"); units != "ms")
      throw DataError(path, times + " are in \"" + units + "\"; allowed is \"ms\"");
  auto t = reader.read<double>(times);
  auto u = reader.read<std::uint64_t>(ids);
  for (const auto& [name, dims] : {std::pair{times, t.dims}, std::pair{ids, u.dims}})
    if (dims.size() != 1) throw DataError(path, fmt::format("{} has {} dimensions; 1 is expected", name, dims.size()));
  if (t.values.size() != u.values.size())
    throw DataError(path, fmt::format("{} {} for {} {}", t.values.size(), times, u.values.size(), ids));
  return {{std::move(t.values), std::move(u.values)}, group + ", spike", 0, {}};
}

SpikeFile read_array(const std::string& path) {
  const record::Array array = record::read_npy(path, record::NotFinite::keep);
  if (array.shape.size() != 2 || array.shape[1] != 2)
    throw DataError(path,
                    fmt::format("holds an array of {}; needed are two columns, id and time",
                                array.shape.empty() ? "one number" : fmt::format("{}", fmt::join(array.shape, " x "))));
  SpikeFile out{{}, "row", 0, {}};
  for (std::size_t i = 0; i < array.shape[0]; ++i) {
    const double id = array.values[2 * i];
    if (!(id >= 0 && id < largest_id && id == std::floor(id)))
      throw DataError(path, fmt::format("row {}: {:g} is no id of a unit: whole numbers from 0 on are", i, id));
    out.spikes.ids.push_back(static_cast<std::uint64_t>(id));
    out.spikes.times.push_back(array.values[2 * i + 1]);
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(blanks);
  return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Whether all of `text` is one number.
template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

SpikeFile read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw DataError(path, "cannot be opened");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) throw DataError(path, "cannot be read");
  return parse_spike_text(text, path);
}

}  // namespace

std::string SpikeFile::place(std::size_t i) const {
  return fmt::format("{} {}", row_name, line_of.empty() ? first_row + i : line_of[i]);
}

SpikeFile parse_spike_text(std::string_view text, const std::string& path) {
  SpikeFile out{{}, "line", 1, {}};
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t length = text.find('\n');
    const std::string_view row = trimmed(text.substr(0, length));
    text = length == std::string_view::npos ? "" : text.substr(length + 1);
    if (row.empty()) continue;
    const std::size_t comma = row.find(',');
    const std::string_view first = trimmed(row.substr(0, comma));
    const std::string_view second = comma == std::string_view::npos ? "" : trimmed(row.substr(comma + 1));
    if (line == 1 && first == "id" && second == "time") continue;
    std::uint64_t id = 0;
    double time = 0;
    if (!read_number(first, id) || !read_number(second, time))
      throw DataError(path, fmt::format("line {}: expected the id of a unit, a comma and a time in ms, found {}", line,
                                        config::written_text(config::shortened(std::string(row)))));
    out.spikes.ids.push_back(id);
    out.spikes.times.push_back(time);
    out.line_of.push_back(line);
  }
  return out;
}

SpikeFile read_spike_file(const std::string& path, const std::string& population) {
  const std::string ending = std::filesystem::path(path).extension().string();
  const bool sonata = ending == ".h5" || ending == ".hdf5";
  if (!sonata && ending != ".csv" && ending != ".npy")
    throw DataError(path, "is no spike file: its name may end in .h5, .hdf5, .csv or .npy");
  if (!std::filesystem::is_regular_file(path)) throw DataError(path, "there is no such file");
  if (!sonata && !population.empty()) throw DataError(path, "has no populations: leave out `population`");
  SpikeFile out = sonata ? read_sonata(path, population) : ending == ".npy" ? read_array(path) : read_text(path);
  for (std::size_t i = 0; i < out.spikes.times.size(); ++i)
    if (!std::isfinite(out.spikes.times[i]))
      throw DataError(path, fmt::format("{}: a time of {:g} ms", out.place(i), out.spikes.times[i]));
  return out;
}

}  // namespace cajal
