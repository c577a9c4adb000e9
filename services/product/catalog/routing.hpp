#pragma once
#include "services/kit/http/idempotency/idempotent_request.hpp"
#include "services/kit/http/message/page.hpp"
#include "services/kit/http/server/router.hpp"

#include <optional>
#include <string>

/// What all routes of this service share.
namespace product {

using kit::http::Request;
using kit::http::Response;
using kit::http::Router;
using Ordered = nlohmann::ordered_json;

/// The idempotency key of a request; nullopt without one. `content` is the same text for bodies that mean the
/// same. Throws Problem 400 for a malformed key, 401 without a token.
inline std::optional<kit::db::IdempotencyKey> request_key(const Request& request,
                                                          const std::string& content) {
  if (request.headers.get("Idempotency-Key")) request.require_principal();
  return kit::http::idempotency_key(
      request, std::string(to_string(request.method)) + " " + request.path + "\n" + content);
}

/// A query parameter that is true or false; nullopt without it. Throws Problem 400.
inline std::optional<bool> read_flag(const Request& request, const std::string& name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  if (*text != "true" && *text != "false") throw kit::http::bad_query("?" + name, "must be true or false");
  return *text == "true";
}

}  // namespace product
