#include "learning/data/sounds.hpp"
#include "learning/data/sources/catalogue.hpp"

namespace cajal::data {

namespace {

Load read_wav(const config::Table& source) {
  constexpr config::Range times{0.1, 10000};
  const std::string path = source.required_text("wav");
  SoundsOptions options;
  if (source.choice("labels", {"name", "folder"}, "name") == "folder") options.labels = SoundsOptions::Labels::folder;
  options.mel.window = source.quantity("window", "ms", options.mel.window, times);
  options.mel.hop = source.quantity("hop", "ms", options.mel.hop, times);
  options.mel.frames = static_cast<std::size_t>(source.integer("frames", 50, 1, 100000));
  options.mel.bands = static_cast<std::size_t>(source.integer("bands", 40, 1, 10000));
  if (const auto test = source.table("test")) {
    if (test->has("below")) options.test_below = test->integer("below", 0, 1, 1'000'000'000);
    options.test_speakers = test->texts("speakers");
    if (test->has("below") == test->has("speakers"))
      test->error("", "expected either `below`, a number of recordings, or `speakers`, a list of names");
    else if (test->has("speakers") && options.test_speakers.empty())
      test->error("speakers", "the list is empty");
  }
  return [=](const Loading& loading) { return read_sounds(loading.found(path), options); };
}

}  // namespace

SourceKind wav_source() {
  return {"wav",
          "a folder or a .tar.gz of sounds (WAV, PCM) as log-mel spectrograms of shape [frames, bands]; classes from "
          "the files' names up to the first \"_\" or from their folders; `test` gives the test part by the number "
          "behind the last \"_\" or by the speaker behind the first",
          "data = { source = { wav = \"recordings.tar.gz\", labels = \"name\", frames = 50, bands = 40, window = \"25 "
          "ms\", hop = \"10 ms\", test = { below = 5 } }, split = { test = \"given\", validation = 0.1 } }",
          SourceKind::Names::file_or_folder, read_wav};
}

}  // namespace cajal::data
