#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <regex>

#include "app/experiment.hpp"
#include "sim/random.hpp"
#include "tests/app/bad_inputs.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

namespace cajal::app {

namespace {

using tests::TemporaryFolder;

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t below(Draws& draws, std::size_t n) { return static_cast<std::size_t>(draws.below(n)); }

/// Begin and end of each word, number and quoted text.
std::vector<std::pair<std::size_t, std::size_t>> words_of(const std::string& text) {
  std::vector<std::pair<std::size_t, std::size_t>> out;
  const auto in_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-';
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t end = i;
    if (text[i] == '#') {
      i = std::min(text.find('\n', i), text.size());
      continue;
    }
    if (text[i] == '"')
      end = std::min(text.find('"', i + 1), text.size() - 1) + 1;
    else
      while (end < text.size() && in_word(text[end])) ++end;
    if (end == i) continue;
    out.emplace_back(i, end);
    i = end - 1;
  }
  return out;
}

int kind_of(char c) { return c == '"' ? 0 : std::isdigit(static_cast<unsigned char>(c)) ? 1 : 2; }

/// One random change that mostly leaves the text TOML: a word becomes another of the file or a strange one, a line or a
/// pair goes or comes twice, a byte changes.
void mutate(std::string& text, Draws& draws) {
  static const std::vector<std::string> strange{"0",
                                                "-1",
                                                "1e9",
                                                "1e300",
                                                "-1e-300",
                                                "nan",
                                                "inf",
                                                "9223372036854775807",
                                                "100000",
                                                "7",
                                                "0.5",
                                                "true",
                                                "\"\"",
                                                "[]",
                                                "{}",
                                                "[[1, 2], [3]]",
                                                "\"1 ms\"",
                                                "\"-1 ms\"",
                                                "\"1e300 s\"",
                                                "\"0 mV\"",
                                                "\"5 mV\"",
                                                "\"1 nS\"",
                                                "\"E\"",
                                                "\"out\"",
                                                "\"rest\"",
                                                "\"edge.*\"",
                                                "\"private\"",
                                                "\"dense\"",
                                                "\"one_to_one\"",
                                                "\"softmax\"",
                                                "\"poisson\"",
                                                "\"lif\"",
                                                "\"snntorch\"",
                                                "\"\\u0000\"",
                                                "\"../x\"",
                                                "size",
                                                "kind",
                                                "like"};
  const auto words = words_of(text);
  if (words.empty()) return;
  const auto [begin, end] = words[below(draws, words.size())];
  switch (draws.below(6)) {
    case 0:
    case 1: {
      // Of the same kind, a number for a number, so that much is accepted.
      for (int attempt = 0; attempt < 20; ++attempt) {
        const auto [from, to] = words[below(draws, words.size())];
        if (kind_of(text[from]) != kind_of(text[begin])) continue;
        text.replace(begin, end - begin, text.substr(from, to - from));
        break;
      }
      break;
    }
    case 2:
    case 3:
      text.replace(begin, end - begin, strange[below(draws, strange.size())]);
      break;
    case 4: {
      const std::size_t line = text.rfind('\n', begin) + 1,
                        next = std::min(text.find('\n', begin), text.size() - 1) + 1;
      const std::string whole = text.substr(line, next - line);
      if (draws.below(2) == 0)
        text.erase(line, next - line);
      else
        text.insert(line, whole);
      break;
    }
    default: {
      const std::size_t place = below(draws, text.size());
      text[place] = static_cast<char>(text[place] ^ (1 << draws.below(7)));
    }
  }
}

/// What the child leaves for the parent, also when it dies.
struct Shared {
  int trial = -1, accepted = 0, refused = 0;
  double longest = 0;  ///< seconds of one validation
  char wrong[500] = "";
};

/// Validates mutations of `config` in a process of its own with little memory; fails where one crashes or hangs.
void fuzz(const std::string& config, std::uint64_t seed, int trials) {
  const TemporaryFolder folder;
  std::string table = "a,b,c,d,y\n";
  for (int i = 0; i < 40; ++i)
    table += std::to_string(i) + "," + std::to_string(i * i % 7) + ",0.5,1," + (i % 2 ? "left" : "right") + "\n";
  folder.write("small.csv", table);
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  Shared& shared = *new (memory) Shared;
  const auto text = [&](int trial) {
    Draws draws(Stream(seed, "mutation"), static_cast<std::uint64_t>(trial));
    std::string mutated = config;
    for (std::uint64_t i = 0, n = 1 + draws.below(3); i < n; ++i) mutate(mutated, draws);
    return mutated;
  };
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit little{1500000000, 1500000000};
    setrlimit(RLIMIT_AS, &little);
    for (shared.trial = 0; shared.trial < trials; ++shared.trial) {
      alarm(60);
      const auto start = std::chrono::steady_clock::now();
      try {
        const std::string path = folder.write("a.toml", text(shared.trial));
        Settings settings;
        settings.out = folder.path("results");
        validate_experiment(path, settings);
        ++shared.accepted;
      } catch (const Error& error) {
        ++shared.refused;
        if (std::string_view(error.what()).empty())
          std::snprintf(shared.wrong, sizeof(shared.wrong), "refused without a word");
      } catch (const std::exception& error) {
        std::snprintf(shared.wrong, sizeof(shared.wrong), "%s", error.what());
      }
      shared.longest =
          std::max(shared.longest, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      if (shared.wrong[0]) break;
    }
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const Shared found = shared;
  munmap(memory, sizeof(Shared));
  INFO("trial " << found.trial << ": " << found.wrong << "\n" << text(std::max(0, std::min(found.trial, trials - 1))));
  REQUIRE(WIFEXITED(status));
  CHECK(std::string(found.wrong) == "");
  CHECK(found.trial == trials);
  CHECK(found.accepted > trials / 50);
  CHECK(found.refused > trials / 4);
  CHECK(found.longest < 30);
}

}  // namespace

TEST_CASE("no change of a comparison crashes the program, hangs it or takes much memory") {
  const std::string whole = text_of(std::string(CAJAL_SOURCE_DIR) + "/configs/brain_vs_ann.toml");
  std::string small = changed(whole, {{"source = \"digits\", samples = 10000", "source = { csv = \"small.csv\" }"}});
  // Four features are no image.
  small = changed(small, {{"\ncompare = { seeds = [1, 2, 3]",
                           "\ncompare = { seeds = [1, 2], learners = [\"logistic\", \"mlp\", \"snn\", \"rsnn\", "
                           "\"feedback\", \"competitive\", \"reservoir\", \"stdp\"]"}});
  for (const auto& [from, to] :
       {std::pair("units = 256\\b", "units = 6"), std::pair("units = 10\\b", "units = 2"),
        std::pair("size = [0-9]+\\b", "size = 5"), std::pair("\"linear\", size = 5", "\"linear\", size = 2")})
    small = std::regex_replace(small, std::regex(from), to);
  fuzz(small, 1, 1500);
}

TEST_CASE("no change of a simulation crashes the program, hangs it or takes much memory") {
  fuzz(R"(run = { name = "t", seed = 3, dt = "0.1 ms", duration = "10 ms", precision = "float64" }
[node]
E = { kind = "lif", size = 40, tau_m = "20 ms", receptors = { ex = "delta", in = { kind = "exponential_current", tau_syn = "2 ms" } } }
I = { kind = "adex", size = 10, init = { V_m = { uniform = ["-70 mV", "-60 mV"] } } }
drive = { kind = "poisson", rate = "2 kHz", start = "1 ms" }
step = { kind = "current", amplitude = "300 pA", stop = "8 ms" }
train = { kind = "spikes", times = ["1 ms", "2 ms"] }
rhythm = { kind = "poisson", size = 3, rate = { mean = "1 kHz", amplitude = "2 kHz", frequency = "100 Hz", phase = 0.5 } }
jumps = { kind = "poisson", size = 3, rate = { times = ["1 ms", "2 ms"], values = ["3 kHz", "4 kHz"] } }
noise = { kind = "noise_current", size = 10, sigma = "20 pA", tau = "5 ms" }
wave = { kind = "current", size = 10, sine = { amplitude = "20 pA", frequency = "50 Hz" } }
[edge]
R = { from = "rhythm", to = "E.ex", connect = "all_to_all", weight = "0.1 mV", delay = "1 ms" }
J = { from = "jumps", to = "E.ex", connect = "all_to_all", weight = "0.1 mV", delay = "1 ms" }
N = { from = "noise", to = "I.current", kind = "one_to_one" }
W = { from = "wave", to = "I.current", kind = "one_to_one" }
EE = { from = "E", to = "E.ex", connect = { rule = "fixed_in_degree", k = 5 }, weight = "0.1 mV", delay = "1.5 ms" }
EI = { from = "E", to = "I.input", connect = { rule = "fixed_probability", p = 0.2 }, weight = { normal = ["1 mV", "0.1 mV"] } }
IE = { from = "I", to = "E.in", connect = "all_to_all", weight = "-1 pA", delay = { uniform = ["1 ms", "2 ms"] } }
X = { from = "drive", to = "E.ex", connect = "private", weight = "0.5 mV" }
S = { from = "step", to = "I.current" }
T = { from = "train", to = "E.ex", kind = "dense", weight = "1 mV", delay = "1 ms" }
[learn]
stdp = { rule = "stdp", on = "edge.EE" }
[record]
spikes = { of = ["E", "I"] }
v = { of = "E", what = "V_m", ids = "0:10:2", every = "0.5 ms" }
[measure]
rates = {}
isi = {}
)",
       2, 3000);
}

}  // namespace cajal::app
