#include "learning/data/sources/catalogue.hpp"

#include "learning/data/check_memory.hpp"

namespace cajal::data {

const std::vector<SourceKind>& datasets() {
  static const std::vector<SourceKind> all{digits_source(),   idx_source(),    images_source(), cifar10_source(),
                                           csv_source(),      npy_source(),    text_source(),   wav_source(),
                                           function_source(), values_source(), random_source(), bars_source()};
  return all;
}

void check_memory(const config::Table& table, std::string_view key, const std::string& what, double bytes) {
  if (const std::string wrong = too_large(what, bytes); !wrong.empty()) table.error(key, wrong);
}

}  // namespace cajal::data
