#include "learning/data/idx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <filesystem>
#include <optional>
#include <span>

#include "learning/data/byte_reader.hpp"
#include "sim/error.hpp"

namespace cajal::data {

namespace {

std::uint64_t big_endian(std::span<const std::uint8_t> bytes) {
  std::uint64_t out = 0;
  for (std::uint8_t byte : bytes) out = out << 8 | byte;
  return out;
}

std::optional<IdxType> type_of(std::uint8_t code) {
  for (IdxType type : {IdxType::u8, IdxType::i8, IdxType::i16, IdxType::i32, IdxType::f32, IdxType::f64})
    if (static_cast<std::uint8_t>(type) == code) return type;
  return {};
}

void read_header(ByteReader& reader, std::span<std::uint8_t> out, std::size_t before) {
  const std::size_t got = reader.read(out);
  if (got < out.size())
    throw DataError(reader.path(),
                    fmt::format("is truncated: {} bytes, its header alone has {}", before + got, before + out.size()));
}

/// Product of the extents and the size of an element, if it is not above `most`.
std::optional<std::uint64_t> byte_count(const IdxArray& array, std::uint64_t most) {
  std::uint64_t bytes = bytes_of(array.type);
  for (std::size_t extent : array.shape) {
    if (extent != 0 && bytes > most / extent) return {};
    bytes *= extent;
  }
  return bytes;
}

/// Reads in pieces, so that a header which promises too much costs no more than what is there.
void read_elements(ByteReader& reader, std::uint64_t count, std::vector<std::uint8_t>& out) {
  constexpr std::uint64_t piece = 1 << 22;
  while (out.size() < count) {
    const std::size_t before = out.size();
    out.resize(static_cast<std::size_t>(std::min(count, std::max<std::uint64_t>(piece, 2 * before))));
    const std::size_t got = reader.read(std::span(out).subspan(before));
    if (before + got < out.size())
      throw DataError(reader.path(),
                      fmt::format("is truncated: {} bytes of data, its header says {}", before + got, count));
  }
}

std::string written(const std::vector<std::size_t>& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

IdxArray read_images(const std::string& path) {
  IdxArray images = read_idx(path);
  if (images.shape.size() < 2)
    throw DataError(path,
                    fmt::format("holds an array of shape {}; images need a sample and at least one more dimension",
                                written(images.shape)));
  return images;
}

IdxArray read_labels(const std::string& path, const std::string& images_path, std::size_t samples) {
  IdxArray labels = read_idx(path);
  if (labels.shape.size() != 1)
    throw DataError(path, fmt::format("holds an array of shape {}; labels have one dimension", written(labels.shape)));
  if (labels.size() != samples)
    throw DataError(path, fmt::format("holds {} labels for {} images of {}", labels.size(), samples, images_path));
  return labels;
}

void append_images(Dataset& d, const IdxArray& images, const std::string& path) {
  const std::size_t begin = d.x.size(), count = images.size();
  d.x.resize(begin + count);
  if (images.type == IdxType::u8) {
    for (std::size_t i = 0; i < count; ++i) d.x[begin + i] = static_cast<float>(images.bytes[i]) / 255.0f;
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const double value = images.value(i);
    if (!std::isfinite(static_cast<float>(value)))
      throw DataError(path, fmt::format("element {} is {}, not a finite number that fits a float", i, value));
    d.x[begin + i] = static_cast<float>(value);
  }
}

void append_labels(Dataset& d, const IdxArray& labels, const std::string& path) {
  constexpr double most = 65535;
  d.label.reserve(d.label.size() + labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double value = labels.value(i);
    if (!(value >= 0 && value <= most) || value != std::floor(value))
      throw DataError(path, fmt::format("label {} is {}, allowed are whole numbers from 0 to {}", i, value, most));
    d.label.push_back(static_cast<std::int32_t>(value));
    d.classes = std::max(d.classes, static_cast<std::size_t>(value) + 1);
  }
}

void append(Dataset& d, const std::string& images_path, const std::string& labels_path) {
  const IdxArray images = read_images(images_path);
  const std::vector<std::size_t> shape(images.shape.begin() + 1, images.shape.end());
  if (d.samples > 0 && shape != d.shape)
    throw DataError(images_path, fmt::format("holds images of shape {}, those for training have {}", written(shape),
                                             written(d.shape)));
  const IdxArray labels = read_labels(labels_path, images_path, images.shape[0]);
  d.shape = shape;
  d.samples += images.shape[0];
  d.features = images.size() / images.shape[0];
  append_images(d, images, images_path);
  append_labels(d, labels, labels_path);
}

void finish(Dataset& d) {
  for (std::size_t c = 0; c < d.classes; ++c) d.class_names.push_back(std::to_string(c));
  d.validate();
}

std::string find_in(const std::string& folder, const std::string& file) {
  for (const char* ending : {"", ".gz"}) {
    const std::string path = (std::filesystem::path(folder) / (file + ending)).string();
    std::error_code error;
    if (std::filesystem::exists(path, error)) return path;
  }
  throw DataError(folder, "holds no " + file + " or " + file + ".gz");
}

}  // namespace

std::string_view name(IdxType type) {
  switch (type) {
    case IdxType::u8:
      return "u8";
    case IdxType::i8:
      return "i8";
    case IdxType::i16:
      return "i16";
    case IdxType::i32:
      return "i32";
    case IdxType::f32:
      return "f32";
    case IdxType::f64:
      return "f64";
  }
  return "unknown";
}

std::size_t bytes_of(IdxType type) {
  switch (type) {
    case IdxType::u8:
    case IdxType::i8:
      return 1;
    case IdxType::i16:
      return 2;
    case IdxType::i32:
    case IdxType::f32:
      return 4;
    case IdxType::f64:
      return 8;
  }
  return 1;
}

double IdxArray::value(std::size_t i) const {
  const std::size_t width = bytes_of(type);
  const std::uint64_t bits = big_endian(std::span(bytes).subspan(i * width, width));
  switch (type) {
    case IdxType::u8:
      return static_cast<double>(bits);
    case IdxType::i8:
      return static_cast<std::int8_t>(bits);
    case IdxType::i16:
      return static_cast<std::int16_t>(bits);
    case IdxType::i32:
      return static_cast<std::int32_t>(bits);
    case IdxType::f32:
      return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    case IdxType::f64:
      return std::bit_cast<double>(bits);
  }
  return 0;
}

IdxArray read_idx(const std::string& path) {
  ByteReader reader(path);
  std::array<std::uint8_t, 4> magic{};
  read_header(reader, magic, 0);
  const std::optional<IdxType> type = type_of(magic[2]);
  if (magic[0] != 0 || magic[1] != 0 || !type || magic[3] == 0)
    throw DataError(path,
                    fmt::format("is no IDX file: it begins with {:02x} {:02x} {:02x} {:02x}, expected 00 00, a type "
                                "(08, 09, 0b, 0c, 0d or 0e) and a number of dimensions",
                                magic[0], magic[1], magic[2], magic[3]));
  IdxArray array;
  array.type = *type;
  const std::size_t dimensions = magic[3], header = magic.size() + 4 * dimensions;
  std::vector<std::uint8_t> extents(4 * dimensions);
  read_header(reader, extents, magic.size());
  for (std::size_t i = 0; i < dimensions; ++i)
    array.shape.push_back(static_cast<std::size_t>(big_endian(std::span(extents).subspan(4 * i, 4))));
  if (std::find(array.shape.begin(), array.shape.end(), 0U) != array.shape.end())
    throw DataError(path, fmt::format("is empty: its shape is {}", written(array.shape)));
  const std::uint64_t most = reader.most() - std::min<std::uint64_t>(reader.most(), header);
  const std::optional<std::uint64_t> count = byte_count(array, most);
  if (!count)
    throw DataError(
        path, fmt::format("is truncated: shape {} of {} does not fit in {} of data", written(array.shape), name(*type),
                          reader.compressed() ? "what it can unpack to" : fmt::format("its {} bytes", most)));
  read_elements(reader, *count, array.bytes);
  std::array<std::uint8_t, 1> more{};
  if (reader.read(more) > 0)
    throw DataError(path, fmt::format("holds more than the {} bytes that shape {} of {} needs", *count,
                                      written(array.shape), name(*type)));
  return array;
}

Dataset read_idx_pair(const std::string& images, const std::string& labels) {
  Dataset d;
  d.name = images;
  append(d, images, labels);
  finish(d);
  return d;
}

Dataset read_idx_folder(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) throw DataError(folder, "no such folder");
  const auto file = [&](const char* part, const char* what) { return find_in(folder, std::string(part) + what); };
  const std::string images = file("train", "-images-idx3-ubyte"), labels = file("train", "-labels-idx1-ubyte");
  const std::string test_images = file("t10k", "-images-idx3-ubyte"), test_labels = file("t10k", "-labels-idx1-ubyte");
  Dataset d;
  d.name = folder;
  append(d, images, labels);
  d.given_test = d.samples;
  append(d, test_images, test_labels);
  finish(d);
  return d;
}

}  // namespace cajal::data
