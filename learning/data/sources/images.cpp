#include "learning/data/idx.hpp"
#include "learning/data/sources/catalogue.hpp"

namespace cajal::data {

SourceKind images_source() {
  return {"images", "one pair of IDX files, of images and of labels, plain or .gz",
          "data = { source = { images = \"images.gz\", labels = \"labels.gz\" } }", SourceKind::Names::values,
          [](const config::Table& source) -> Load {
            const std::string images = source.required_text("images");
            const std::string labels = source.required_text("labels");
            return [=](const Loading& loading) { return read_idx_pair(loading.found(images), loading.found(labels)); };
          }};
}

}  // namespace cajal::data
