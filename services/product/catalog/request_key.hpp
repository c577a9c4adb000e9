#pragma once
#include "services/kit/http/idempotency/idempotent_request.hpp"

#include <optional>
#include <string>

namespace product {

/// The idempotency key of a request; nullopt without one. `content` is the same text for bodies that mean the
/// same. Throws Problem 400 for a malformed key, 401 without a token.
inline std::optional<kit::db::IdempotencyKey> request_key(const kit::http::Request& request,
                                                          const std::string& content) {
  if (request.headers.get("Idempotency-Key")) request.require_principal();
  return kit::http::idempotency_key(
      request, std::string(to_string(request.method)) + " " + request.path + "\n" + content);
}

}  // namespace product
