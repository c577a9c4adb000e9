#pragma once
#include "services/kit/access/gatekeeper.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

/// What the two gates have in common. Only for kit/auth.
namespace kit::access {

/// The rule of each route; null for the operations' own routes, which are open.
using Table = std::map<std::pair<http::Method, std::string>, const Rule*>;
/// Throws std::logic_error for a route without a rule: a mistake of ours, found at the start.
Table rules_of(std::span<const Rule> rules, const std::string& service, const http::Router& router,
               bool internal);
const Rule* rule_of(const Table& table, const http::Route& route);

/// Null for an empty path. Throws config::Error that names `key` when the file cannot be read.
std::shared_ptr<identity::KeyFile> open_keys(const std::string& key, const std::string& path);

/// One message for all, so that nobody learns what about a token was wrong.
Problem unauthorized();

/// The token of "Authorization: Bearer …". Nothing without the header; Problem 401 when it is of another kind
/// or there twice.
std::optional<std::string> bearer(const http::Headers& headers);

/// The claim, or "" when it is missing or no text.
std::string text_claim(const nlohmann::json& claims, const char* name);

}  // namespace kit::access
