// What the larger configs of the articles promise, on real data: minutes each, skipped where the data are absent.

#include "tests/science/article_run.hpp"

using cajal::science::ArticleRun;
using cajal::science::has_data;

namespace {

constexpr const char* mnist = "mnist/train-images-idx3-ubyte.gz";

}  // namespace

TEST_CASE("the article's perceptron reaches 96 % on MNIST", "[.long][articles]") {
  if (!has_data(mnist)) return;
  CHECK(ArticleRun("mlp").accuracy() >= 0.96);
}

TEST_CASE("the article's convolutional network reaches 97.8 % on MNIST", "[.long][articles]") {
  if (!has_data(mnist)) return;
  CHECK(ArticleRun("cnn").accuracy() >= 0.978);
}

TEST_CASE("a deeper one reaches 98.8 % on MNIST and 89 % on Fashion-MNIST", "[.long][articles]") {
  if (!has_data(mnist)) return;
  CHECK(ArticleRun("lenet").accuracy() >= 0.988);
  if (has_data("fashion-mnist/train-images-idx3-ubyte.gz"))
    CHECK(ArticleRun("lenet", {"data.source.idx=\"fashion-mnist\""}).accuracy() >= 0.89);
}

TEST_CASE("recurrent networks read digits row by row", "[.long][articles]") {
  if (!has_data(mnist)) return;
  CHECK(ArticleRun("elman").accuracy() >= 0.9);
  CHECK(ArticleRun("lstm").accuracy() >= 0.96);
  CHECK(ArticleRun("gru").accuracy() >= 0.96);
}

TEST_CASE("a network that sees and one that hears know spoken digits", "[.long][articles]") {
  if (!has_data("audio/fsdd_recordings.tar.gz")) return;
  const ArticleRun run("spoken_digits");
  CHECK(run.accuracy("cnn") >= 0.93);
  CHECK(run.accuracy("gru") >= 0.93);
}

TEST_CASE("two batches of CIFAR-10 carry a convolutional network past 58 %", "[.long][articles]") {
  if (!has_data("cifar10/data_batch_1.bin.gz")) return;
  CHECK(ArticleRun("cnn_cifar10").accuracy() >= 0.58);
}

TEST_CASE("a network that reads Shakespeare guesses the next letter", "[.long][articles]") {
  if (!has_data("text/tinyshakespeare.txt.gz")) return;
  CHECK(ArticleRun("characters").loss() < 2.0);
}

TEST_CASE("a classifier is sure of what the generator made, and finds most digits", "[.long][articles]") {
  const ArticleRun run("gan_measured");
  CHECK(run.value("generated_confidence", "gan") > 0.6);
  CHECK(run.value("generated_coverage", "gan") >= 0.8);
}

TEST_CASE("with convolutions neither side of an adversarial pair wins", "[.long][articles]") {
  const ArticleRun run("gan_conv");
  const auto loss = run.read("", "training/loss_of/d");
  CHECK(loss.back() > 0.1);
  CHECK(loss.back() < 1.5);
}
