#include "services/user/accounts/accounts.hpp"

#include "services/kit/encoding/sha256.hpp"
#include "services/kit/log/log.hpp"
#include "services/user/accounts/password_rules.hpp"
#include "services/user/errors/errors.hpp"

namespace user {

using kit::identity::Principal;

kit::UserId Accounts::add_guest(const NewUser& who, const CallContext& context) {
  return users_.add(who.name, who.email, std::nullopt, context).value();
}

void Accounts::register_account(const NewUser& who, const CallContext& context) {
  throttle_.spend(throttle::registration(who.email, context.client_address), context.deadline);
  // Hashed first, and always: the time must not reveal whether the address has an account.
  const auto hash = passwords_.hash(who.password.value());
  if (verify_email_) {
    mail_requests_.add_registration(who, hash, context);
  } else {
    accounts_.add(who, hash, context);
  }
}

kit::UserId Accounts::add_account(const NewUser& who, const CallContext& context) {
  const auto id = users_.add(who.name, who.email, passwords_.hash(who.password.value()), context);
  if (!id) throw EmailTaken();
  return *id;
}

bool Accounts::matches(const std::string& hash, const std::string& password, const Principal& caller,
                       kit::Deadline deadline) {
  const auto charges = throttle::wrong_password(caller.user, caller.session);
  throttle_.require(charges, deadline);
  const bool right = passwords_.matches(hash, password);
  if (!right) throttle_.record(charges, deadline);
  return right;
}

std::string Accounts::confirm_password(const std::string& password, const Principal& caller,
                                       kit::Deadline deadline) {
  const auto found = accounts_.find(caller.user, deadline);
  if (!found) throw AccountGone();
  if (!found->user.account) throw GuestHasNoPassword();
  if (!matches(found->password_hash, password, caller, deadline)) throw WrongPassword("password");
  return found->password_hash;
}

void Accounts::change_password(const PasswordChange& change, const Principal& caller,
                               const CallContext& context) {
  const auto found = accounts_.find(caller.user, context.deadline);
  if (!found || !found->user.account) throw AccountGone();
  require_strong(change.password, found->user.email);
  if (!matches(found->password_hash, change.current_password, caller, context.deadline) ||
      !accounts_.change_password(caller, found->password_hash, passwords_.hash(change.password), context))
    throw WrongPassword("current_password");
  kit::log::info("password changed", {{"user_id", caller.user.value}});
}

void Accounts::reset_password(const PasswordReset& reset, const CallContext& context) {
  throttle_.require(throttle::wrong_token(context.client_address), context.deadline);
  const auto token = kit::sha256_hex(reset.token);
  // Looked up before anything is hashed, so that invalid tokens cost little.
  const auto user = accounts_.owner_of_reset(token, context.deadline);
  if (!user) throttle_.refuse_mail_token(context);
  require_strong(reset.password, user->email);
  if (!accounts_.reset_password(token, passwords_.hash(reset.password),
                                throttle::login(user->email, context.client_address).known_key, context))
    throttle_.refuse_mail_token(context);
  kit::log::info("password reset", {{"user_id", user->id.value}});
}

}  // namespace user
