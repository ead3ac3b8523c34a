#include "sim/config/grammar.hpp"

#include <algorithm>

#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

/// What a learner may hold: the part of a root that makes and trains one network.
const std::vector<std::string>& learner_keys() {
  static const std::vector<std::string> keys{"extends", "let",    "table",      "run",     "data",      "trial",
                                             "predict", "model",  "node",       "edge",    "learn",     "record",
                                             "measure", "layers", "preprocess", "augment", "classical", "phase"};
  return keys;
}

const std::vector<std::string>& root_keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> all = learner_keys();
    all.insert(all.end(), {"learner", "compare", "sweep", "search", "environment"});
    return all;
  }();
  return keys;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Check {
 public:
  explicit Check(std::vector<Diagnostic>& diagnostics) : diagnostics_(diagnostics) {}

  void keys(const Value& tree, const std::string& address, const std::vector<std::string>& allowed,
            const std::string& where) {
    for (const auto& [key, value] : tree.members) {
      const std::string inner = join(address, key);
      if (key == "extends") {
        // What stands in a file is resolved before.
        error(value, inner, "`extends` cannot be set from outside the file");
      } else if (!contains(allowed, key)) {
        error(value, inner, "unknown key " + shown(key) + ' ' + where + alternatives(key, allowed));
      }
    }
  }

  void learners(const Value& root) {
    const Value* learners = root.find("learner");
    if (!learners) return;
    if (learners->kind != Value::Kind::table) {
      error(*learners, "learner", "expected a table of learners, found " + learners->written());
      return;
    }
    for (const auto& [name, learner] : learners->members) {
      const std::string address = join("learner", name);
      if (learner.kind == Value::Kind::table) {
        keys(learner, address, learner_keys(), "in a learner");
      } else {
        error(learner, address, "expected a table, found " + learner.written());
      }
    }
  }

  void values(const Value& value, const std::string& address, int depth) {
    if (depth > most_nested) {
      error(value, address, "tables and lists are nested more than " + std::to_string(most_nested) + " deep");
      return;
    }
    for (std::size_t i = 0; i < value.items.size(); ++i) values(value.items[i], join(address, i), depth + 1);
    for (const auto& [key, member] : value.members) values(member, join(address, key), depth + 1);
  }

 private:
  void error(const Value& value, const std::string& address, std::string message) {
    diagnostics_.push_back({value.at, address, std::move(message)});
  }

  std::vector<Diagnostic>& diagnostics_;
};

}  // namespace

void check_grammar(const Value& root, std::vector<Diagnostic>& diagnostics) {
  Check check(diagnostics);
  check.keys(root, "", root_keys(), "at the root of a config");
  check.learners(root);
  check.values(root, "", 0);
}

}  // namespace cajal::config
