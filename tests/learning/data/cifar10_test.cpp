#include "learning/data/cifar10.hpp"

#include <filesystem>
#include <numeric>

#include "sim/random.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/real_data.hpp"
#include "tests/learning/data/temporary_folder.hpp"

using namespace cajal;
using namespace cajal::data;
using namespace cajal::tests;

namespace {

/// A record whose red is `first`, green `first` + 1 and blue `first` + 2.
std::string record(char label, int first) {
  std::string out(1, label);
  for (int channel = 0; channel < 3; ++channel) out += std::string(1024, static_cast<char>(first + channel));
  return out;
}

}  // namespace

TEST_CASE("colour images come in batches, plain or gzip, with their own test part") {
  const TemporaryFolder folder;
  folder.write("data_batch_2.bin", record(3, 30));
  folder.write("data_batch_1.bin.gz", gzip(record(9, 10) + record(0, 20)));
  CHECK(data_error([&] { read_cifar10(folder.path()); }) ==
        folder.path() + ": holds no test_batch*.bin or test_batch*.bin.gz");
  folder.write("test_batch_first1.bin", record(5, 40));
  folder.write("readme.txt", "x");
  const Dataset d = read_cifar10(folder.path());
  d.validate();
  CHECK(d.shape == std::vector<std::size_t>{3, 32, 32});
  CHECK(d.label == std::vector<std::int32_t>{9, 0, 3, 5});
  CHECK(d.given_test == 3U);
  CHECK(d.x[0] == 10 / 255.0f);
  CHECK(d.x[1024] == 11 / 255.0f);
  CHECK(d.x[3071] == 12 / 255.0f);
  CHECK(d.x[2 * 3072] == 30 / 255.0f);
  CHECK(d.class_names[9] == "9");
  folder.write("batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
  CHECK(read_cifar10(folder.path()).class_names[9] == "j");
  const std::string meta = folder.write("batches.meta.txt", "a\nb\n");
  CHECK(data_error([&] { read_cifar10(folder.path()); }) ==
        meta + ": holds 2 names of classes, one a line; expected 10");
}

TEST_CASE("batches that are not what they should be say so") {
  const TemporaryFolder folder;
  CHECK(data_error([&] { read_cifar10(folder.path("none")); }) == folder.path("none") + ": no such folder");
  const auto fault = [&](const std::string& bytes) {
    const std::string path = folder.write("data_batch_1.bin", bytes);
    folder.write("test_batch.bin", record(1, 1));
    const std::string message = data_error([&] { read_cifar10(folder.path()); });
    return message.starts_with(path + ": ") ? message.substr(path.size() + 2) : message;
  };
  CHECK(fault(record(1, 1)) == "");
  CHECK(fault("") == "holds 0 bytes, expected records of 3073: a class and 3 x 32 x 32 pixels");
  CHECK(fault(record(1, 1) + "x").starts_with("holds 3074 bytes, expected records of 3073"));
  CHECK(fault(record(1, 1) + record(10, 1)) == "record 1 is of class 10, allowed are 0 to 9");
  CHECK(fault(gzip(record(1, 1)).substr(0, 30)) == "is truncated: its gzip data end too early");
  Draws draws(Stream(1, "cifar10 fuzz"), 0);
  for (int round = 0; round < 200; ++round) {
    std::string bytes = round % 2 == 0 ? record(1, 1) : gzip(record(1, 1));
    bytes[draws.below(bytes.size())] = static_cast<char>(draws.below(256));
    if (draws.below(3) == 0) bytes.resize(draws.below(bytes.size()));
    folder.write("data_batch_1.bin", bytes);
    try {
      read_cifar10(folder.path()).validate();
    } catch (const DataError& error) {
      CHECK(std::string(error.what()).starts_with(folder.path()));
    }
  }
}

TEST_CASE("the real CIFAR-10 is read") {
  const auto path = real_data("cifar10/test_batch_first1000.bin.gz");
  if (!path) return;
  // The whole takes long; its first thousand images of the test serve as both parts.
  const TemporaryFolder folder;
  namespace fs = std::filesystem;
  for (const char* name : {"data_batch_1.bin.gz", "test_batch.bin.gz"}) fs::create_symlink(*path, folder.path(name));
  fs::create_symlink(fs::path(*path).parent_path() / "batches.meta.txt", folder.path("batches.meta.txt"));
  const Dataset d = read_cifar10(folder.path());
  CHECK(d.samples == 2000);
  CHECK(d.given_test == 1000U);
  const std::vector<std::string> known{"cat",  "ship",       "ship", "airplane", "frog",
                                       "frog", "automobile", "frog", "cat",      "automobile"};
  for (std::size_t i = 0; i < known.size(); ++i) CHECK(d.class_names[static_cast<std::size_t>(d.label[i])] == known[i]);
  // Red is the brightest colour of these photographs, blue the darkest: means 0.491, 0.482, 0.447 over all of them.
  for (const auto& [channel, mean] : {std::pair<std::size_t, double>{0, 0.491}, {1, 0.482}, {2, 0.447}}) {
    double sum = 0;
    for (std::size_t i = 0; i < 1000; ++i)
      for (std::size_t p = 0; p < 1024; ++p) sum += d.x[i * 3072 + channel * 1024 + p];
    CHECK(sum / (1000 * 1024) == Approx(mean).margin(0.02));
  }
}
