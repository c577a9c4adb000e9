#include "services/user/accounts/account_passwords.hpp"

#include "services/kit/encoding/sha256.hpp"
#include "services/kit/log/log.hpp"
#include "services/user/accounts/password_rules.hpp"
#include "services/user/errors/errors.hpp"

namespace user {

using kit::identity::Principal;

bool AccountPasswords::matches(const std::string& hash, const std::string& password, const Principal& caller,
                               kit::Deadline deadline) {
  const auto charges = throttle::wrong_password(caller.user, caller.session);
  throttle_.require(charges, deadline);
  const bool right = passwords_.matches(hash, password);
  if (!right) throttle_.record(charges, deadline);
  return right;
}

std::string AccountPasswords::confirm(const std::string& password, const Principal& caller,
                                      kit::Deadline deadline) {
  if (!users_.find(caller.user, deadline)) throw AccountGone();
  auto hash = accounts_.password_hash(caller.user, deadline);
  if (!hash) throw GuestHasNoPassword();
  if (!matches(*hash, password, caller, deadline)) throw WrongPassword("password");
  return *hash;
}

void AccountPasswords::change(const PasswordChange& change, const Principal& caller,
                              const CallContext& context) {
  const auto user = users_.find(caller.user, context.deadline);
  const auto hash = accounts_.password_hash(caller.user, context.deadline);
  if (!user || !hash) throw AccountGone();
  require_strong(change.password, user->email);
  if (!matches(*hash, change.current_password, caller, context.deadline) ||
      !accounts_.change_password(caller.user, *hash, passwords_.hash(change.password), caller.session,
                                 context.traceparent, context.deadline))
    throw WrongPassword("current_password");
  kit::log::info("password changed", {{"user_id", caller.user.value}});
}

void AccountPasswords::reset(const PasswordReset& reset, const CallContext& context) {
  throttle_.require(throttle::wrong_token(context.client_address), context.deadline);
  const auto token = kit::sha256_hex(reset.token);
  // Looked up before anything is hashed, so that invalid tokens cost little.
  const auto user = accounts_.owner_of_reset(token, context.deadline);
  if (!user) throttle_.refuse_mail_token(context.client_address, context.deadline);
  require_strong(reset.password, user->email);
  if (!accounts_.reset_password(token, passwords_.hash(reset.password),
                                throttle::login(user->email, context.client_address).known_key,
                                context.traceparent, context.deadline))
    throttle_.refuse_mail_token(context.client_address, context.deadline);
  kit::log::info("password reset", {{"user_id", user->id.value}});
}

}  // namespace user
