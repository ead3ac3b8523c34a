#pragma once

#include <memory>
#include <string_view>
#include <tuple>
#include <vector>

#include "learning/plasticity/catalogue.hpp"
#include "learning/plasticity/rate_rules/anti_hebb.hpp"
#include "learning/plasticity/rate_rules/bcm.hpp"
#include "learning/plasticity/rate_rules/competitive.hpp"
#include "learning/plasticity/rate_rules/covariance.hpp"
#include "learning/plasticity/rate_rules/delta_rule.hpp"
#include "learning/plasticity/rate_rules/hebb.hpp"
#include "learning/plasticity/rate_rules/instar.hpp"
#include "learning/plasticity/rate_rules/oja.hpp"
#include "learning/plasticity/rate_rules/outstar.hpp"
#include "learning/plasticity/rate_rules/perceptron.hpp"
#include "learning/plasticity/rate_rules/sanger.hpp"

namespace cajal {

/// The catalogue of rules by values: a rule is one file and one word here.
using RateRules =
    std::tuple<Hebb, Covariance, Oja, Sanger, Bcm, AntiHebb, Instar, Outstar, DeltaRule, Perceptron, Competitive>;

/// What `describe` says of them.
std::vector<ProcessEntry> rate_entries();

/// Whether `rule` is a word of them.
bool is_rate_rule(std::string_view rule);

/// The process of an entry whose rule is one of them; nothing after an error. See make_process.
template <class Real>
std::unique_ptr<Process<Real>> make_rate_process(std::string_view rule, const config::Table& learn,
                                                 Network<Real>& network);

}  // namespace cajal
