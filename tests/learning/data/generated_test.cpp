// Data that a config describes: functions, values, random numbers.

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "learning/data/source.hpp"
#include "sim/record/npy.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

using namespace cajal;
using namespace cajal::data;
using namespace cajal::tests;

namespace {

Dataset made(const std::string& source, std::uint64_t seed = 1, const std::string& folder = "") {
  const config::Value root = config::parse("data = { source = " + source + " }", "c.toml");
  std::vector<Diagnostic> diagnostics;
  const config::Table table(root, "", diagnostics);
  Dataset out = load(*table.table("data"), folder, "c.toml", seed);
  table.refuse_unused();
  config::raise(diagnostics);
  out.validate();
  return out;
}

/// What is said of a source that is wrong, without the file's name.
std::string fault(const std::string& source) {
  try {
    made(source);
  } catch (const ConfigError& error) {
    const Diagnostic& first = error.diagnostics().front();
    return first.address + ": " + first.message;
  } catch (const DataError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a line with noise is the line and the noise") {
  const Dataset d = made("{ function = \"2 * x + 1\", inputs = { x = [0, 10] }, samples = 4000, noise = 0.5 }");
  CHECK(d.samples == 4000);
  CHECK(d.targets == 1);
  CHECK(d.feature_names == std::vector<std::string>{"x"});
  double sum = 0, square = 0, mean_x = 0;
  for (std::size_t i = 0; i < d.samples; ++i) {
    CHECK((d.x[i] >= 0 && d.x[i] <= 10));
    const double rest = static_cast<double>(d.y[i]) - (2 * static_cast<double>(d.x[i]) + 1);
    sum += rest;
    square += rest * rest;
    mean_x += d.x[i] / 4000;
  }
  CHECK(std::abs(sum / 4000) < 5 * 0.5 / std::sqrt(4000.0));
  CHECK(std::sqrt(square / 4000) == Approx(0.5).epsilon(0.06));
  CHECK(std::abs(mean_x - 5) < 5 * 10 / std::sqrt(12 * 4000.0));
}

TEST_CASE("without noise the targets are the function of the values as they are") {
  const Dataset plane =
      made("{ function = \"2 * a + 3 * b + 1\", inputs = { a = [-1, 1], b = { normal = [0, 2] } }, samples = 50 }");
  for (std::size_t i = 0; i < 50; ++i) {
    const double a = plane.x[2 * i], b = plane.x[2 * i + 1];
    CHECK(plane.y[i] == static_cast<float>(2 * a + 3 * b + 1));
  }
  const Dataset two = made("{ function = [\"x\", \"-x\"], inputs = { x = [0, 1] }, samples = 5 }");
  CHECK(two.targets == 2);
  for (std::size_t i = 0; i < 5; ++i) CHECK(two.y[2 * i] == -two.y[2 * i + 1]);
  const Dataset even = made("{ function = \"2 * x\", inputs = { x = [0, 4] }, samples = 5, spacing = \"even\" }");
  CHECK(even.x == std::vector<float>{0, 1, 2, 3, 4});
  CHECK(even.y == std::vector<float>{0, 2, 4, 6, 8});
}

TEST_CASE("a condition gives two classes, whole numbers classes on request") {
  const Dataset d = made("{ function = \"x < 0.5\", inputs = { x = [0, 1] }, samples = 1000 }");
  CHECK(d.classes == 2);
  for (std::size_t i = 0; i < 1000; ++i) CHECK(d.label[i] == (d.x[i] < 0.5f ? 1 : 0));
  CHECK(std::abs(std::count(d.label.begin(), d.label.end(), 1) - 500) < 5 * 16);
  const Dataset thirds =
      made("{ function = \"10 * floor(3 * x)\", inputs = { x = [0, 1] }, task = \"classification\" }");
  CHECK(thirds.class_names == std::vector<std::string>{"0", "10", "20"});
  CHECK(made("{ function = \"x < 0.5\", inputs = { x = [0, 1] }, task = \"regression\" }").targets == 1);
}

TEST_CASE("generated samples depend on the seed alone, and the first ones not on how many there are") {
  const std::string line = "{ function = \"2 * x + normal(0, 1)\", inputs = { x = [0, 1] }, noise = 0.1, samples = ";
  CHECK(made(line + "20 }").y == made(line + "20 }").y);
  CHECK(made(line + "20 }").y != made(line + "20 }", 2).y);
  const auto many = made(line + "40 }").y, few = made(line + "20 }").y;
  CHECK(std::equal(few.begin(), few.end(), many.begin()));
}

TEST_CASE("a wrong function of a config says where it is wrong") {
  CHECK(fault("{ function = \"2 * y\", inputs = { x = [0, 1] } }") ==
        "data.source.function: `y` is no input; inputs are: x, at character 5 of \"2 * y\"");
  CHECK(fault("{ function = [\"x\", \"x +\"], inputs = { x = [0, 1] } }").starts_with("data.source.function[1]: "));
  CHECK(fault("{ function = [], inputs = { x = [0, 1] } }").starts_with("data.source.function: "));
  CHECK(fault("{ function = \"x\" }").starts_with("data.source: the function needs inputs"));
  CHECK(
      fault("{ function = \"x\", inputs = { x = [1, 0] } }").starts_with("data.source.inputs.x: expected [low, high]"));
  CHECK(fault("{ function = \"x\", inputs = { x = 3 } }").starts_with("data.source.inputs.x: expected [low, high]"));
  CHECK(fault("{ function = \"x\", inputs = { x = [\"0 mV\", \"1 mV\"] } }").starts_with("data.source.inputs.x"));
  CHECK(fault("{ function = \"pi\", inputs = { pi = [1, 2] } }").starts_with("data.source.inputs.pi: "));
  CHECK(fault("{ function = \"x < 1\", inputs = { x = [0, 1] }, noise = 0.1 }").starts_with("data.source.noise: "));
  CHECK(fault("{ function = [\"x\", \"x\"], inputs = { x = [0, 1] }, task = \"classification\" }")
            .starts_with("data.source.task: "));
  CHECK(fault("{ function = \"x\", inputs = { x = { normal = [0, 1] } }, spacing = \"even\" }")
            .starts_with("data.source.spacing: "));
  CHECK(fault("{ function = \"log(x)\", inputs = { x = [-1, 0] } }").starts_with("function: gives "));
  CHECK(fault("{ function = \"x\", inputs = { x = [0, 1] }, task = \"classification\" }")
            .starts_with("function: sample 0 has 0."));
}

TEST_CASE("values stand in a config") {
  const Dataset four = made(
      "{ x = [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 1], [1, 1, 0, 0]], "
      "y = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0]] }");
  CHECK(four.samples == 4);
  CHECK(four.shape == std::vector<std::size_t>{4});
  CHECK(four.targets == 3);
  CHECK(four.y[10] == 0.5f);
  const Dataset line = made("{ x = [1, 2, 3], y = [2.0, 4, 6] }");
  CHECK(line.features == 1);
  CHECK(line.y == std::vector<float>{2, 4, 6});
  const Dataset xor_ = made("{ x = [[0, 0], [0, 1], [1, 0], [1, 1]], y = [0, 1, 1, 0] }");
  CHECK(xor_.label == std::vector<std::int32_t>{0, 1, 1, 0});
  CHECK(made("{ x = [1, 2], y = [3, -5] }").class_names == std::vector<std::string>{"-5", "3"});
  CHECK(made("{ x = [1, 2], y = [3, 5], task = \"regression\" }").y == std::vector<float>{3, 5});
  CHECK(made("{ x = [1, 2], y = [1.0, 0.0], task = \"classification\" }").classes == 2);
  const Dataset named = made("{ x = [1, 2, 3], y = [\"b\", \"a\", \"b\"] }");
  CHECK(named.class_names == std::vector<std::string>{"a", "b"});
  CHECK(named.label == std::vector<std::int32_t>{1, 0, 1});
  CHECK(made("{ x = [[[1, 2], [3, 4], [5, 6]]], y = [1.5] }").shape == std::vector<std::size_t>{3, 2});
}

TEST_CASE("wrong values say where they are wrong") {
  CHECK(fault("{ x = [[1, 2], [3]], y = [1, 2] }") == "data.source.x[1]: holds 1 values, the lists before it 2");
  CHECK(fault("{ x = [[1, 2], 3], y = [1, 2] }") == "data.source.x[1]: expected a list of numbers, found 3");
  CHECK(fault("{ x = [1, [3]], y = [1, 2] }") == "data.source.x[1]: expected a number, found [3]");
  CHECK(fault("{ x = [[1], [\"a\"]], y = [1, 2] }") == "data.source.x[1][0]: expected a number, found \"a\"");
  CHECK(fault("{ x = [1, 1e300], y = [1, 2] }").starts_with("data.source.x[1]: expected a number in the range"));
  CHECK(fault("{ x = [1, nan], y = [1, 2] }").starts_with("data.source.x[1]: expected a number in the range"));
  CHECK(fault("{ x = [], y = [1, 2] }").starts_with("data.source.x: expected a list of samples"));
  CHECK(fault("{ x = [[]], y = [1] }") == "data.source.x[0]: the list is empty");
  CHECK(fault("{ x = [1, 2] }").starts_with("data.source: expected a list of classes or targets"));
  CHECK(fault("{ x = [1, 2], y = [1] }") == "data.source.y: holds 1 values for the 2 samples of x");
  CHECK(fault("{ x = [1, 2], y = [\"a\", 1] }") == "data.source.y[0]: expected a number, found \"a\"");
  CHECK(fault("{ x = [1, 2], y = [0.5, 1.5], task = \"classification\" }").starts_with("data.source.y: classes are"));
  CHECK(fault("{ x = [1, 2], y = [[[1]], [[2]]] }").starts_with("data.source.y: each sample's targets"));
}

TEST_CASE("random samples are uniform, with random answers or themselves") {
  const Dataset d = made("{ random = [2000, 10] }");
  CHECK(d.y == d.x);
  CHECK(d.targets == 10);
  double mean = 0;
  for (const float x : d.x) mean += x / 20000;
  CHECK(std::abs(mean - 0.5) < 5 / std::sqrt(12 * 20000.0));
  const auto [least, most] = std::minmax_element(d.x.begin(), d.x.end());
  CHECK((*least >= 0 && *least < 0.001f && *most < 1 && *most > 0.999f));
  CHECK(made("{ random = [2000, 10], classes = 3 }").classes == 3);
  CHECK(made("{ random = [2000, 10], targets = 3 }").y.size() == 6000);
  CHECK(made("{ random = [2000, 10] }", 2).x != d.x);
  CHECK(fault("{ random = [3] }").starts_with("data.source.random: expected [samples, features]"));
  CHECK(fault("{ random = [0, 3] }").starts_with("data.source.random: expected [samples, features]"));
  CHECK(fault("{ random = [1.5, 3] }").starts_with("data.source.random: expected [samples, features]"));
  CHECK(fault("{ random = 3 }").starts_with("data.source.random: "));
  CHECK(fault("{ random = [2e9, 2e9] }").starts_with("data.source.random: 2000000000 samples take about"));
  CHECK(fault("{ random = [2, 2], classes = 2, targets = 3 }").starts_with("data.source.targets: "));
}

TEST_CASE("arrays of NumPy are samples with classes or numbers") {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& name, const std::vector<std::size_t>& shape, const auto& values) {
    record::write_npy(folder.path(name), shape, values);
  };
  write("x.npy", {2, 3, 2}, std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  write("whole.npy", {2}, std::vector<std::int64_t>{7, 3});
  write("real.npy", {2}, std::vector<float>{7, 3});
  write("two.npy", {2, 2}, std::vector<float>{1, 2, 3, 4.5f});
  write("three.npy", {3}, std::vector<float>{1, 2, 3});
  write("large.npy", {2}, std::vector<double>{1, 1e300});
  const auto read = [&](const std::string& y, const std::string& more = "") {
    return made("{ npy = { x = \"x.npy\", y = \"" + y + "\" }" + more + " }", 1, folder.path());
  };
  CHECK(read("whole.npy").shape == std::vector<std::size_t>{3, 2});
  CHECK(read("whole.npy").label == std::vector<std::int32_t>{1, 0});
  CHECK(read("whole.npy", ", classes = false").y == std::vector<float>{7, 3});
  CHECK(read("real.npy").y == std::vector<float>{7, 3});
  CHECK(read("real.npy", ", classes = true").class_names == std::vector<std::string>{"3", "7"});
  CHECK(read("two.npy").targets == 2);
  const auto wrong = [&](const std::string& y, const std::string& more = "") {
    return data_error([&] { read(y, more); });
  };
  CHECK(wrong("two.npy", ", classes = true") ==
        folder.path("two.npy") + ": has shape [2, 2]; classes are one number for each sample");
  CHECK(wrong("three.npy") ==
        folder.path("three.npy") + ": holds values for 3 samples, " + folder.path("x.npy") + " has 2");
  CHECK(wrong("large.npy") == folder.path("large.npy") + ": value 1 is 1e+300, outside of the range of a float");
  CHECK(wrong("none.npy").starts_with("none.npy: no such file"));
}
