#include <string>

#include "tests/app/bad_inputs.hpp"
#include "tests/app/run_of.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

namespace cajal::app {

TEST_CASE("the result of feedback alignment holds its matrix, which the seed gives", "[feedback]") {
  const std::string learns = changed(learning, {{"batch = 8", "batch = 8, feedback = \"random\""}});
  const std::string path = "weights/out/initial/feedback";
  const auto matrix = RunOf(learns).values(path);
  CHECK(matrix.size() == 80);
  CHECK(RunOf(learns, 2).values(path) == matrix);
  CHECK(RunOf("run.seed = 2\n" + learns).values(path) != matrix);
  double squares = 0;
  for (const double x : matrix) squares += x * x / 80;
  CHECK(squares == Approx(2.0 / 8).epsilon(0.3));
}

TEST_CASE("feedback of edges that cannot have it, or through which no error goes, is refused", "[feedback]") {
  const tests::TemporaryFolder folder;
  const auto said = [&](const std::string& text) { return said_of(text, folder.path()); };
  CHECK(
      said(changed(learning, {{"batch = 8", "batch = 8, feedback = \"rand\""}})) ==
      R"(a.toml:7:106: error: learn.bp.feedback: unknown name "rand"; did you mean `random`? allowed here: transpose, random, sign)");
  CHECK(
      said(changed(learning, {{"batch = 8", R"(batch = 8, feedback = "random", on = "edge.out")"}})) ==
      R"(a.toml:7:106: error: learn.bp.feedback: no error goes back through any of its edges: there is nothing to carry)");
  CHECK(said(changed(learning, {{"batch = 8", R"(batch = 8, feedback = "sign")"},
                                {"[learn]",
                                 "[edge]\nrec = { from = \"hid\", to = \"hid\", connect = \"all_to_all\", "
                                 "weight = 0.1, delay = \"1 ms\" }\n[learn]"}}))
            .find("errors go back through edge.rec, which is sparse; fixed random weights are for dense edges and "
                  "convolutions") != std::string::npos);
}

}  // namespace cajal::app
