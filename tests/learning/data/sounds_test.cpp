#include "learning/data/sounds.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "learning/data/tar.hpp"
#include "learning/data/wav.hpp"
#include "sim/random.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/real_data.hpp"
#include "tests/learning/data/temporary_folder.hpp"

using namespace cajal;
using namespace cajal::data;
using namespace cajal::tests;
using namespace std::string_literals;

namespace {

std::string little(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i & 255);
  return out;
}

std::string chunk(const std::string& name, const std::string& content) {
  return name + little(static_cast<std::uint32_t>(content.size()), 4) + content + (content.size() % 2 ? "\0"s : "");
}

std::string wav(const std::string& data, std::uint32_t bits = 16, std::uint32_t channels = 1, std::uint32_t rate = 8000,
                std::uint32_t code = 1) {
  const std::uint32_t frame = channels * bits / 8;
  const std::string parts = "WAVE" +
                            chunk("fmt ", little(code, 2) + little(channels, 2) + little(rate, 4) +
                                              little(rate * frame, 4) + little(frame, 2) + little(bits, 2)) +
                            chunk("LIST", "odd") + chunk("data", data);
  return "RIFF" + little(static_cast<std::uint32_t>(parts.size()), 4) + parts;
}

/// A tone of so many samples.
std::string tone(double frequency, std::size_t samples = 4000) {
  std::string out;
  for (std::size_t i = 0; i < samples; ++i) {
    const double phase = 2 * std::numbers::pi * frequency * static_cast<double>(i) / 8000;
    out += little(static_cast<std::uint32_t>(std::lround(10000 * std::sin(phase))) & 0xffff, 2);
  }
  return out;
}

Sound parsed(const std::string& bytes) {
  return parse_wav({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, "s.wav");
}

std::string tar_entry(const std::string& name, const std::string& content, char type = '0') {
  std::string header(512, '\0');
  const auto put = [&](std::size_t at, const std::string& text) {
    std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(at));
  };
  const auto octal = [](std::size_t value, std::size_t digits) {
    std::string out;
    for (; digits > 0; --digits, value /= 8) out.insert(out.begin(), static_cast<char>('0' + value % 8));
    return out;
  };
  put(0, name.substr(0, 100));
  put(100, "0000644");
  put(124, octal(content.size(), 11));
  put(148, "        ");
  header[156] = type;
  put(257, "ustar"s);
  put(263, "00");
  std::size_t sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(148, octal(sum, 6) + "\0 "s);
  return header + content + std::string((512 - content.size() % 512) % 512, '\0');
}

std::vector<std::pair<std::string, std::string>> files_of(const std::string& path, std::uint64_t most = 1 << 20) {
  std::vector<std::pair<std::string, std::string>> out;
  read_tar(
      path, [](const std::string& name) { return name != "skipped"; },
      [&](const std::string& name, const std::vector<std::uint8_t>& content) {
        out.emplace_back(name, std::string(content.begin(), content.end()));
      },
      most);
  return out;
}

}  // namespace

TEST_CASE("sounds of 8 and 16 bits are read, channels in their mean") {
  const Sound wide = parsed(wav("\x00\x00\x00\x40\x00\x80"s));
  CHECK(wide.rate == 8000);
  CHECK(wide.samples == std::vector<float>{0, 0.5f, -1});
  CHECK(parsed(wav("\x80\xc0\x00"s, 8)).samples == std::vector<float>{0, 0.5f, -1});
  CHECK(parsed(wav("\x00\x40\x00\x00\x00\x80\x00\x40"s, 16, 2)).samples == std::vector<float>{0.25f, -0.25f});
}

TEST_CASE("a file that is no sound says what it is") {
  const auto fault = [](const std::string& bytes) { return data_error([&] { parsed(bytes); }); };
  CHECK(fault("") == "s.wav: is no WAV file");
  CHECK(fault("ID3 music") == "s.wav: is no WAV file");
  CHECK(fault(wav("abcd").substr(0, 12)) == "s.wav: holds no samples");
  CHECK(fault(wav("abcd", 24)) == "s.wav: holds 24 bits of format 1, expected PCM (format 1) of 8 or 16 bits");
  CHECK(fault(wav("abcd", 16, 1, 8000, 3)).starts_with("s.wav: holds 16 bits of format 3"));
  CHECK(fault(wav("abcd", 16, 0)) == "s.wav: is broken: 0 channels at 8000 Hz");
  CHECK(fault(wav("abcdef").substr(0, 58)) == "s.wav: is truncated: a part of 6 bytes, 2 are there");
  CHECK(fault("RIFF0000WAVEdata" + little(2, 4) + "ab") == "s.wav: is broken: its samples stand before their format");
  CHECK(fault("RIFF0000WAVEdata" + little(0xffffffff, 4) + "ab").find("is truncated") != std::string::npos);
  Draws draws(Stream(1, "wav fuzz"), 0);
  int refused = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string bytes = wav("abcdefgh");
    for (int change = 0; change < 3; ++change) bytes[draws.below(bytes.size())] = static_cast<char>(draws.below(256));
    if (draws.below(4) == 0) bytes.resize(draws.below(bytes.size()));
    refused += !fault(bytes).empty();
  }
  CHECK((refused > 1000 && refused < 5000));
}

TEST_CASE("the fast Fourier transform is the Fourier transform") {
  Draws draws(Stream(1, "fft"), 0);
  for (const std::size_t size : {1, 2, 4, 64}) {
    std::vector<std::complex<double>> x(size);
    for (auto& value : x) value = {draws.normal(), draws.normal()};
    std::vector<std::complex<double>> fast = x;
    fourier_transform(fast, roots_of_unity(size));
    for (std::size_t k = 0; k < size; ++k) {
      std::complex<double> sum = 0;
      for (std::size_t n = 0; n < size; ++n)
        sum += x[n] *
               std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k * n % size) / static_cast<double>(size));
      CHECK(std::abs(fast[k] - sum) < 1e-12);
    }
  }
}

TEST_CASE("a spectrogram is the sum of the spectrum over the triangles, frame by frame") {
  MelOptions options;
  options.frames = 5;
  options.bands = 12;
  const MelSpectrogram mel(options);
  Draws draws(Stream(1, "mel"), 0);
  std::vector<float> sound(450);  // ends within the fourth frame
  draws.normals(sound);
  std::vector<float> out(mel.size());
  mel.apply(sound, out);
  const auto m = [](double f) { return 2595 * std::log10(1 + f / 700); };
  const double step = m(4000) / 13;
  for (std::size_t frame = 0; frame < 5; ++frame)
    for (std::size_t band = 0; band < 12; ++band) {
      double sum = 1e-6;
      for (std::size_t k = 0; k <= 128; ++k) {
        const double low = 700 * (std::pow(10, step * static_cast<double>(band) / 2595) - 1);
        const double middle = 700 * (std::pow(10, step * static_cast<double>(band + 1) / 2595) - 1);
        const double high = 700 * (std::pow(10, step * static_cast<double>(band + 2) / 2595) - 1);
        const double f = 8000.0 / 256 * static_cast<double>(k);
        const double weight = std::max(0.0, std::min((f - low) / (middle - low), (high - f) / (high - middle)));
        std::complex<double> x = 0;
        for (std::size_t n = 0; n < 200 && weight > 0; ++n) {
          if (frame * 80 + n >= sound.size()) break;
          const double hann = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(n) / 200);
          x += hann * static_cast<double>(sound[frame * 80 + n]) *
               std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k * n % 256) / 256);
        }
        sum += weight * std::norm(x);
      }
      CHECK(out[frame * 12 + band] == Approx(std::log(sum)).margin(1e-5));
    }
}

TEST_CASE("more bands than the spectrum has steps are an error") {
  MelOptions options;
  options.bands = 500;
  CHECK_THROWS_AS(MelSpectrogram(options), Error);
  options.bands = 40;
  options.window = 0.1;
  CHECK_THROWS_AS(MelSpectrogram(options), Error);
}

TEST_CASE("an archive gives its files, also those of long names") {
  const TemporaryFolder folder;
  const std::string longest(150, 'n');
  const std::string bytes = tar_entry("a.wav", std::string(600, 'x')) + tar_entry("folder/", "", '5') +
                            tar_entry("skipped", "?") + tar_entry("././@LongLink", longest + '\0', 'L') +
                            tar_entry("cut", "y") +
                            tar_entry("pax",
                                      "18 path=long/name\n"
                                      "12 size=abc\n",
                                      'x') +
                            tar_entry("short", "") + std::string(1024, '\0');
  const std::vector<std::pair<std::string, std::string>> expected{
      {"a.wav", std::string(600, 'x')}, {longest, "y"}, {"long/name", ""}};
  CHECK(files_of(folder.write("a.tar", bytes)) == expected);
  CHECK(files_of(folder.write("a.tar.gz", gzip(bytes))) == expected);
  const auto fault = [&](const std::string& content, std::uint64_t most = 1 << 20) {
    const std::string path = folder.write("b.tar", content);
    const std::string message = data_error([&] { files_of(path, most); });
    return message.starts_with(path + ": ") ? message.substr(path.size() + 2) : message;
  };
  CHECK(fault("") == "is truncated: a header ends after 0 of 512 bytes");
  CHECK(fault(std::string(600, 'x')) == "is no tar archive: its first header has a wrong checksum");
  CHECK(fault(bytes.substr(0, 700)) == "is truncated within \"a.wav\"");
  CHECK(fault(bytes.substr(0, 1200)) == "is truncated behind \"a.wav\"");
  CHECK(fault(bytes, 500) == "\"a.wav\" has 600 bytes, allowed are 500");
  CHECK(fault(tar_entry("a", "") + std::string(512, 'x')) == "is broken: header 1 has a wrong checksum");
  Draws draws(Stream(1, "tar fuzz"), 0);
  int refused = 0;
  for (int round = 0; round < 1000; ++round) {
    std::string changed = bytes;
    for (int change = 0; change < 2; ++change)
      changed[draws.below(changed.size())] = static_cast<char>(draws.below(256));
    if (draws.below(2) == 0) changed.resize(draws.below(changed.size()));
    refused += !fault(changed).empty();
  }
  CHECK((refused > 200 && refused < 1000));
}

TEST_CASE("recordings have classes and a test part by their names") {
  const TemporaryFolder folder;
  SoundsOptions options;
  options.mel.frames = 20;
  options.mel.bands = 20;
  std::string archive;
  for (const auto& [name, frequency] : {std::pair{"r/10_ann_0.wav", 3000.0},
                                        {"r/2_ann_7.wav", 1000.0},
                                        {"r/10_bob_9.wav", 3000.0},
                                        {"r/2_bob_4.wav", 1000.0}}) {
    archive += tar_entry(name, wav(tone(frequency)));
    folder.write(name, wav(tone(frequency)));
  }
  archive += tar_entry("r/readme.txt", "text") + tar_entry("r/._2_x_1.wav", "resource");
  const std::string packed = folder.write("r.tar.gz", gzip(archive));
  const Dataset d = read_sounds(packed, options);
  d.validate();
  CHECK(d.shape == std::vector<std::size_t>{20, 20});
  CHECK(d.class_names == std::vector<std::string>{"2", "10"});
  CHECK(d.label == std::vector<std::int32_t>{1, 1, 0, 0});
  CHECK(d.x == read_sounds(folder.path("r"), options).x);
  // The band that holds most is the one whose middle is nearest to the tone on the mel scale.
  const auto m = [](double f) { return 2595 * std::log10(1 + f / 700); };
  for (const std::size_t sample : {0, 3}) {
    const auto frame = d.x.begin() + static_cast<std::ptrdiff_t>(sample * 400 + 200);
    const double band = m(sample == 0 ? 3000 : 1000) / (m(4000) / 21) - 1;
    CHECK(static_cast<double>(std::max_element(frame, frame + 20) - frame) == Approx(std::round(band)));
  }
  options.test_below = 5;
  const Dataset below = read_sounds(packed, options);
  CHECK(below.given_test == 2U);
  CHECK(below.label == std::vector<std::int32_t>{1, 0, 1, 0});
  options.test_below.reset();
  options.test_speakers = {"bob"};
  CHECK(read_sounds(packed, options).label == std::vector<std::int32_t>{1, 0, 1, 0});
  CHECK(read_sounds(packed, options).x[400] == d.x[800]);
  options.test_speakers = {"eve"};
  CHECK(data_error([&] { read_sounds(packed, options); }) == packed + ": of 4 sounds 0 would be for testing");
  options.test_speakers.clear();
  options.labels = SoundsOptions::Labels::folder;
  CHECK(read_sounds(packed, options).class_names == std::vector<std::string>{"r"});
}

TEST_CASE("sounds that do not fit together are errors") {
  const TemporaryFolder folder;
  CHECK(data_error([&] { read_sounds(folder.path(), {}); }) == folder.path() + ": holds no .wav files");
  folder.write("a_0.wav", wav(tone(100)));
  folder.write("b_1.wav", wav(tone(100), 16, 1, 16000));
  CHECK(data_error([&] { read_sounds(folder.path(), {}); }).find("samples per second, the sounds before it") !=
        std::string::npos);
  const std::string broken = folder.write("b_1.wav", "noise");
  CHECK(data_error([&] { read_sounds(folder.path(), {}); }) == broken + ": is no WAV file");
  folder.write("b_1.wav", wav(tone(100)));
  SoundsOptions options;
  options.test_below = 1;
  CHECK(read_sounds(folder.path(), options).given_test == 1U);
  folder.write("b_x.wav", wav(tone(100)));
  CHECK(data_error([&] { read_sounds(folder.path(), options); }).find("has no number behind its last") !=
        std::string::npos);
  options = {};
  options.mel.bands = 400;
  CHECK(data_error([&] { read_sounds(folder.path(), options); }).find("bands are too many") != std::string::npos);
}

TEST_CASE("the real spoken digits are read") {
  const auto path = real_data("audio/fsdd_recordings.tar.gz");
  if (!path) return;
  SoundsOptions options;
  options.test_below = 5;
  options.mel.frames = 5;
  const Dataset d = read_sounds(*path, options);
  d.validate();
  CHECK(d.samples == 3000);
  CHECK(d.given_test == 2700U);
  CHECK(d.classes == 10);
  CHECK(std::count(d.label.begin(), d.label.begin() + 2700, 7) == 270);
}
