#include <algorithm>

#include "models/edges/convolution.hpp"
#include "models/edges/dense.hpp"
#include "models/edges/embedding.hpp"
#include "models/edges/entry.hpp"
#include "models/edges/one_to_one.hpp"
#include "models/edges/reverse.hpp"
#include "models/edges/scale.hpp"

namespace cajal {

const std::vector<EdgeEntry>& edge_catalogue() {
  static const std::vector<EdgeEntry> entries{
      dense_entry(),     conv1d_entry(), conv2d_entry(),     conv_transpose1d_entry(), conv_transpose2d_entry(),
      embedding_entry(), scale_entry(),  one_to_one_entry(), reverse_entry()};
  return entries;
}

const EdgeEntry* find_edge_entry(std::string_view kind) {
  const auto& entries = edge_catalogue();
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const EdgeEntry& e) { return e.name == kind; });
  return found == entries.end() ? nullptr : &*found;
}

bool takes_gradient(const config::Table& edge) {
  const config::Value* connect = edge.peek("connect");
  if (connect && connect->text == "private") return false;
  const config::Value* kind = edge.peek("kind");
  if (!kind || kind->text == "sparse") return true;
  const EdgeEntry* entry = find_edge_entry(kind->text);
  return entry && entry->trainable;
}

}  // namespace cajal
