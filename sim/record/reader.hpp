#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "sim/record/hdf5.hpp"
#include "sim/record/stored.hpp"

namespace cajal::record {

/// What a dataset is, without its values.
struct DatasetInfo {
  std::string path;
  hdf5::Element element = hdf5::Element::other;
  std::vector<std::size_t> dims;
  std::string units, description, axes;  ///< empty where the file does not say
};

/// Values in row-major order; no dims: a scalar.
template <class T>
struct Dataset {
  std::vector<std::size_t> dims;
  std::vector<T> values;
};

/// What results are read as.
template <class T>
concept Readable = hdf5::Number<T> || std::same_as<T, std::string>;

/// A result, open for reading: a finished one, or the readable part of a killed run. All paths are absolute. Every
/// method throws DataError.
class ResultReader {
 public:
  /// Throws DataError: missing, no HDF5, truncated, another program's, being written.
  explicit ResultReader(const std::string& path);
  /// A file of whatever program, for the layouts that results share with others (SONATA).
  static ResultReader foreign(const std::string& path) { return ResultReader(hdf5::File::open(path)); }

  const std::string& path() const { return file_.path(); }
  bool has(const std::string& path) const { return file_.has(path); }
  /// Absolute paths of all groups or datasets below `path`, sorted.
  std::vector<std::string> groups(const std::string& path = "/") const;
  std::vector<std::string> datasets(const std::string& path = "/") const;
  /// Names (not paths) of what lies directly in the group `path`, sorted.
  std::vector<std::string> members(const std::string& path = "/") const;

  DatasetInfo describe(const std::string& path) const;
  /// T: float, double, (u)int32, (u)int64, uint8, std::string; conversions as Stored::numbers.
  template <Readable T>
  Dataset<T> read(const std::string& path) const {
    return values_of<T>(Stored::dataset(file_, path));
  }

  bool has_attribute(const std::string& path, const std::string& name) const;
  /// Sorted names.
  std::vector<std::string> attributes(const std::string& path) const;
  /// A scalar, or an array of one value; a choice reads as its name.
  template <Readable T>
  T attribute(const std::string& path, const std::string& name) const {
    Dataset<T> found = attribute_values<T>(path, name);
    if (found.values.size() != 1) refuse_array(path, name, found.values.size());
    return std::move(found.values.front());
  }
  template <Readable T>
  Dataset<T> attribute_values(const std::string& path, const std::string& name) const {
    return values_of<T>(Stored::attribute(file_, path, name));
  }

  /// SHA-256 of all that the config and the seed decide: each group, dataset and attribute in the order of their paths,
  /// with type, dimensions and values bit by bit. Left out: `/timing` and the attributes of time and host
  /// (is_of_time_or_host). How the file stores things (order, chunks, compression) does not count.
  std::string digest() const;
  /// For people: name, status, seed, when, how long; then the tree with types, dimensions and units.
  std::string info() const;

 private:
  explicit ResultReader(hdf5::File file) : file_(std::move(file)) {}

  enum class Kind { group, dataset };
  struct Object {
    std::string path;
    Kind kind;
  };
  /// All below `path`, each group before its members, members by name.
  std::vector<Object> objects(const std::string& path) const;
  std::vector<std::string> paths(const std::string& path, Kind kind) const;
  [[noreturn]] void refuse_array(const std::string& path, const std::string& name, std::size_t size) const;

  template <Readable T>
  static Dataset<T> values_of(const Stored& stored) {
    if constexpr (std::same_as<T, std::string>) {
      return {stored.dims(), stored.texts()};
    } else {
      return {stored.dims(), stored.numbers<T>()};
    }
  }

  hdf5::File file_;
};

}  // namespace cajal::record
