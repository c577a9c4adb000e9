#include "services/kit/encoding/sha256.hpp"
#include "services/user/profile/profile_routes.hpp"

namespace user {

void VerificationRoutes::add_to(Router& router) const {
  router.post("/api/auth/verify-email", handler_of(*this, &VerificationRoutes::verify));
  router.post("/api/auth/verify-email/resend", handler_of(*this, &VerificationRoutes::resend));
}

Response VerificationRoutes::verify(const Request& request) const {
  const auto token = read_mail_token(request.json());
  const auto context = context_of(request);
  throttle_.require(throttle::wrong_token(context.client_address), context.deadline);
  const auto hash = kit::sha256_hex(token);
  if (!accounts_.verify(hash, context) && !profiles_.verify(hash, context))
    throttle_.refuse_mail_token(context);
  return Response::no_content();
}

Response VerificationRoutes::resend(const Request& request) const {
  mail_requests_.add(MailRequestStore::Kind::Resend, read_email(request.json()), context_of(request));
  return accepted();
}

}  // namespace user
