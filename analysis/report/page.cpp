#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

namespace {

struct Part {
  std::string id, title, markup;
};

/// The sections of a report that are there, in the order of the page.
std::vector<Part> parts_of(const Report& r) {
  std::vector<Part> parts{
      {"summary", r.comparison.columns.size() > 1 ? "Who wins what" : "Summary", summary_section(r)},
      {"criteria", "Criteria", criteria_section(r)},
      {"sweep", "Sweep", sweep_section(r)},
      {"curves", "Learning curves", curves_section(r)},
      {"efficiency", "Sample efficiency", efficiency_section(r)},
      {"costs", "Accuracy and cost", costs_section(r)},
      {"robustness", "Robustness", robustness_section(r)},
      {"latency", "Latency", latency_section(r)},
      {"continual", "Continual learning", continual_section(r)},
      {"confusion", "Confusion", confusion_section(r)},
      {"activity", "Activity", activity_section(r)},
      {"similarity", "Likeness", similarity_section(r)},
      {"parts", "Activity in numbers", parts_section(r)},
      {"projections", "Principal components", projections_section(r)},
      {"pictures", "Pictures", pictures_section(r)},
      {"weights", "Weights", fields_section(r)},
      {"gradients", "Gradients", gradients_section(r)},
      {"locality", "Locality", locality_section(r)},
      {"behaviour", "Behaviour", behaviour_section(r)},
      {"populations", "Spikes", populations_section(r)},
      {"traces", "Traces", traces_section(r)},
      {"distributions", r.learners.empty() ? "Weights over time" : "Weight distributions", weights_section(r)},
      {"connectivity", "Functional connectivity", connectivity_section(r)},
      {"run", "What was run", provenance_section(r)},
  };
  std::erase_if(parts, [](const Part& p) { return p.markup.empty(); });
  for (Part& p : parts) p.id = r.anchor + p.id;
  return parts;
}

std::string navigation(const std::vector<Part>& parts) {
  if (parts.size() < 2) return {};
  std::string out = "<nav aria-label=\"Sections\">";
  for (const Part& p : parts) out += "<a href=\"#" + escape(p.id) + "\">" + escape(p.title) + "</a> ";
  return out + "</nav>\n";
}

/// Heading and sections of one report. `level`: of its heading.
std::string content(const Report& r, int level) {
  std::string out = "<header>\n";
  if (!r.kind.empty()) out += "<p class=\"kind\">" + escape(r.kind) + "</p>\n";
  out += fmt::format("<h{0}>{1}</h{0}>\n", level, escape(r.title));
  if (!r.abstract.empty()) out += "<p class=\"abstract\">" + escape(r.abstract) + "</p>\n";
  out += warnings(r);
  const std::vector<Part> parts = parts_of(r);
  // What is asked first is answered on the first screen; the rest can be found from there.
  const bool summary_first = !parts.empty() && parts.front().id == r.anchor + "summary";
  out += "</header>\n";
  if (summary_first) out += parts.front().markup;
  out += navigation(parts);
  for (std::size_t i = summary_first ? 1 : 0; i < parts.size(); ++i) out += parts[i].markup;
  return out;
}

std::string document(const std::string& title, const std::string& body) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>" +
         escape(title) + "</title>\n<style>" + std::string(style()) + "</style>\n</head>\n<body>\n<main>\n" + body +
         "</main>\n<script>" + std::string(script()) + "</script>\n</body>\n</html>\n";
}

/// The part of a row that names other learners, with their new names.
template <class Renamed>
std::string renamed_part(const Measured& m, const Renamed& renamed) {
  if (m.measure.starts_with("difference_") || m.measure.starts_with("effect_")) {
    const std::size_t end = std::min(m.part.find('/'), m.part.size());
    return renamed(m.part.substr(0, end)) + m.part.substr(end);
  }
  const std::string between = " ~ ";
  const std::size_t at = m.part.find(between);
  if (at == std::string::npos) return m.part;
  const auto node = [&](const std::string& text) {
    const std::size_t end = std::min(text.find('.'), text.size());
    return renamed(text.substr(0, end)) + text.substr(end);
  };
  return node(m.part.substr(0, at)) + between + node(m.part.substr(at + between.size()));
}

}  // namespace

std::string html(const Report& r) { return document(r.title, content(r, 1)); }

std::string page(std::span<const Report> reports) {
  std::vector<Report> learners, others;
  for (const Report& r : reports) (r.learners.empty() ? others : learners).push_back(r);
  std::vector<Report> shown;
  if (learners.size() == 1) shown.push_back(learners.front());
  if (learners.size() > 1) shown.push_back(side_by_side(learners));
  shown.insert(shown.end(), others.begin(), others.end());
  if (shown.size() == 1) return html(shown.front());
  std::string title, body, list;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    Report& r = shown[i];
    r.anchor = fmt::format("r{}-", i + 1);
    title += (i > 0 ? ", " : "") + r.title;
    list += fmt::format("<a href=\"#r{}\">{}</a> ", i + 1, escape(r.title));
    body += fmt::format("<article id=\"r{}\">\n{}</article>\n", i + 1, content(r, 1));
  }
  return document(title, "<nav aria-label=\"Results\">" + list + "</nav>\n" + body);
}

Report side_by_side(std::span<const Report> reports) {
  Report out;
  out.kind = "comparison";
  std::map<std::string, std::size_t> owners;
  for (const Report& r : reports)
    for (const Learner& l : r.learners) ++owners[l.name];
  out.seeds = 1;
  std::map<std::string, std::size_t> files;
  for (const Report& r : reports) {
    // Files of one name in several folders are numbered.
    const std::size_t number = ++files[r.file];
    const std::string file = number > 1 ? fmt::format("{}({})", r.file, number) : r.file;
    const auto renamed = [&](const std::string& name) { return owners[name] > 1 ? file + ":" + name : name; };
    out.title += (out.title.empty() ? "" : ", ") + file;
    out.abstract += (out.abstract.empty() ? "" : " ") + file + ": " + r.abstract;
    out.seeds = std::max(out.seeds, r.seeds);
    if (r.selection == "test") {
      out.selection = r.selection;
      out.selection_note +=
          (out.selection_note.empty() ? "" : "; ") + file + (r.selection_note.empty() ? "" : ": ") + r.selection_note;
    }
    for (Learner l : r.learners) {
      l.name = renamed(l.name);
      out.comparison.columns.push_back(l.name);
      out.learners.push_back(std::move(l));
    }
    for (Measured m : r.rows) {
      m.learner = renamed(m.learner);
      m.part = renamed_part(m, renamed);
      out.rows.push_back(std::move(m));
    }
    if (!r.status.empty() && r.status != "complete")
      out.notes.push_back(fmt::format("{} is {}: {}", file, r.status, r.status_note));
    for (const std::string& text : r.left_out) out.left_out.push_back(file + ": " + text);
    for (const std::string& text : r.notes) out.notes.push_back(file + ": " + text);
    for (const std::string& line : r.log) out.log.push_back(file + ": " + line);
    for (const auto& [name, value] : r.facts) out.facts.emplace_back(file + ", " + name, value);
    out.config += (out.config.empty() ? "" : "\n") + ("# " + file + "\n") + r.config;
    if (!r.overrides.empty()) out.overrides += file + ": " + r.overrides + "\n";
  }
  // Rows of the same measure become one; a learner of another result has no value there.
  const std::size_t columns = out.comparison.columns.size();
  std::size_t first = 0;
  for (const Report& r : reports) {
    for (const Row& row : r.comparison.rows) {
      const auto same = [&](const Row& o) {
        return o.measure == row.measure && o.part == row.part && o.name == row.name;
      };
      auto found = std::find_if(out.comparison.rows.begin(), out.comparison.rows.end(), same);
      if (found == out.comparison.rows.end()) {
        out.comparison.rows.push_back(row);
        found = out.comparison.rows.end() - 1;
        found->values.assign(columns, std::nullopt);
      }
      for (std::size_t i = 0; i < std::min(row.values.size(), r.learners.size()); ++i)
        found->values[first + i] = row.values[i];
    }
    first += r.learners.size();
  }
  return out;
}

}  // namespace cajal::analysis::report
