#include "learning/data/wav.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "sim/error.hpp"

namespace cajal::data {

namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint32_t little_endian(Bytes bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = value << 8 | bytes[at + i];
  return value;
}

bool says(Bytes bytes, std::size_t at, std::string_view word) {
  return at + word.size() <= bytes.size() && std::memcmp(bytes.data() + at, word.data(), word.size()) == 0;
}

struct Format {
  std::uint32_t channels = 0, rate = 0, bits = 0;
};

Format format_of(Bytes chunk, const std::string& name) {
  constexpr std::uint32_t pcm = 1, extensible = 0xfffe, most_channels = 64;
  if (chunk.size() < 16) throw DataError(name, fmt::format("is broken: its format has {} bytes of 16", chunk.size()));
  std::uint32_t code = little_endian(chunk, 0, 2);
  if (code == extensible && chunk.size() >= 26) code = little_endian(chunk, 24, 2);
  const Format out{little_endian(chunk, 2, 2), little_endian(chunk, 4, 4), little_endian(chunk, 14, 2)};
  if (code != pcm || (out.bits != 8 && out.bits != 16))
    throw DataError(name,
                    fmt::format("holds {} bits of format {}, expected PCM (format 1) of 8 or 16 bits", out.bits, code));
  if (out.channels == 0 || out.channels > most_channels || out.rate == 0)
    throw DataError(name, fmt::format("is broken: {} channels at {} Hz", out.channels, out.rate));
  return out;
}

float sample_at(Bytes data, std::size_t at, std::uint32_t bits) {
  if (bits == 8) return (static_cast<float>(data[at]) - 128.0f) / 128.0f;
  return static_cast<float>(static_cast<std::int16_t>(little_endian(data, at, 2))) / 32768.0f;
}

}  // namespace

Sound parse_wav(Bytes bytes, const std::string& name) {
  if (!says(bytes, 0, "RIFF") || !says(bytes, 8, "WAVE")) throw DataError(name, "is no WAV file");
  std::optional<Format> format;
  for (std::size_t at = 12; at + 8 <= bytes.size();) {
    const std::size_t size = little_endian(bytes, at + 4, 4), there = bytes.size() - at - 8;
    const bool is_data = says(bytes, at, "data");
    if (size > there) throw DataError(name, fmt::format("is truncated: a part of {} bytes, {} are there", size, there));
    const Bytes chunk = bytes.subspan(at + 8, size);
    if (says(bytes, at, "fmt ")) format = format_of(chunk, name);
    if (is_data) {
      if (!format) throw DataError(name, "is broken: its samples stand before their format");
      const std::size_t width = format->bits / 8, frame = width * format->channels;
      Sound out{static_cast<double>(format->rate), std::vector<float>(size / frame)};
      for (std::size_t i = 0; i < out.samples.size(); ++i) {
        float sum = 0;
        for (std::size_t c = 0; c < format->channels; ++c) sum += sample_at(chunk, i * frame + c * width, format->bits);
        out.samples[i] = sum / static_cast<float>(format->channels);
      }
      return out;
    }
    at += 8 + size + size % 2;
  }
  throw DataError(name, "holds no samples");
}

}  // namespace cajal::data
