#include "sim/record/npy.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>

#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;
using namespace cajal::record;

namespace {

std::string npy(std::string header, const std::string& values, char version = 1) {
  header += '\n';
  std::string length{static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
  if (version > 1) length += std::string(2, '\0');
  return std::string("\x93NUMPY") + version + '\0' + length + header + values;
}

std::string header(const std::string& descr, const std::string& shape, const std::string& fortran = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
}

Array read_bytes(const TemporaryDirectory& directory, const std::string& bytes,
                 NotFinite not_finite = NotFinite::refuse) {
  write_bytes(directory.file("x.npy"), bytes);
  return read_npy(directory.file("x.npy"), not_finite);
}

std::string refusal(const TemporaryDirectory& directory, const std::string& bytes) {
  return message_of<DataError>([&] { read_bytes(directory, bytes); });
}

template <class T>
void require_round_trip(const TemporaryDirectory& directory) {
  const std::vector<T> values{T(1), T(2), T(0), T(77), T(5), static_cast<T>(-3)};
  for (const std::vector<std::size_t>& shape :
       {std::vector<std::size_t>{6}, std::vector<std::size_t>{2, 3}, std::vector<std::size_t>{1, 6, 1}}) {
    write_npy(directory.file("r.npy"), shape, values);
    const Array read = read_npy(directory.file("r.npy"));
    CHECK(read.shape == shape);
    CHECK(read.values == std::vector<double>(values.begin(), values.end()));
  }
  CHECK(bytes_of(directory.file("r.npy")).size() % 64 == 6 * sizeof(T) % 64);
}

}  // namespace

TEST_CASE("arrays of every type are read as they were written", "[record]") {
  const TemporaryDirectory directory;
  require_round_trip<float>(directory);
  require_round_trip<double>(directory);
  require_round_trip<std::int32_t>(directory);
  require_round_trip<std::int64_t>(directory);
  require_round_trip<std::uint8_t>(directory);
  write_npy(directory.file("s.npy"), {}, std::vector<double>{0.1});
  CHECK(read_npy(directory.file("s.npy")).shape.empty());
  CHECK(read_npy(directory.file("s.npy")).values == std::vector<double>{0.1});
  write_npy(directory.file("e.npy"), {0, 3}, std::vector<float>{});
  CHECK(read_npy(directory.file("e.npy")).values.empty());
}

TEST_CASE("byte orders, Fortran order and versions of NPY are read", "[record]") {
  const TemporaryDirectory directory;
  const std::string six("\0\1\2\3\4\5", 6);
  CHECK(read_bytes(directory, npy(header("|u1", "(2, 3)"), six)).values == std::vector<double>{0, 1, 2, 3, 4, 5});
  CHECK(read_bytes(directory, npy(header("|u1", "(2, 3)", "True"), six)).values ==
        std::vector<double>{0, 2, 4, 1, 3, 5});
  CHECK(read_bytes(directory, npy(header("<u2", "(3,)"), six)).values == std::vector<double>{256, 770, 1284});
  CHECK(read_bytes(directory, npy(header(">u2", "(3,)"), six)).values == std::vector<double>{1, 515, 1029});
  CHECK(read_bytes(directory, npy(header("|b1", "(6,)"), six)).values == std::vector<double>{0, 1, 1, 1, 1, 1});
  CHECK(read_bytes(directory, npy(header("|i1", "(1,)"), "\xff")).values == std::vector<double>{-1});
  CHECK(read_bytes(directory, npy(header("|u1", "(6,)"), six, 2)).values.size() == 6);
  CHECK(read_bytes(directory, npy("{\"shape\":(6),'fortran_order':False,'descr':'u1'}", six, 3)).values.size() == 6);
}

TEST_CASE("numbers that are not finite or not exact are refused", "[record]") {
  const TemporaryDirectory directory;
  write_npy(directory.file("n.npy"), {2}, std::vector<double>{1, std::nan("")});
  CHECK(contains(message_of<DataError>([&] { read_npy(directory.file("n.npy")); }), "value 1"));
  CHECK(std::isnan(read_npy(directory.file("n.npy"), NotFinite::keep).values[1]));
  for (const std::int64_t value :
       {(std::int64_t(1) << 53) + 1, -(std::int64_t(1) << 53) - 1, std::numeric_limits<std::int64_t>::min()}) {
    write_npy(directory.file("i.npy"), {1}, std::vector<std::int64_t>{value});
    CHECK_THROWS_AS(read_npy(directory.file("i.npy")), DataError);
  }
  write_npy(directory.file("i.npy"), {1}, std::vector<std::int64_t>{-(std::int64_t(1) << 53)});
  CHECK(read_npy(directory.file("i.npy")).values[0] == -9007199254740992.0);
}

TEST_CASE("bad NPY files are refused with the reason", "[record]") {
  const TemporaryDirectory directory;
  const std::string six(6, '\1');
  CHECK(contains(message_of<DataError>([&] { read_npy(directory.file("absent.npy")); }), "No such file"));
  CHECK_THROWS_AS(read_npy(directory.file("")), DataError);
  CHECK(contains(refusal(directory, ""), "no NPY file"));
  CHECK(contains(refusal(directory, "PK\3\4 a zip of arrays"), "no NPY file"));
  CHECK(contains(refusal(directory, npy(header("|O", "(6,)"), six)), "holds '|O'"));
  CHECK(contains(refusal(directory, npy(header("<c8", "(6,)"), six)), "allowed are"));
  CHECK(contains(refusal(directory, npy(header("|u1", "(7,)"), six)), "needs 7 bytes"));
  CHECK(contains(refusal(directory, npy(header("|u1", "(5,)"), six)), "needs 5 bytes"));
  CHECK(contains(refusal(directory, npy(header("<f8", "(99999999999,)"), six)), "needs 799999999992 bytes"));
  CHECK(contains(refusal(directory, npy(header("|u1", "(4294967296, 4294967296, 6)"), six)), "impossible shape"));
  CHECK(contains(refusal(directory, npy(header("|u1", "(99999999999999999999,)"), six)), "shape"));
  CHECK(contains(refusal(directory, npy(header("|u1", "(-6,)"), six)), "shape"));
  CHECK(contains(refusal(directory, npy(header("|u1", "(6,)", "Maybe"), six)), "fortran_order"));
  CHECK(contains(refusal(directory, npy("{'descr': '|u1', 'shape': (6,)}", six)), "not complete"));
  CHECK(contains(refusal(directory, npy("{'descr': [('a', '<f4')], 'shape': (6,)}", six)), "quoted"));
  CHECK(contains(refusal(directory, npy("{'colour': 'red'}", six)), "'colour'"));
  CHECK(contains(refusal(directory, npy(header("|u1", "(6,)"), six, 9)), "version 9"));
  CHECK(contains(refusal(directory, npy(header("|u1", "(6,)"), six).substr(0, 30)), "cut off"));
}

TEST_CASE("damaged NPY files never crash the reader", "[record]") {
  const TemporaryDirectory directory;
  write_npy(directory.file("w.npy"), {4, 5}, std::vector<float>(20, 1.5f));
  const std::string whole = bytes_of(directory.file("w.npy"));
  std::mt19937 random(3);
  std::size_t refused = 0;
  for (int i = 0; i < 600; ++i) {
    std::string bytes = whole;
    for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % 128;
      switch (random() % 3) {
        case 0:
          bytes[at % bytes.size()] = static_cast<char>(random());
          break;
        case 1:
          bytes.erase(at % bytes.size(), random() % 8);
          break;
        default:
          bytes.insert(at % bytes.size(), 1, "(),'{}<>019fu "[random() % 14]);
      }
    }
    try {
      const Array array = read_bytes(directory, bytes);
      std::size_t count = 1;
      for (const std::size_t n : array.shape) count *= n;
      if (count != array.values.size()) FAIL("shape and values differ");
    } catch (const DataError&) {
      ++refused;
    }
  }
  CHECK(refused > 200);
  CHECK(refused < 600);
}

TEST_CASE("an array that cannot be written says so", "[record]") {
  const TemporaryDirectory directory;
  const std::vector<double> values(6);
  CHECK_THROWS_AS(write_npy(directory.file("absent/x.npy"), {6}, values), OutputError);
  CHECK_THROWS_AS(write_npy(directory.file("x.npy"), {7}, values), OutputError);
  CHECK_THROWS_AS(write_npy("/proc/x.npy", {6}, values), OutputError);
  CHECK_FALSE(std::filesystem::exists(directory.file("x.npy")));
}

TEST_CASE("NumPy reads what we write, and we what it writes", "[record]") {
  if (std::system("/usr/bin/python3 -c 'import numpy' >/dev/null 2>&1") != 0) {
    WARN("no NumPy here, skipped");
    return;
  }
  const TemporaryDirectory directory;
  write_npy(directory.file("ours.npy"), {2, 3}, std::vector<float>{0, 1, 2, 3, 4, 5});
  const std::string script =
      "import numpy as n; d = '" + directory.file("") +
      "/'; a = n.load(d + 'ours.npy'); assert a.dtype == 'f4' and (a == n.arange(6).reshape(2, 3)).all(); "
      "n.save(d + 'c.npy', a.astype('>i8')); n.save(d + 'f.npy', n.asfortranarray(a)); n.save(d + 's.npy', a[0, 1])";
  REQUIRE(std::system(("/usr/bin/python3 -c \"" + script + "\"").c_str()) == 0);
  for (const char* name : {"c.npy", "f.npy"}) {
    const Array read = read_npy(directory.file(name));
    CHECK(read.shape == std::vector<std::size_t>{2, 3});
    CHECK(read.values == std::vector<double>{0, 1, 2, 3, 4, 5});
  }
  CHECK(read_npy(directory.file("s.npy")).values == std::vector<double>{1});
}
