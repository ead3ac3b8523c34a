#include "sim/config/draw.hpp"

#include <algorithm>
#include <cmath>

#include "sim/config/expression.hpp"
#include "sim/config/text.hpp"

namespace cajal::config {

namespace {

using Kind = Quantity::Kind;

/// Of a standard normal, P(Z <= z).
double normal_below(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

/// P(X <= x) of the draws before they are clipped.
double below(const Quantity& q, double x) {
  switch (q.kind) {
    case Kind::uniform:
      return q.b > q.a ? std::clamp((x - q.a) / (q.b - q.a), 0.0, 1.0) : (x >= q.a ? 1 : 0);
    case Kind::normal:
      return q.b > 0 ? normal_below((x - q.a) / q.b) : (x >= q.a ? 1 : 0);
    case Kind::lognormal:
      if (x <= 0) return 0;
      return q.b > 0 ? normal_below((std::log(x) - q.a) / q.b) : (std::log(x) >= q.a ? 1 : 0);
    case Kind::exponential:
      return x > 0 ? -std::expm1(-x / q.a) : 0;
    default:
      return x >= q.a ? 1 : 0;
  }
}

/// Whether all draws are the same number.
bool is_point(const Quantity& q) {
  if (q.kind == Kind::uniform) return q.a == q.b;
  return (q.kind == Kind::normal || q.kind == Kind::lognormal) && q.b == 0;
}

template <class Draw>
void fill(const Quantity& q, std::span<double> out, Draw&& draw) {
  if (!q.redraw) {
    for (double& x : out) x = std::clamp(draw(), q.low, q.high);
    return;
  }
  for (double& x : out) {
    do {
      x = draw();
    } while (!(x >= q.low && x <= q.high));
  }
}

void fill_expression(const Quantity& q, Draws& draws, std::span<double> out, const Columns& columns) {
  q.expression->evaluate(columns, draws, out);
  const Unit base{q.unit.dimension, 0, 1};
  for (std::size_t k = 0; k < out.size(); ++k) {
    out[k] = converted(out[k], base, q.unit);
    if (std::isfinite(out[k]) && q.allowed.contains(out[k])) continue;
    std::string where;
    for (const Variable variable : q.expression->variables()) {
      const std::span<const double> values = columns[variable];
      where += (where.empty() ? " where " : ", ") + std::string(variables[static_cast<std::size_t>(variable)].name) +
               " = " + written_number(values[values.size() == 1 ? 0 : k]);
    }
    const std::string wanted = std::isfinite(out[k]) ? q.allowed.text() : "a finite number";
    throw ConfigError({{q.at, q.address,
                        "must be " + wanted + ", found " + shortened(written_text(q.expression->text())) + " = " +
                            written_number(out[k]) + where}});
  }
}

}  // namespace

void draw_into(const Quantity& q, Draws& draws, std::span<double> out, const Columns& columns) {
  switch (q.kind) {
    case Kind::constant:
      std::fill(out.begin(), out.end(), q.a);
      break;
    case Kind::uniform:
      fill(q, out, [&] { return draws.uniform(q.a, q.b); });
      break;
    case Kind::normal:
      fill(q, out, [&] { return q.a + q.b * draws.normal(); });
      break;
    case Kind::lognormal:
      fill(q, out, [&] { return std::exp(q.a + q.b * draws.normal()); });
      break;
    case Kind::exponential:
      fill(q, out, [&] { return -q.a * std::log1p(-draws.uniform()); });
      break;
    case Kind::expression:
      fill_expression(q, draws, out, columns);
      break;
    default:
      if (q.kind == Kind::file || q.values.size() != out.size())
        throw Error(q.address + ": values that are not drawn must be one for each element");
      std::copy(q.values.begin(), q.values.end(), out.begin());
      break;
  }
}

void draw_row(const Quantity& q, Draws& draws, std::span<double> out, const Columns& columns) {
  if (q.kind != Kind::normal && q.kind != Kind::lognormal) return draw_into(q, draws, out, columns);
  std::vector<float> normals(out.size());
  draws.normals(normals);
  const auto value = [&](float z) {
    const double x = q.a + q.b * static_cast<double>(z);
    return q.kind == Kind::lognormal ? std::exp(x) : x;
  };
  if (q.kind == Kind::normal)
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = q.a + q.b * static_cast<double>(normals[i]);
  else
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = value(normals[i]);
  if (!q.redraw) {
    for (double& x : out) x = std::clamp(x, q.low, q.high);
    return;
  }
  for (double& x : out)
    while (x < q.low || x > q.high) {
      float z = 0;
      draws.normals({&z, 1});
      x = value(z);
    }
}

Range support(const Quantity& q) {
  switch (q.kind) {
    case Kind::constant:
      return {q.a, q.a};
    case Kind::uniform:
      return {q.a, q.b};
    case Kind::normal:
      return is_point(q) ? Range{q.a, q.a} : any_number;
    case Kind::lognormal:
      return is_point(q) ? Range{std::exp(q.a), std::exp(q.a)} : positive;
    case Kind::exponential:
      return positive;
    default:
      return any_number;
  }
}

std::pair<double, double> bounds(const Quantity& q) {
  if (q.kind == Kind::values) {
    const auto [least, most] = std::minmax_element(q.values.begin(), q.values.end());
    return {*least, *most};
  }
  if (q.kind == Kind::expression) {
    const Interval interval = q.expression->bounds();
    const Unit base{q.unit.dimension, 0, 1};
    return {converted(interval.first, base, q.unit), converted(interval.second, base, q.unit)};
  }
  const Range drawn = support(q);
  return {std::clamp(drawn.low, q.low, q.high), std::clamp(drawn.high, q.low, q.high)};
}

double acceptance(const Quantity& q) {
  if (is_point(q)) return Range{q.low, q.high}.contains(support(q).low) ? 1 : 0;
  return below(q, q.high) - below(q, q.low);
}

}  // namespace cajal::config
