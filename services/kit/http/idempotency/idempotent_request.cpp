#include "services/kit/http/idempotency/idempotent_request.hpp"

#include <algorithm>

namespace kit::http {
namespace {

constexpr std::size_t MAX_KEY = 255;

}  // namespace

std::optional<std::string> idempotency_key(const Request& request) {
  const auto header = request.headers.get("Idempotency-Key");
  if (!header) return std::nullopt;
  const bool visible =
      std::all_of(header->begin(), header->end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!header->empty() && header->size() <= MAX_KEY && visible) return std::string(*header);
  const std::string reason = "must be 1 to 255 visible ASCII characters";
  throw Problem(400, "Malformed request", "Idempotency-Key " + reason).field("Idempotency-Key", reason);
}

std::optional<db::IdempotencyKey> idempotency_key(const Request& request, std::string meaning) {
  auto key = idempotency_key(request);
  if (!key) return std::nullopt;
  const auto& caller = request.principal;
  return db::IdempotencyKey{caller ? "user/" + std::to_string(caller->user.value) : "anonymous",
                            std::move(*key), std::move(meaning)};
}

Problem key_reused() { return problem::invalid("Idempotency-Key", "came with another request before"); }

Response response_of(const db::StoredResponse& stored) {
  Response response;
  response.status = stored.status;
  response.headers.set("Content-Type", "application/json");
  if (stored.location) response.headers.set("Location", *stored.location);
  response.body = stored.body;
  return response;
}

}  // namespace kit::http
