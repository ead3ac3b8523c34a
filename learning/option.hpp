#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "learning/losses/class_weights.hpp"
#include "sim/config/table.hpp"
#include "sim/config/text.hpp"

namespace cajal {

/// A key of a config as `describe` shows it.
struct Option {
  std::string name, fallback, allowed, meaning;
};

/// What `describe` says of a word of a catalogue.
struct KindEntry {
  std::string name, meaning;
  std::vector<Option> options;
  std::string snippet;  ///< a line of a config that uses it
};

/// Visits the declared options of a kind (`kind.options(visitor)`) to read them from a config; what is wrong goes to
/// the table's diagnostics and leaves the default.
class OptionReader {
 public:
  explicit OptionReader(const config::Table& table) : table_(&table) {}

  void number(std::string_view name, double& value, config::Range allowed, std::string_view) {
    value = table_->number(name, value, allowed);
  }
  void required(std::string_view name, double& value, config::Range allowed, std::string_view) {
    value = table_->required_quantity(name, "", allowed);
  }
  void integer(std::string_view name, std::int64_t& value, std::int64_t low, std::int64_t high, std::string_view) {
    value = table_->integer(name, value, low, high);
  }
  void pair(std::string_view name, std::array<double, 2>& value, config::Range allowed, std::string_view);
  void boolean(std::string_view name, bool& value, std::string_view) { value = table_->boolean(name, value); }
  void required_integer(std::string_view name, std::int64_t& value, std::int64_t low, std::int64_t high,
                        std::string_view) {
    value = table_->required_integer(name, low, high);
  }
  /// A list of positive numbers, or "balanced".
  void class_weights(std::string_view name, ClassWeights& value, std::string_view);
  /// `names` are the enumerators of `value` in order.
  template <class Enum>
  void choice(std::string_view name, Enum& value, const std::vector<std::string>& names, std::string_view) {
    const std::string chosen = table_->choice(name, names, names[static_cast<std::size_t>(value)]);
    value = static_cast<Enum>(std::find(names.begin(), names.end(), chosen) - names.begin());
  }

 private:
  const config::Table* table_;
};

/// Visits the declared options of a kind to list them.
class OptionLister {
 public:
  std::vector<Option> options;

  void number(std::string_view name, double value, config::Range allowed, std::string_view meaning) {
    add(name, config::written_number(value), allowed.text(), meaning);
  }
  void required(std::string_view name, double, config::Range allowed, std::string_view meaning) {
    add(name, "", allowed.text(), meaning);
  }
  void integer(std::string_view name, std::int64_t value, std::int64_t low, std::int64_t high,
               std::string_view meaning) {
    add(name, std::to_string(value), std::to_string(low) + " to " + std::to_string(high), meaning);
  }
  void pair(std::string_view name, std::array<double, 2> value, config::Range allowed, std::string_view meaning);
  void boolean(std::string_view name, bool value, std::string_view meaning) {
    add(name, value ? "true" : "false", "true or false", meaning);
  }
  void required_integer(std::string_view name, std::int64_t, std::int64_t low, std::int64_t high,
                        std::string_view meaning) {
    add(name, "", std::to_string(low) + " to " + std::to_string(high), meaning);
  }
  void class_weights(std::string_view name, const ClassWeights&, std::string_view meaning) {
    add(name, "all 1", "positive numbers, or \"balanced\"", meaning);
  }
  template <class Enum>
  void choice(std::string_view name, Enum value, const std::vector<std::string>& names, std::string_view meaning) {
    std::string allowed;
    for (const std::string& each : names) allowed += (allowed.empty() ? "" : ", ") + each;
    add(name, names[static_cast<std::size_t>(value)], allowed, meaning);
  }

 private:
  void add(std::string_view name, std::string fallback, std::string allowed, std::string_view meaning) {
    options.push_back({std::string(name), std::move(fallback), std::move(allowed), std::string(meaning)});
  }
};

/// `"name"` or `{ kind = "name", ... }` at `key`, where the name is one of `names`: its index and the table of its
/// options. Nothing, with an error, if the key is absent or names nothing known.
std::optional<std::pair<std::size_t, config::Table>> read_name(const config::Table& table, std::string_view key,
                                                               const std::vector<std::string>& names);

/// Calls f with a default of each alternative of a catalogue, a variant of kinds.
template <class Catalogue, class F>
void each_kind(F&& f) {
  [&]<std::size_t... i>(std::index_sequence<i...>) { (f(std::variant_alternative_t<i, Catalogue>{}), ...); }
  (std::make_index_sequence<std::variant_size_v<Catalogue>>{});
}

template <class Catalogue>
std::vector<KindEntry> kind_entries() {
  std::vector<KindEntry> entries;
  each_kind<Catalogue>([&](auto kind) {
    OptionLister lister;
    kind.options(lister);
    entries.push_back(
        {std::string(kind.name), std::string(kind.meaning), std::move(lister.options), std::string(kind.snippet)});
  });
  return entries;
}

/// The kind that stands at `key` of a config, with its options; after an error the first of the catalogue. `found_at`:
/// the table of its options, for what is read beside them.
template <class Catalogue>
Catalogue read_kind(const config::Table& table, std::string_view key,
                    std::optional<config::Table>* found_at = nullptr) {
  std::vector<std::string> names;
  each_kind<Catalogue>([&](const auto& kind) { names.emplace_back(kind.name); });
  Catalogue chosen;
  const auto found = read_name(table, key, names);
  if (!found) return chosen;
  if (found_at) found_at->emplace(found->second);
  std::size_t index = 0;
  each_kind<Catalogue>([&](auto kind) {
    if (index++ != found->first) return;
    OptionReader reader(found->second);
    kind.options(reader);
    chosen = kind;
  });
  return chosen;
}

}  // namespace cajal
