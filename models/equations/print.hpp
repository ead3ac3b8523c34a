#pragma once

#include <string>

#include "models/equations/equations.hpp"

namespace cajal {

/// The model as C++, of the form that sim/model.hpp describes: `struct Model`. Only names, units and meanings of the
/// config stand in it as text; the rest is made from the formulas that were read. Values do not: the model is the same
/// for all.
std::string printed_model(const ModelEquations& equations);

/// A unit to be compiled and loaded: makes populations of the model, of `float` or of `double`. It defines
/// `cajal_make_population(name, size, options, out)`.
std::string printed_unit(const ModelEquations& equations, bool double_precision);

}  // namespace cajal
