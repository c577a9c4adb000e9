#include "services/product/idempotency/answers.hpp"

#include "services/kit/http/idempotency/idempotent_request.hpp"

namespace product::api {

std::optional<IdempotencyKey> key_of(const kit::http::Request& request, const std::string& means) {
  auto key = kit::http::idempotency_key(request);
  if (!key) return std::nullopt;
  return IdempotencyKey{"user/" + std::to_string(who_asks(request).user.value), std::move(*key),
                        std::string(to_string(request.method)) + " " + request.path + "\n" + means};
}

kit::http::Response response_of(const Answer& answer) {
  kit::http::Response response;
  response.status = answer.status;
  response.headers.set("Content-Type", "application/json");
  if (answer.location) response.headers.set("Location", *answer.location);
  response.body = answer.body;
  return response;
}

const kit::identity::Principal& who_asks(const kit::http::Request& request) {
  if (!request.principal) throw kit::problem::unauthorized("A valid access token is needed.");
  return *request.principal;
}

}  // namespace product::api
