#include "learning/data/source.hpp"

#include "learning/data/digits.hpp"

#include "learning/data/preprocess.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

using namespace cajal;
using namespace cajal::data;
using namespace cajal::tests;

namespace {

/// A config's `data` table with the diagnostics that reading it leaves, each as `line:column: address: message`.
class Config {
 public:
  explicit Config(const std::string& text) : root_(config::parse(text, "c.toml")) {}
  config::Table root() { return {root_, "", diagnostics_}; }
  config::Table data() { return root().table("data").value(); }
  std::vector<std::string> errors(bool unused = true) {
    if (unused) root().refuse_unused();
    std::vector<std::string> out;
    for (const Diagnostic& d : diagnostics_)
      out.push_back(std::to_string(d.at.line) + ":" + std::to_string(d.at.column) + ": " + d.address + ": " +
                    d.message);
    return out;
  }

 private:
  config::Value root_;
  std::vector<Diagnostic> diagnostics_;
};

std::string first_error(const std::string& text) {
  Config config(text);
  source(config.data());
  split_options(config.data());
  balance_option(config.data());
  preprocessing(config.root());
  augmentation(config.root());
  const auto errors = config.errors();
  return errors.empty() ? "" : errors.front();
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("digits come from a config with their options") {
  Config config("data = { source = \"digits\", samples = 120, noise = 0.5, distortion = 2 }");
  const Dataset d = load(config.data(), "", "c.toml", 9);
  CHECK(config.errors() == Texts{});
  CHECK(d.x == make_digits(120, 9, {.distortion = 2, .noise = 0.5}).x);
  Config short_form("data = { source = \"digits\" }");
  CHECK(source(short_form.data()).kind == "digits");
}

TEST_CASE("files come from the data folder, then from beside the config, then as named") {
  const TemporaryFolder folder;
  const std::string beside = folder.path("configs/c.toml");
  const std::string text = "data = { source = { csv = \"t.csv\", target = \"k\" } }";
  const auto name = [&](const std::string& data_folder) {
    Config config(text);
    return load(config.data(), data_folder, beside, 1).name;
  };
  CHECK(data_error([&] { name(folder.path("data")); }) == "t.csv: no such file or folder; looked for " +
                                                              folder.path("data/t.csv") + ", " +
                                                              folder.path("configs/t.csv") + ", t.csv");
  CHECK(data_error([&] { name(""); }) == "t.csv: no such file or folder; looked for " + folder.path("configs/t.csv") +
                                             ", t.csv; --data names the folder of datasets");
  folder.write("configs/t.csv", "a,k\n1,x\n2,y\n");
  CHECK(name(folder.path("data")) == folder.path("configs/t.csv"));
  folder.write("data/t.csv", "a,k\n1,x\n2,y\n");
  CHECK(name(folder.path("data")) == folder.path("data/t.csv"));
  CHECK(name("") == folder.path("configs/t.csv"));
}

TEST_CASE("every key of a table of samples reaches its reader") {
  const TemporaryFolder folder;
  folder.write("t.csv", "1.5;m;7;?;0\n2.5;f;8;3;0\n");
  Config config(
      "data = { source = { csv = \"t.csv\", header = false, target = 0, ignore = [2, -1], one_hot = 1, task = "
      "\"regression\", missing = \"mean\", delimiter = \"semicolon\" } }");
  const Dataset d = load(config.data(), folder.path(), "c.toml", 1);
  CHECK(config.errors() == Texts{});
  CHECK(d.y == std::vector<float>{1.5f, 2.5f});
  CHECK(d.x == std::vector<float>{0, 1, 0, 1, 0, 3});
  CHECK(d.missing == std::vector<std::uint8_t>{0, 0, 1, 0, 0, 0});
}

TEST_CASE("images come as a folder or as a pair of files") {
  const TemporaryFolder folder;
  for (const char* part : {"train", "t10k"}) {
    folder.write(std::string("m/") + part + "-images-idx3-ubyte", idx(8, {2, 1, 2}, "abcd"));
    folder.write(std::string("m/") + part + "-labels-idx1-ubyte", idx(8, {2}, std::string("\0\1", 2)));
  }
  Config whole("data = { source = { idx = \"m\" } }");
  CHECK(load(whole.data(), folder.path(), "c.toml", 1).given_test == 2U);
  Config pair("data = { source = { images = \"m/train-images-idx3-ubyte\", labels = \"m/train-labels-idx1-ubyte\" } }");
  CHECK(load(pair.data(), folder.path(), "c.toml", 1).samples == 2);
  CHECK(pair.errors() == Texts{});
}

TEST_CASE("a split and its limits come from a config") {
  Config config(
      "data = { source = \"digits\", split = { train = 0.5, validation = 0.2, test = 0.3, stratified = false },"
      " limit = { train = 10, test = 5 } }");
  const SplitOptions s = split_options(config.data());
  CHECK(s.from == SplitOptions::Test::drawn);
  CHECK(s.train == 0.5);
  CHECK(s.validation == 0.2);
  CHECK(s.test == 0.3);
  CHECK_FALSE(s.stratified);
  CHECK(s.most_train == 10U);
  CHECK_FALSE(s.most_validation);
  CHECK(s.most_test == 5U);
  Config given("data = { source = { idx = \"m\" }, split = { test = \"given\", validation = 0.1 } }");
  CHECK(split_options(given.data()).from == SplitOptions::Test::given);
  CHECK(split_options(given.data()).validation == 0.1);
  Config open("data = { source = \"digits\" }");
  CHECK(split_options(open.data()).from == SplitOptions::Test::automatic);
}

TEST_CASE("preprocessing is an ordered list") {
  Config config("preprocess = [\"standardise\", \"scale\"]\ndata = { source = \"digits\" }");
  CHECK(preprocessing(config.root()) ==
        std::vector<PreprocessingStep>{Preprocessing::standardise, Preprocessing::scale});
  Config none("data = { source = \"digits\" }");
  CHECK(preprocessing(none.root()).empty());
}

TEST_CASE("a wrong key or value is an error with its place") {
  const std::string words = "idx, images, cifar10, csv, npy, text, wav, function, x, random, bars";
  CHECK(first_error("data = { samples = 10 }") ==
        "1:1: data: missing key `source`: \"digits\" or a table with one of " + words);
  CHECK(first_error("data = { source = \"digit\" }")
            .starts_with("1:10: data.source: unknown name \"digit\"; did you mean `digits`?"));
  CHECK(first_error("data = { source = 3 }") ==
        "1:10: data.source: expected \"digits\" or a table with one of " + words + ", found 3");
  CHECK(first_error("data = { source = {} }") == "1:10: data.source: names no data: expected one of " + words);
  CHECK(first_error("data = { source = { idx = \"a\", csv = \"b\" } }") ==
        "1:32: data.source.csv: expected only one of " + words);
  CHECK(first_error("data = { source = { images = \"a\" } }").starts_with("1:10: data.source: missing key `labels`"));
  CHECK(first_error("data = { source = { csv = \"a\", target = 1.5 } }") ==
        "1:32: data.source.target: expected the name of a column or its place, from 0, found 1.5");
  CHECK(first_error("data = { source = { csv = \"a\", ignore = [\"b\", true] } }") ==
        "1:47: data.source.ignore[1]: expected the name of a column or its place, from 0, found true");
  CHECK(first_error("data = { source = { csv = \"a\" }, samples = 5 }").starts_with("1:34: data.samples: "));
  CHECK(first_error("data = { source = { csv = \"a\", labels = \"b\" } }").starts_with("1:32: data.source.labels: "));
  CHECK(first_error("data = { source = \"digits\", noise = 4 }")
            .starts_with("1:29: data.noise: must be between 0 and 3"));
  CHECK(first_error("data = { source = \"digits\", split = { train = 0.8, test = 0.3 } }") ==
        "1:29: data.split: the fractions of the parts sum to 1.1, allowed is at most 1");
  CHECK(first_error("data = { source = \"digits\", split = { test = \"givn\" } }")
            .starts_with("1:39: data.split.test: unknown name \"givn\"; did you mean `given`?"));
  CHECK(first_error("data = { source = \"digits\", limit = { train = 0 } }").starts_with("1:39: data.limit.train: "));
  CHECK(first_error("preprocess = [\"scale\", \"standardize\"]\ndata = { source = \"digits\" }") ==
        "1:24: preprocess[1]: unknown name \"standardize\"; did you mean `standardise`? allowed here: scale, "
        "standardise, select, pca");
  const auto step_error = [](const std::string& step) {
    return first_error("preprocess = [" + step + "]\ndata = { source = \"digits\" }");
  };
  CHECK(step_error("\"select\"") ==
        "1:15: preprocess[0]: how many features are kept, and by what? { select = 10, by = \"mutual_information\" }");
  CHECK(step_error("\"pca\"") == "1:15: preprocess[0]: how many components are kept? { pca = 10 }");
  CHECK(step_error("3") ==
        "1:15: preprocess[0]: expected a text or a table, found 3; allowed here: scale, standardise, select, pca");
  CHECK(step_error("{ }") ==
        "1:15: preprocess[0]: expected one of { select = 10, by = \"mutual_information\" }, { pca = 10 }");
  CHECK(step_error("{ select = 10 }").starts_with("1:15: preprocess[0]: missing key `by`: one of "));
  CHECK(step_error("{ select = 0, by = \"f_test\" }").starts_with("1:17: preprocess[0].select: expected a whole "));
  CHECK(step_error("{ select = 2, by = \"f_test\", bins = 3 }").starts_with("1:44: preprocess[0].bins: unknown key"));
  CHECK(step_error("{ pca = 2, whiten = true }").starts_with("1:26: preprocess[0].whiten: unknown key `whiten`"));
}

TEST_CASE("folds, balance and augmentation come from a config") {
  Config config(
      "augment = { rotate = 10, zoom = 0.1, flip = true, shift = 2, erase = 4, noise = 0.5 }\n"
      "data = { source = \"digits\", split = { folds = 5, fold = 2, validation = 0.1 }, balance = \"undersample\" }");
  const SplitOptions s = split_options(config.data());
  CHECK(s.from == SplitOptions::Test::fold);
  CHECK(s.folds == 5);
  CHECK(s.fold == 2);
  CHECK(balance_option(config.data()) == Balance::undersample);
  const AugmentOptions a = augmentation(config.root());
  CHECK((a.rotate == 10 && a.zoom == 0.1 && a.flip_horizontal && !a.flip_vertical));
  CHECK((a.shift == 2 && a.erase == 4 && a.noise == 0.5));
  source(config.data());
  CHECK(config.errors() == Texts{});
  Config both("augment.flip = \"both\"\ndata = { source = \"digits\", split.test = \"train\" }");
  CHECK((augmentation(both.root()).flip_horizontal && augmentation(both.root()).flip_vertical));
  CHECK(split_options(both.data()).from == SplitOptions::Test::train);
  const std::string digits = "data = { source = \"digits\", ";
  CHECK(first_error(digits + "split = { folds = 5, fold = 5 } }") ==
        "1:50: data.split.fold: expected a whole number between 0 and 4, found 5");
  CHECK(first_error(digits + "split = { fold = 0 } }").starts_with("1:29: data.split: missing key `folds`"));
  CHECK(first_error(digits + "split = { folds = 5, fold = 1, test = 0.1 } }") ==
        "1:60: data.split.test: with `folds` the test part is the fold");
  CHECK(first_error(digits + "split = { tset = 0.1 } }")
            .ends_with("allowed here: train, validation, stratified, test, folds, fold"));
  CHECK(first_error(digits + "balance = \"over\" }").starts_with("1:29: data.balance: unknown name \"over\""));
  CHECK(first_error("augment = { flip = 3 }\ndata.source = \"digits\"").starts_with("1:13: augment.flip: "));
  CHECK(first_error("augment = { zoom = 1 }\ndata.source = \"digits\"").starts_with("1:13: augment.zoom: "));
  CHECK(first_error("augment = { shft = 1 }\ndata.source = \"digits\"")
            .starts_with("1:13: augment.shft: unknown key `shft`; did you mean `shift`?"));
}

TEST_CASE("other data are read like those of the training where that can be") {
  const TemporaryFolder folder;
  std::vector<Diagnostic> diagnostics;
  const config::Value trained = config::parse("data = { source = { csv = \"no.csv\", target = 0 } }", "c.toml");
  const std::string other = folder.write("other.csv", "k,a\n1,2\n0,3\n");
  const auto read = [&](const std::string& path, const config::Value* data) {
    const Source source = source_at(path, data, diagnostics);
    return load(source, "", "", 1);
  };
  CHECK(read(other, trained.find("data")).x == std::vector<float>{2, 3});
  CHECK(read(other, nullptr).x == std::vector<float>{1, 0});
  CHECK(data_error([&] { read(folder.path(), trained.find("data")); }).find("images-idx3") != std::string::npos);
  CHECK(diagnostics.empty());
}

TEST_CASE("a wrong source is no dataset") {
  Config config("data = { source = \"letters\" }");
  CHECK_THROWS_AS(load(config.data(), "", "c.toml", 1), ConfigError);
}

TEST_CASE("the snippet of every kind of source is a config that its reader takes") {
  CHECK(datasets().size() == 12);
  for (const SourceKind& entry : datasets()) {
    CHECK(first_error(std::string(entry.snippet)).empty());
    CHECK_FALSE(entry.meaning.empty());
  }
}
