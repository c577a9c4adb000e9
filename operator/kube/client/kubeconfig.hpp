#pragma once
#include <string>

namespace kube {

/// A file's whole text. Throws ConfigError that names it.
std::string read_file(const std::string& path);

}  // namespace kube
