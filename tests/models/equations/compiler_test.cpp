#include "models/equations/compiler.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/catch.hpp"

namespace cajal::test {

namespace {

namespace fs = std::filesystem;

/// A compiler with a cache of its own, which counts what it compiles.
struct Counted {
  fs::path folder;
  int compiled = 0;
  Compiler compiler = Compiler::of_build();

  Counted() {
    std::string name = (fs::temp_directory_path() / "cajal-compiler-XXXXXX").string();
    folder = mkdtemp(name.data());
    compiler.cache = (folder / "cache").string();
    compiler.begins = [this](const std::string&) { ++compiled; };
  }
  ~Counted() { fs::remove_all(folder); }

  int answer(const std::string& text) {
    return reinterpret_cast<int (*)()>(load_unit("answer", text, "answer", compiler))();
  }
  std::string error(const std::string& text) {
    try {
      load_unit("answer", text, "answer", compiler);
    } catch (const CompileError& e) {
      return e.what();
    }
    return "";
  }
};

const std::string unit = "extern \"C\" int answer() { return 42; }\n";

}  // namespace

TEST_CASE("a unit is compiled once and then taken from the cache", "[equations][compiles]") {
  Counted c;
  CHECK(c.answer(unit) == 42);
  CHECK(c.compiled == 1);
  CHECK(c.answer(unit) == 42);
  CHECK(c.compiled == 1);
  std::size_t files = 0;
  fs::path source;
  for (const auto& entry : fs::directory_iterator(c.compiler.cache)) {
    ++files;
    if (entry.path().extension() == ".cpp") source = entry.path();
  }
  CHECK(files == 2);  // nothing else is left behind
  // What stands under the same hash and is another text is not loaded.
  std::ofstream(source, std::ios::app) << "// changed";
  CHECK(c.answer(unit) == 42);
  CHECK(c.compiled == 2);
  // Other options make another unit.
  c.compiler.options.push_back("-DOTHER");
  CHECK(c.answer(unit) == 42);
  CHECK(c.compiled == 3);
}

TEST_CASE("a compiler that is not there is named with what to install", "[equations]") {
  Counted c;
  c.compiler.program = "/no/such/compiler";
  const std::string said = c.error(unit);
  CHECK(said.find("there is no compiler /no/such/compiler here; install it") != std::string::npos);
  CHECK(said.find("apt install g++") != std::string::npos);
}

TEST_CASE("what a compiler refuses is said by its first error", "[equations][compiles]") {
  Counted c;
  const std::string said = c.error("extern \"C\" int answer() { return nothing; }\n");
  CHECK(said.find("could not compile this model") != std::string::npos);
  CHECK(said.find("nothing") != std::string::npos);
  CHECK(fs::is_empty(c.compiler.cache));
}

TEST_CASE("a cache that cannot be made and headers that are gone are errors", "[equations]") {
  Counted c;
  c.compiler.cache = "";
  CHECK(c.error(unit).find("neither XDG_CACHE_HOME nor HOME") != std::string::npos);
  std::ofstream(c.folder / "file") << "";
  c.compiler.cache = (c.folder / "file" / "cache").string();
  CHECK(c.error(unit).find("XDG_CACHE_HOME names another folder") != std::string::npos);
  c.compiler.headers = (c.folder / "nowhere").string();
  CHECK(c.error(unit).find("are no longer in " + c.compiler.headers) != std::string::npos);
}

TEST_CASE("a header that is newer than the program is refused", "[equations][compiles]") {
  Counted c;
  const fs::path headers = c.folder / "with space";
  fs::create_directory(headers);
  std::ofstream(headers / "a b.hpp") << "constexpr int number = 42;\n";
  c.compiler.headers = headers.string();
  c.compiler.options.push_back("-I" + headers.string());
  const std::string text = "#include \"a b.hpp\"\nextern \"C\" int answer() { return number; }\n";
  const auto built = fs::last_write_time("/proc/self/exe");
  fs::last_write_time(headers / "a b.hpp", built + std::chrono::seconds(10));
  CHECK(c.error(text).find("a b.hpp was changed after this program was built") != std::string::npos);
  fs::last_write_time(headers / "a b.hpp", built - std::chrono::seconds(10));
  CHECK(c.answer(text) == 42);
}

}  // namespace cajal::test
