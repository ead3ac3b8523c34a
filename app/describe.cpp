#include "app/describe.hpp"

#include <fmt/format.h>

#include <functional>

#include "analysis/catalogue.hpp"
#include "app/learning_process.hpp"
#include "learning/classical/classical.hpp"
#include "learning/data/preprocess.hpp"
#include "learning/data/source.hpp"
#include "learning/environments/catalogue.hpp"
#include "learning/losses/loss.hpp"
#include "learning/optimizers/optimizer.hpp"
#include "learning/plasticity/catalogue.hpp"
#include "learning/schedules/schedule.hpp"
#include "models/catalogue.hpp"
#include "models/connectivity/connect.hpp"
#include "models/edges/entry.hpp"
#include "sim/error.hpp"
#include "sim/number/surrogate.hpp"

namespace cajal::app {

namespace {

struct Word {
  std::string group, name, meaning;
  std::function<std::string()> describe;
};

std::string options_text(const std::vector<Option>& options) {
  std::string out;
  for (const Option& o : options)
    out += fmt::format("  {:<14} {:<12} {:<22} {}\n", o.name, o.fallback.empty() ? "(required)" : o.fallback, o.allowed,
                       o.meaning);
  return out.empty() ? out : "\nkeys\n" + out;
}

std::string indented(std::string_view text) {
  std::string out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) out += fmt::format("  {}\n", text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

template <class Entry>
void add_kinds(std::vector<Word>& words, const char* group, const std::vector<Entry>& entries) {
  for (const auto& e : entries)
    words.push_back({group, e.name, e.meaning, [e] {
                       return fmt::format("{}: {}\n{}\nexample\n{}", e.name, e.meaning, options_text(e.options),
                                          indented(e.snippet));
                     }});
}

std::string locality_text(const Locality& locality) {
  return fmt::format("locality: {} (uses {})\n", locality.summary(), fmt::join(locality.words(), ", "));
}

/// What of backpropagation stays local depends on the network, and on how errors are carried.
std::string gradient_locality_text() {
  std::string out =
      fmt::format("locality: {} in one layer\n", gradient_locality(Feedback::transpose, false, false).summary());
  for (std::size_t k = 0; k < feedback_words.size(); ++k)
    out += fmt::format("  feedback = \"{}\": {}\n", feedback_words[k],
                       gradient_locality(static_cast<Feedback>(k), true, false).summary());
  return out + fmt::format("  of trials with several steps also: {}\n",
                           information_texts[static_cast<std::size_t>(Information::through_time)].name);
}

std::vector<Word> all_words() {
  std::vector<Word> words;
  for (const auto& e : node_catalogue()) words.push_back({e.group, e.name, e.meaning, e.describe});
  for (const auto& e : receptor_catalogue()) words.push_back({"receptors", e.name, e.meaning, e.describe});
  for (const auto& e : edge_catalogue()) words.push_back({"edges", e.name, e.meaning, e.describe});
  words.push_back(
      {"edges", "private", "each target unit has a source unit of its own", [] {
         return std::string(
             "private: each target unit has a source unit of its own; the source needs no size\n\nexample\n  [edge]\n  "
             "X = { from = \"drive\", to = \"E.input\", connect = \"private\", weight = \"1 mV\" }\n");
       }});
  for (const auto& e : connectivity_catalogue())
    words.push_back({"edges", e.name == "one_to_one" ? "connect one_to_one" : e.name, e.meaning + " (connect)", [e] {
                       std::string out = fmt::format(
                           "{}: {}; a sparse edge with weights and delays of its own\n\nkeys\n", e.name, e.meaning);
                       for (const auto& k : e.keys)
                         out += fmt::format("  {:<14} {:<12} {:<22} {}\n", k.name,
                                            k.fallback.empty() ? "(required)" : k.fallback, k.allowed, k.meaning);
                       out += fmt::format(
                           "  weight         {:<12} number or distribution in the unit of the port\n"
                           "  delay          {:<12} number or distribution in ms\n"
                           "  release        1            probability that a synapse passes on a spike\n"
                           "  short_term     none         {{ kind = \"tsodyks_markram\", ... }}: depression and "
                           "facilitation\n"
                           "  from           (required)   a node, or a variable of it: \"E.V_m\"\n",
                           e.brings_weights ? "its own" : "(required)", e.brings_delays ? "its own" : "one step");
                       return out + "\nexample\n" + indented(e.snippet);
                     }});
  words.push_back(
      {"rules", "backprop", "gradient of a loss by backpropagation, through time where there are several steps", [] {
         return std::string(
                    "backprop: gradient of a loss by backpropagation, through time where there are several "
                    "steps\n\nkeys\n  "
                    "on (\"rest\"), loss, of (\"out\"), target (\"y\"), over_time (\"mean\" | \"sum\" | \"last\" | "
                    "\"each\"), "
                    "optimizer, "
                    "batch (32), epochs,\n  stop = { gradient = 1e-6, change = 1e-8, patience = 5, min_delta = 0 }, "
                    "keep "
                    "(\"last\" | \"best\"),\n  monitor (\"validation_loss\" | \"validation_accuracy\" | \"loss\"), "
                    "schedule, "
                    "l1 (0), l2 (0), clip = { norm = 1.0 } | { value = 0.5 },\n  feedback (\"transpose\" | \"random\" "
                    "| "
                    "\"sign\"): errors go back through the edges by W^T, by a fixed random B of its shape\n  (uniform "
                    "in "
                    "+-sqrt(6 / fan_in)), or by |B| with the signs of W\n\nsource: Rumelhart, Hinton & Williams "
                    "1986, Nature 323:533; Werbos 1990, Proc. IEEE 78:1550; random: Lillicrap et al. 2016, Nat. "
                    "Commun. "
                    "7:13276; sign: Liao, Leibo & Poggio 2016, AAAI\n") +
                gradient_locality_text() +
                "\nexample\n  [learn]\n  bp = { rule = "
                "\"backprop\", loss = \"cross_entropy\", optimizer = { kind = \"adam\", rate = 1e-3 }, batch = 32, "
                "epochs "
                "= 10 }\n";
       }});
  for (const auto& e : process_entries())
    words.push_back({"rules", e.name, e.meaning, [e] {
                       return fmt::format("{}: {}\n\n{}\nsource: {}\n{}{}\nexample\n{}", e.name, e.meaning,
                                          indented(e.equations), e.source, locality_text(e.locality),
                                          options_text(e.options), indented(e.snippet));
                     }});
  for (const auto& e : environments())
    words.push_back({"environments", std::string(e.name), std::string(e.meaning), [e] {
                       return fmt::format(
                           "{}: {}\n\n{}\nkeys\n  {}\n  interval (required), observe, action, reward: as of every "
                           "environment, see docs/environments.md\n\nsource: {}\n\nexample\n{}",
                           e.name, e.meaning, indented(e.equations), e.keys, e.source, indented(e.snippet));
                     }});
  add_kinds(words, "classical", classical::entries());
  add_kinds(words, "losses", loss_entries());
  add_kinds(words, "optimizers", optimizer_entries());
  add_kinds(words, "schedules", schedule_entries());
  for (const auto& e : surrogates)
    words.push_back(
        {"surrogates", std::string(e.name), std::string(e.equation), [e] {
           return fmt::format(
               "{}: what stands in for the derivative of a spike, u = distance to the threshold\n\n  {}\n\nkeys\n  "
               "slope          {:<12g} positive\n  smooth         false        the spike itself becomes the integral "
               "of its surrogate\n\nsource: {}\n\nexample\n  [node]\n  mid = {{ kind = \"lif\", size = 100, preset = "
               "\"snntorch\", surrogate = {{ kind = \"{}\", slope = {:g} }} }}\n",
               e.name, e.equation, e.slope, e.source, e.name, e.slope);
         }});
  for (const auto& e : data::datasets())
    words.push_back({"datasets", std::string(e.name), std::string(e.meaning),
                     [e] { return fmt::format("{}: {}\n\nexample\n{}", e.name, e.meaning, indented(e.snippet)); }});
  for (const auto& e : data::preprocessing_entries())
    words.push_back({"preprocessing", std::string(e.name), std::string(e.meaning),
                     [e] { return fmt::format("{}: {}\n\nexample\n{}", e.name, e.meaning, indented(e.snippet)); }});
  for (const auto& e : analysis::measure_entries())
    words.push_back({"measures", std::string(e.name), std::string(e.meaning), [e] {
                       const std::string keys = e.keys.empty() ? "" : fmt::format("keys\n  {}\n\n", e.keys);
                       return fmt::format("{}: {}\n\n  {}\n\n{}source: {}\n\nexample\n{}", e.name, e.meaning,
                                          e.definition, keys, e.source, indented(e.snippet));
                     }});
  return words;
}

}  // namespace

const std::vector<std::string>& list_groups() {
  static const std::vector<std::string> groups{"neurons",   "receptors",     "rates",      "layers",    "cells",
                                               "synapses",  "inputs",        "edges",      "rules",     "environments",
                                               "classical", "losses",        "optimizers", "schedules", "surrogates",
                                               "datasets",  "preprocessing", "measures"};
  return groups;
}

std::string list_text(const std::string& group) {
  if (!group.empty() && std::find(list_groups().begin(), list_groups().end(), group) == list_groups().end()) {
    const std::string near = config::nearest(group, list_groups());
    throw Error(fmt::format("no group \"{}\"{}; there are: {}", group,
                            near.empty() ? "" : "; did you mean \"" + near + "\"?", fmt::join(list_groups(), ", ")));
  }
  std::string out;
  const auto words = all_words();
  for (const std::string& g : list_groups()) {
    if (!group.empty() && g != group) continue;
    out += fmt::format("{}\n", g);
    for (const Word& w : words)
      if (w.group == g) out += fmt::format("  {:<32} {}\n", w.name, w.meaning);
  }
  return out;
}

std::string describe_text(const std::string& name) {
  const auto words = all_words();
  std::string out;
  std::vector<std::string> names;
  for (const Word& w : words) {
    names.push_back(w.name);
    if (w.name != name && !(w.name.starts_with("connect ") && w.name.substr(8) == name)) continue;
    out += fmt::format("{}[{}]\n{}", out.empty() ? "" : "\n", w.group, w.describe());
  }
  if (out.empty()) {
    const std::string near = config::nearest(name, names);
    throw Error(fmt::format("nothing is called \"{}\"{}; `cajal list` shows all names", name,
                            near.empty() ? "" : "; did you mean \"" + near + "\"?"));
  }
  return out;
}

}  // namespace cajal::app
