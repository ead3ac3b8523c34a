#include "learning/data/idx.hpp"

#include "learning/data/sources/catalogue.hpp"

namespace cajal::data {

SourceKind idx_source() {
  return {"idx", "a folder of images as MNIST and Fashion-MNIST come, plain or .gz, with their own test part",
          "data = { source = { idx = \"mnist\" }, split = { test = \"given\", validation = 0.1 } }",
          SourceKind::Names::folder, [](const config::Table& source) -> Load {
            const std::string folder = source.required_text("idx");
            return [=](const Loading& loading) { return read_idx_folder(loading.found(folder)); };
          }};
}

}  // namespace cajal::data
