#include "learning/data/characters.hpp"
#include "learning/data/sources/catalogue.hpp"

namespace cajal::data {

SourceKind text_source() {
  return {"text",
          "a text cut into windows of characters (bytes); the label of every step is the next character; parts are "
          "blocks of the text, in the order train, validation, test, that share no character",
          "data = { source = { text = \"tinyshakespeare.txt.gz\", window = 64, stride = 64 }, split = { validation = "
          "0.05, test = 0.05 } }",
          SourceKind::Names::file, [](const config::Table& source) -> Load {
            constexpr std::int64_t longest = 1'000'000;
            const std::string path = source.required_text("text");
            CharactersOptions options;
            options.window = static_cast<std::size_t>(source.integer("window", 64, 1, longest));
            options.stride = static_cast<std::size_t>(
                source.integer("stride", static_cast<std::int64_t>(options.window), 1, longest));
            return [=](const Loading& loading) { return read_characters(loading.found(path), options); };
          }};
}

}  // namespace cajal::data
