#pragma once
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace kit::json {

/// The documents of a YAML text as JSON, with anchors, aliases and merge keys resolved; empty documents are
/// left out. Plain scalars are null, booleans (true, false) and numbers as kubectl takes them. Throws
/// std::runtime_error that says where.
std::vector<nlohmann::json> parse_yaml(const std::string& text, const std::string& origin);

}  // namespace kit::json
