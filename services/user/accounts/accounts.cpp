#include "services/user/accounts/accounts.hpp"

#include "services/kit/log/log.hpp"

namespace user::api {

using kit::http::Request;

void Accounts::register_account(const NewUser& who, const Request& request) {
  throttle_.spend(throttle::registration(who.email, request.remote_address), request.deadline);
  // Hashed first, and always: the time must not tell whether the address was free.
  const auto hash = passwords_.hash(who.password.value());
  if (verify_email_) {
    mails_.registration(who, hash, request);
  } else {
    accounts_.add(who, hash, request);
  }
}

std::optional<kit::UserId> Accounts::create(const NewUser& who, const Request& request) {
  return users_.add(who, passwords_.hash(who.password.value()), request);
}

store::Sessions::Issue Accounts::issuer() const {
  return [this](const User& user, const std::string& session, double issued_at) {
    return tokens_.issue(user, session, issued_at);
  };
}

Accounts::Grant Accounts::log_in(const Credentials& credentials, const Request& request) {
  const auto tries = throttle::login(credentials.email, request.remote_address);
  throttle_.require(tries, request.deadline);
  const auto account = users_.find_account(credentials.email, request.deadline);
  if (!passwords_.matches(account ? account->password_hash : "", credentials.password)) {
    throttle_.record(tries, request.deadline);
    kit::log::info("login refused", {{"address", request.remote_address}});
    throw kit::problem::unauthorized("E-mail address or password is wrong.");
  }
  Grant grant;
  grant.refresh_token = new_secret();
  auto token = sessions_.begin(account->user.id, account->password_hash, secret_hash(grant.refresh_token),
                               tries.known_key, issuer(), request.deadline);
  if (!token) throw kit::problem::unauthorized("E-mail address or password is wrong.");  // just changed
  grant.access_token = std::move(*token);
  return grant;
}

Accounts::Grant Accounts::refresh(const std::string& refresh_token, const Request& request) {
  using Result = store::Sessions::Rotated::Result;
  Grant grant;
  grant.refresh_token = new_secret();
  auto rotated = sessions_.rotate(secret_hash(refresh_token), secret_hash(grant.refresh_token), issuer(),
                                  request.deadline);
  if (rotated.result == Result::Reused)
    kit::log::warn("refresh token used twice, session revoked",
                   {{"user_id", rotated.user.value}, {"session", rotated.session}});
  if (rotated.result != Result::Fresh) throw kit::problem::unauthorized("The refresh token is not valid.");
  grant.access_token = std::move(rotated.access_token);
  return grant;
}

void Accounts::log_out(const std::string& refresh_token, const Request& request) {
  sessions_.end(secret_hash(refresh_token), request.deadline);
}

}  // namespace user::api
