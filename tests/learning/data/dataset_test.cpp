#include "learning/data/dataset.hpp"

#include <functional>
#include <limits>

#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

using cajal::data::Dataset;
using cajal::tests::data_error;

namespace {

Dataset small() {
  Dataset d;
  d.name = "small";
  d.shape = {1, 2};
  d.samples = 3;
  d.features = 2;
  d.x = {0, 1, 2, 3, 4, 5};
  d.label = {0, 1, 1};
  d.classes = 2;
  d.class_names = {"a", "b"};
  return d;
}

std::string fault(const std::function<void(Dataset&)>& spoil) {
  Dataset d = small();
  spoil(d);
  return data_error([&] { d.validate(); });
}

}  // namespace

TEST_CASE("a sound dataset is valid") {
  CHECK(fault([](Dataset&) {}).empty());
  CHECK(fault([](Dataset& d) { d.given_test = 2; }).empty());
  CHECK(fault([](Dataset& d) {
          d.label.clear();
          d.class_names.clear();
          d.classes = 0;
          d.targets = 2;
          d.y = {0, 1, 2, 3, 4, 5};
        }).empty());
}

TEST_CASE("a dataset that contradicts itself says how") {
  CHECK(fault([](Dataset& d) { d.samples = 0; }) == "small: holds no samples");
  CHECK(fault([](Dataset& d) { d.features = 0; }) == "small: its samples have no features");
  CHECK(fault([](Dataset& d) { d.shape = {2, 2}; }) == "small: shape [2, 2] is not that of 2 features");
  CHECK(fault([](Dataset& d) {
          d.shape = {std::numeric_limits<std::size_t>::max(), 4};
        }).find("is not that of") != std::string::npos);
  CHECK(fault([](Dataset& d) { d.x.pop_back(); }) == "small: holds 5 values, not 6");
  CHECK(fault([](Dataset& d) { d.x[3] = std::numeric_limits<float>::quiet_NaN(); }) ==
        "small: sample 1, feature 1 is nan, not a finite number");
  CHECK(fault([](Dataset& d) { d.x[4] = std::numeric_limits<float>::infinity(); }) ==
        "small: sample 2, feature 0 is inf, not a finite number");
  CHECK(fault([](Dataset& d) { d.label[1] = 2; }) == "small: sample 1 has label 2, allowed are 0 to 1");
  CHECK(fault([](Dataset& d) { d.label[0] = -1; }) == "small: sample 0 has label -1, allowed are 0 to 1");
  CHECK(fault([](Dataset& d) { d.label.pop_back(); }) == "small: holds 2 labels, not 3");
  CHECK(fault([](Dataset& d) { d.class_names.pop_back(); }) == "small: holds 1 class names, not 2");
  CHECK(fault([](Dataset& d) { d.label.clear(); }) == "small: has neither labels nor targets");
  CHECK(fault([](Dataset& d) { d.y = {1}; }) == "small: has both labels and targets");
  CHECK(fault([](Dataset& d) { d.missing = {1}; }) == "small: holds 1 marks of missing values, not 6");
  CHECK(fault([](Dataset& d) { d.given_test = 3; }) ==
        "small: the given test part begins at sample 3, allowed are 1 to 2");
}
