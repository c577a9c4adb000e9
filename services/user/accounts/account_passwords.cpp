#include "services/kit/log/log.hpp"
#include "services/user/accounts/accounts.hpp"

namespace user::api {
namespace {

using kit::http::Request;

void require_strong(const std::string& password, const std::string& email) {
  if (auto reason = password_weakness(password, email); !reason.empty())
    throw kit::problem::invalid("password", std::move(reason));
}

}  // namespace

bool Accounts::is_password_of(kit::UserId user, const std::string& hash, const std::string& password,
                              const Request& request) {
  const auto tries = throttle::wrong_password(user, request.principal.value().session);
  throttle_.require(tries, request.deadline);
  const bool right = passwords_.matches(hash, password);
  if (!right) throttle_.record(tries, request.deadline);
  return right;
}

std::string Accounts::confirm_password(const std::string& password, const Request& request) {
  const auto id = request.principal.value().user;
  const auto user = users_.find(id, request.deadline);
  if (!user) throw kit::problem::unauthorized("The account is gone.");
  auto hash = accounts_.password_hash(id, request.deadline);
  if (!hash) throw kit::problem::conflict("Guests have no password", "Ask the shop.");
  if (!is_password_of(id, *hash, password, request))
    throw kit::problem::invalid("password", "is not the present one");
  return *hash;
}

void Accounts::change_password(const PasswordChange& change, const Request& request) {
  const auto& who = request.principal.value();
  const auto user = users_.find(who.user, request.deadline);
  const auto hash = accounts_.password_hash(who.user, request.deadline);
  if (!user || !hash) throw kit::problem::unauthorized("The account is gone.");
  require_strong(change.password, user->email);
  if (!is_password_of(who.user, *hash, change.current_password, request) ||
      !accounts_.change_password(who.user, *hash, passwords_.hash(change.password), who.session, request))
    throw kit::problem::invalid("current_password", "is not the present one");
  kit::log::info("password changed", {{"user_id", who.user.value}});
}

void Accounts::refuse_token(const Request& request) {
  throttle_.record(throttle::wrong_token(request.remote_address), request.deadline);
  throw kit::problem::invalid("token", "is not valid, or no longer");
}

void Accounts::request_reset(const std::string& email, const Request& request) {
  mails_.password_reset(email, request);
}

void Accounts::reset_password(const PasswordReset& reset, const Request& request) {
  throttle_.require(throttle::wrong_token(request.remote_address), request.deadline);
  const auto token = secret_hash(reset.token);
  // Looked for before anything is hashed, so that words that are no token cost little.
  const auto user = accounts_.owner_of_reset(token, request.deadline);
  if (!user) refuse_token(request);
  require_strong(reset.password, user->email);
  if (!accounts_.reset_password(token, passwords_.hash(reset.password), request)) refuse_token(request);
  kit::log::info("password reset", {{"user_id", user->id.value}});
}

void Accounts::verify_email(const std::string& token, const Request& request) {
  throttle_.require(throttle::wrong_token(request.remote_address), request.deadline);
  const auto hash = secret_hash(token);
  if (!accounts_.verify(hash, request) && !profiles_.verify(hash, request)) refuse_token(request);
}

void Accounts::resend_verification(const std::string& email, const Request& request) {
  mails_.resend(email, request);
}

}  // namespace user::api
