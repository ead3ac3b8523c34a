#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cajal::data {

/// A sound: its channels in their mean, full scale is -1 .. 1.
struct Sound {
  double rate = 0;  ///< samples per second
  std::vector<float> samples;
};

/// Reads a RIFF WAVE file of PCM, 8 bits (unsigned) or 16 bits (signed) a sample. `name` stands in messages. Throws
/// DataError for anything else. Source: Microsoft and IBM 1991, "Multimedia programming interface and data
/// specifications 1.0".
Sound parse_wav(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace cajal::data
