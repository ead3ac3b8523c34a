#include "sim/config/measure.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

/// Powers of ten beyond this are no unit's: they go into the number, which may overflow, and that is found out.
Measure settled(Measure measure) {
  constexpr int most = 30;
  if (std::abs(measure.exponent) > most) measure = {measure.base(), 0, measure.dimension};
  return measure;
}

}  // namespace

Measure operator*(const Measure& a, const Measure& b) {
  Measure out{a.number * b.number, a.exponent + b.exponent, a.dimension};
  for (std::size_t i = 0; i < out.dimension.size(); ++i) out.dimension[i] += b.dimension[i];
  return settled(out);
}

Measure operator/(const Measure& a, const Measure& b) {
  Measure out{a.number / b.number, a.exponent - b.exponent, a.dimension};
  for (std::size_t i = 0; i < out.dimension.size(); ++i) out.dimension[i] -= b.dimension[i];
  return settled(out);
}

Aligned aligned(const Measure& a, const Measure& b) {
  const int exponent = std::min(a.exponent, b.exponent);
  return {shifted(a.number, a.exponent - exponent), shifted(b.number, b.exponent - exponent), exponent};
}

std::string written_measure(const Measure& measure) {
  if (measure.dimension == plain_number) return written_number(measure.base());
  if (const std::string unit = named_unit(measure.dimension, measure.exponent); !unit.empty())
    return written_number(measure.number) + ' ' + unit;
  const std::string factors = base_factors(measure.dimension);
  return written_number(measure.base()) + ' ' + (factors[0] == '*' ? factors.substr(1) : '1' + factors);
}

Value value_of(const Measure& measure, Position at) {
  constexpr double exact = 9007199254740992.0;  // 2^53: above it not every whole number is a double
  if (measure.dimension != plain_number) return Value::of(written_measure(measure), std::move(at));
  const double number = measure.base();
  if (number == std::trunc(number) && std::abs(number) <= exact)
    return Value::of(static_cast<std::int64_t>(number), std::move(at));
  return Value::of(number, std::move(at));
}

}  // namespace cajal::config
