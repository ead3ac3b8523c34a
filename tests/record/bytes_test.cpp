#include "sim/record/bytes.hpp"

#include <fstream>

#include "sim/error.hpp"
#include "sim/random.hpp"
#include "tests/catch.hpp"
#include "tests/config/config_test.hpp"

namespace cajal::record {

namespace {

/// `data/weights.csv`, stored, and `lengths.txt`, deflated, as written by the module zipfile of Python 3.
std::string archive() {
  const std::string hexadecimal =
      "504b0304140000000000000021502754b8730a0000000a00000010000000646174612f776569676874732e637376302c312e350a322c300a"
      "504b030414000000080000002150fa50eed415000000460000000b0000006c656e677468732e7478743350303480232e2089ca430870c1d5"
      "a1f240025c00504b01021403140000000000000021502754b8730a0000000a00000010000000000000000000000080010000000064617461"
      "2f776569676874732e637376504b0102140314000000080000002150fa50eed415000000460000000b000000000000000000000080013800"
      "00006c656e677468732e747874504b0506000000000200020077000000760000000000";
  std::string bytes;
  for (std::size_t i = 0; i < hexadecimal.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hexadecimal.substr(i, 2), nullptr, 16));
  return bytes;
}

const std::string lengths = "0 10 10 10 10\n10 0 10 10 10\n10 10 0 10 10\n10 10 10 0 10\n10 10 10 10 0\n";

std::string why_not(const std::string& bytes, const std::string& name) {
  try {
    read_member(bytes, name, "a.zip");
  } catch (const DataError& error) {
    return error.what();
  }
  return "it is";
}

}  // namespace

TEST_CASE("members of a ZIP archive are read, stored and deflated", "[zip]") {
  CHECK(read_member(archive(), "data/weights.csv", "a.zip") == "0,1.5\n2,0\n");
  CHECK(read_member(archive(), "weights.csv", "a.zip") == "0,1.5\n2,0\n");
  CHECK(read_member(archive(), "lengths.txt", "a.zip") == lengths);
  const config::Folder folder("zip");
  folder.add("a.zip", archive());
  folder.add("b.zip/plain", "in a folder");
  CHECK(read_bytes(folder.path("a.zip/lengths.txt")) == lengths);
  CHECK(is_in_archive(folder.path("a.zip/lengths.txt")));
  CHECK(read_bytes(folder.path("b.zip/plain")) == "in a folder");
  CHECK_FALSE(is_in_archive(folder.path("b.zip/plain")));
  CHECK_THROWS_AS(read_bytes(folder.path("")), DataError);
}

TEST_CASE("what is no good archive says why", "[zip]") {
  CHECK(why_not(archive(), "length.txt") ==
        "a.zip: there is no file \"length.txt\"; it holds: data/weights.csv, lengths.txt");
  CHECK(why_not("text", "a") == "a.zip: is no ZIP archive, or one that is cut off");
  CHECK(why_not(archive().substr(0, 250), "lengths.txt") == "a.zip: is a ZIP archive that is cut off");
  std::string changed = archive();
  changed[46] = '7';
  CHECK(why_not(changed, "weights.csv") == "a.zip/data/weights.csv: is damaged: its checksum does not fit");
  changed = archive();
  changed[118 + 10] = 12;
  CHECK(why_not(changed, "weights.csv") ==
        "a.zip/data/weights.csv: is compressed by method 12; stored and deflated files are read");
  changed[118 + 8] = 1;
  CHECK(why_not(changed, "weights.csv") == "a.zip/data/weights.csv: is encrypted");
}

TEST_CASE("a mutated archive is read or refused", "[zip]") {
  const std::string good = archive();
  for (std::uint64_t trial = 0; trial < 3000; ++trial) {
    Draws draws(Stream(1, "zip"), trial);
    std::string bytes = good;
    for (std::uint64_t i = 0; i <= draws.below(4); ++i)
      bytes[static_cast<std::size_t>(draws.below(bytes.size()))] = static_cast<char>(draws.below(256));
    if (draws.below(4) == 0) bytes.resize(static_cast<std::size_t>(draws.below(bytes.size())));
    for (const char* name : {"lengths.txt", "weights.csv"}) {
      try {
        const std::string read = read_member(bytes, name, "a.zip");
        CHECK((read == lengths || read == "0,1.5\n2,0\n"));  // what is read has the right checksum
      } catch (const DataError&) {
      }
    }
  }
}

}  // namespace cajal::record
