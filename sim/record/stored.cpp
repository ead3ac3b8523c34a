#include "sim/record/stored.hpp"

#include <hdf5.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/error.hpp"

namespace cajal::record {

namespace {

using hdf5::Element;
using hdf5::Handle;

/// What a file may claim to hold without having stored it (values never written read as zeros).
constexpr std::size_t trusted_bytes = 64 * 1024 * 1024;
/// Deflate shrinks at most 1032-fold.
constexpr std::size_t best_compression = 1100;
/// Chunks looked for before a file is taken to be damaged.
constexpr std::size_t most_searched = 1'000'000;
constexpr std::size_t block_bytes = 8 * 1024 * 1024;

Element element_of_type(hid_t type) {
  const std::size_t size = H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_FLOAT:
      return size == 4 ? Element::float32 : size == 8 ? Element::float64 : Element::other;
    case H5T_INTEGER: {
      const bool is_signed = H5Tget_sign(type) == H5T_SGN_2;
      if (size == 1) return is_signed ? Element::int8 : Element::uint8;
      if (size == 2) return is_signed ? Element::int16 : Element::uint16;
      if (size == 4) return is_signed ? Element::int32 : Element::uint32;
      if (size == 8) return is_signed ? Element::int64 : Element::uint64;
      return Element::other;
    }
    case H5T_STRING:
      return Element::text;
    case H5T_ENUM:
      return Element::choice;
    default:
      return Element::other;
  }
}

}  // namespace

Stored::Stored(const hdf5::File& file, std::string name, Handle handle, bool is_attribute)
    : file_(&file), name_(std::move(name)), handle_(std::move(handle)), is_attribute_(is_attribute) {
  const std::string doing = "cannot read " + name_;
  type_ = file.own(is_attribute_ ? H5Aget_type(handle_.id()) : H5Dget_type(handle_.id()), doing);
  element_ = element_of_type(type_.id());
  const Handle space = file.own(is_attribute_ ? H5Aget_space(handle_.id()) : H5Dget_space(handle_.id()), doing);
  if (H5Sget_simple_extent_type(space.id()) == H5S_NULL) {
    dims_ = {0};
    return;
  }
  std::vector<hsize_t> dims(static_cast<std::size_t>(file.check(H5Sget_simple_extent_ndims(space.id()), doing)));
  if (!dims.empty()) file.check(H5Sget_simple_extent_dims(space.id(), dims.data(), nullptr), doing);
  dims_.assign(dims.begin(), dims.end());
  count_ = 1;
  for (const std::size_t n : dims_) {
    if (n != 0 && count_ > std::numeric_limits<std::size_t>::max() / 8 / n) fail("has impossible dimensions");
    count_ *= n;
  }
  if (!is_attribute_) cut_unwritten_rows();
}

bool Stored::has_chunks_of_row(std::size_t row, const std::vector<std::size_t>& chunk) const {
  std::vector<hsize_t> at(dims_.size(), 0);
  at.front() = row;
  for (;;) {
    hsize_t bytes = 0;
    if (H5Dget_chunk_storage_size(handle_.id(), at.data(), &bytes) < 0 || bytes == 0) return false;
    std::size_t axis = at.size() - 1;
    for (; axis > 0; --axis) {
      at[axis] += chunk[axis];
      if (at[axis] < dims_[axis]) break;
      at[axis] = 0;
    }
    if (axis == 0) return true;
  }
}

void Stored::cut_unwritten_rows() {
  const std::string doing = "cannot read " + name_;
  const Handle layout = file_->own(H5Dget_create_plist(handle_.id()), doing);
  if (H5Pget_layout(layout.id()) != H5D_CHUNKED || count_ == 0) return;
  std::vector<hsize_t> shape(dims_.size());
  file_->check(H5Pget_chunk(layout.id(), static_cast<int>(shape.size()), shape.data()), doing);
  const std::vector<std::size_t> chunk(shape.begin(), shape.end());
  if (H5Dget_storage_size(handle_.id()) == 0) return cut_to(0);
  std::size_t rows = dims_.front();
  for (std::size_t searched = 0; rows > 0; ++searched) {
    if (searched == most_searched) fail("claims rows that are not stored");
    const std::size_t last = (rows - 1) / chunk.front() * chunk.front();
    if (has_chunks_of_row(last, chunk)) break;
    rows = last;
  }
  if (rows < dims_.front()) cut_to(rows);
}

void Stored::cut_to(std::size_t rows) {
  count_ = count_ / dims_.front() * rows;
  dims_.front() = rows;
  cut_ = true;
}

Stored Stored::dataset(const hdf5::File& file, const std::string& path) {
  if (!file.has(path)) throw DataError(file.path(), "has no dataset " + path);
  Handle object = file.own(H5Oopen(file.id(), path.c_str(), H5P_DEFAULT), "cannot open " + path);
  if (H5Iget_type(object.id()) != H5I_DATASET) throw DataError(file.path(), path + " is no dataset");
  return Stored(file, path, std::move(object), false);
}

Stored Stored::attribute(const hdf5::File& file, const std::string& path, const std::string& name) {
  if (!file.has(path)) throw DataError(file.path(), "has no " + path);
  const std::string full = "attribute " + name + " of " + path;
  const Handle object = file.own(H5Oopen(file.id(), path.c_str(), H5P_DEFAULT), "cannot open " + path);
  if (file.check(H5Aexists(object.id(), name.c_str()), "cannot read " + full) == 0)
    throw DataError(file.path(), "has no " + full);
  return Stored(file, full, file.own(H5Aopen(object.id(), name.c_str(), H5P_DEFAULT), "cannot read " + full), true);
}

void Stored::fail(const std::string& what) const { throw DataError(file_->path(), name_ + " " + what); }

void Stored::require_plausible_size() const {
  const std::size_t size = H5Tget_size(type_.id());
  if (size != 0 && count_ > std::numeric_limits<std::size_t>::max() / size) fail("has impossible dimensions");
  const std::size_t bytes = count_ * size;
  if (bytes <= trusted_bytes) return;
  const std::size_t stored = is_attribute_ ? 0 : H5Dget_storage_size(handle_.id());
  if (bytes / best_compression > stored)
    fail("claims " + std::to_string(bytes) + " bytes, but only " + std::to_string(stored) + " are stored");
}

void Stored::load(std::int64_t type, void* buffer) const {
  const std::string doing = "cannot read " + name_;
  if (is_attribute_)
    file_->check(H5Aread(handle_.id(), type, buffer), doing);
  else if (cut_)
    load_rows(0, dims_.front(), type, buffer);
  else
    file_->check(H5Dread(handle_.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer), doing);
}

void Stored::load_rows(std::size_t first, std::size_t rows, std::int64_t type, void* buffer) const {
  const std::string doing = "cannot read " + name_;
  std::vector<hsize_t> begin(dims_.size(), 0), many(dims_.begin(), dims_.end());
  begin.front() = first;
  many.front() = rows;
  const Handle source = file_->own(H5Dget_space(handle_.id()), doing);
  file_->check(H5Sselect_hyperslab(source.id(), H5S_SELECT_SET, begin.data(), nullptr, many.data(), nullptr), doing);
  const Handle target = file_->own(H5Screate_simple(static_cast<int>(many.size()), many.data(), nullptr), doing);
  file_->check(H5Dread(handle_.id(), type, target.id(), source.id(), H5P_DEFAULT, buffer), doing);
}

template <hdf5::Number T>
std::vector<T> Stored::numbers() const {
  if (hdf5::size_of(element_) == 0 || (std::is_integral_v<T> && !hdf5::is_integer(element_)))
    fail("holds " + std::string(hdf5::name_of(element_)) + ", not " +
         std::string(hdf5::name_of(hdf5::element_of<T>())));
  require_plausible_size();
  std::vector<T> values(count_);
  if (count_ == 0) return values;
  if (std::is_floating_point_v<T> || element_ == hdf5::element_of<T>()) {
    load(hdf5::type_of(hdf5::element_of<T>()), values.data());
    return values;
  }
  if constexpr (std::is_integral_v<T>) {
    const auto narrow = [&]<class Wide>(std::vector<Wide> wide) {
      load(hdf5::type_of(hdf5::element_of<Wide>()), wide.data());
      for (std::size_t i = 0; i < count_; ++i) {
        if (!std::in_range<T>(wide[i]))
          fail("holds " + std::to_string(wide[i]) + ", too large for " +
               std::string(hdf5::name_of(hdf5::element_of<T>())));
        values[i] = static_cast<T>(wide[i]);
      }
    };
    if (element_ == Element::uint64)
      narrow(std::vector<std::uint64_t>(count_));
    else
      narrow(std::vector<std::int64_t>(count_));
  }
  return values;
}

template std::vector<float> Stored::numbers() const;
template std::vector<double> Stored::numbers() const;
template std::vector<std::int32_t> Stored::numbers() const;
template std::vector<std::int64_t> Stored::numbers() const;
template std::vector<std::uint8_t> Stored::numbers() const;
template std::vector<std::uint32_t> Stored::numbers() const;
template std::vector<std::uint64_t> Stored::numbers() const;

std::vector<std::string> Stored::texts() const {
  if (element_ == Element::choice) return choices();
  if (element_ != Element::text) fail("holds " + std::string(hdf5::name_of(element_)) + ", not text");
  require_plausible_size();
  if (count_ == 0) return {};
  return file_->check(H5Tis_variable_str(type_.id()), "cannot read " + name_) > 0 ? variable_texts() : fixed_texts();
}

std::vector<std::string> Stored::fixed_texts() const {
  const std::size_t width = H5Tget_size(type_.id());
  const bool spaces = H5Tget_strpad(type_.id()) == H5T_STR_SPACEPAD;
  std::vector<char> padded(count_ * width);
  load(type_.id(), padded.data());
  std::vector<std::string> texts;
  texts.reserve(count_);
  for (std::size_t i = 0; i < count_; ++i) {
    std::string text(padded.data() + i * width, width);
    const std::size_t last = text.find_last_not_of(spaces ? ' ' : '\0');
    text.resize(last == std::string::npos ? 0 : last + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<std::string> Stored::variable_texts() const {
  std::vector<char*> read(count_, nullptr);
  load(type_.id(), read.data());
  std::vector<std::string> texts;
  texts.reserve(count_);
  for (const char* text : read) texts.emplace_back(text == nullptr ? "" : text);
  for (char* text : read)
    if (text != nullptr) H5free_memory(text);
  return texts;
}

std::vector<std::string> Stored::choices() const {
  require_plausible_size();
  const std::size_t width = H5Tget_size(type_.id());
  std::vector<char> values(count_ * width);
  if (count_ != 0) load(type_.id(), values.data());
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count_; ++i) {
    std::vector<char> name(256);
    file_->check(H5Tenum_nameof(type_.id(), values.data() + i * width, name.data(), name.size()),
                 "cannot read " + name_);
    name.back() = '\0';
    names.emplace_back(name.data());
  }
  return names;
}

void Stored::each_block(const std::function<void(std::span<const std::byte>)>& use) const {
  const std::size_t size = hdf5::size_of(element_);
  if (size == 0) fail("holds " + std::string(hdf5::name_of(element_)) + ", not numbers");
  require_plausible_size();
  if (count_ == 0) return;
  if (is_attribute_ || dims_.empty()) {
    std::vector<std::byte> all(count_ * size);
    load(hdf5::type_of(element_), all.data());
    return use(all);
  }
  const std::size_t row = count_ / dims_.front();
  const std::size_t many = std::clamp<std::size_t>(block_bytes / (row * size), 1, dims_.front());
  std::vector<std::byte> block(many * row * size);
  for (std::size_t first = 0; first < dims_.front(); first += many) {
    const std::size_t rows = std::min(many, dims_.front() - first);
    load_rows(first, rows, hdf5::type_of(element_), block.data());
    use(std::span(block).first(rows * row * size));
  }
}

}  // namespace cajal::record
