#include "learning/data/sounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include "learning/data/byte_reader.hpp"
#include "learning/data/check_memory.hpp"
#include "learning/data/csv_line.hpp"
#include "learning/data/tar.hpp"
#include "learning/data/wav.hpp"
#include "sim/error.hpp"

namespace cajal::data {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t longest_file = std::uint64_t{1} << 28;

struct Features {
  std::string name;  ///< path of the file
  std::vector<float> values;
};

bool is_sound(const std::string& name) {
  const std::string file = fs::path(name).filename().string();
  return file.ends_with(".wav") && !file.starts_with(".");
}

std::vector<std::uint8_t> content_of(const std::string& path) {
  ByteReader reader(path);
  if (reader.most() > longest_file && !reader.compressed())
    throw DataError(path, fmt::format("has {} bytes, allowed are {}", reader.most(), longest_file));
  std::vector<std::uint8_t> out, piece(1 << 16);
  while (const std::size_t got = reader.read(piece)) {
    out.insert(out.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(got));
    if (out.size() > longest_file) throw DataError(path, fmt::format("unpacks to more than {} bytes", longest_file));
  }
  return out;
}

/// Makes features of sounds as they come; all must have the rate of the first.
class Collector {
 public:
  Collector(const std::string& path, const SoundsOptions& options) : path_(path), mel_(options.mel) {}

  void add(const std::string& name, std::span<const std::uint8_t> bytes) {
    const std::string shown = name.starts_with(path_) ? name : path_ + ":" + name;
    const Sound sound = parse_wav(bytes, shown);
    if (!spectrogram_) start(sound.rate, shown);
    if (sound.rate != mel_.rate)
      throw DataError(shown, fmt::format("has {} samples per second, the sounds before it {}", sound.rate, mel_.rate));
    // What is there is looked up now and then: that takes longer than a sound.
    if (sounds_.size() % 256 == 0)
      check_memory(path_, fmt::format("{} sounds and more", sounds_.size()),
                   3.0 * static_cast<double>((sounds_.size() + 256) * spectrogram_->size()) * sizeof(float));
    std::vector<float> values(spectrogram_->size());
    spectrogram_->apply(sound.samples, values);
    sounds_.push_back({name, std::move(values)});
  }

  std::vector<Features> sorted() {
    std::sort(sounds_.begin(), sounds_.end(), [](const Features& a, const Features& b) { return a.name < b.name; });
    return std::move(sounds_);
  }

 private:
  void start(double rate, const std::string& shown) {
    mel_.rate = rate;
    try {
      spectrogram_.emplace(mel_);
    } catch (const DataError&) {
      throw;
    } catch (const Error& wrong) {
      throw DataError(shown, wrong.what());
    }
  }

  const std::string& path_;
  MelOptions mel_;
  std::optional<MelSpectrogram> spectrogram_;
  std::vector<Features> sounds_;
};

std::vector<Features> collect(const std::string& path, const SoundsOptions& options) {
  Collector out(path, options);
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    read_tar(path, is_sound,
             [&](const std::string& name, const std::vector<std::uint8_t>& content) { out.add(name, content); });
    return out.sorted();
  }
  for (const auto& entry : fs::recursive_directory_iterator(path, error))
    if (entry.is_regular_file() && is_sound(entry.path().string()))
      out.add(entry.path().string(), content_of(entry.path().string()));
  if (error) throw DataError(path, "cannot be read: " + error.message());
  return out.sorted();
}

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || wrong != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

/// The parts of a file's name between `_`, without its ending.
std::vector<std::string> fields(const std::string& name) {
  std::vector<std::string> out{""};
  for (const char c : fs::path(name).stem().string())
    if (c == '_')
      out.emplace_back();
    else
      out.back() += c;
  return out;
}

bool is_test(const std::string& path, const std::string& name, const SoundsOptions& options) {
  const std::vector<std::string> parts = fields(name);
  if (options.test_below) {
    const auto number = whole_number(parts.back());
    if (!number) throw DataError(path, fmt::format("{} has no number behind its last \"_\"", data::quoted(name)));
    return *number < *options.test_below;
  }
  const auto& speakers = options.test_speakers;
  return parts.size() > 1 && std::find(speakers.begin(), speakers.end(), parts[1]) != speakers.end();
}

void set_labels(const std::vector<std::string>& labels, Dataset& out) {
  std::vector<std::string> names = labels;
  const bool numbers = std::all_of(names.begin(), names.end(), [](const auto& text) { return whole_number(text); });
  std::sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return numbers && *whole_number(a) != *whole_number(b) ? *whole_number(a) < *whole_number(b) : a < b;
  });
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::map<std::string, std::int32_t> number;
  for (const std::string& name : names) number.emplace(name, static_cast<std::int32_t>(number.size()));
  for (const std::string& label : labels) out.label.push_back(number.at(label));
  out.classes = names.size();
  out.class_names = std::move(names);
}

}  // namespace

Dataset read_sounds(const std::string& path, const SoundsOptions& options) {
  std::vector<Features> sounds = collect(path, options);
  if (sounds.empty()) throw DataError(path, "holds no .wav files");
  Dataset out;
  out.name = path;
  out.samples = sounds.size();
  out.shape = {options.mel.frames, options.mel.bands};
  out.features = options.mel.frames * options.mel.bands;
  if (options.test_below || !options.test_speakers.empty()) {
    const auto test = std::stable_partition(sounds.begin(), sounds.end(),
                                            [&](const Features& s) { return !is_test(path, s.name, options); });
    out.given_test = static_cast<std::size_t>(test - sounds.begin());
    if (*out.given_test == 0 || *out.given_test == out.samples)
      throw DataError(path,
                      fmt::format("of {} sounds {} would be for testing", out.samples, out.samples - *out.given_test));
  }
  out.x.reserve(out.samples * out.features);
  std::vector<std::string> labels;
  for (const Features& sound : sounds) {
    out.x.insert(out.x.end(), sound.values.begin(), sound.values.end());
    labels.push_back(options.labels == SoundsOptions::Labels::folder
                         ? fs::path(sound.name).parent_path().filename().string()
                         : fields(sound.name).front());
  }
  set_labels(labels, out);
  return out;
}

}  // namespace cajal::data
