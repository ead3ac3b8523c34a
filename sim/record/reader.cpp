#include "sim/record/reader.hpp"

#include <hdf5.h>

#include <algorithm>
#include <array>
#include <bit>
#include <functional>

#include "sim/error.hpp"
#include "sim/record/provenance.hpp"
#include "sim/record/sha256.hpp"

namespace cajal::record {

namespace {

using hdf5::Element;
using hdf5::Handle;

static_assert(std::endian::native == std::endian::little, "digests are defined over little-endian values");

/// Hard links may form cycles; no result comes near these.
constexpr std::size_t deepest = 64;
constexpr std::size_t most_objects = 1'000'000;

std::string child(const std::string& path, const std::string& name) { return (path == "/" ? "" : path) + "/" + name; }

/// Numbers and texts of the digest are told apart by their lengths, which come first.
void add(Sha256& hash, std::uint64_t number) {
  const auto bytes = std::bit_cast<std::array<std::byte, 8>>(number);
  hash.add(bytes);
}

void add(Sha256& hash, const std::string& text) {
  add(hash, static_cast<std::uint64_t>(text.size()));
  hash.add(text);
}

void add(Sha256& hash, const Stored& stored) {
  add(hash, std::string(hdf5::name_of(stored.element())));
  add(hash, static_cast<std::uint64_t>(stored.dims().size()));
  for (const std::size_t n : stored.dims()) add(hash, static_cast<std::uint64_t>(n));
  if (hdf5::size_of(stored.element()) != 0)
    stored.each_block([&](std::span<const std::byte> bytes) { hash.add(bytes); });
  else
    for (const std::string& text : stored.texts()) add(hash, text);
}

std::string shape_text(const std::vector<std::size_t>& dims) {
  if (dims.empty()) return "scalar";
  std::string text;
  for (const std::size_t n : dims) text += (text.empty() ? "" : " x ") + std::to_string(n);
  return "[" + text + "]";
}

}  // namespace

ResultReader::ResultReader(const std::string& path) : file_(hdf5::File::open(path)) {
  if (!has_attribute("/", "format") || attribute<std::string>("/", "format") != "cajal result")
    throw DataError(path, "is an HDF5 file, but no result of cajal");
}

std::vector<std::string> ResultReader::members(const std::string& path) const { return hdf5::members(file_, path); }

std::vector<ResultReader::Object> ResultReader::objects(const std::string& path) const {
  std::vector<Object> found;
  const std::function<void(const std::string&, std::size_t)> visit = [&](const std::string& above, std::size_t depth) {
    for (const std::string& name : members(above)) {
      const std::string here = child(above, name);
      const Handle object = file_.own(H5Oopen(file_.id(), here.c_str(), H5P_DEFAULT), "cannot open " + here);
      const H5I_type_t type = H5Iget_type(object.id());
      if (type != H5I_GROUP && type != H5I_DATASET) continue;
      found.push_back({here, type == H5I_GROUP ? Kind::group : Kind::dataset});
      if (depth > deepest || found.size() > most_objects) throw DataError(file_.path(), "its groups have no end");
      if (type == H5I_GROUP) visit(here, depth + 1);
    }
  };
  visit(path, 0);
  return found;
}

std::vector<std::string> ResultReader::paths(const std::string& path, Kind kind) const {
  std::vector<std::string> paths;
  for (Object& object : objects(path))
    if (object.kind == kind) paths.push_back(std::move(object.path));
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::string> ResultReader::groups(const std::string& path) const { return paths(path, Kind::group); }

std::vector<std::string> ResultReader::datasets(const std::string& path) const { return paths(path, Kind::dataset); }

std::vector<std::string> ResultReader::attributes(const std::string& path) const {
  if (!has(path)) throw DataError(file_.path(), "has no " + path);
  const Handle object = file_.own(H5Oopen(file_.id(), path.c_str(), H5P_DEFAULT), "cannot open " + path);
  std::vector<std::string> names;
  const auto keep = [](hid_t, const char* name, const H5A_info_t*, void* kept) -> herr_t {
    static_cast<std::vector<std::string>*>(kept)->emplace_back(name);
    return 0;
  };
  hsize_t next = 0;
  file_.check(H5Aiterate2(object.id(), H5_INDEX_NAME, H5_ITER_INC, &next, keep, &names), "cannot list " + path);
  std::sort(names.begin(), names.end());
  return names;
}

bool ResultReader::has_attribute(const std::string& path, const std::string& name) const {
  return hdf5::has_attribute(file_, path, name);
}

void ResultReader::refuse_array(const std::string& path, const std::string& name, std::size_t size) const {
  throw DataError(file_.path(),
                  "attribute " + name + " of " + path + " holds " + std::to_string(size) + " values, one is expected");
}

DatasetInfo ResultReader::describe(const std::string& path) const {
  const Stored stored = Stored::dataset(file_, path);
  DatasetInfo info{path, stored.element(), stored.dims(), {}, {}, {}};
  const auto text = [&](const char* name) {
    return has_attribute(path, name) ? attribute<std::string>(path, name) : std::string();
  };
  info.units = text("units");
  info.description = text("description");
  info.axes = text("axes");
  return info;
}

std::string ResultReader::digest() const {
  Sha256 hash;
  std::vector<Object> all = objects("/");
  all.push_back({"/", Kind::group});
  std::sort(all.begin(), all.end(), [](const Object& a, const Object& b) { return a.path < b.path; });
  for (const Object& object : all) {
    if (object.path == "/timing" || object.path.starts_with("/timing/")) continue;
    add(hash, std::string(object.kind == Kind::group ? "group" : "dataset"));
    add(hash, object.path);
    for (const std::string& name : attributes(object.path)) {
      if (is_of_time_or_host(name)) continue;
      add(hash, std::string("attribute"));
      add(hash, name);
      add(hash, Stored::attribute(file_, object.path, name));
    }
    if (object.kind == Kind::group) continue;
    add(hash, std::string("values"));
    add(hash, Stored::dataset(file_, object.path));
  }
  return hash.hex();
}

std::string ResultReader::info() const {
  std::string text = file_.path() + "\n";
  const auto line = [&](const std::string& name, const std::string& value) {
    text += "  " + name + std::string(name.size() < 14 ? 14 - name.size() : 1, ' ') + value + "\n";
  };
  for (const char* name : {"name", "status", "started", "host", "cajal_version", "git_revision"})
    if (has_attribute("/", name)) line(name, attribute<std::string>("/", name));
  if (has_attribute("/", "seed")) line("seed", std::to_string(attribute<std::uint64_t>("/", "seed")));
  if (has_attribute("/", "wall_seconds")) {
    std::string seconds = std::to_string(attribute<double>("/", "wall_seconds"));
    line("wall time", seconds.substr(0, seconds.find('.') + 2) + " s");
  }
  for (const Object& object : objects("/")) {
    const std::size_t depth = static_cast<std::size_t>(std::count(object.path.begin(), object.path.end(), '/'));
    std::string entry = std::string(2 * depth, ' ') + object.path.substr(object.path.rfind('/') + 1);
    if (object.kind == Kind::dataset) {
      const DatasetInfo info = describe(object.path);
      entry.resize(std::max<std::size_t>(entry.size() + 1, 28), ' ');
      entry += std::string(hdf5::name_of(info.element)) + " " + shape_text(info.dims);
      if (!info.units.empty()) entry += " " + info.units;
    } else {
      entry += "/";
    }
    text += entry + "\n";
  }
  return text;
}

}  // namespace cajal::record
