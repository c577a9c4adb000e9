#pragma once
#include "services/kit/http/message/message.hpp"
#include "services/product/idempotency/idempotency.hpp"

#include <optional>
#include <string>

namespace product::api {

/// What the request's Idempotency-Key stands for; nothing without one. `means` is the same text for bodies
/// that mean the same. Throws Problem 400.
std::optional<IdempotencyKey> key_of(const kit::http::Request& request, const std::string& means);

/// The answer as a response.
kit::http::Response response_of(const Answer& answer);

/// Who asks: there is one, or the gate would not have let the request in. Throws Problem 401.
const kit::identity::Principal& who_asks(const kit::http::Request& request);

}  // namespace product::api
