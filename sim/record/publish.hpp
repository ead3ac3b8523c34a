#pragma once

#include <string>

namespace cajal::record {

/// Whether a result may be written to `path`, asked before the run; parent directories are made, and `part`, where it
/// is written first. True if there is an old file that the new one will replace. Throws OutputError: no permission,
/// another run writes it, or there is something that must not be replaced (see ResultFile::create).
bool require_writable(const std::string& path, const std::string& part, bool force);

/// Makes the closed, whole file `part` durable and gives it its name. Unless `replaces`, a file that appeared at `path`
/// in the meantime is left alone. Throws OutputError; `part` is kept then.
void publish(const std::string& part, const std::string& path, bool replaces);

}  // namespace cajal::record
