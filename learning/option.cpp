#include "learning/option.hpp"

#include <fmt/format.h>

namespace cajal {

void OptionReader::pair(std::string_view name, std::array<double, 2>& value, config::Range allowed, std::string_view) {
  const std::size_t errors = table_->diagnostics().size();
  const std::vector<double> given = table_->numbers(name, "", {value[0], value[1]});
  if (table_->diagnostics().size() > errors) return;
  if (given.size() != 2 || !allowed.contains(given[0]) || !allowed.contains(given[1])) {
    table_->error(name, "expected two numbers, each " + allowed.text() + ", found " + table_->peek(name)->written());
    return;
  }
  value = {given[0], given[1]};
}

void OptionReader::class_weights(std::string_view name, ClassWeights& value, std::string_view) {
  const config::Value* given = table_->peek(name);
  if (given && given->kind == config::Value::Kind::text) {
    value.balanced = table_->choice(name, {"balanced"}, "balanced") == "balanced";
    return;
  }
  const std::size_t errors = table_->diagnostics().size();
  value.values = table_->numbers(name, "");
  if (!given || table_->diagnostics().size() > errors) return;
  if (given->kind != config::Value::Kind::array || value.values.empty() ||
      !std::all_of(value.values.begin(), value.values.end(),
                   [](double weight) { return config::positive.contains(weight); }))
    table_->error(
        name, fmt::format("expected a positive number for each class, or \"balanced\", found {}", given->written()));
}

void OptionLister::pair(std::string_view name, std::array<double, 2> value, config::Range allowed,
                        std::string_view meaning) {
  add(name, fmt::format("[{}, {}]", config::written_number(value[0]), config::written_number(value[1])),
      "two numbers, each " + allowed.text(), meaning);
}

std::optional<std::pair<std::size_t, config::Table>> read_name(const config::Table& table, std::string_view key,
                                                               const std::vector<std::string>& names) {
  if (!table.has(key)) {
    table.required_choice(key, names);
    return {};
  }
  const auto found = table.named(key);
  if (!found) return {};
  const config::Table& options = found->second;
  const bool short_form = options.value().kind == config::Value::Kind::text;
  const std::string name = short_form ? table.choice(key, names, "") : options.choice("kind", names, "");
  if (name.empty()) {
    options.skip();
    return {};
  }
  return std::pair{static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin()), options};
}

}  // namespace cajal
