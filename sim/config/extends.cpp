#include <algorithm>
#include <filesystem>
#include <string_view>
#include <unordered_map>

#include "sim/config/grammar.hpp"
#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

constexpr std::size_t longest_chain = 32;

std::size_t count(const Value& value) {
  std::size_t total = 1;
  for (const Value& item : value.items) total += count(item);
  for (const auto& member : value.members) total += count(member.second);
  return total;
}

/// `over` put over `base`: tables merge, everything else replaces.
void merge(Value base, Value& over) {
  if (base.kind != Value::Kind::table || over.kind != Value::Kind::table) return;
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < base.members.size(); ++i) places.emplace(base.members[i].first, i);
  for (auto& [key, value] : over.members) {
    const auto place = places.find(key);
    if (place == places.end()) {
      base.members.emplace_back(key, std::move(value));
    } else {
      Value& below = base.members[place->second].second;
      merge(std::move(below), value);
      below = std::move(value);
    }
  }
  over.members = std::move(base.members);
}

std::optional<Value> remove(Value& table, std::string_view key) {
  const auto named = [&](const auto& member) { return member.first == key; };
  const auto found = std::find_if(table.members.begin(), table.members.end(), named);
  if (found == table.members.end()) return {};
  Value out = std::move(found->second);
  table.members.erase(found);
  return out;
}

std::string chain(const std::vector<std::string>& names, const std::string& last) {
  const auto first = std::find(names.begin(), names.end(), last);
  std::string out;
  for (auto name = first; name != names.end(); ++name) out += *name + " -> ";
  return out + last;
}

/// A root with its learners while they are put over what they extend.
class Extension {
 public:
  Extension(Value& root, const std::string& name, std::vector<Diagnostic>& diagnostics)
      : root_(root), files_{identity(name)}, diagnostics_(diagnostics) {}

  void resolve() {
    resolve_root(root_);
    learners_ = root_.find("learner");
    if (!learners_ || learners_->kind != Value::Kind::table) return;
    total_ = count(root_);
    for (std::size_t i = 0; i < learners_->members.size(); ++i) places_.emplace(learners_->members[i].first, i);
    for (const auto& member : learners_->members) resolve_learner(member.first);
  }

 private:
  void resolve_root(Value& root) {
    const std::optional<Value> extends = remove(root, "extends");
    if (!extends) return;
    if (extends->kind != Value::Kind::text || extends->text.empty()) {
      error(*extends, "extends", "expected the name of a file, found " + extends->written());
      return;
    }
    if (std::optional<Value> base = load(*extends, "extends")) merge(std::move(*base), root);
  }

  void error(const Value& at, std::string address, std::string message) {
    diagnostics_.push_back({at.at, std::move(address), std::move(message)});
  }

  static std::string identity(const std::filesystem::path& path) {
    std::error_code failed;
    const std::filesystem::path canonical = std::filesystem::weakly_canonical(path, failed);
    return failed ? path.lexically_normal().string() : canonical.string();
  }

  std::optional<Value> load(const Value& extends, const std::string& address) {
    const std::filesystem::path path =
        (std::filesystem::path(extends.at.file).parent_path() / extends.text).lexically_normal();
    const std::string file = identity(path);
    if (std::find(files_.begin(), files_.end(), file) != files_.end()) {
      error(extends, address, "a file cannot extend itself: " + chain(files_, file));
      return {};
    }
    if (files_.size() >= longest_chain) {
      error(extends, address, "more than " + std::to_string(longest_chain) + " files extend each other");
      return {};
    }
    std::optional<Value> base;
    try {
      base = parse_toml(read_text_file(path.string()), path.string(), diagnostics_);
    } catch (const DataError& failure) {
      error(extends, address, failure.what());
    }
    if (!base) return {};
    files_.push_back(file);
    resolve_root(*base);
    files_.pop_back();
    return base;
  }

  void resolve_learner(const std::string& name) {
    Value& learner = learners_->members[places_.at(name)].second;
    const std::optional<Value> extends = remove(learner, "extends");
    if (!extends) return;
    const std::string address = join(join("learner", name), "extends");
    if (extends->kind != Value::Kind::text) {
      error(*extends, address, "expected \"learner.NAME\" or the name of a file, found " + extends->written());
      return;
    }
    open_.push_back(name);
    std::optional<Value> base = base_of(*extends, address);
    open_.pop_back();
    if (!base) return;
    total_ += count(*base);
    if (total_ > most_values) {
      error(*extends, address, "this config grows to more than a million values");
      return;
    }
    merge(std::move(*base), learner);
  }

  std::optional<Value> base_of(const Value& extends, const std::string& address) {
    constexpr std::string_view prefix = "learner.";
    const bool is_file = extends.text.ends_with(".toml");
    if (!is_file && extends.text.starts_with(prefix))
      return learner_named(extends, extends.text.substr(prefix.size()), address);
    if (!is_file) {
      error(extends, address, "expected \"learner.NAME\" or a file \"NAME.toml\", found " + extends.written());
      return {};
    }
    std::optional<Value> base = load(extends, address);
    Value* run = base ? base->find("run") : nullptr;
    if (run) remove(*run, "name");
    for (const char* key : {"sweep", "search"})
      if (base) remove(*base, key);
    return base;
  }

  std::optional<Value> learner_named(const Value& extends, const std::string& name, const std::string& address) {
    const auto place = places_.find(name);
    if (place == places_.end()) {
      constexpr std::size_t most_named = 200;
      std::vector<std::string> names;
      for (const auto& member : learners_->members) {
        if (names.size() < most_named) names.push_back(member.first);
      }
      error(extends, address, "there is no learner " + shown(name) + alternatives(name, names, "there are"));
      return {};
    }
    if (std::find(open_.begin(), open_.end(), name) != open_.end()) {
      error(extends, address, "a learner cannot extend itself: " + chain(open_, name));
      return {};
    }
    if (open_.size() >= longest_chain) {
      error(extends, address, "more than " + std::to_string(longest_chain) + " learners extend each other");
      return {};
    }
    resolve_learner(name);
    return learners_->members[place->second].second;
  }

  Value& root_;
  Value* learners_ = nullptr;
  std::unordered_map<std::string, std::size_t> places_;  ///< of the learners
  std::vector<std::string> files_;                       ///< those being read, from the first to this one
  std::vector<std::string> open_;                        ///< the learners being resolved
  std::size_t total_ = 0;                                ///< values in the tree
  std::vector<Diagnostic>& diagnostics_;
};

}  // namespace

void resolve_extends(Value& root, const std::string& name, std::vector<Diagnostic>& diagnostics) {
  Extension(root, name, diagnostics).resolve();
}

}  // namespace cajal::config
