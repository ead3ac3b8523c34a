#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "sim/config/grammar.hpp"
#include "sim/config/text.hpp"
#include "sim/config/typing.hpp"
#include "sim/record/bytes.hpp"

namespace cajal::config {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_chain = 200;

bool is_expression(const Value& value) { return value.kind == Value::Kind::text && value.text.starts_with('='); }

/// What all trees of one config share while their expressions are resolved.
struct Resolution {
  std::vector<Diagnostic>& diagnostics;
  std::string folder;             ///< of the config
  std::string data_folder;        ///< of tables' files; empty: there is none
  std::vector<std::string> open;  ///< entries being resolved, each needed by the one before it
  std::size_t mistakes = 0;       ///< expressions that could not be replaced
  std::set<const Matrix*> kept;   ///< what expressions that stay in the tree take elements from

  void error(const Value& value, const std::string& address, std::string message) {
    diagnostics.push_back({value.at, address, std::move(message)});
  }

  void error(const Value& value, const std::string& address, const Mistake& mistake) {
    if (mistake.message.empty()) return;
    error(value, address, mistake.message + at_character(value.text, mistake.at));
  }
};

/// The names of a root or of a learner, which sees those of the root behind its own.
class Names : public Scope {
 public:
  Names(Value& tree, const std::string& address, Resolution& resolution, Names* outer)
      : resolution_(resolution), outer_(outer) {
    collect(tree.find("let"), join(address, "let"), let_);
    collect(tree.find("table"), join(address, "table"), tables_);
    for (auto& [name, entry] : tables_) {
      if (let_.count(name) > 0) error(entry, "is also the name of an entry of `let`");
      if (entry.value->kind == Value::Kind::table) continue;
      error(entry, "expected a table with `file` or `values`, found " + entry.value->written());
      entry.state = State::wrong;
    }
  }

  const Term* value(const std::string& name) override {
    const auto found = let_.find(name);
    if (found == let_.end()) return outer_ ? outer_->value(name) : nullptr;
    found->second.used = true;
    require(found->second, name);
    return &found->second.term;
  }

  std::shared_ptr<const Matrix> matrix(const std::string& name) override {
    const auto found = tables_.find(name);
    if (found == tables_.end()) return outer_ ? outer_->matrix(name) : nullptr;
    found->second.used = true;
    require(found->second, name);
    return found->second.value->matrix;
  }

  std::vector<std::string> names() const override {
    std::vector<std::string> out;
    for (const auto* entries : {&let_, &tables_}) {
      for (const auto& member : *entries) out.push_back(member.first);
    }
    if (outer_) {
      for (std::string& name : outer_->names()) out.push_back(std::move(name));
    }
    return out;
  }

  /// Resolves what nothing has asked for, so that its errors are found too.
  void finish() {
    for (auto* entries : {&let_, &tables_}) {
      for (auto& [name, entry] : *entries) {
        if (entry.state == State::waiting) resolve(entry, name);
      }
    }
  }

  void refuse_unused() {
    for (auto& [name, entry] : let_) {
      if (!entry.used) error(entry, "nothing uses " + shown(name));
    }
  }

  /// Marks the tables that expressions used: those whose values all stand elsewhere now as spent.
  void mark_tables() {
    for (auto& [name, entry] : tables_) {
      if (!entry.used || !entry.value->matrix) continue;
      entry.value->used = resolution_.kept.count(entry.value->matrix.get()) > 0;
      entry.value->spent = !entry.value->used;
    }
  }

  /// Replaces the expressions at `value` and below.
  void replace(Value& value, const std::string& address, int depth = 0) {
    if (depth > most_nested) return;
    if (is_expression(value)) evaluate(value, address);
    for (std::size_t i = 0; i < value.items.size(); ++i) replace(value.items[i], join(address, i), depth + 1);
    for (auto& [key, member] : value.members) replace(member, join(address, key), depth + 1);
  }

 private:
  enum class State { waiting, open, done, wrong };

  struct Entry {
    Value* value = nullptr;
    std::string address;
    bool is_table = false;
    State state = State::waiting;
    Term term{};  ///< of an entry of `let`
    bool used = false;
  };
  using Entries = std::map<std::string, Entry>;

  void error(const Entry& entry, std::string message) {
    resolution_.error(*entry.value, entry.address, std::move(message));
  }

  void collect(Value* group, const std::string& address, Entries& entries) {
    if (!group) return;
    const bool is_table = &entries == &tables_;
    group->used = true;
    if (group->kind != Value::Kind::table) {
      resolution_.error(
          *group, address,
          std::string("expected a table of ") + (is_table ? "tables" : "values") + ", found " + group->written());
      return;
    }
    for (auto& [name, value] : group->members) {
      Entry entry{&value, join(address, name), is_table};
      const std::string reserved = reserved_for(name);
      if (!is_name(name))
        error(entry, "a name in expressions is made of letters, digits and underscores, found " + shown(name));
      else if (!reserved.empty())
        error(entry, shown(name) + " is " + reserved + " in expressions; choose another name");
      entries.emplace(name, std::move(entry));
    }
  }

  /// Throws Mistake, without a message, if the entry is wrong.
  void require(Entry& entry, const std::string& name) {
    if (entry.state == State::waiting) resolve(entry, name);
    if (entry.state == State::open) {
      const auto first = std::find(resolution_.open.begin(), resolution_.open.end(), entry.address);
      std::string chain;
      for (auto open = first; open != resolution_.open.end(); ++open) chain += *open + " -> ";
      error(entry, shown(name) + " depends on itself: " + shown_chain(chain + entry.address));
    }
    if (entry.state != State::done) throw Mistake{};
  }

  static std::string shown_chain(std::string chain) {
    constexpr std::size_t longest = 1000;
    if (chain.size() > longest) chain = chain.substr(0, longest) + "...";
    return chain;
  }

  void resolve(Entry& entry, const std::string& name) {
    if (resolution_.open.size() >= longest_chain) {
      error(entry, "more than " + std::to_string(longest_chain) + " names refer to each other");
      entry.state = State::wrong;
      return;
    }
    entry.state = State::open;
    resolution_.open.push_back(entry.address);
    const std::size_t before = resolution_.diagnostics.size();
    bool good = false;
    try {
      good = entry.is_table ? read_table(entry, name) : read_value(entry);
    } catch (const Mistake& mistake) {
      resolution_.error(*entry.value, entry.address, mistake);
    }
    resolution_.open.pop_back();
    entry.state = good && resolution_.diagnostics.size() == before ? State::done : State::wrong;
  }

  bool read_value(Entry& entry) {
    const Value& value = *entry.value;
    std::string why =
        "expected a number, a quantity (like \"2 mV\") or an expression (like \"= 2 * g\"), found " + value.written();
    if (is_expression(value)) {
      entry.term = typed(parse_expression(value.text), *this);
      return true;
    }
    std::optional<Measure> measure;
    if (value.is_number() && std::isfinite(value.number())) measure = Measure{value.number(), 0, plain_number};
    if (value.kind == Value::Kind::text) measure = parse_measure(value.text, why);
    if (!measure) {
      error(entry, why);
      return false;
    }
    entry.term = {measure->dimension, measure, {}};
    return true;
  }

  bool read_table(Entry& entry, const std::string& name) {
    const std::size_t before = resolution_.mistakes;
    for (auto& [key, member] : entry.value->members) replace(member, join(entry.address, key));
    if (resolution_.mistakes > before) return false;
    Value* const file = entry.value->find("file");
    const bool is_data = file && is_in_data_folder(*file, entry.value->find("zip"));
    if (file && !is_data) relocate(*file, entry.value->find("zip"));
    const Table table(*entry.value, entry.address, resolution_.diagnostics);
    std::optional<Matrix> matrix = read_matrix(table, name, is_data ? resolution_.data_folder : resolution_.folder);
    if (!matrix) return false;
    entry.value->matrix = std::make_shared<const Matrix>(std::move(*matrix));
    return true;
  }

  bool is_in_data_folder(const Value& file, const Value* archive) const {
    const Value& first = archive ? *archive : file;
    if (resolution_.data_folder.empty() || first.kind != Value::Kind::text || first.text.empty()) return false;
    const fs::path path(first.text);
    return !path.is_absolute() && record::is_there((fs::path(resolution_.data_folder) / path).string());
  }

  /// Names a file that another config named, one that this one extends, relative to this one.
  void relocate(Value& file, Value* archive) const {
    Value& first = archive ? *archive : file;
    if (first.at.line == 0 || first.kind != Value::Kind::text) return;
    const fs::path other = fs::path(first.at.file).parent_path(), own = resolution_.folder;
    if (other.lexically_normal() == own.lexically_normal() || fs::path(first.text).is_absolute()) return;
    const fs::path relative = (other / first.text).lexically_proximate(own.empty() ? fs::path(".") : own);
    first.text = relative.lexically_normal().generic_string();
  }

  /// The text of an expression, which must be read again from a stored config.
  static std::string rereadable(const Expression& expression) {
    std::string text = expression.text();
    try {
      static_cast<void>(parse_expression(text));
    } catch (const Mistake&) {
      throw Mistake{0, "with all that `let` puts in, this expression is too long or too deep"};
    }
    return text;
  }

  void evaluate(Value& value, const std::string& address) {
    try {
      Term term = typed(parse_expression(value.text), *this);
      Value out = term.constant ? value_of(*term.constant, value.at) : Value::of(value.text, value.at);
      out.source = value.text;
      if (!term.constant) {
        auto expression = std::make_shared<const Expression>(std::move(term.program), term.dimension);
        out.text = rereadable(*expression);
        for (const auto& matrix : expression->matrices()) resolution_.kept.insert(matrix.get());
        out.expression = std::move(expression);
      }
      value = std::move(out);
    } catch (const Mistake& mistake) {
      resolution_.error(value, address, mistake);
      ++resolution_.mistakes;
    }
  }

  Resolution& resolution_;
  Names* outer_;
  Entries let_, tables_;
};

void replace_all_but(const std::vector<std::string_view>& without, Value& tree, const std::string& address,
                     Names& names) {
  for (auto& [key, member] : tree.members) {
    if (std::find(without.begin(), without.end(), key) == without.end()) names.replace(member, join(address, key));
  }
}

/// In models that a config writes as equations only the values of numbers: the formulas have names of their own.
void replace_in_models(Value* models, const std::string& address, Names& names) {
  if (!models) return;
  for (auto& [model, table] : models->members)
    for (const char* key : {"state", "params"})
      if (Value* numbers = table.find(key)) names.replace(*numbers, join(join(address, model), key));
}

void remove_let(Value& tree) {
  std::erase_if(tree.members, [](const auto& member) { return member.first == "let"; });
}

}  // namespace

void resolve_expressions(Value& root, const std::string& name, const std::string& data_folder,
                         std::vector<Diagnostic>& diagnostics) {
  const std::size_t before = diagnostics.size();
  Resolution resolution{diagnostics, fs::path(name).parent_path().string(), data_folder, {}, 0, {}};
  std::vector<std::unique_ptr<Names>> scopes;
  scopes.push_back(std::make_unique<Names>(root, "", resolution, nullptr));
  replace_all_but({"let", "table", "model", "learner"}, root, "", *scopes.front());
  replace_in_models(root.find("model"), "model", *scopes.front());
  std::vector<Value*> trees{&root};
  Value* learners = root.find("learner");
  if (learners && learners->kind != Value::Kind::table) learners = nullptr;
  if (learners) {
    for (auto& [learner, tree] : learners->members) {
      const std::string address = join("learner", learner);
      scopes.push_back(std::make_unique<Names>(tree, address, resolution, scopes.front().get()));
      replace_all_but({"let", "table", "model"}, tree, address, *scopes.back());
      replace_in_models(tree.find("model"), join(address, "model"), *scopes.back());
      trees.push_back(&tree);
    }
  }
  for (const auto& scope : scopes) scope->finish();
  if (diagnostics.size() == before) {
    for (const auto& scope : scopes) scope->refuse_unused();
  }
  for (const auto& scope : scopes) scope->mark_tables();
  for (Value* tree : trees) remove_let(*tree);
}

}  // namespace cajal::config
