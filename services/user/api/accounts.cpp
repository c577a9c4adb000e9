#include "services/user/api/accounts.hpp"

#include "services/kit/log/log.hpp"

namespace user::api {

std::optional<kit::UserId> Accounts::create(const NewUser& who, const kit::http::Request& request) {
  // Hashed first, and always: the time must not tell whether the address was free.
  return users_.add(who, passwords_.hash(who.password.value()), request);
}

Accounts::Grant Accounts::log_in(const Credentials& credentials, const kit::http::Request& request) {
  const auto account = users_.find_account(credentials.email, request.deadline);
  if (!passwords_.matches(account ? account->password_hash : "", credentials.password)) {
    kit::log::info("login refused", {{"address", request.remote_address}});
    throw kit::problem::unauthorized("E-mail address or password is wrong.");
  }
  Grant grant;
  grant.refresh_token = new_refresh_token();
  const auto session =
      sessions_.begin(account->user.id, refresh_token_hash(grant.refresh_token), request.deadline);
  grant.access_token = tokens_.issue(account->user, session);
  return grant;
}

Accounts::Grant Accounts::refresh(const std::string& refresh_token, const kit::http::Request& request) {
  using Result = store::Sessions::Rotated::Result;
  Grant grant;
  grant.refresh_token = new_refresh_token();
  const auto rotated = sessions_.rotate(refresh_token_hash(refresh_token),
                                        refresh_token_hash(grant.refresh_token), request.deadline);
  if (rotated.result == Result::Reused)
    kit::log::warn("refresh token used twice, session revoked",
                   {{"user_id", rotated.user.value}, {"session", rotated.session}});
  // Read anew at each refresh: a changed role counts from here, at the latest 15 minutes after the change.
  const auto user =
      rotated.result == Result::Fresh ? users_.find(rotated.user, request.deadline) : std::optional<User>();
  if (!user) throw kit::problem::unauthorized("The refresh token is not valid.");
  grant.access_token = tokens_.issue(*user, rotated.session);
  return grant;
}

void Accounts::log_out(const std::string& refresh_token, const kit::http::Request& request) {
  sessions_.end(refresh_token_hash(refresh_token), request.deadline);
}

}  // namespace user::api
