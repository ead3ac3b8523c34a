#include "learning/data/cifar10.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "learning/data/byte_reader.hpp"
#include "learning/data/check_memory.hpp"
#include "learning/data/csv_line.hpp"
#include "sim/error.hpp"

namespace cajal::data {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t pixels = 3 * 32 * 32, record = 1 + pixels, classes = 10;

struct Batch {
  std::string path;
  std::size_t records = 0;
};

/// The files of one part, with the number of their records.
std::vector<Batch> batches(const std::string& folder, const std::string& begin) {
  std::vector<Batch> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(begin) && (name.ends_with(".bin") || name.ends_with(".bin.gz")))
      out.push_back({entry.path().string()});
  }
  if (error) throw DataError(folder, "cannot be read: " + error.message());
  if (out.empty()) throw DataError(folder, fmt::format("holds no {0}*.bin or {0}*.bin.gz", begin));
  std::sort(out.begin(), out.end(), [](const Batch& a, const Batch& b) { return a.path < b.path; });
  std::vector<std::uint8_t> piece(256 * record);
  for (Batch& batch : out) {
    ByteReader reader(batch.path);
    std::size_t bytes = 0;
    while (const std::size_t got = reader.read(piece)) bytes += got;
    if (bytes == 0 || bytes % record != 0)
      throw DataError(batch.path, fmt::format("holds {} bytes, expected records of {}: a class and 3 x 32 x 32 pixels",
                                              bytes, record));
    batch.records = bytes / record;
  }
  return out;
}

void read_batch(const Batch& batch, Dataset& out) {
  ByteReader reader(batch.path);
  std::vector<std::uint8_t> bytes(record);
  for (std::size_t r = 0; r < batch.records; ++r) {
    if (reader.read(bytes) != record) throw DataError(batch.path, "became shorter while it was read");
    if (bytes[0] >= classes)
      throw DataError(batch.path, fmt::format("record {} is of class {}, allowed are 0 to 9", r, bytes[0]));
    out.label.push_back(bytes[0]);
    for (std::size_t i = 1; i < record; ++i) out.x.push_back(static_cast<float>(bytes[i]) / 255.0f);
  }
}

std::vector<std::string> class_names(const std::string& folder) {
  const std::string path = (fs::path(folder) / "batches.meta.txt").string();
  std::vector<std::string> out;
  std::error_code error;
  if (!fs::exists(path, error)) {
    for (std::size_t c = 0; c < classes; ++c) out.push_back(std::to_string(c));
    return out;
  }
  const std::string text = read_text(path);
  CsvLines lines(text);
  while (const auto line = lines.next()) out.emplace_back(*line);
  if (out.size() != classes)
    throw DataError(path, fmt::format("holds {} names of classes, one a line; expected {}", out.size(), classes));
  return out;
}

}  // namespace

Dataset read_cifar10(const std::string& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) throw DataError(folder, "no such folder");
  const std::vector<Batch> train = batches(folder, "data_batch"), test = batches(folder, "test_batch");
  Dataset out;
  out.name = folder;
  out.shape = {3, 32, 32};
  out.features = pixels;
  out.classes = classes;
  out.class_names = class_names(folder);
  for (const auto* part : {&train, &test}) {
    if (part == &test) out.given_test = out.samples;
    for (const Batch& batch : *part) out.samples += batch.records;
  }
  check_memory(folder, fmt::format("{} images", out.samples),
               static_cast<double>(out.samples) * static_cast<double>(pixels) * sizeof(float));
  out.x.reserve(out.samples * pixels);
  out.label.reserve(out.samples);
  for (const auto* part : {&train, &test})
    for (const Batch& batch : *part) read_batch(batch, out);
  return out;
}

}  // namespace cajal::data
