#pragma once
#include "services/kit/db/idempotency.hpp"
#include "services/kit/http/message/message.hpp"

#include <optional>
#include <string>

// Idempotency-Key, the header with which a client makes repeats of a request safe.
namespace kit::http {

/// The request's Idempotency-Key: 1 to 255 visible ASCII characters; returns nullopt without one. Throws
/// Problem 400 that names the header for anything else.
std::optional<std::string> idempotency_key(const Request& request);

/// The same as the caller's own key ("user/7", else "anonymous") for a request that means `meaning`: the same
/// text for bodies that mean the same.
std::optional<db::IdempotencyKey> idempotency_key(const Request& request, std::string meaning);

/// The 422 for a key that came with another request before. The runtime maps db::KeyReused to it.
Problem key_reused();

/// A stored response as the client gets it.
Response response_of(const db::StoredResponse& stored);

}  // namespace kit::http
