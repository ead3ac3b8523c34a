#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/settings.hpp"

namespace cajal::app {

/// Data that several runs share: what `data`, `preprocess` and the seed make the same is loaded once, and kept as long
/// as a run holds it; the last is kept longer. For one thread at a time.
class DataStore {
 public:
  /// As Data::load; null where that returns nothing.
  std::shared_ptr<const Data> load(const config::Table& root, const Settings& settings, const std::string& config_path,
                                   std::uint64_t seed);

 private:
  struct Entry {
    std::string key;
    std::weak_ptr<const Data> data;
  };
  std::vector<Entry> entries_;
  std::shared_ptr<const Data> last_;
};

}  // namespace cajal::app
