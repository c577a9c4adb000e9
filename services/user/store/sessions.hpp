#pragma once
#include "services/kit/db/database.hpp"
#include "services/user/domain/user.hpp"

#include <optional>
#include <string>

namespace user::store {

/// Logins that last, by refresh tokens of which only hashes are kept. Thread-safe.
class Sessions {
 public:
  explicit Sessions(kit::db::Database& database) : database_(database) {}

  /// Begins one for the user, with its first token; returns its id (the "sid" of access tokens). Clears away
  /// the user's sessions that are over.
  std::string begin(kit::UserId user, const std::string& token_hash, kit::Deadline deadline);

  struct Rotated {
    enum class Result {
      Fresh,    ///< the new token counts from now on
      Unknown,  ///< no such token, or its session is over
      Reused,   ///< the token was used before: somebody has a copy, so the whole session was revoked
    };
    Result result = Result::Unknown;
    std::string session;
    kit::UserId user;
  };
  /// Exchanges a token for the next of its session, once.
  Rotated rotate(const std::string& token_hash, const std::string& next_hash, kit::Deadline deadline);

  /// Ends the session that the token belongs to, whether it was used or not. Does nothing when there is none.
  void end(const std::string& token_hash, kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace user::store
