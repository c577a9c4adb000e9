#include "services/user/privacy/erasure_routes.hpp"

#include "services/kit/log/log.hpp"
#include "services/user/accounts/account_requests.hpp"
#include "services/user/errors/errors.hpp"

namespace user {
namespace {

Response erased(kit::UserId id, const Request& request) {
  kit::log::info("user erased", {{"user_id", id.value}, {"by", caller_id(request).value}});
  return Response::no_content();
}

}  // namespace

void ErasureRoutes::add_to(Router& router) const {
  router.add(Method::Delete, "/api/customers/me", handler_of(*this, &ErasureRoutes::erase_me), Lane::Heavy);
  router.del("/api/customers/{id}", handler_of(*this, &ErasureRoutes::erase));
}

/// Requires the password, so that a stolen access token alone cannot erase its owner.
Response ErasureRoutes::erase_me(const Request& request) const {
  const auto password = read_erasure(request.json());
  const auto hash = passwords_.confirm(password, request.principal.value(), request.deadline);
  const auto id = caller_id(request);
  erasure_.erase_own(id, hash, request.trace.traceparent(), request.deadline);
  return erased(id, request);
}

Response ErasureRoutes::erase(const Request& request) const {
  const kit::UserId id{request.id()};
  if (id == caller_id(request)) throw OwnAccount();
  erasure_.erase(id, request.trace.traceparent(), request.deadline);
  return erased(id, request);
}

std::string read_erasure(const nlohmann::json& body) {
  kit::json::Reader reader(body);
  auto password = read_password(reader, "password");
  reader.finish();
  return password;
}

}  // namespace user
