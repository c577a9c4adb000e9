#include "services/user/privacy/erasure_routes.hpp"

#include "services/kit/log/log.hpp"
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
  const auto password = read_password(request.json());
  const auto hash = accounts_.confirm_password(password, request.principal.value(), request.deadline);
  const auto id = caller_id(request);
  if (!erasure_.erase(id, hash, context_of(request))) throw AccountGone();
  return erased(id, request);
}

Response ErasureRoutes::erase(const Request& request) const {
  const kit::UserId id{request.id()};
  if (id == caller_id(request)) throw OwnAccount();
  if (!erasure_.erase(id, std::nullopt, context_of(request))) throw UserNotFound();
  return erased(id, request);
}

}  // namespace user
