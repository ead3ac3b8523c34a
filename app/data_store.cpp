#include "app/data_store.hpp"

#include <algorithm>

namespace cajal::app {

namespace {

constexpr const char* parts[] = {"data", "preprocess", "augment"};  // of a root that data depend on

std::string key_of(const config::Table& root, std::uint64_t seed) {
  config::Value part = config::Value::table({});
  for (const char* name : parts)
    if (const config::Value* value = root.peek(name)) part.set(name, *value);
  return config::write(part) + std::to_string(seed);
}

}  // namespace

std::shared_ptr<const Data> DataStore::load(const config::Table& root, const Settings& settings,
                                            const std::string& config_path, std::uint64_t seed) {
  std::string key = key_of(root, seed);
  std::erase_if(entries_, [](const Entry& e) { return e.data.expired(); });
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.key == key; });
  if (found != entries_.end()) {
    for (const char* name : parts) root.take(name);
    return last_ = found->data.lock();
  }
  std::optional<Data> loaded = Data::load(root, settings, config_path, seed);
  if (!loaded) return nullptr;
  last_ = std::make_shared<const Data>(std::move(*loaded));
  entries_.push_back({std::move(key), last_});
  return last_;
}

}  // namespace cajal::app
