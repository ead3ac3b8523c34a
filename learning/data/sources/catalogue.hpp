#pragma once

#include <string>
#include <string_view>

#include "learning/data/source.hpp"

namespace cajal::data {

// Each in the file of its name.
SourceKind bars_source();
SourceKind cifar10_source();
SourceKind csv_source();
SourceKind digits_source();
SourceKind function_source();
SourceKind idx_source();
SourceKind images_source();
SourceKind npy_source();
SourceKind random_source();
SourceKind text_source();
SourceKind values_source();
SourceKind wav_source();

/// What a source gives that its config says wrongly: nothing is loaded then.
using Load = std::function<Dataset(const Loading&)>;

/// Adds an error at `key` if `what` takes more memory than there is.
void check_memory(const config::Table& table, std::string_view key, const std::string& what, double bytes);

}  // namespace cajal::data
