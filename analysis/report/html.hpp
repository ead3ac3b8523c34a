#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Results as one HTML page that needs no network and no script: text, tables, and pictures drawn as SVG. Every
/// function here is pure: plain values in, markup out.
namespace cajal::analysis::report {

/// Text as it may stand in markup, attributes included: `& < > " '` become entities, control characters and bytes that
/// are no UTF-8 become U+FFFD.
std::string escape(std::string_view text);

/// Four significant digits, thousands grouped from 10,000 on; an en dash for what is not finite.
std::string number(double value);
/// A whole number, its digits grouped by three.
std::string count(double value);
/// `1 unit`, `2,000 units`
std::string counted(std::size_t n, std::string_view what);
/// A short label with a prefix: 1500 as `1.5k`, 2e6 as `2M`.
std::string short_number(double value);

/// A table of texts, which are escaped when it is drawn.
struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::string note = {};  ///< below it: what was left out, where the rest stands
};

std::string table(const Table& table);

/// A chart with what is said about it.
struct Figure {
  std::string title;
  std::string drawing;  ///< markup
  std::string caption;  ///< text: what the figure shows
  Table numbers;        ///< what it was drawn from, folded away; no header: none
  bool wide = false;    ///< over the whole page
};

/// The first rows of a long table, every k-th, so that at most `most` are left; `note` says so.
Table thinned(Table table, std::size_t most);

std::string figure(const Figure& figure);
/// Figures side by side where there is room; nothing of none.
std::string figures(const std::vector<Figure>& figures);

}  // namespace cajal::analysis::report
