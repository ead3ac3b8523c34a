#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/report/chart.hpp"
#include "analysis/report/estimates.hpp"
#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

namespace {

constexpr std::string_view between = " ~ ";

struct Similarity {
  const char *measure, *title, *caption;
};
constexpr std::array similarities{
    Similarity{"cka", "Centred kernel alignment (CKA, linear)",
               "1: the same up to rotation and scale; 0: nothing in common."},
    Similarity{
        "rsa", "Representational similarity (RSA)",
        "Rank correlation of the dissimilarities between samples: 1 where both nodes find the same samples alike, "
        "0 where they do not, orange below zero."}};

/// Nodes by nodes; a pair stands in both of its cells.
Figure similarity_figure(const Report& r, const Similarity& what) {
  MatrixChart chart;
  Figure f;
  f.numbers.header = {"pair", what.measure, "interval from", "interval to", "seeds"};
  const auto index = [&](const std::string& name) {
    const auto at =
        static_cast<std::size_t>(std::find(chart.rows.begin(), chart.rows.end(), name) - chart.rows.begin());
    if (at == chart.rows.size()) chart.rows.push_back(name);
    return at;
  };
  struct Pair {
    std::size_t a, b;
    double value;
  };
  std::vector<Pair> pairs;
  for (const std::string& part : parts_of(r.rows, what.measure, false)) {
    const std::size_t at = part.find(between);
    if (at == std::string::npos) continue;
    const auto found = std::find_if(r.rows.begin(), r.rows.end(),
                                    [&](const Measured& m) { return m.measure == what.measure && m.part == part; });
    const auto e = estimate(r.rows, found->learner, what.measure, part);
    if (!e) continue;
    const std::size_t a = index(part.substr(0, at));
    pairs.push_back({a, index(part.substr(at + between.size())), e->value});
    f.numbers.rows.push_back({part, number(e->value), e->low ? number(*e->low) : "–", e->high ? number(*e->high) : "–",
                              std::to_string(e->seeds)});
  }
  if (pairs.empty()) return {};
  const std::size_t n = chart.rows.size();
  chart.columns = chart.rows;
  chart.values.assign(n * n, NAN);
  for (std::size_t i = 0; i < n; ++i) chart.values[i * n + i] = 1;
  for (const Pair& p : pairs) chart.values[p.a * n + p.b] = chart.values[p.b * n + p.a] = p.value;
  chart.description = std::string(what.title) + " of each pair of nodes";
  f.title = what.title;
  f.drawing = matrix_chart(chart);
  f.caption = fmt::format("How alike nodes answer to the same test samples, each with each. {}{}", what.caption,
                          r.seeds > 1 ? " Means over seeds." : "");
  f.wide = n > 10;
  return f;
}

}  // namespace

std::string similarity_section(const Report& r) {
  std::vector<Figure> all;
  for (const Similarity& what : similarities)
    if (const Figure f = similarity_figure(r, what); !f.drawing.empty()) all.push_back(f);
  return section(r.anchor + "similarity", "Likeness of representations", figures(all),
                 "Do learners of different kinds come to see the samples in the same way?");
}

}  // namespace cajal::analysis::report
