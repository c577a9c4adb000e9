#include "services/user/accounts/sessions.hpp"

#include "services/kit/encoding/sha256.hpp"
#include "services/kit/log/log.hpp"
#include "services/user/errors/errors.hpp"

namespace user {

Sessions::Tokens Sessions::log_in(const Credentials& credentials, const CallContext& context) {
  const auto [charges, known_key] = throttle::login(credentials.email, context.client_address);
  throttle_.require(charges, context.deadline);
  const auto account = accounts_.find(credentials.email, context.deadline);
  // An unknown address is hashed, too, so that it takes as long.
  if (!passwords_.matches(account ? account->password_hash : "", credentials.password)) {
    throttle_.record(charges, context.deadline);
    kit::log::info("login refused", {{"address", context.client_address}});
    throw WrongCredentials();
  }
  const auto refresh_token = new_secret();
  auto access_token = sessions_.begin(account->user.id, account->password_hash,
                                      kit::sha256_hex(refresh_token), known_key, issue_, context.deadline);
  if (!access_token) throw WrongCredentials();  // the password has just been changed
  return {std::move(*access_token), refresh_token};
}

Sessions::Tokens Sessions::refresh(const std::string& refresh_token, kit::Deadline deadline) {
  using Result = SessionStore::Rotation::Result;
  const auto next = new_secret();
  auto rotation = sessions_.rotate(kit::sha256_hex(refresh_token), kit::sha256_hex(next), issue_, deadline);
  if (rotation.result == Result::Reused)
    kit::log::warn("refresh token used twice, session revoked",
                   {{"user_id", rotation.user.value}, {"session", rotation.session}});
  if (rotation.result != Result::Fresh) throw InvalidRefreshToken();
  return {std::move(rotation.access_token), next};
}

void Sessions::log_out(const std::string& refresh_token, kit::Deadline deadline) {
  sessions_.end(kit::sha256_hex(refresh_token), deadline);
}

}  // namespace user
