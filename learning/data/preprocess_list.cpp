// The list `preprocess` of a config.

#include <fmt/format.h>

#include "learning/data/preprocess.hpp"
#include "sim/config/text.hpp"

namespace cajal::data {

namespace {

using config::Table;
using config::Value;

constexpr std::int64_t most_features = 10'000'000;
const std::vector<std::string> words{"scale", "standardise"}, tables{"select", "pca"};

std::vector<std::string> all_words() {
  std::vector<std::string> all = words;
  all.insert(all.end(), tables.begin(), tables.end());
  return all;
}

std::optional<PreprocessingStep> read_word(const Table& root, const Value& item, const std::string& address) {
  if (item.text == "scale") return PreprocessingStep{Preprocessing::scale};
  if (item.text == "standardise") return PreprocessingStep{Preprocessing::standardise};
  std::string text = fmt::format("unknown name {}{}", item.written(), config::alternatives(item.text, all_words()));
  if (item.text == "select")
    text = "how many features are kept, and by what? { select = 10, by = \"mutual_information\" }";
  if (item.text == "pca") text = "how many components are kept? { pca = 10 }";
  root.diagnostics().push_back({item.at, address, std::move(text)});
  return std::nullopt;
}

std::optional<PreprocessingStep> read_table(const Table& table) {
  const std::size_t errors = table.diagnostics().size();
  PreprocessingStep step;
  if (table.has("select") == table.has("pca")) {
    table.error("", "expected one of { select = 10, by = \"mutual_information\" }, { pca = 10 }");
    return std::nullopt;
  }
  if (table.has("pca")) {
    step.kind = Preprocessing::pca;
    step.count = static_cast<std::size_t>(table.required_integer("pca", 1, most_features));
  } else {
    step.kind = Preprocessing::select;
    step.count = static_cast<std::size_t>(table.required_integer("select", 1, most_features));
    step.by = table.required_choice("by", {"mutual_information", "f_test"}) == "f_test"
                  ? PreprocessingStep::By::f_test
                  : PreprocessingStep::By::mutual_information;
    if (step.by == PreprocessingStep::By::mutual_information)
      step.bins = static_cast<std::size_t>(table.integer("bins", 10, 2, 1000));
  }
  table.refuse_unused();
  if (table.diagnostics().size() > errors) return std::nullopt;
  return step;
}

}  // namespace

std::vector<PreprocessingStep> preprocessing(const Table& root) {
  const Value* found = root.peek("preprocess");
  // What is taken counts as read, with all in it: what tables hold is read from a copy that knows what was not.
  const Value list = found ? *found : Value();
  root.take("preprocess");
  std::vector<PreprocessingStep> out;
  if (!found) return out;
  const bool array = list.kind == Value::Kind::array;
  for (std::size_t i = 0; i < (array ? list.items.size() : 1); ++i) {
    const Value& item = array ? list.items[i] : list;
    const std::string key = root.address().empty() ? "preprocess" : root.address() + ".preprocess";
    const std::string address = array ? fmt::format("{}[{}]", key, i) : key;
    std::optional<PreprocessingStep> step;
    if (item.kind == Value::Kind::text)
      step = read_word(root, item, address);
    else if (item.kind == Value::Kind::table)
      step = read_table(Table(item, address, root.diagnostics()));
    else
      root.diagnostics().push_back({item.at, address,
                                    fmt::format("expected a text or a table, found {}; allowed here: {}",
                                                item.written(), fmt::join(all_words(), ", "))});
    if (step) out.push_back(*step);
  }
  return out;
}

std::vector<PreprocessingEntry> preprocessing_entries() {
  return {
      {"scale", "features to 0 .. 1 by their minimum and maximum over the training samples",
       "preprocess = [\"scale\"]"},
      {"standardise", "features less their mean, over their standard deviation, of the training samples",
       "preprocess = [\"standardise\"]"},
      {"select",
       "the features that say most of the target: by their F-test (by = \"f_test\"), or by their mutual information "
       "with "
       "the class in `bins` (10) of equally many training samples (by = \"mutual_information\")",
       "preprocess = [\"standardise\", { select = 10, by = \"mutual_information\", bins = 10 }]"},
      {"pca", "the first principal components of the training samples in place of the features",
       "preprocess = [\"standardise\", { pca = 10 }]"},
  };
}

}  // namespace cajal::data
