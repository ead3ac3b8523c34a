#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/record/hdf5.hpp"

namespace cajal::record {

/// What every dataset says of itself. `axes` names each dimension (`{"time", "unit"}`) or is empty.
struct Meta {
  std::string units;
  std::string description;
  std::vector<std::string> axes = {};
  bool repeats = false;  ///< many of its reals are equal (zeros, multiples of a step): worth compressing
};

/// What became of a run; the `status` attribute.
enum class Status { running, complete, interrupted, failed };

/// `complete`
std::string_view name_of(Status status);

/// One of several named values; an HDF5 enumeration whose values count from 0.
struct Choice {
  std::vector<std::string> names;
  std::uint8_t value = 0;
};

class Output;

/// A dataset whose rows still grow. Rows wait in memory until they fill a chunk: only whole chunks are written, because
/// a partly filled one that is written again is unreadable if the process is killed between two flushes. What is left
/// over is written at close.
class Appending {
 public:
  Appending(Output& output, std::string path, hdf5::Handle dataset, hdf5::Element element,
            std::vector<std::size_t> row_shape, std::size_t chunk_rows);

  /// `values` numbers, a whole number of rows.
  void append(const void* data, std::size_t values);
  /// Writes the tail; nothing can be appended after.
  void close();
  /// Rows so far, those in memory included.
  std::uint64_t rows() const { return written_ + buffer_.size() / row_bytes_; }

 private:
  friend class Output;
  void write(const std::byte* data, std::size_t rows);
  /// Forgets what is not written, when the file is closed or lost.
  void drop();

  Output* output_;
  std::string path_;
  hdf5::Handle dataset_;
  hdf5::Element element_;
  std::vector<std::size_t> row_shape_;
  std::size_t row_bytes_;
  std::size_t chunk_bytes_;
  std::uint64_t written_ = 0;
  std::vector<std::byte> buffer_;
};

/// A result while it is written: `path.part`, which becomes `path` when it is whole.
/// Not for several threads at once.
class Output {
 public:
  /// Throws OutputError if `path` cannot or must not be written. See ResultFile::create.
  Output(std::string path, bool force);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  const std::string& path() const { return path_; }
  /// Throws OutputError if the file is finished or lost.
  hdf5::File& file();

  void write(const std::string& path, hdf5::Element element, const void* data, std::size_t values,
             const std::vector<std::size_t>& dims, const Meta& meta);
  void write(const std::string& path, std::span<const std::string> texts, const std::vector<std::size_t>& dims,
             const Meta& meta);
  /// `chunk_rows` 0: chosen by the size of a row.
  std::shared_ptr<Appending> appending(const std::string& path, hdf5::Element element,
                                       std::vector<std::size_t> row_shape, const Meta& meta, std::size_t chunk_rows);

  /// Attributes of the object at `path`, a group made if there is none; an old value is replaced.
  void attribute(const std::string& path, const std::string& name, std::string_view text);
  void attribute(const std::string& path, const std::string& name, const Choice& choice);
  /// No dimensions: a scalar.
  void attribute(const std::string& path, const std::string& name, hdf5::Element element, const void* data,
                 const std::vector<std::size_t>& dims);

  /// See Group::adopt.
  void adopt(const std::string& from, const std::string& to);

  void log(std::string_view line);
  void flush_every(std::chrono::milliseconds interval) { interval_ = interval; }
  void flush();
  /// Called after whole chunks were written.
  void flush_if_due();
  void finish(Status status);

 private:
  hdf5::Handle object(const std::string& path);
  hdf5::Handle create(const std::string& path, std::int64_t type, const std::vector<std::size_t>& dims,
                      const std::vector<std::size_t>& chunk, bool compress, bool rows_unlimited);
  void describe(const std::string& path, std::size_t rank, const Meta& meta);
  void replace(const std::string& path, const std::string& name, std::int64_t type,
               const std::vector<std::size_t>& dims, const void* data);
  void write_log();

  std::string path_;
  std::string part_;
  bool replaces_ = false;
  std::unique_ptr<hdf5::File> file_;
  std::vector<std::shared_ptr<Appending>> appendings_;
  std::vector<std::string> log_;
  std::chrono::milliseconds interval_{5000};
  std::chrono::steady_clock::time_point flushed_ = std::chrono::steady_clock::now();
};

}  // namespace cajal::record
