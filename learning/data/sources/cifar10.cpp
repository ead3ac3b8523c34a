#include "learning/data/cifar10.hpp"

#include "learning/data/sources/catalogue.hpp"

namespace cajal::data {

SourceKind cifar10_source() {
  return {"cifar10", "a folder of colour images as the binary version of CIFAR-10 comes, with its own test part",
          "data = { source = { cifar10 = \"cifar10\" }, split = { test = \"given\", validation = 0.1 } }",
          SourceKind::Names::folder, [](const config::Table& source) -> Load {
            const std::string folder = source.required_text("cifar10");
            return [=](const Loading& loading) { return read_cifar10(loading.found(folder)); };
          }};
}

}  // namespace cajal::data
