#include "sim/record/output.hpp"

#include <hdf5.h>

#include <algorithm>
#include <array>
#include <limits>

#include "sim/error.hpp"
#include "sim/record/publish.hpp"

namespace cajal::record {

namespace {

using hdf5::Element;
using hdf5::Handle;

/// Below this a dataset is stored in one piece, uncompressed.
constexpr std::size_t small_bytes = 64 * 1024;
/// Values of a chunk: 256 to 512 KiB of floats or doubles.
constexpr std::size_t chunk_values = 64 * 1024;
/// What one growing dataset may hold back in memory.
constexpr std::size_t buffer_bytes = 8 * 1024 * 1024;
constexpr std::size_t longest_line = 4096;

std::size_t product(const std::vector<std::size_t>& dims) {
  std::size_t all = 1;
  for (const std::size_t n : dims) {
    if (n != 0 && all > std::numeric_limits<std::size_t>::max() / n) throw OutputError("a dataset of over 2^64 values");
    all *= n;
  }
  return all;
}

std::string shape_text(const std::vector<std::size_t>& dims) {
  std::string text;
  for (const std::size_t n : dims) text += (text.empty() ? "" : " x ") + std::to_string(n);
  return "[" + text + "]";
}

std::size_t rows_of_chunk(std::size_t row_values, std::size_t row_bytes) {
  if (row_values <= 64) return chunk_values / row_values;
  return std::clamp<std::size_t>(buffer_bytes / row_bytes, 1, 1024);
}

/// Rows by so much of a row, the last axes first, that a chunk has about `chunk_values`.
std::vector<std::size_t> chunk_of(const std::vector<std::size_t>& row_shape, std::size_t rows) {
  std::vector<std::size_t> chunk(row_shape.size() + 1, 1);
  chunk.front() = rows;
  std::size_t left = std::max<std::size_t>(64, chunk_values / rows);
  for (std::size_t axis = row_shape.size(); axis-- > 0;) {
    chunk[axis + 1] = std::min(row_shape[axis], left);
    left = std::max<std::size_t>(1, left / chunk[axis + 1]);
  }
  return chunk;
}

/// Integers and times shrink several-fold, other floats hardly: they are not worth the time.
bool worth_compressing(Element element, const Meta& meta) {
  return hdf5::is_integer(element) || meta.units == "ms" || meta.repeats;
}

/// Links have UTF-8 names and make the groups above them.
Handle link_list(const hdf5::File& file) {
  Handle links = file.own(H5Pcreate(H5P_LINK_CREATE), "cannot set up HDF5");
  file.check(H5Pset_create_intermediate_group(links.id(), 1), "cannot set up HDF5");
  file.check(H5Pset_char_encoding(links.id(), H5T_CSET_UTF8), "cannot set up HDF5");
  return links;
}

/// Writes out what HDF5 holds back, because a failure to do so when a handle closes could not be mended.
void settle(const hdf5::File& file, const Handle& dataset, const std::string& path) {
  file.check(H5Dflush(dataset.id()), "cannot write " + path);
}

}  // namespace

std::string_view name_of(Status status) {
  constexpr std::array<std::string_view, 4> names{"running", "complete", "interrupted", "failed"};
  return names[static_cast<std::size_t>(status)];
}

Output::Output(std::string path, bool force) : path_(std::move(path)), part_(path_ + ".part") {
  replaces_ = require_writable(path_, part_, force);
  file_ = std::make_unique<hdf5::File>(hdf5::File::create(part_));
  const std::uint32_t magic = 2682;
  const std::array<std::uint32_t, 2> version{0, 1};
  const std::uint32_t schema = 1;
  attribute("/", "magic", Element::uint32, &magic, {});
  attribute("/", "version", Element::uint32, version.data(), {2});
  attribute("/", "format", "cajal result");
  attribute("/", "schema", Element::uint32, &schema, {});
  attribute("/", "status", name_of(Status::running));
  flush();
}

Output::~Output() {
  try {
    if (file_ && file_->lost().empty())
      for (const auto& appending : appendings_) appending->close();
  } catch (const Error&) {
    // The run has failed already, for a reason that somebody reports; this file keeps what it has.
  }
  for (const auto& appending : appendings_) appending->drop();
}

hdf5::File& Output::file() {
  if (!file_) throw OutputError(path_ + ": the result is finished, nothing can be added");
  if (!file_->lost().empty()) throw OutputError(file_->lost());
  return *file_;
}

Handle Output::object(const std::string& path) {
  const hdf5::File& file = this->file();
  if (file.has(path)) return file.own(H5Oopen(file.id(), path.c_str(), H5P_DEFAULT), "cannot open " + path);
  const Handle links = link_list(file);
  return file.own(H5Gcreate2(file.id(), path.c_str(), links.id(), H5P_DEFAULT, H5P_DEFAULT),
                  "cannot make group " + path);
}

Handle Output::create(const std::string& path, std::int64_t type, const std::vector<std::size_t>& dims,
                      const std::vector<std::size_t>& chunk, bool compress, bool rows_unlimited) {
  const hdf5::File& file = this->file();
  if (file.has(path)) throw OutputError(part_ + ": there is " + path + " already");
  const Handle links = link_list(file);
  const Handle layout = file.own(H5Pcreate(H5P_DATASET_CREATE), "cannot set up HDF5");
  file.check(H5Pset_obj_track_times(layout.id(), false), "cannot set up HDF5");
  if (!chunk.empty()) {
    const std::vector<hsize_t> shape(chunk.begin(), chunk.end());
    file.check(H5Pset_chunk(layout.id(), static_cast<int>(shape.size()), shape.data()), "cannot chunk " + path);
    // A process killed within a flush may leave rows that were never written: they shall not read as zeros.
    constexpr double unwritten = std::numeric_limits<double>::quiet_NaN();
    if (rows_unlimited && H5Tget_class(type) == H5T_FLOAT)
      file.check(H5Pset_fill_value(layout.id(), H5T_NATIVE_DOUBLE, &unwritten), "cannot fill " + path);
    if (compress) {
      file.check(H5Pset_shuffle(layout.id()), "cannot compress " + path);
      file.check(H5Pset_deflate(layout.id(), 1), "cannot compress " + path);
    }
  }
  const Handle space = hdf5::space_of(file, dims, rows_unlimited);
  return file.own(H5Dcreate2(file.id(), path.c_str(), type, space.id(), links.id(), layout.id(), H5P_DEFAULT),
                  "cannot make dataset " + path);
}

void Output::describe(const std::string& path, std::size_t rank, const Meta& meta) {
  if (!meta.axes.empty() && meta.axes.size() != rank)
    throw OutputError(part_ + ": " + path + " has " + std::to_string(rank) + " dimensions, but names for " +
                      std::to_string(meta.axes.size()) + " axes");
  std::string axes;
  for (const std::string& axis : meta.axes) axes += (axes.empty() ? "" : ", ") + axis;
  attribute(path, "units", meta.units);
  attribute(path, "description", meta.description);
  attribute(path, "axes", axes);
}

void Output::write(const std::string& path, Element element, const void* data, std::size_t values,
                   const std::vector<std::size_t>& dims, const Meta& meta) {
  if (product(dims) != values)
    throw OutputError(part_ + ": " + path + " has " + std::to_string(values) + " values for dimensions " +
                      shape_text(dims));
  std::vector<std::size_t> chunk;
  if (!dims.empty() && values * hdf5::size_of(element) >= small_bytes && worth_compressing(element, meta)) {
    const std::vector<std::size_t> row_shape(dims.begin() + 1, dims.end());
    const std::size_t row = product(row_shape);
    chunk = chunk_of(row_shape, std::min(dims.front(), rows_of_chunk(row, row * hdf5::size_of(element))));
  }
  const Handle dataset = create(path, hdf5::type_of(element), dims, chunk, true, false);
  if (values != 0)
    file().check(H5Dwrite(dataset.id(), hdf5::type_of(element), H5S_ALL, H5S_ALL, H5P_DEFAULT, data),
                 "cannot write " + path);
  settle(file(), dataset, path);
  describe(path, dims.size(), meta);
}

void Output::write(const std::string& path, std::span<const std::string> texts, const std::vector<std::size_t>& dims,
                   const Meta& meta) {
  if (product(dims) != texts.size())
    throw OutputError(part_ + ": " + path + " has " + std::to_string(texts.size()) + " texts for dimensions " +
                      shape_text(dims));
  std::size_t width = 1;
  for (const std::string& text : texts) width = std::max(width, text.size());
  std::vector<char> padded(width * texts.size(), '\0');
  for (std::size_t i = 0; i < texts.size(); ++i)
    std::copy(texts[i].begin(), texts[i].end(), padded.begin() + static_cast<std::ptrdiff_t>(i * width));
  std::vector<std::size_t> chunk;
  if (dims.size() == 1 && padded.size() >= small_bytes)
    chunk = {std::min(dims.front(), std::max<std::size_t>(1, 4 * small_bytes / width))};
  const Handle type = hdf5::text_type(file(), width);
  const Handle dataset = create(path, type.id(), dims, chunk, true, false);
  if (!texts.empty())
    file().check(H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, padded.data()),
                 "cannot write " + path);
  settle(file(), dataset, path);
  describe(path, dims.size(), meta);
}

std::shared_ptr<Appending> Output::appending(const std::string& path, Element element,
                                             std::vector<std::size_t> row_shape, const Meta& meta,
                                             std::size_t chunk_rows) {
  const std::size_t row = product(row_shape);
  if (row == 0) throw OutputError(part_ + ": " + path + " would grow by empty rows " + shape_text(row_shape));
  if (chunk_rows == 0) chunk_rows = rows_of_chunk(row, row * hdf5::size_of(element));
  std::vector<std::size_t> dims = row_shape;
  dims.insert(dims.begin(), 0);
  Handle dataset = create(path, hdf5::type_of(element), dims, chunk_of(row_shape, chunk_rows),
                          worth_compressing(element, meta), true);
  describe(path, dims.size(), meta);
  appendings_.push_back(
      std::make_shared<Appending>(*this, path, std::move(dataset), element, std::move(row_shape), chunk_rows));
  return appendings_.back();
}

void Output::replace(const std::string& path, const std::string& name, std::int64_t type,
                     const std::vector<std::size_t>& dims, const void* data) {
  const Handle owner = object(path);
  const std::string doing = "cannot write attribute " + name + " of " + path;
  const htri_t old = H5Aexists(owner.id(), name.c_str());
  file().check(old, doing);
  if (old > 0) file().check(H5Adelete(owner.id(), name.c_str()), doing);
  const Handle space = hdf5::space_of(file(), dims);
  const Handle names = file().own(H5Pcreate(H5P_ATTRIBUTE_CREATE), doing);
  file().check(H5Pset_char_encoding(names.id(), H5T_CSET_UTF8), doing);
  const Handle attribute =
      file().own(H5Acreate2(owner.id(), name.c_str(), type, space.id(), names.id(), H5P_DEFAULT), doing);
  file().check(H5Awrite(attribute.id(), type, data), doing);
}

void Output::attribute(const std::string& path, const std::string& name, std::string_view text) {
  const std::string terminated(text);
  const char* data = terminated.c_str();
  const Handle type = hdf5::text_type(file());
  replace(path, name, type.id(), {}, &data);
}

void Output::attribute(const std::string& path, const std::string& name, const Choice& choice) {
  const Handle type = file().own(H5Tenum_create(H5T_NATIVE_UINT8), "cannot make a type");
  std::uint8_t value = 0;
  for (const std::string& choice_name : choice.names) {
    file().check(H5Tenum_insert(type.id(), choice_name.c_str(), &value), "cannot make a type");
    ++value;
  }
  replace(path, name, type.id(), {}, &choice.value);
}

void Output::attribute(const std::string& path, const std::string& name, Element element, const void* data,
                       const std::vector<std::size_t>& dims) {
  replace(path, name, hdf5::type_of(element), dims, data);
}

void Output::log(std::string_view line) {
  file();
  log_.emplace_back(line.substr(0, longest_line));
}

void Output::write_log() {
  write("/log", log_, {log_.size()}, {"", "warnings and notes of the run, in order", {"line"}});
  log_.clear();
}

void Output::flush() {
  file().flush();
  flushed_ = std::chrono::steady_clock::now();
}

void Output::flush_if_due() {
  if (std::chrono::steady_clock::now() - flushed_ >= interval_) flush();
}

void Output::finish(Status status) {
  if (status == Status::running) throw OutputError(path_ + ": a result is not finished while it is running");
  file();
  for (const auto& appending : appendings_) appending->close();
  write_log();
  attribute("/", "status", name_of(status));
  // Everything that can fail for want of space fails here, where the file can still be given up in good order.
  file().flush();
  file().close();
  file_.reset();
  publish(part_, path_, replaces_);
}

Appending::Appending(Output& output, std::string path, Handle dataset, Element element,
                     std::vector<std::size_t> row_shape, std::size_t chunk_rows)
    : output_(&output),
      path_(std::move(path)),
      dataset_(std::move(dataset)),
      element_(element),
      row_shape_(std::move(row_shape)),
      row_bytes_(product(row_shape_) * hdf5::size_of(element)),
      chunk_bytes_(chunk_rows * row_bytes_) {}

void Appending::append(const void* data, std::size_t values) {
  if (output_ == nullptr) throw OutputError(path_ + ": the dataset is closed, nothing can be appended");
  output_->file();
  const std::byte* bytes = static_cast<const std::byte*>(data);
  std::size_t left = values * hdf5::size_of(element_);
  if (left % row_bytes_ != 0)
    throw OutputError(path_ + ": " + std::to_string(values) + " values are no whole number of rows " +
                      shape_text(row_shape_));
  const auto take = [&](std::size_t count) {
    buffer_.insert(buffer_.end(), bytes, bytes + count);
    bytes += count;
    left -= count;
  };
  if (!buffer_.empty()) take(std::min(left, chunk_bytes_ - buffer_.size()));
  bool wrote = false;
  if (buffer_.size() == chunk_bytes_) {
    write(buffer_.data(), chunk_bytes_ / row_bytes_);
    buffer_.clear();
    wrote = true;
  }
  if (buffer_.empty() && left >= chunk_bytes_) {
    const std::size_t whole = left / chunk_bytes_ * chunk_bytes_;
    write(bytes, whole / row_bytes_);
    bytes += whole;
    left -= whole;
    wrote = true;
  }
  take(left);
  if (wrote) output_->flush_if_due();
}

void Appending::write(const std::byte* data, std::size_t rows) {
  const hdf5::File& file = output_->file();
  const std::string doing = "cannot append to " + path_;
  std::vector<hsize_t> count{rows}, begin(row_shape_.size() + 1, 0);
  count.insert(count.end(), row_shape_.begin(), row_shape_.end());
  begin.front() = written_;
  std::vector<hsize_t> size = count;
  size.front() += written_;
  file.check(H5Dset_extent(dataset_.id(), size.data()), doing);
  const Handle target = file.own(H5Dget_space(dataset_.id()), doing);
  file.check(H5Sselect_hyperslab(target.id(), H5S_SELECT_SET, begin.data(), nullptr, count.data(), nullptr), doing);
  const Handle source = file.own(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), doing);
  file.check(H5Dwrite(dataset_.id(), hdf5::type_of(element_), source.id(), target.id(), H5P_DEFAULT, data), doing);
  written_ += rows;
}

void Appending::close() {
  if (output_ == nullptr) return;
  if (!buffer_.empty()) write(buffer_.data(), buffer_.size() / row_bytes_);
  buffer_.clear();
  settle(output_->file(), dataset_, path_);
  drop();
}

void Appending::drop() {
  dataset_.close();
  buffer_ = {};
  output_ = nullptr;
}

}  // namespace cajal::record
