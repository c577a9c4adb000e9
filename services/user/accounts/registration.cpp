#include "services/user/accounts/registration.hpp"

#include "services/user/errors/errors.hpp"

namespace user {

kit::UserId Registration::add_guest(const NewUser& who, const CallContext& context) {
  return users_.add(who.name, who.email, std::nullopt, context.traceparent, context.deadline).value();
}

void Registration::register_account(const NewUser& who, const CallContext& context) {
  throttle_.spend(throttle::registration(who.email, context.client_address), context.deadline);
  // Hashed first, and always: the time must not reveal whether the address has an account.
  const auto hash = passwords_.hash(who.password.value());
  if (verify_email_) {
    mail_requests_.add_registration(who, hash, context.traceparent, context.deadline);
  } else {
    accounts_.add(who, hash, context.traceparent, context.deadline);
  }
}

kit::UserId Registration::add_account(const NewUser& who, const CallContext& context) {
  const auto id = users_.add(who.name, who.email, passwords_.hash(who.password.value()), context.traceparent,
                             context.deadline);
  if (!id) throw EmailTaken();
  return *id;
}

}  // namespace user
