#include "tests/app/bad_inputs.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

// What is wrong with a sweep, and what is said of it.

namespace cajal::app {

namespace {

std::string with_search(const std::string& search, const std::string& config, const std::string& sweep) {
  return "search = " + search + "\n" + config + "[sweep]\n" + sweep + "\n";
}

/// A `#` in the message stands for any text.
void check_refused_so(const BadInput& input) {
  const tests::TemporaryFolder folder;
  const std::string said = said_of(input.config, folder.path(), input.overrides);
  INFO(input.name << "\n" << input.config << "\nsaid: " << said << "\nexpected: " << input.message);
  std::size_t at = 0, from = 0;
  for (std::size_t to = 0; to != std::string::npos; from = to + 1) {
    to = input.message.find('#', from);
    const std::string part = input.message.substr(from, to == std::string::npos ? to : to - from);
    const bool first = from == 0, last = to == std::string::npos;
    const std::size_t found = last && !part.empty() ? said.rfind(part) : said.find(part, at);
    REQUIRE(found != std::string::npos);
    CHECK((!first || found == 0));
    CHECK(found >= at);
    if (last && !part.empty()) CHECK(found + part.size() == said.size());
    at = found + part.size();
    if (last && first) CHECK(said == part);
  }
}

}  // namespace

TEST_CASE("sweeps that are good are not refused", "[sweep]") {
  for (const char* sweep : {"\"learn.bp.batch\" = [8, 16]", "\"learn.bp.optimizer\" = [{ kind = \"sgd\", rate = 0.1 }]",
                            "\"layers[0].units\" = [4, 8]", "\"data.samples\" = [60, 70]"})
    check_refused_so({sweep, learning + "[sweep]\n" + sweep + "\n", ""});
  check_refused_so({"of a simulation", simulation + "[sweep]\n\"node.d.rate\" = [\"1 kHz\", \"2 kHz\"]\n", ""});
  check_refused_so({"of a comparison", comparison + "[sweep]\n\"learner.a.learn.bp.batch\" = [8, 16]\n", ""});
  check_refused_so({"from the command line",
                    learning + "[sweep]\n\"learn.bp.batch\" = [0]\n",
                    "",
                    {"sweep.\"learn.bp.batch\"=[8]"}});
}

TEST_CASE("an address or a value that is wrong is refused where it stands in the sweep", "[sweep]") {
  const std::vector<BadInput> inputs{
      {"no such address", learning + "[sweep]\n\"learn.pb.batch\" = [8, 16]\n",
       R"(a.toml:9:1: error: sweep."learn.pb.batch": there is no `learn.pb`; did you mean `learn.bp`?)"},
      {"no such key", learning + "[sweep]\n\"learn.bp.bacth\" = [8, 16]\n",
       "a.toml:9:21: error: learn.bp.bacth: unknown key `bacth`; did you mean `batch`?#"},
      {"a value that is refused", learning + "[sweep]\n\"learn.bp.batch\" = [8, -1]\n",
       "a.toml:9:24: error: learn.bp.batch: #"},
      {"a value that makes another wrong", learning + "[sweep]\n\"layers[1].units\" = [10, 9]\n",
       "#\"out\" has 9 units, but the data have 10 classes#"},
      {"an address that is none", learning + "[sweep]\n\"learn..batch\" = [8]\n",
       "a.toml:9:1: error: sweep.\"learn..batch\": expected an address (like node.E.size), found `learn..batch`"},
      {"no list", learning + "[sweep]\n\"learn.bp.batch\" = 8\n",
       "a.toml:9:1: error: sweep.\"learn.bp.batch\": expected a list of values, found 8"},
      {"an empty list", learning + "[sweep]\n\"learn.bp.batch\" = []\n",
       "a.toml:9:1: error: sweep.\"learn.bp.batch\": has no value"},
      {"an address without quotes", learning + "[sweep]\nlearn.bp.batch = [8]\n",
       "a.toml:9:1: error: sweep.learn: expected a list of values or one of#"},
      {"nothing", learning + "[sweep]\n",
       "a.toml:8:2: error: sweep: expected addresses and their values, like \"learn.bp.batch\" = [32, 128], found {}"},
      {"the name of the run", learning + "[sweep]\n\"run.name\" = [\"a\", \"b\"]\n",
       "a.toml:9:1: error: sweep.\"run.name\": the name of the run is that of the result, and all points stand in one"},
      {"twice", learning + "[sweep]\n\"learn.bp.batch\" = [8]\n\"learn.'bp'.batch\" = [9]\n",
       "a.toml:10:1: error: sweep.\"learn.'bp'.batch\": is swept twice"},
      {"a table over its own key",
       learning + "[sweep]\n\"learn.bp.optimizer.rate\" = [1.0]\n\"learn.bp.optimizer\" = [\"adam\"]\n",
       "a.toml:10:1: error: sweep.\"learn.bp.optimizer\": replaces all of it, `learn.bp.optimizer.rate` too; write it "
       "before that"},
      {"a range in a grid", learning + "[sweep]\n\"learn.bp.batch\" = { integer = [8, 16] }\n",
       "a.toml:9:1: error: sweep.\"learn.bp.batch\": a range is drawn from: write search = { kind = \"random\", "
       "samples "
       "= 20 }, or a list"},
      {"too many",
       learning + "[sweep]\n" +
           [] {
             std::string all;
             for (const char* key : {"a", "b", "c", "d", "e"})
               all += std::string("\"") + key + "\" = [1,2,3,4,5,6,7]\n";
             return all;
           }(),
       "a.toml:8:2: error: sweep: has more than 10000 combinations; search = { kind = \"random\", samples = 100 } "
       "tries "
       "some of them"},
  };
  for (const BadInput& input : inputs) check_refused_so(input);
}

TEST_CASE("a search that is wrong is refused", "[sweep]") {
  const std::string batch = "\"learn.bp.batch\" = [8, 16]", random = "{ kind = \"random\", samples = 3 }";
  const std::string place = "a.toml:10:";
  const std::vector<BadInput> inputs{
      {"without a sweep", "search = { kind = \"grid\" }\n" + learning,
       "a.toml:1:1: error: search: there is no [sweep]: it names the addresses and their values"},
      {"a kind", with_search("{ kind = \"gird\" }", learning, batch), "#did you mean `grid`?#"},
      {"a key", with_search("{ sample = 3 }", learning, batch), "#unknown key `sample`#"},
      {"samples of a grid", with_search("{ samples = 3 }", learning, batch),
       "a.toml:1:12: error: search.samples: belongs to kind = \"random\"; a grid has all combinations"},
      {"no samples", with_search("{ kind = \"random\" }", learning, batch), "#missing key `samples`#"},
      {"an average of what is not swept", with_search("{ average = [\"run.sed\"] }", learning, batch),
       "#`run.sed` is not swept; there are: learn.bp.batch"},
      {"a range upside down", with_search(random, learning, "\"learn.bp.batch\" = { integer = [9, 8] }"),
       place + "22: error: sweep.\"learn.bp.batch\": the low end must be below the high one, found [9, 8]"},
      {"a logarithm of zero", with_search(random, learning, "\"learn.bp.optimizer.rate\" = { log_uniform = [0, 1] }"),
       "#both ends of log_uniform must be above 0, found [0, 1]"},
      {"two dimensions", with_search(random, simulation, "\"node.d.rate\" = { uniform = [\"1 kHz\", \"2 ms\"] }"),
       "#expected two numbers, or two quantities of one dimension, from low to high, found [\"1 kHz\", \"2 ms\"]"},
      {"no whole number", with_search(random, learning, "\"learn.bp.batch\" = { integer = [8, 9.5] }"),
       "#expected two whole numbers, from low to high, found [8, 9.5]"},
      {"no number", with_search(random, learning, "\"learn.bp.batch\" = { uniform = [nan, inf] }"),
       "#expected two numbers#"},
  };
  for (const BadInput& input : inputs) check_refused_so(input);
}

TEST_CASE("test data choose nothing", "[sweep]") {
  const std::string batch = "\"learn.bp.batch\" = [8, 16]";
  for (const char* name : {"test_accuracy", "test_loss", "test_recall", "activation_sparsity", "operations_effective"})
    check_refused_so(
        {name, with_search(std::string("{ select = \"") + name + "\" }", learning, batch),
         std::string("a.toml:1:12: error: search.select: \"") + name +
             "\" is measured on test data, which choose nothing: a figure that was chosen by is too good to "
             "say what new data will give; allowed here: validate_accuracy, validate_loss, parameters, "
             "presentations"});
  // The data decide, not the name.
  const std::string phases =
      "[[phase]]\nname = \"train\"\n[[phase]]\nname = \"final\"\nsplit = \"test\"\nlearn = []\n"
      "[[phase]]\nname = \"test\"\nsplit = \"validation\"\nlearn = []\n";
  check_refused_so({"a phase of test data", with_search("{ select = \"final_loss\" }", learning + phases, batch),
                    "#\"final_loss\" is measured on test data#allowed here: test_accuracy, test_loss#"});
  check_refused_so(
      {"a phase of validation data", with_search("{ select = \"test_loss\" }", learning + phases, batch), ""});
}

TEST_CASE("what is to choose must be there and have a direction", "[sweep]") {
  const std::string batch = "\"learn.bp.batch\" = [8, 16]", rate = "\"node.d.rate\" = [\"1 kHz\", \"2 kHz\"]";
  const std::string two = changed(comparison, {{"[learner.a]", "[learner.b]\nextends = \"learner.a\"\n[learner.a]"}});
  const std::string no_validation =
      changed(learning, {{"samples = 60", "samples = 60, split = { train = 0.5, test = 0.5 }"}});
  const std::vector<BadInput> inputs{
      {"no such measure", with_search("{ select = \"validate_los\" }", learning, batch),
       "#no measure \"validate_los\"; did you mean `validate_loss`?#"},
      {"no validation data", with_search("{ select = \"validate_loss\" }", no_validation, batch),
       "#there are no validation data: see `split` in [data]"},
      {"a direction of nothing", with_search("{ prefer = \"higher\" }", no_validation, batch),
       "#nothing is chosen: say by what, like select = \"validate_loss\""},
      {"no direction", with_search("{ select = \"rate\" }", simulation, rate),
       "a.toml:1:12: error: search.select: \"rate\" is neither good nor bad by itself: write prefer = \"higher\" or "
       "\"lower\""},
      {"no such population", with_search("{ select = \"rate\", prefer = \"lower\", of = \"EE\" }", simulation, rate),
       "#no recorded population \"EE\"; did you mean `E`?#"},
      {"of several learners", with_search("{ select = \"validate_loss\" }", two, "\"data.samples\" = [60, 70]"),
       "#whose it is must be said too, like of = \"b\" (there are: b, a)"},
  };
  for (const BadInput& input : inputs) check_refused_so(input);
  check_refused_so({"the learner that is swept",
                    with_search("{ select = \"validate_loss\" }", two, "\"learner.a.learn.bp.batch\" = [60, 70]"), ""});
}

}  // namespace cajal::app
