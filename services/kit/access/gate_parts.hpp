#pragma once
#include "services/kit/access/gatekeeper.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

/// Shared by the two gates of this folder.
namespace kit::access {

/// The rule of each route; null for the operations' own routes, which are open.
using Table = std::map<std::pair<http::Method, std::string>, const Rule*>;
/// Throws std::logic_error for a route without a rule, so that the mistake is found at the start.
Table rules_of(std::span<const Rule> rules, const std::string& service, const http::Router& router,
               bool internal);
const Rule* rule_of(const Table& table, const http::Route& route);

/// Null for an empty path. Throws config::Error that names `key` when the file cannot be read.
std::shared_ptr<identity::KeyFile> open_keys(const std::string& key, const std::string& path);

/// The same message for every invalid token, so that it does not reveal what was wrong.
Problem unauthorized();

/// The token of "Authorization: Bearer …"; returns nullopt without the header. Throws Problem 401 for another
/// scheme or two headers.
std::optional<std::string> bearer(const http::Headers& headers);

/// The claim, or "" when it is missing or not a string.
std::string text_claim(const nlohmann::json& claims, const char* name);

}  // namespace kit::access
