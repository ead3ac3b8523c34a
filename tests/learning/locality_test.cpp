#include "learning/locality.hpp"

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "learning/plasticity/catalogue.hpp"
#include "learning/plasticity/rate_catalogue.hpp"
#include "tests/catch.hpp"

using namespace cajal;

namespace {

Locality locality_of(const std::string& rule) {
  for (const ProcessEntry& entry : process_entries())
    if (entry.name == rule) return entry.locality;
  throw Error("no rule " + rule);
}

/// Whether the change of a weight by a rule changes with one of the numbers that it is shown.
template <class Rule>
bool depends_on(double Presented<double>::*number) {
  const auto p = [] {
    auto numbers = defaults<ParametersOf<Rule, double>>(Rule::parameters);
    // A decay that is 0 by default hides the weight.
    if constexpr (requires { numbers.decay; }) numbers.decay = 0.1;
    return numbers;
  }();
  for (const double sign : {1.0, -1.0})
    for (const double wins : {0.0, 1.0}) {
      Presented<double> s{0.7, 0.4, 0.3, 0.1, 0.2, sign, 0.6, wins};
      const double before = Rule::change(s, p);
      s.*number = number == &Presented<double>::wins ? 1.0 - wins : -(s.*number);
      if (Rule::change(s, p) != before) return true;
    }
  return false;
}

}  // namespace

TEST_CASE("a rule by values says which of the numbers that it is shown it uses", "[locality]") {
  std::apply(
      []<class... Rules>(Rules...) {
        const auto check = []<class Rule>(Rule) {
          INFO(Rule::name);
          using P = Presented<double>;
          const Locality& l = Rule::locality;
          CHECK(l.uses(Information::presynaptic));
          CHECK((depends_on<Rule>(&P::x) || depends_on<Rule>(&P::x_mean)));
          CHECK(l.uses(Information::target) == depends_on<Rule>(&P::target));
          CHECK(l.uses(Information::other_units) == (depends_on<Rule>(&P::sum) || depends_on<Rule>(&P::wins)));
          // Who wins is known from all outputs, that of the unit among them; the sum holds the weight.
          CHECK(l.uses(Information::postsynaptic) == (depends_on<Rule>(&P::y) || Competes<Rule>));
          CHECK(l.uses(Information::own_weight) == (depends_on<Rule>(&P::w) || SumsOverUnits<Rule>));
        };
        (check(Rules{}), ...);
      },
      RateRules{});
}

TEST_CASE("the locality of the rules is told in words of a fixed vocabulary", "[locality]") {
  std::set<std::string> vocabulary;
  for (const auto& text : information_texts) vocabulary.emplace(text.name);
  CHECK(vocabulary.size() == information_texts.size());
  for (const ProcessEntry& entry : process_entries()) {
    INFO(entry.name);
    CHECK_FALSE(entry.locality.words().empty());
    for (const std::string& word : entry.locality.words()) CHECK(vocabulary.count(word) == 1);
  }
  CHECK(locality_of("stdp").summary() == "local");
  CHECK(locality_of("oja").summary() == "local");
  CHECK(locality_of("stdp_dopamine").summary() == "local + third factor");
  CHECK(locality_of("delta").summary() == "local + target");
  CHECK(locality_of("competitive").summary() == "other units");
  CHECK(locality_of("normalise").summary() == "other weights");
  CHECK(locality_of("ridge").summary() == "all samples");
  CHECK(locality_of("stdp").words() ==
        std::vector<std::string>{"presynaptic activity", "postsynaptic activity", "own weight"});
}
