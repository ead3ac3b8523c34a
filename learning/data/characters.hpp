#pragma once

#include <cstddef>
#include <string>

#include "learning/data/dataset.hpp"

namespace cajal::data {

struct CharactersOptions {
  std::size_t window = 64;  ///< characters of a sample
  std::size_t stride = 64;  ///< characters from the beginning of one sample to that of the next
};

/// A text, plain or gzip, as samples of `window` characters each, with the next character at every step as label:
///
///     x[s][t] = token(s stride + t)        label[s][t] = token(s stride + t + 1)
///
/// Tokens number the distinct bytes of the whole text, sorted; a character of several bytes in UTF-8 is several tokens.
/// `class_names` are the bytes: printable ones as they are, others as `\n`, `\t`, `\r`, `\x80`. What is left at the end
/// and fills no window is left out. `overlap` is set, so that no character of a part of the data stands in another.
/// Throws DataError, also if the text is shorter than a window and one more character.
Dataset read_characters(const std::string& path, const CharactersOptions& options);

/// The same from text; `name` stands in messages.
Dataset characters(const std::string& text, const std::string& name, const CharactersOptions& options);

}  // namespace cajal::data
