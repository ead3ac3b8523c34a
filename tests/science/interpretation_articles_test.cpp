// What the configs of configs/articles promise of what learners look at.

#include <algorithm>
#include <numeric>
#include <vector>

#include "tests/science/article_run.hpp"

using cajal::science::ArticleRun;
using cajal::science::has_data;

TEST_CASE("a convolutional network looks at strokes, and its hidden layer holds the classes apart",
          "[articles][saliency]") {
  const ArticleRun run("saliency", {"data.samples=1500", "learn.bp.epochs=4"});
  CHECK(run.accuracy() > 0.8);
  CHECK(run.value("integrated_gradients_error") < 0.05);
  CHECK(run.value("hidden_pca_explained", "", "hid, component 1") +
            run.value("hidden_pca_explained", "", "hid, component 2") >
        0.3);
  const std::vector<double> input = run.read("", "saliency/input"), map = run.read("", "saliency/integrated_gradients");
  double on_black = 0, in_all = 0;
  for (std::size_t i = 0; i < map.size(); ++i) {
    in_all += std::abs(map[i]);
    if (input[i] == 0) on_black += std::abs(map[i]);
  }
  CHECK(in_all > 0);
  CHECK(on_black == 0);
}

TEST_CASE("flavanoids tell most of wine alone, and little where all other values are known", "[articles][importance]") {
  if (!has_data("classics/wine.csv")) return;
  const ArticleRun run("importance");
  const std::vector<double> information = run.reader().read<double>("/data/preprocessing/1_select/score").values;
  CHECK(std::max_element(information.begin(), information.end()) - information.begin() == 6);
  for (const char* learner : {"logistic", "knn", "mlp"}) {
    INFO(learner);
    CHECK(run.accuracy(learner) > 0.93);
    const auto worth = [&](const char* feature) { return run.value("permutation_importance", learner, feature); };
    CHECK(worth("feature 12") > 0.04);
    CHECK(worth("feature 12") > 2 * worth("feature 6"));
  }
}
