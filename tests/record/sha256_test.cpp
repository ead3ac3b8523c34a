#include "sim/record/sha256.hpp"

#include "tests/catch.hpp"

using cajal::record::Sha256;

namespace {

std::string sha256(std::string_view text) {
  Sha256 hash;
  hash.add(text);
  return hash.hex();
}

}  // namespace

// NIST, Cryptographic Algorithm Validation Program, examples of SHA-256 (FIPS 180-4).
TEST_CASE("SHA-256 gives the published hashes", "[record]") {
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 does not depend on how its input is cut", "[record]") {
  std::string text;
  for (int i = 0; i < 500; ++i) text += static_cast<char>(i * 7);
  for (std::size_t length : {0u, 55u, 56u, 63u, 64u, 65u, 119u, 120u, 128u, 500u}) {
    const std::string_view whole = std::string_view(text).substr(0, length);
    for (std::size_t piece : {1u, 3u, 63u, 64u, 65u}) {
      Sha256 hash;
      for (std::size_t at = 0; at < length; at += piece) hash.add(whole.substr(at, piece));
      CHECK(hash.hex() == sha256(whole));
    }
  }
}
