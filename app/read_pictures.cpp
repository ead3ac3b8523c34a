// Images that the report shows of a learner: what came back, filters, maps, saliency.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "app/read_report.hpp"

namespace cajal::app {

namespace {

using namespace analysis::report;
using record::ResultReader;

constexpr std::size_t most_shown = 10, most_kernels = 64;

/// Width and height of an image of so many numbers: as the data say, or a square.
struct Extent {
  std::size_t channels = 1, height = 1, width = 1;
  bool good = false;
};

Extent extent_of(const std::vector<std::uint64_t>& shape) {
  Extent e;
  if (shape.size() == 2) e = {1, shape[0], shape[1], true};
  if (shape.size() == 3) e = {shape[0], shape[1], shape[2], true};
  e.good = e.good && e.height >= 3 && e.width >= 3 && e.channels * e.height * e.width <= 20'000;
  return e;
}

std::vector<std::uint64_t> shape_at(const ResultReader& reader, const std::string& path) {
  return reader.has(path) ? reader.read<std::uint64_t>(path).values : std::vector<std::uint64_t>();
}

/// One picture of an image: the mean of its channels.
std::vector<double> picture_of(const double* values, const Extent& e) {
  const std::size_t plane = e.height * e.width;
  std::vector<double> out(plane, 0.0);
  for (std::size_t c = 0; c < e.channels; ++c)
    for (std::size_t p = 0; p < plane; ++p) out[p] += values[c * plane + p] / static_cast<double>(e.channels);
  return out;
}

/// Rows [n][units] of a dataset as pictures.
void add_rows(const ResultReader& reader, const std::string& path, const Extent& e, std::size_t most,
              const std::string& label, Sheet& sheet) {
  const auto data = reader.read<double>(path);
  if (data.dims.size() != 2 || data.dims[1] != e.channels * e.height * e.width) return;
  for (std::size_t k = 0; k < std::min(most, data.dims[0]); ++k) {
    sheet.pictures.push_back(picture_of(data.values.data() + k * data.dims[1], e));
    sheet.labels.push_back(label);
  }
}

Sheet empty_sheet(const Extent& e, std::size_t columns, const std::string& description) {
  Sheet sheet;
  sheet.width = e.width;
  sheet.height = e.height;
  sheet.columns = columns;
  sheet.description = description;
  return sheet;
}

/// Outputs that are images: beside the samples where they are to be the same, else alone.
void read_outputs(const ResultReader& reader, const std::string& path, const Extent& e, Learner& l) {
  const std::string place = path + "predictions/test/", output = place + "output";
  if (!e.good || !reader.has(output)) return;
  const bool beside = reader.has(place + "input");
  Pictures p{beside ? "samples and what came back" : "made from noise",
             beside ? "Above samples of the test part, below what the learner makes of them."
                    : "Images that the learner made from noise, in the test phase.",
             output, empty_sheet(e, most_shown, "images of " + l.name)};
  if (beside) add_rows(reader, place + "input", e, most_shown, "sample", p.sheet);
  add_rows(reader, output, e, beside ? most_shown : 2 * most_shown, beside ? "output" : "", p.sheet);
  if (!p.sheet.pictures.empty()) l.pictures.push_back(std::move(p));
}

/// Filters of convolutions from one or three channels: what they look for can be seen.
void read_kernels(const ResultReader& reader, const std::string& path, Learner& l) {
  if (!reader.has(path + "weights")) return;
  for (const std::string& edge : reader.members(path + "weights")) {
    const std::string place = path + "weights/" + edge + "/final/weight";
    if (edge.starts_with("node.") || !reader.has(place)) continue;
    const auto weight = reader.read<double>(place);
    if (weight.dims.size() != 4 || (weight.dims[1] != 1 && weight.dims[1] != 3)) continue;
    const Extent e{weight.dims[1], weight.dims[2], weight.dims[3], true};
    Pictures p{"filters of " + edge,
               fmt::format("{} filters of {} x {}{}.", weight.dims[0], e.height, e.width,
                           e.channels > 1 ? ", the mean over the channels" : ""),
               place, empty_sheet(e, 16, "filters of edge " + edge)};
    for (std::size_t f = 0; f < std::min<std::size_t>(weight.dims[0], most_kernels); ++f)
      p.sheet.pictures.push_back(picture_of(weight.values.data() + f * e.channels * e.height * e.width, e));
    l.pictures.push_back(std::move(p));
  }
}

/// What each filter makes of the first sample.
void read_maps(const ResultReader& reader, const std::string& path, Learner& l) {
  if (!reader.has(path + "activity")) return;
  for (const std::string& node : reader.members(path + "activity")) {
    const std::string place = path + "activity/" + node + "/";
    const Extent e = extent_of(shape_at(reader, place + "shape"));
    if (!e.good || e.channels < 4 || !reader.has(place + "mean")) continue;
    const auto mean = reader.read<double>(place + "mean");
    if (mean.dims.size() != 2 || mean.dims[0] == 0 || mean.dims[1] != e.channels * e.height * e.width) continue;
    Pictures p{"feature maps of " + node,
               fmt::format("What each of {} channels makes of the first test sample.", e.channels), place + "mean",
               empty_sheet(e, 16, "feature maps of node " + node)};
    const Extent one{1, e.height, e.width, true};
    for (std::size_t c = 0; c < std::min<std::size_t>(e.channels, most_kernels); ++c)
      p.sheet.pictures.push_back(picture_of(mean.values.data() + c * e.height * e.width, one));
    l.pictures.push_back(std::move(p));
  }
}

/// What counted for the answers: each method one row below the samples.
void read_saliency(const ResultReader& reader, const std::string& path, const Extent& e, Learner& l) {
  const std::string place = path + "saliency/";
  if (!e.good || !reader.has(place + "input")) return;
  const std::vector<std::int32_t> of =
      reader.has(place + "of") ? reader.read<std::int32_t>(place + "of").values : std::vector<std::int32_t>();
  for (const std::string& method : reader.members(path + "saliency")) {
    if (method == "input" || method == "sample" || method == "of") continue;
    Pictures p{"saliency, " + method,
               "Above samples of the test part, below how much each pixel counted for the answer given: orange for "
               "it, blue against it.",
               place + method, empty_sheet(e, most_shown, "saliency maps of " + l.name)};
    // Two scales would not fit one sheet: samples are brought to that of the maps.
    Sheet samples = p.sheet;
    add_rows(reader, place + "input", e, most_shown, "sample", samples);
    add_rows(reader, place + method, e, most_shown, "", p.sheet);
    for (std::size_t k = 0; k < std::min(p.sheet.labels.size(), of.size()); ++k)
      p.sheet.labels[k] = fmt::format("as {}", of[k]);
    const double scale = full_colour(p.sheet) / std::max(full_colour(samples), 1e-30);
    for (auto& picture : samples.pictures)
      for (double& v : picture) v *= scale;
    p.sheet.pictures.insert(p.sheet.pictures.begin(), samples.pictures.begin(), samples.pictures.end());
    p.sheet.labels.insert(p.sheet.labels.begin(), samples.labels.begin(), samples.labels.end());
    p.sheet.columns = samples.pictures.size();
    if (!samples.pictures.empty()) l.pictures.push_back(std::move(p));
  }
}

}  // namespace

void read_pictures(const ResultReader& reader, const std::string& path, const std::string& data_path, Learner& l) {
  const Extent e = extent_of(shape_at(reader, data_path + "/shape"));
  read_outputs(reader, path, e, l);
  read_saliency(reader, path, e, l);
  read_kernels(reader, path, l);
  read_maps(reader, path, l);
}

void read_projections(const ResultReader& reader, const std::string& path, Learner& l) {
  if (!reader.has(path + "pca")) return;
  for (const std::string& node : reader.members(path + "pca")) {
    const std::string place = path + "pca/" + node + "/";
    if (!reader.has(place + "scores") || !reader.has(place + "explained")) continue;
    const auto scores = reader.read<double>(place + "scores");
    const auto explained = reader.read<double>(place + "explained").values;
    if (scores.dims.size() != 2 || scores.dims[1] < 2 || explained.size() < 2) continue;
    Projection p{node, place + "scores", {}, {}, {}, explained[0], explained[1]};
    for (std::size_t s = 0; s < scores.dims[0]; ++s) {
      p.x.push_back(scores.values[s * scores.dims[1]]);
      p.y.push_back(scores.values[s * scores.dims[1] + 1]);
    }
    if (reader.has(place + "label"))
      for (const std::int32_t label : reader.read<std::int32_t>(place + "label").values)
        p.label.push_back(static_cast<std::size_t>(std::max(label, 0)));
    if (p.label.size() != p.x.size()) p.label.clear();
    l.projections.push_back(std::move(p));
  }
}

void read_gradients(const ResultReader& reader, const std::string& path, Learner& l) {
  if (!reader.has(path + "training/trained_edges")) return;
  for (const std::string& edge : reader.read<std::string>(path + "training/trained_edges").values) {
    const std::string place = path + "training/gradient_norm_of/" + edge;
    if (reader.has(place)) l.gradients.push_back({edge, reader.read<double>(place).values});
  }
}

void read_locality(const ResultReader& reader, const std::string& path, Learner& l) {
  const std::string group = path + "learn";
  if (!reader.has(group)) return;
  for (const std::string& process : reader.members(group)) {
    const std::string place = group + "/" + process;
    if (!reader.has_attribute(place, "information")) continue;
    Locality found{process, {}, ""};
    if (reader.has_attribute(place, "locality")) found.summary = reader.attribute<std::string>(place, "locality");
    std::istringstream words(reader.attribute<std::string>(place, "information"));
    for (std::string word; std::getline(words, word, ',');)
      found.uses.push_back(word.substr(std::min(word.find_first_not_of(' '), word.size())));
    l.locality.push_back(std::move(found));
  }
}

}  // namespace cajal::app
