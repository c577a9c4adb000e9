#pragma once
#include "services/kit/http/message/message.hpp"

#include <optional>
#include <string>

namespace kit::http {

/// The request's Idempotency-Key: 1 to 255 visible ASCII characters; nothing when there is none. Throws
/// Problem 400 that names the header for what is no such key.
std::optional<std::string> idempotency_key(const Request& request);

/// The 422 for a key that came with another request before.
Problem key_reused();

}  // namespace kit::http
