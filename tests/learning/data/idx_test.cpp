#include "learning/data/idx.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <numeric>

#include "sim/random.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/real_data.hpp"
#include "tests/learning/data/temporary_folder.hpp"

using namespace cajal;
using namespace cajal::data;
using namespace cajal::tests;
using namespace std::string_literals;

namespace {

const std::string twelve("\x00\x33\x66\x99\xcc\xff\x01\x02\x03\x04\x05\x06", 12);

std::string images() { return idx(8, {3, 2, 2}, twelve); }
std::string labels() { return idx(8, {3}, std::string("\x01\x00\x02", 3)); }

long peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("every IDX type is read, plain and gzip") {
  const TemporaryFolder folder;
  const auto values = [&](const std::string& bytes) {
    const IdxArray plain = read_idx(folder.write("plain", bytes));
    const IdxArray packed = read_idx(folder.write("packed", gzip(bytes)));
    CHECK(plain.bytes == packed.bytes);
    CHECK(plain.shape == packed.shape);
    std::vector<double> out;
    for (std::size_t i = 0; i < plain.size(); ++i) out.push_back(plain.value(i));
    return out;
  };
  CHECK(values(idx(0x08, {2}, "\x01\xff")) == std::vector<double>{1, 255});
  CHECK(values(idx(0x09, {2}, "\x01\xff")) == std::vector<double>{1, -1});
  CHECK(values(idx(0x0B, {2}, "\x01\x02\xff\xfe"s)) == std::vector<double>{258, -2});
  CHECK(values(idx(0x0C, {2}, "\x00\x01\x00\x00\xff\xff\xff\xfd"s)) == std::vector<double>{65536, -3});
  CHECK(values(idx(0x0D, {2}, "\x3f\x80\x00\x00\xc0\x20\x00\x00"s)) == std::vector<double>{1, -2.5});
  CHECK(values(idx(0x0E, {1, 1}, "\x3f\xf8\x00\x00\x00\x00\x00\x00"s)) == std::vector<double>{1.5});
}

TEST_CASE("a gzip file of several members is one file") {
  const TemporaryFolder folder;
  const std::string bytes = images();
  const IdxArray array = read_idx(folder.write("two.gz", gzip(bytes.substr(0, 9)) + gzip(bytes.substr(9))));
  CHECK(array.shape == std::vector<std::size_t>{3, 2, 2});
  CHECK(std::string(array.bytes.begin(), array.bytes.end()) == twelve);
}

TEST_CASE("images and labels make a dataset, bytes scaled to 0 .. 1") {
  const TemporaryFolder folder;
  const Dataset d = read_idx_pair(folder.write("i", images()), folder.write("l.gz", gzip(labels())));
  CHECK(d.shape == std::vector<std::size_t>{2, 2});
  CHECK(d.samples == 3);
  CHECK(d.features == 4);
  CHECK(d.x[1] == 0.2f);
  CHECK(d.x[5] == 1.0f);
  CHECK(d.label == std::vector<std::int32_t>{1, 0, 2});
  CHECK(d.class_names == std::vector<std::string>{"0", "1", "2"});
  CHECK_FALSE(d.given_test);
}

TEST_CASE("numbers other than bytes are not scaled") {
  const TemporaryFolder folder;
  const Dataset d = read_idx_pair(folder.write("i", idx(0x0B, {1, 2}, "\x01\x02\xff\xfe"s)),
                                  folder.write("l", idx(0x0C, {1}, "\x00\x00\x00\x04"s)));
  CHECK(d.x == std::vector<float>{258, -2});
  CHECK(d.classes == 5);
}

TEST_CASE("a folder in the MNIST layout gives its test part") {
  const TemporaryFolder folder;
  folder.write("train-images-idx3-ubyte", images());
  folder.write("train-labels-idx1-ubyte.gz", gzip(labels()));
  CHECK(data_error([&] { read_idx_folder(folder.path()); }) ==
        folder.path() + ": holds no t10k-images-idx3-ubyte or t10k-images-idx3-ubyte.gz");
  folder.write("t10k-images-idx3-ubyte.gz", gzip(idx(8, {1, 2, 2}, "\x09\x08\x07\x06")));
  folder.write("t10k-labels-idx1-ubyte", idx(8, {1}, "\x03"));
  const Dataset d = read_idx_folder(folder.path());
  CHECK(d.samples == 4);
  CHECK(d.given_test == 3U);
  CHECK(d.classes == 4);
  CHECK(d.x[12] == 9 / 255.0f);
  const std::string wrong = folder.write("t10k-images-idx3-ubyte.gz", gzip(idx(8, {1, 4, 1}, "\x09\x08\x07\x06")));
  CHECK(data_error([&] { read_idx_folder(folder.path()); }) ==
        wrong + ": holds images of shape [4, 1], those for training have [2, 2]");
  CHECK(data_error([&] { read_idx_folder(folder.path("none")); }) == folder.path("none") + ": no such folder");
}

TEST_CASE("a file that is not the IDX file it should be says what is wrong") {
  const TemporaryFolder folder;
  const std::string path = folder.path("file");
  const auto fault = [&](const std::string& bytes) {
    folder.write("file", bytes);
    const std::string message = data_error([&] { read_idx(path); });
    return message.starts_with(path + ": ") ? message.substr(path.size() + 2) : message;
  };
  CHECK(fault("") == "is truncated: 0 bytes, its header alone has 4");
  CHECK(fault("\0\0"s) == "is truncated: 2 bytes, its header alone has 4");
  CHECK(fault("\0\0\x08\x03\0\0"s) == "is truncated: 6 bytes, its header alone has 16");
  CHECK(fault("PK\x03\x04 and more") ==
        "is no IDX file: it begins with 50 4b 03 04, expected 00 00, a type (08, 09, 0b, 0c, 0d or 0e) and a number of "
        "dimensions");
  CHECK(fault("\0\0\x0a\x01"s).starts_with("is no IDX file: it begins with 00 00 0a 01"));
  CHECK(fault("\0\0\x08\0"s).starts_with("is no IDX file"));
  CHECK(fault(images().substr(0, 25)) == "is truncated: shape [3, 2, 2] of u8 does not fit in its 9 bytes of data");
  CHECK(fault(images() + "x") == "holds more than the 12 bytes that shape [3, 2, 2] of u8 needs");
  CHECK(fault(idx(8, {3, 0, 2}, "")) == "is empty: its shape is [3, 0, 2]");
  CHECK(fault(idx(0x0E, {0xffffffffU, 0xffffffffU, 0xffffffffU}, "abc")) ==
        "is truncated: shape [4294967295, 4294967295, 4294967295] of f64 does not fit in its 3 bytes of data");
  CHECK(fault(gzip(images()).substr(0, 20)) == "is truncated: its gzip data end too early");
  CHECK(fault(gzip(images()).substr(0, gzip(images()).size() - 1)) == "is truncated: its gzip data end too early");
  CHECK(fault(gzip(images()) + "x") == "holds something else after its gzip data");
  CHECK(fault(gzip(images() + "x")) == "holds more than the 12 bytes that shape [3, 2, 2] of u8 needs");
  CHECK(fault(gzip(images().substr(0, 25))) == "is truncated: 9 bytes of data, its header says 12");
  std::string broken = gzip(images());
  broken[broken.size() - 6] ^= 1;
  CHECK(fault(broken) == "its gzip data are broken: incorrect data check");
  CHECK(fault(gzip(idx(8, {60000, 28, 28}, "abc")))
            .starts_with("is truncated: shape [60000, 28, 28] of u8 does not fit in what it can unpack to"));
}

TEST_CASE("files that are not there, or not files, are errors") {
  const TemporaryFolder folder;
  CHECK(data_error([&] { read_idx(folder.path("none")); }) == folder.path("none") + ": no such file");
  CHECK(data_error([&] { read_idx(folder.path()); }) == folder.path() + ": is a folder, not a file");
  CHECK(data_error([&] { read_idx("/dev/zero"); }) == "/dev/zero: is not a regular file");
}

TEST_CASE("images and labels that do not fit each other are errors") {
  const TemporaryFolder folder;
  const std::string i = folder.write("i", images()), l = folder.write("l", labels());
  const std::string two = folder.write("two.gz", gzip(idx(8, {2}, "\x01\x02")));
  CHECK(data_error([&] { read_idx_pair(i, two); }) == two + ": holds 2 labels for 3 images of " + i);
  CHECK(data_error([&] { read_idx_pair(l, l); }) ==
        l + ": holds an array of shape [3]; images need a sample and at least one more dimension");
  CHECK(data_error([&] { read_idx_pair(i, i); }) ==
        i + ": holds an array of shape [3, 2, 2]; labels have one dimension");
  const std::string negative = folder.write("n", idx(9, {3}, "\x01\xff\x02"));
  CHECK(data_error([&] { read_idx_pair(i, negative); }) ==
        negative + ": label 1 is -1, allowed are whole numbers from 0 to 65535");
  const std::string large = folder.write("g", idx(0x0C, {3}, "\0\0\0\1\0\0\0\1\x7f\0\0\0"s));
  CHECK(data_error([&] { read_idx_pair(i, large); }) ==
        large + ": label 2 is 2130706432, allowed are whole numbers from 0 to 65535");
  const std::string half = folder.write("h", idx(0x0D, {1}, "\x3f\x00\x00\x00"s));
  const std::string one = folder.write("o", idx(8, {1, 1}, "a"));
  CHECK(data_error([&] { read_idx_pair(one, half); }) ==
        half + ": label 0 is 0.5, allowed are whole numbers from 0 to 65535");
  const std::string nan = folder.write("nan", idx(0x0D, {1, 1}, "\x7f\xc0\x00\x00"s));
  CHECK(data_error([&] { read_idx_pair(nan, folder.write("z", idx(8, {1}, "a"))); }) ==
        nan + ": element 0 is nan, not a finite number that fits a float");
}

TEST_CASE("no change of an IDX file crashes its reader or costs much memory") {
  const TemporaryFolder folder;
  Draws draws(Stream(1, "idx fuzz"), 0);
  const long before = peak_kilobytes();
  const std::string l = folder.write("l", labels());
  std::size_t valid = 0, refused = 0;
  for (int round = 0; round < 1500; ++round) {
    std::string bytes = round % 2 == 0 ? images() : gzip(images());
    for (std::uint64_t change = 0, count = 1 + draws.below(3); change < count; ++change) {
      if (draws.below(6) == 0) bytes.resize(draws.below(bytes.size()) + 1);
      if (draws.below(6) == 0) bytes += static_cast<char>(draws.below(256));
      // Half of the changes fall on the header, where they hurt most.
      const std::uint64_t at =
          draws.below(draws.below(2) == 0 ? std::min<std::size_t>(16, bytes.size()) : bytes.size());
      bytes[at] = static_cast<char>(draws.below(256));
    }
    const std::string i = folder.write("i", bytes);
    try {
      read_idx_pair(i, l).validate();
      ++valid;
    } catch (const DataError& error) {
      CHECK(std::string(error.what()).starts_with(folder.path()));
      ++refused;
    }
  }
  CHECK(valid > 50);
  CHECK(refused > 500);
  CHECK(peak_kilobytes() - before < 64 * 1024);
}

TEST_CASE("the real MNIST is read") {
  const auto mnist = real_data("mnist");
  if (!mnist) return;
  const Dataset d = read_idx_folder(*mnist);
  CHECK(d.samples == 70000);
  CHECK(d.given_test == 60000U);
  CHECK(d.shape == std::vector<std::size_t>{28, 28});
  CHECK(d.classes == 10);
  const auto end_of_training = d.label.begin() + 60000;
  CHECK(std::vector<std::int32_t>(d.label.begin(), d.label.begin() + 5) == std::vector<std::int32_t>{5, 0, 4, 1, 9});
  CHECK(std::vector<std::int32_t>(end_of_training, end_of_training + 5) == std::vector<std::int32_t>{7, 2, 1, 0, 4});
  CHECK(std::count(d.label.begin(), end_of_training, 1) == 6742);
  CHECK(std::count(end_of_training, d.label.end(), 1) == 1135);
  const double sum = std::accumulate(d.x.begin(), d.x.begin() + 60000 * 784, 0.0);
  CHECK(sum / (60000.0 * 784) == Approx(0.1307).margin(5e-5));
}
