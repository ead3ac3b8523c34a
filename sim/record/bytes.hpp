#pragma once

#include <string>
#include <string_view>

namespace cajal::record {

/// Whether `path` names a file within a ZIP archive: `folder/a.zip/weights.csv`.
bool is_in_archive(const std::string& path);

/// Whether there is a file of this name; of one within an archive, whether there is the archive.
bool is_there(const std::string& path);

/// All bytes of a file, also of one within a ZIP archive. Throws DataError: missing, unreadable, larger than the
/// memory.
std::string read_bytes(const std::string& path);

/// The member `name` of a ZIP archive, stored or deflated; where no member is called so, the only one that ends in
/// `/name`. `path` stands in messages. Throws DataError: no archive, cut off, no such member, encrypted, compressed
/// otherwise, larger than 4 GB or the memory, a checksum that does not fit.
/// Source: PKWARE, ".ZIP File Format Specification" (APPNOTE.TXT), version 6.3.3.
std::string read_member(std::string_view archive, const std::string& name, const std::string& path);

}  // namespace cajal::record
