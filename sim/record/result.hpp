#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sim/record/output.hpp"
#include "sim/record/provenance.hpp"

namespace cajal::record {

/// A dataset that grows by rows, made by Group::appendable. A killed run keeps the whole chunks of the last flush; the
/// rest is written at close, or when the result is finished. Copies append to the same dataset.
template <hdf5::Number T>
class Appendable {
 public:
  explicit Appendable(std::shared_ptr<Appending> appending) : appending_(std::move(appending)) {}

  /// A whole number of rows, row after row. Throws OutputError.
  void append(std::span<const T> rows) { appending_->append(rows.data(), rows.size()); }
  /// One value, where a row is one value.
  void append(T value) { appending_->append(&value, 1); }
  std::uint64_t rows() const { return appending_->rows(); }
  void close() { appending_->close(); }

 private:
  std::shared_ptr<Appending> appending_;
};

/// A place in a result below which a run writes its subtree: `/`, or `/runs/<learner>/<seed>`. Names are paths relative
/// to it (`weights/read/0`), groups on the way are made. Cheap to copy; all views write to one file. Every method
/// throws OutputError: the disk is full, the name is taken, the result is finished.
class Group {
 public:
  /// Absolute: `/runs/mlp/1`
  const std::string& path() const { return path_; }
  Group group(std::string_view below) const;
  /// `/timing` with the path of this group: where seconds go that digests leave out.
  Group timing() const;

  /// A dataset of float, double, (u)int32, (u)int64 or uint8 in row-major order; the product of `dims` is the number of
  /// values, no `dims` make a scalar. Large datasets of integers, in ms, or of reals that repeat are compressed
  /// (shuffle, gzip 1).
  template <std::ranges::contiguous_range Values>
  requires hdf5::Number<std::ranges::range_value_t<Values>>
  void write(std::string_view name, const Values& values, const std::vector<std::size_t>& dims,
             const Meta& meta) const {
    output_->write(below(name), hdf5::element_of<std::ranges::range_value_t<Values>>(), std::ranges::data(values),
                   std::ranges::size(values), dims, meta);
  }
  /// The same of texts: UTF-8 of fixed length, filled up with zeros.
  void write(std::string_view name, std::span<const std::string> texts, const std::vector<std::size_t>& dims,
             const Meta& meta) const {
    output_->write(below(name), texts, dims, meta);
  }

  /// A dataset `[rows, row_shape...]` without rows yet. `chunk_rows`: how many rows are held in memory and written
  /// together; 0 chooses (64 Ki values, at most 8 MiB).
  template <hdf5::Number T>
  Appendable<T> appendable(std::string_view name, std::vector<std::size_t> row_shape, const Meta& meta,
                           std::size_t chunk_rows = 0) const {
    return Appendable<T>(
        output_->appending(below(name), hdf5::element_of<T>(), std::move(row_shape), meta, chunk_rows));
  }

  /// Takes over the finished result `file`, in place of this group, which must not be there yet: all its groups,
  /// datasets and attributes but those that say of a file that it is a result; its `/timing` goes to `timing()`.
  /// Throws DataError for what is no HDF5 file.
  void adopt(const std::string& file) const { output_->adopt(file, path_); }

  /// Attributes of this group, or of the dataset that `group("spikes/E/timestamps")` names. An old value is replaced.
  void attribute(const std::string& name, std::string_view text) const { output_->attribute(path_, name, text); }
  void attribute(const std::string& name, const Choice& choice) const { output_->attribute(path_, name, choice); }
  void attribute(const std::string& name, std::span<const std::uint32_t> values) const {
    output_->attribute(path_, name, hdf5::Element::uint32, values.data(), {values.size()});
  }
  /// Reals as float64, integers as int64 or uint64, bool as uint8.
  template <class T>
  requires std::is_arithmetic_v<T>
  void attribute(const std::string& name, T value) const {
    using Kept =
        std::conditional_t<std::is_same_v<T, bool>, std::uint8_t,
                           std::conditional_t<std::is_floating_point_v<T>, double,
                                              std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>>;
    const Kept kept = static_cast<Kept>(value);
    output_->attribute(path_, name, hdf5::element_of<Kept>(), &kept, {});
  }

 protected:
  Group(std::shared_ptr<Output> output, std::string path) : output_(std::move(output)), path_(std::move(path)) {}
  Output& output() const { return *output_; }

 private:
  std::string below(std::string_view name) const;

  std::shared_ptr<Output> output_;
  std::string path_;
};

/// The result of a run: one HDF5 file, written to `path.part` and renamed when it is whole; the result is itself the
/// group
/// `/`. Until then the `status` of the part is `running`, and so it stays if the process is killed. Without `finish`
/// the part is left where it is. One thread at a time.
class ResultFile : public Group {
 public:
  /// Decides before the run whether `path` may be written, and makes its directories. A result that is there (complete
  /// or interrupted) is replaced with `force` alone, a failed one always, anything else never. Throws OutputError.
  static ResultFile create(const std::string& path, bool force);

  ResultFile(ResultFile&&) = default;
  ResultFile& operator=(ResultFile&&) = default;
  ResultFile(const ResultFile&) = delete;
  ResultFile& operator=(const ResultFile&) = delete;

  /// Writes what is known of it; may be called again when more is known.
  void provenance(const Provenance& provenance) const;
  /// A line of `/log`, which is written at the end; at most 4096 bytes are kept. Digests cover it: no clock times.
  void log(std::string_view line) const { output().log(line); }
  /// How often whole chunks are made safe against a kill; 5 s unless said otherwise.
  void flush_every(std::chrono::milliseconds interval) const { output().flush_every(interval); }
  void flush() const { output().flush(); }
  /// The file as it is while it is written: after a flush it can be read.
  std::string being_written() const { return output().path() + ".part"; }

  /// Writes all tails, the log and `status`, closes, syncs and renames to the path asked for. Throws OutputError: an
  /// old result is untouched then.
  void finish(Status status) const { output().finish(status); }

 private:
  using Group::Group;
};

}  // namespace cajal::record
