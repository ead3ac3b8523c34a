#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "learning/data/dataset.hpp"
#include "learning/data/mel.hpp"

namespace cajal::data {

struct SoundsOptions {
  enum class Labels { name, folder };

  /// The class of a sound: its file's name up to the first `_`, or the name of the folder that holds the file.
  Labels labels = Labels::name;
  MelOptions mel;  ///< its rate is that of the files
  /// Which sounds are the given test part, at most one of both: those whose number, behind the last `_` of their name,
  /// is below this, or those of these speakers, named between the first `_` and the next.
  std::optional<std::int64_t> test_below;
  std::vector<std::string> test_speakers;
};

/// All `.wav` files of a folder and the folders in it, or of a tar archive (plain or gzip), as log-mel spectrograms of
/// shape {frames, bands}, in the order of their names; classes are sorted, by value if all are whole numbers. Throws
/// DataError, also for sounds of different rates and for a test part that would be empty or all.
///
/// The Free Spoken Digit Dataset names its files `7_jackson_32.wav` and tests with the numbers below 5.
Dataset read_sounds(const std::string& path, const SoundsOptions& options);

}  // namespace cajal::data
