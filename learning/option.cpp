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
